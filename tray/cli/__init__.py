"""The commands of notebook-tray, one file a group."""
