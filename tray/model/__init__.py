"""The ground: values, of the standard library alone. Every room may import these; each module is its own door."""
