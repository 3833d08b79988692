"""Who signs, and by what. The door: `identities`; `mfa` and `token_store` for signing in."""
