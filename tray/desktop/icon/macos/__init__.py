"""The icon in the menu bar of macOS."""
