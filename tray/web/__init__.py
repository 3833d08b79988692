"""Sites on 127.0.0.1. One thread serves pages that are seen once, and nothing blocks it.

The door: `server`, `request`, `answer` and `peer` for those; `app_server` for pages that stay open.
"""
