"""Joins the services to the state, to one another, to the desktop and to the user: each module joins one or few.

Each module is its own door: `program.py` enters by all of them, `app.py` by `outside`.
"""
