"""Values that need only the standard library. Every room may import these; each module is its own door."""
