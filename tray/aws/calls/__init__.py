"""Which client each call uses.

The door: `sessions.Sessions`, and `connectivity`, whose requests are unsigned,
and `visits`, whose answers say nothing of the credentials.
"""
