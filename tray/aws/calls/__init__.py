"""Which client each call uses. Entry points: `sessions.Sessions`, and `connectivity`, whose requests are unsigned."""
