"""The processes that are measured, asked or compared with. Each ends by itself when its standard input ends."""
