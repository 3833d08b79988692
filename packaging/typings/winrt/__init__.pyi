"""Types of the part of PyWinRT 4 that Notebook Tray uses, as its own stubs have them.

PyWinRT's own are not here on other systems, where `winrt-runtime` can't be installed.
`tests/windows/test_toast_center.py` compares these with the real package.
"""
