"""`make test-packages`: what `make package` makes is installed, run, upgraded and removed, as people do."""
