"""Files in the system's folder for this user's state, whole or not there, also where programs change them at once.

The door: `state_file`, and `shared_state` for what the tray and the commands both change.
"""
