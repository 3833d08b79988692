"""The pages of the settings and of the set-up in a real Chromium: how soon they are there, and what they cost."""

from __future__ import annotations

import subprocess
import time

from tests.benchmarks import proc
from tests.benchmarks.bench import Bench
from tests.benchmarks.figures import Row, Samples, Unit
from tests.benchmarks.peers.all_notebooks import MORE_AWS_PROFILES, PROFILES
from tests.benchmarks.rows.all_notebooks import MEBIBYTE, SETTLE_SECONDS, WATCH, ask, tray_and_browser
from tests.benchmarks.world import ONE
from tests.support.browser import DefaultBrowser

# What is painted when the page is there: its fields, or the profiles of the AWS config.
_PAGES = {"settings": "#view", "set-up": "#found-list input"}


def rows(bench: Bench) -> list[Row]:
    """Measure each page in a tray of its own: 800 profiles, and 1,000 more in the AWS config."""
    stage = bench.stage(ONE)
    of = f"{PROFILES.profiles:,} profiles"
    made: list[Row] = []
    for name in _PAGES:
        found: dict[str, list[float]] = {kind: [] for kind in ("paint", "open", "after")}
        for _ in range(bench.repeat):
            with tray_and_browser(stage, "profiles") as (process, browser, before):
                _look(process, browser, name, found, before)
        samples = {kind: Samples(tuple(values)) for kind, values in found.items()}
        key, more = name.replace("-", ""), f", {MORE_AWS_PROFILES:,} more in the AWS config" if name == "set-up" else ""
        made += [
            Row(
                f"{key}-paint",
                f"{name} page, {of}{more}: from the address to painted fields",
                Unit.MILLISECONDS,
                samples["paint"],
                0.3,
            ),
            Row(
                f"{key}-open",
                f"the tray's RSS with the {name} page open, less that before",
                Unit.MEBIBYTES,
                samples["open"],
                25 * MEBIBYTE,
            ),
            Row(
                f"{key}-after",
                f"the tray's RSS once the {name} page's server has gone, less that before",
                Unit.MEBIBYTES,
                samples["after"],
                6 * MEBIBYTE,
            ),
        ]
    return made


def _look(
    process: subprocess.Popen[str], browser: DefaultBrowser, name: str, found: dict[str, list[float]], before: int
) -> None:
    with browser.devtools().page_where("location.href == 'about:blank'") as page:
        page.call("Page.enable")
        page.call("Page.addScriptToEvaluateOnNewDocument", source=WATCH.replace("WHAT", _PAGES[name]))
        for _ in range(3):  # the first also warms the browser up
            page.call("Page.navigate", url=ask(process, f"open {name}"))
            page.wait_until("window.painted > 0")
        found["paint"].append(float(page.evaluate("window.painted")) / 1000)
        found["open"].append(float(proc.memory(process.pid).resident - before))
        page.call("Page.navigate", url="about:blank")
        ask(process, "close")
        time.sleep(SETTLE_SECONDS)
        found["after"].append(float(proc.memory(process.pid).resident - before))
