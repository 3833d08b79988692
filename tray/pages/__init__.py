"""Loopback pages in the person's browser: a sign-in's return, a device code, an MFA code."""
