"""Reminds the user of what was left running.

The door: `reminders`, `reminders_file`, `reminder_notes`.
"""
