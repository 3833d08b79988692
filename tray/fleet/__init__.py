"""The present state of every notebook instance, and the services that act on it.

The door: `snapshot` for the values, which every surface reads; `state.State`, `tasks.TaskRunner` and the services
(`refresh`, `opener`, `starting`, `stopping`, `stopping_all`, `finding`, `signing_in`, `profile_choices`,
`login_start`, `adding`, `set_up_forms`, `first_start`, `help`, `expiries`, `recent`, `keeping`, `opened_here`,
`platforms`, `platforms_file`, `start_notes`, `start_times`, `state_file`, `jupyter_asking`, `notifier`,
`notification_choices`, `look_choice`, `trials`, `warming`, `running_hours`, `owner_asking`, `owner_choice`,
`owner_files`, `sessions`, `sessions_file`, `stop_plans`, `stop_plans_file`, `later_stops`, `cloud_schedules`,
`cloud_schedules_file`, `leaving`, `leaving_file`, `left_running`, `left_running_file`, `left_running_notes`,
`prices`, `price_files`, `upgrade`, `policing`, `policy_watch`, `policed_profiles`, `updates`, `unhurried`) for
`program.py`, which joins them; `notifications` and `stop_notifications` for what they tell, `opened` for the menu,
`setting_checks` for `showing.py`; `listing`, `opening`, `power_calls`, `bring_up`, `moving`, `region_search`,
`region_checks`, `start_times`, `state_file`, `jupyter_asking`, `opened`, `opened_here`, `platforms_file`,
`owner_files`, `keeping`, `notification_choices`, `look_choice`, `adding`, `set_up_forms`, `prices`, `price_files`,
`hours_file`, `sessions_file`, `stop_plans_file`, `stop_checks`, `policing`, `policy_watch`, `policed_profiles`,
`updates`, `cloud_schedules` and `cloud_schedules_file` for the command line, which has no state. The rest is inside.
"""
