"""What several suites stand on: real peers, each started privately for a test and ended with it."""
