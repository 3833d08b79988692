"""Tests that see Windows programs from the outside, as a person does: they need `make test-windows`' rig.

They run in Linux' Python. Where the rig isn't named they are not part of the suite, as they ask for Wine.
"""

from __future__ import annotations

import os

from tests.support.wine import RIG

collect_ignore_glob = [] if os.environ.get(RIG) else ["test_*.py"]
