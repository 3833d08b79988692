"""A small site on 127.0.0.1: one thread, nothing blocks it. The door: `server`, `request`, `answer` and `peer`."""
