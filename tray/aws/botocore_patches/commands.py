"""Splits a command line of the AWS config into words.

Relies on `compat_shell_split` (botocore/compat.py), which on Windows follows the rules of Windows. Without it, shlex
splits the line and leaves backslashes alone on Windows.
"""

from __future__ import annotations

import os
import shlex

import botocore.compat


def split_command(command: str) -> list[str]:
    """Return the words of a command line.

    :raises ValueError: its quotation marks don't match
    """
    split = getattr(botocore.compat, "compat_shell_split", None)
    if split is not None:
        return list(split(command))
    return [word.strip('"') for word in shlex.split(command, posix=False)] if os.name == "nt" else shlex.split(command)
