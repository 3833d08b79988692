"""The page of 10,000 notebook instances in a real Chromium: how soon it is there and answers, and what it costs."""

from __future__ import annotations

import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.benchmarks import proc
from tests.benchmarks.asking import peer, read_line
from tests.benchmarks.bench import Bench
from tests.benchmarks.figures import Row, Samples, Unit
from tests.benchmarks.host import TimedWatcher, host_of
from tests.benchmarks.peers.all_notebooks import SIZE
from tests.benchmarks.stage import Stage
from tests.benchmarks.world import ONE
from tests.support.browser import DefaultBrowser
from tests.support.chromium import headless_chromium
from tests.support.devtools import Page

MEBIBYTE = 1024.0 * 1024
# Notes when WHAT has been painted, in milliseconds since the browser began to load the page.
WATCH = """
(() => {
  const look = () => {
    if (!document.querySelector("WHAT")) { requestAnimationFrame(look); return; }
    requestAnimationFrame(() => { window.painted = performance.now(); });
  };
  requestAnimationFrame(look);
})();
"""
# How long until what a letter finds is painted.
_TYPE = """
new Promise((done) => {
  const field = document.querySelector('#search'), before = performance.now();
  field.value = TEXT;
  field.dispatchEvent(new Event('input', { bubbles: true }));
  requestAnimationFrame(() => { const after = new MessageChannel();
    after.port1.onmessage = () => done(performance.now() - before); after.port2.postMessage(0); });
})
"""
_TEXTS = ("t", "te", "team", "team-0", "team-04 1", "", "note", "notebook-04", "notebook-04 inst", "199")
SETTLE_SECONDS = 2.0


def rows(bench: Bench) -> list[Row]:
    """Measure the program's own state, menu and pages, told of notebook instances that no AWS listed."""
    stage = bench.stage(ONE)
    found: dict[str, list[float]] = {name: [] for name in ("paint", "type", "change", "heap", "open", "after")}
    for _ in range(bench.repeat):
        with tray_and_browser(stage, "ready") as (process, browser, before):
            _look(process, browser, found, before)
    of = f"{SIZE.total:,} notebooks"
    samples = {name: Samples(tuple(values)) for name, values in found.items()}

    def row(name: str, what: str, unit: Unit, limit: float, note: str = "") -> Row:
        return Row(f"page-{name}", f"{what}", unit, samples[name], limit, note=note)

    return [
        row("paint", f"page of {of}: from the address to painted rows", Unit.MILLISECONDS, 0.3),
        row(
            "type", f"page of {of}: from a letter to the painted result", Unit.MILLISECONDS, 0.05, "the slowest of ten"
        ),
        row("change", f"page of {of}: 1 changes, until the page has it", Unit.MILLISECONDS, 0.5),
        row("heap", f"page of {of}: what its script holds in the browser", Unit.MEBIBYTES, 60 * MEBIBYTE),
        row("open", "the tray's RSS with the page open, less that before", Unit.MEBIBYTES, 25 * MEBIBYTE),
        row("after", "the tray's RSS once the pages' server has gone, less that before", Unit.MEBIBYTES, 6 * MEBIBYTE),
    ]


@contextmanager
def tray_and_browser(stage: Stage, shows: str) -> Iterator[tuple[subprocess.Popen[str], DefaultBrowser, int]]:
    """Give the peer with what it `shows`, a browser, and the peer's RSS before a page is open, in bytes."""
    with (
        tempfile.TemporaryDirectory(prefix="notebook-tray-bench-page-") as folder,
        TimedWatcher(stage.bus_address) as watcher,
        peer("all_notebooks", environment=stage.environment) as process,
        host_of(watcher, stage.bus_address),
        headless_chromium(Path(folder) / "browser") as (command, browser),
    ):
        ask(process, shows)
        for _ in range(2):  # what a change takes without a page is none of the page's
            ask(process, "change")
            time.sleep(SETTLE_SECONDS)
        before = proc.memory(process.pid).resident
        # The browser is there first: its own start is none of the page's.
        starter = subprocess.Popen([*command.split()[:1], "about:blank"], start_new_session=True)
        try:
            yield process, browser, before
        finally:
            starter.terminate()
            starter.wait()


def _look(process: subprocess.Popen[str], browser: DefaultBrowser, found: dict[str, list[float]], before: int) -> None:
    with browser.devtools().page_where("location.href == 'about:blank'") as page:
        page.call("Page.enable")
        page.call("Page.addScriptToEvaluateOnNewDocument", source=WATCH.replace("WHAT", ".row"))
        for _ in range(3):  # the first also warms the browser up
            page.call("Page.navigate", url=ask(process, "open"))
            page.wait_until("window.painted > 0 && document.querySelectorAll('.row').length > 5")
        found["paint"].append(float(page.evaluate("window.painted")) / 1000)
        found["type"].append(max(_typed(page, text) for text in _TEXTS))
        _typed(page, "")
        found["change"].append(_change(process, page))
        page.call("HeapProfiler.collectGarbage")
        found["heap"].append(float(page.evaluate("performance.memory.usedJSHeapSize")))
        found["open"].append(float(proc.memory(process.pid).resident - before))
        page.call("Page.navigate", url="about:blank")
        ask(process, "close")
        time.sleep(SETTLE_SECONDS)
        found["after"].append(float(proc.memory(process.pid).resident - before))


def _typed(page: Page, text: str) -> float:
    return float(page.evaluate(_TYPE.replace("TEXT", repr(text)))) / 1000


def _change(process: subprocess.Popen[str], page: Page) -> float:
    first = "document.querySelector('.row .status').dataset.status"
    page.evaluate("document.querySelector('[data-sort=name]').click()")
    before = page.evaluate(first)
    page.evaluate(
        "window.changed = new Promise((done) => { const seen = new MutationObserver(() => { if ("
        f"{first} != '{before}') {{ seen.disconnect(); done(true); }} }});"
        "seen.observe(document.querySelector('#rows'), {subtree: true, attributes: true, childList: true}); }); 0"
    )
    began = float(ask(process, "change"))
    page.evaluate("window.changed")
    return time.monotonic() - began


def ask(process: subprocess.Popen[str], line: str) -> str:
    """Write a line to the program, and return its answer."""
    assert process.stdin
    process.stdin.write(f"{line}\n")
    process.stdin.flush()
    return read_line(process).strip()
