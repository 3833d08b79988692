"""The present state of every notebook instance, and the services that act on it.

The door, each module named once:

- `snapshot`: the values that every surface reads. `opened` is what the menu takes besides, `notifications` and
  `stop_notifications` make what the user is told, and `state_file` says where files are kept.
- `program.py` and `wiring/` join `state`, `tasks`, `agenda`, `refresh` and the services: `adding`, `cloud_schedules`,
  `expiries`, `finding`, `first_start`, `help`, `keeping`, `later_stops`, `leaving`, `left_running`,
  `left_running_file`, `left_running_notes`, `login_start`, `look_choice`, `notification_choices`, `notifier`,
  `opened_here`, `opener`, `owner_asking`, `owner_choice`, `owner_files`, `platforms`, `policing`, `prices`,
  `profile_choices`, `recent`, `running_hours`, `sessions`, `setting_checks`, `signing_in`, `start_notes`, `starting`,
  `stop_plans`, `stopping`, `stopping_all`, `trials`, `unhurried`, `updates`, `upgrade`, `warming`.
- The command line, which has no state, takes some of these too, and `bring_up`, `cloud_schedules_file`, `hours_file`,
  `jupyter_asking`, `listing`, `moving`, `opening`, `platforms_file`, `policed_profiles`, `policy_watch`, `power_calls`,
  `price_files`, `region_checks`, `region_search`, `sessions_file`, `set_up_forms`, `start_times`, `stop_checks`,
  `stop_plans_file`.

The rest is inside.
"""
