"""Keeps what is known of AWS fresh: the keyring, the AWS config, then every scope's notebook instances.

The door: `refresh`, `listing`, which commands take too, `expiries`, `warming`; and for what is asked besides,
`quiet_pace` and `unasked_calls`.
"""
