"""What the user configured: profiles, and their store in the OS keyring."""
