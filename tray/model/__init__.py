"""The ground: values and their words' parts. The standard library alone; every room may import these."""
