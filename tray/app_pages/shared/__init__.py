"""What the pages that stay open have in common: their frame in HTML, their files, and the streams of changes.

The door: `asked`, `files`, `lines` and `streams`.
"""
