"""Which client each call uses. The door: `sessions.Sessions`, and `connectivity`, whose requests are unsigned."""
