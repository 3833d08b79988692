"""The kinds of notifications, each of which the user can turn off."""

from __future__ import annotations

from enum import StrEnum


class NotificationKind(StrEnum):
    """What a notification is for. The user can turn each kind off; the values are stored, so they stay the same."""

    READY = "ready"  # what the user waits for can be used
    FAILED = "failed"  # something that the user chose failed
    QUESTION = "question"  # before something is stopped
    SESSION = "sessions"  # a session in the browser ends
    STOP_PLAN = "stop-plans"  # a stop that was planned, or what came of it
    LEFT_RUNNING = "left-running"  # something has been running for longer than its profile's limit
    DONE = "done"  # something that the user chose is done
    SIGN_IN = "sign-in"
    PROBLEM = "problem"  # something failed that the user did not choose
    TRAY = "tray"  # where the icon is
