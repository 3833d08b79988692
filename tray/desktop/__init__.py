"""What differs by operating system, one system a file."""
