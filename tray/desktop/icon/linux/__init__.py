"""The tray icon on Linux: a StatusNotifierItem with its menu over D-Bus."""
