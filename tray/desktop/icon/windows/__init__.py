"""The tray icon on Windows."""
