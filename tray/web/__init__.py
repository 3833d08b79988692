"""A small, never blocking server on 127.0.0.1 for pages that one user opens once."""
