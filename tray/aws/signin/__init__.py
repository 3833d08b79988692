"""Signing in to AWS as a user does: IAM Identity Center in the browser, and MFA codes.

The door: `sign_ins.SignIns`, and `assignments.Assignments`, which lists what Identity Center gives to the user.
"""
