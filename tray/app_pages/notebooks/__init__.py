"""The page of all notebook instances: what it shows, what can be chosen on it, and its files in `static/`."""
