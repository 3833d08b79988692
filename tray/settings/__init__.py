"""What the user configured, and where it is kept. The door: `profiles`."""
