"""What the user configured: profiles, and their store in the OS keyring.

The door: `model.Profile` and `store.ProfileStore`; `memory` for the demo, `backend` and `errors` for the doctor;
`model`, `ledger`, `many` and `slots.already` for the store in `tray.fleet`, which has an administrator's profiles
beside the user's.
"""
