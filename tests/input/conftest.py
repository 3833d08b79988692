"""How many examples the tests in this folder try: the one place where this is set.

In `make test` the examples are the same in each run, so that a failure there is everybody's; with LONG=1 there are
20,000 for each, and others in each run. What either finds is kept as an `@example` with its name.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Verbosity, settings

EXAMPLES, EXAMPLES_OF_A_LONG_RUN = 300, 20_000

_LONG = os.environ.get("LONG") == "1"

# A test of 20,000 examples takes minutes on a busy machine.
_LONG_TEST_SECONDS = 3600

settings.register_profile(
    "bad input",
    max_examples=EXAMPLES_OF_A_LONG_RUN if _LONG else EXAMPLES,
    derandomize=not _LONG,
    database=None,
    # Nothing here asserts on the clock: how the time grows is compared within one run (material.py).
    deadline=None,
    # The texts are long on purpose.
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
    print_blob=True,
    verbosity=Verbosity.normal,
)
settings.load_profile("bad input")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give a test of a long run more time than the others have before it counts as hanging."""
    for item in items:
        if _LONG and item.path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.timeout(_LONG_TEST_SECONDS))
