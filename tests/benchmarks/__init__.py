"""What the tray costs, measured on the real program beside what others cost: `python -m tests.benchmarks`."""
