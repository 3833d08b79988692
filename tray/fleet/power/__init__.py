"""Starts and stops notebook instances, and follows them until it is done.

The door: `starting`, `stopping` and `stopping_all` for the tray; `bring_up` and `moving` for commands; `power_calls`,
`start_steps`, `start_times`, `start_notes`.
"""
