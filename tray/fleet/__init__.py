"""The present state of every notebook instance, and the services that act on it.

The door: `snapshot` for the values, which every surface reads; `state.State`, `tasks.TaskRunner` and the services
(`refresh`, `opener`, `starting`, `stopping`, `finding`, `signing_in`, `profile_choices`, `login_start`, `help`,
`expiries`, `recent`, `keeping`, `start_notes`, `start_times`, `state_file`, `jupyter_asking`, `notifier`,
`notification_choices`) for `program.py`, which joins them; `notifications` for what they tell; `listing`, `opening`,
`power_calls`, `bring_up`, `region_search`, `start_times`, `state_file`, `keeping` and `jupyter_asking` for the command
line, which has no state. The rest is
inside.
"""
