"""Adding, changing, testing and signing in profiles; and an administrator's policy, which may rule all of that.

The door: `adding`, `finding`, `first_start`, `profile_choices`, `set_up_forms`, `setting_checks`, `signing_in`,
`trials`; `region_checks` and `region_search`; `policed_profiles`, `policing`, `policy_watch`.
"""
