"""All words that a user reads: whole sentences, ready for translation. The ground: it imports nothing of the program.

Functions take plain values and return sentences; the caller knows what a value means. "Return that ..." in a docstring
means: return the text that says so. No code compares these texts, uses them as keys, or takes them apart.
Each module is its own door.
"""
