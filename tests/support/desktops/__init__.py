"""Real desktops on a screen of their own, one file a desktop, and a user's eyes and hands in them."""
