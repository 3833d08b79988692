"""Stops notebook instances later: at a time, once idle, or when the user leaves; by AWS if the computer is off.

The door: `later_stops`, which imports `plans` once there are some; `plans_file`, `checks`, `leaving`,
`cloud_schedules`, `cloud_schedules_file`.
"""
