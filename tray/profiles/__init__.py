"""What the person configured: profiles, and their store in the OS keyring."""
