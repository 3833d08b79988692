"""Values that need only the standard library. Every package may import these modules, each of them directly."""
