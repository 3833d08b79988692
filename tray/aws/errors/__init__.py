"""What goes wrong on the way to AWS, in the user's words.

The door: `translation`, `settings` and `weighed`; `garbled` and `codes`, for who looks into answers; and `connection`,
`refusals` and `network`, for a sign-in and the doctor.
"""
