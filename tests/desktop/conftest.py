"""The desktop that the tests in this folder click in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.desktop import Desktop, DesktopUnavailableError, virtual_desktop


@pytest.fixture
def desktop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desktop]:
    """Run a whole virtual desktop for this test."""
    # Not tmp_path, which has the test's name in it: the paths of sockets are short.
    try:
        running = virtual_desktop(tmp_path_factory.mktemp("desktop"))
        with running as desktop:
            yield desktop
    except DesktopUnavailableError as lacking:
        pytest.skip(reason=f"the virtual desktop needs programs that are {lacking}")
