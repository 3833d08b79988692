"""The tray icon on Windows. The door: `icon`, `look` and `app_id`."""
