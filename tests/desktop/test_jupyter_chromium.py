"""A real JupyterLab in a real Chromium is what a look calls open on a screen."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.headless import headless_browser
from tests.support.jupyter_gate import jupyter_gate
from tests.support.jupyter_servers import jupyter_server, kernel_that_ran
from tests.support.jupyterlab import LAB_IS_READY
from tray.jupyter.visit import look

pytestmark = pytest.mark.only_on("linux")


def test_jupyterlab_with_nobody_in_front_of_it_is_open_on_a_screen(tmp_path: Path) -> None:
    with jupyter_server("server-2", tmp_path / "server") as server, jupyter_gate(server.port) as gate:
        with kernel_that_ran(server, "1", "idle"):
            pass
        server.settled_activity()
        assert not look(gate.url()).open_on_screen
        with headless_browser(tmp_path) as browser, browser.page_where("true") as page:
            page.call("Page.navigate", url=f"http://127.0.0.1:{server.port}/lab")
            page.wait_until(LAB_IS_READY)
            seen = look(gate.url())
        assert (seen.open_on_screen, seen.busy, seen.quiet_seconds) == (True, 0, None)
