"""What the user keeps at the top of the menu."""

from __future__ import annotations

# With more, and the lists of 150 notebook instances below them, the menu would be higher than a screen of 768 pixels.
MOST_KEPT = 7
