"""What the user configured: profiles, and their store in the OS keyring.

The door: `model.Profile` and `store.ProfileStore`; `memory` for the demo, `backend` and `errors` for the doctor;
`model`, `ledger`, `many` and `slots.already` for the store in `tray.fleet`, which has an administrator's profiles
beside the user's.
"""

from tray.runtime.late_modules import load_when_used

# jaraco.context, which the keyring library needs, imports it for a function that nobody here calls. With HTTP and TLS
# it takes an eighth of the time of a command such as `profiles set`.
load_when_used("urllib.request")
