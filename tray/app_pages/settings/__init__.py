"""The page of the settings: what it shows, what can be set on it, and its files in `static/`. The door: `site`."""
