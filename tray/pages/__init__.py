"""Loopback pages in the user's browser: a sign-in's return, a device code, an MFA code."""
