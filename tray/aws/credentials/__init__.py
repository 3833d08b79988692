"""Who signs requests, and with which credentials. The door: `identities`, `center_roles` and `looked_up`; `mfa`,
`token_store` and `browser_settings` for signing in.
"""
