"""Notebook Tray: open Amazon SageMaker notebook instances from the system tray."""

__version__ = "0.1.0"
