"""Tells the user what the services did: which words, which buttons, and how often.

The door: `notifier`, and `notifications` and `stop_notifications`, which make what it shows.
"""
