"""What the user configured: profiles, and their store in the OS keyring.

The door: `model.Profile` and `store.ProfileStore`; `memory` for the demo, `backend` and `errors` for the doctor.
"""
