"""The page of all notebook instances: what it shows, what can be chosen on it, and its files in `static/`.

The door: `site`, and `hours` for what the page asks of its surroundings.
"""
