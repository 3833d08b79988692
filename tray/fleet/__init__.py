"""The present state of every notebook instance, and the services that act on it.

The door: `snapshot` for the values, which every surface reads; `state.State`, `tasks.TaskRunner` and the services
(`refresh`, `opener`, `signing_in`, `profile_choices`, `login_start`, `help`, `expiries`, `recent`) for `program.py`,
which joins them; `listing` and `opening` for the command line, which has no state. The rest is inside.
"""
