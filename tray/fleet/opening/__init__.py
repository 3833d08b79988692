"""From a click to Jupyter in the browser, and what is open there since.

The door: `opener`, for the user's click; `hand_off`, the way itself, which commands and starts take too;
`jupyter_asking`; `sessions` and `sessions_file`, `opened_here`, `recent`.
"""
