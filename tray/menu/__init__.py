"""A snapshot as menu entries and words: pure functions. The time is passed in.

The door: `layout.menu` makes the menu of `entries`; `words` is what the icon says, `subjects` whom a notification
concerns, `signing_in` which line of the menu it names, `power` and `stop_all` what speaks against a stop, `finding`
what a search found where, `sessions` until when one is open, `stop_plans` when what runs is stopped, and `notebooks`
the line for what was opened last; `groups`, which notebook instances it shows. `left_running` is what is said of what
is left running, and `spent` what hours have cost. `needs` is what needs the user, and `stuck` what seems stuck, for
the page of all notebook instances.
"""
