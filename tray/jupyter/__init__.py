"""Asks a notebook instance's own Jupyter, behind a presigned URL: is it ready, and does anyone work there?

The door: `visit` with `Visit` and `look`; `network.Network`, the way there; and `errors.CannotAskError`.
"""
