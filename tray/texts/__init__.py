"""All words that a user reads: whole sentences, ready for translation. The ground: it imports nothing of the program.

Functions take plain values and return sentences; what a value means is for the caller to know. Nobody compares what
they return, uses it as a key, or takes it apart.
"""
