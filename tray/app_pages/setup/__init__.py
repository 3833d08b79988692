"""The page that adds profiles: what it shows, what the user gives on it, and its files in `static/`.

The door: `site`.
"""
