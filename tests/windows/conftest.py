"""Tests that run in Windows' Python, under Windows or Wine; elsewhere they are not even imported."""

from __future__ import annotations

import sys

collect_ignore_glob = [] if sys.platform == "win32" else ["test_*.py"]
