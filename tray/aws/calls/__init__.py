"""Whose call goes over which client. The door: `sessions.Sessions`, and `connectivity`, which asks unsigned."""
