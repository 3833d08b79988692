"""A snapshot as menu entries and words: pure functions, no clock but one passed in."""
