"""Who signs, and by what. The door: `identities` and `looked_up`; `mfa`, `token_store` and
`browser_settings` for signing in.
"""
