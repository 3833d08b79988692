"""The hand-off of a secret URL to the default browser. The door: `handoff`, and `browsers` to look who that is."""
