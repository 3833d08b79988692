"""Loopback pages in the user's browser: a sign-in's return, a device code, an MFA code.

The door: `prompts.BrowserPrompts`, which is what a sign-in shows and asks, made of these pages; `callback` alone for
the command line, and `html` for what another user's program is told.
"""
