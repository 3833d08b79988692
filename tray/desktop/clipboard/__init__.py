"""The clipboard, for a secret that is copied on request."""
