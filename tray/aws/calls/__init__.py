"""Whose call goes over which client. The door: `sessions.Sessions`, and `reach`, which asks without credentials."""
