"""The present state of every notebook instance, and the services that act on it.

Here is what all of them stand on: `snapshot`, the values that every surface reads; `state`, which has the present one;
`tasks`, `agenda` and `schedule`; `opened` and `notices`, which are pure; `unhurried`, for who follows the state. Each
module is its own door. The services are in rooms that have doors of their own; `program.py` and `wiring/` join them for
the tray, and the command line takes some without any state.
"""
