"""The tray icon on Linux: a StatusNotifierItem and its menu, over D-Bus. The door: `icon`, `look` and `hosts`."""
