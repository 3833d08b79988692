"""The icon in the menu bar of macOS. The door: `icon` and `look`."""
