# ruff: noqa: N999
"""Stands for PyObjC's MachSignals, which pystray imports, and Notebook Tray does not use."""
