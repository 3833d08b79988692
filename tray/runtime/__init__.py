"""What a process of ours is made of: threads, the log, its environment, its memory. Each module is its own door."""
