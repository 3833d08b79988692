"""No word on a page that stays open but through `tray/texts`: its frame, what it is told, and what its script says."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.pseudo import pseudo_language, unmarked
from tests.support.samples import NOW
from tests.unit.test_pseudo_language import SNAPSHOTS, VALUES
from tests.unit.test_pseudo_pages import Words
from tray import app_pages
from tray.app_pages.notebooks import rows
from tray.app_pages.settings import values
from tray.app_pages.setup import shown
from tray.app_pages.shared import lines
from tray.app_pages.site import Pages
from tray.aws.cloud import Cloud
from tray.fleet.profiles import setting_checks
from tray.fleet.profiles.set_up_forms import Forms
from tray.fleet.snapshot import Snapshot
from tray.runtime.workers import Workers

SCRIPTS = sorted(Path(app_pages.__file__).parent.rglob("*.js"))
# Of what a page is told: keys of lines, settings and views, which no user reads.
NOT_READ = {"field", "key", "kind", "under_way", "view", "views"}
# What the set-up page is told of each profile of the AWS config, and the views.
STATES = ("added", "hidden", "new", "unusable", "classic")
# The strings of the scripts that look like words: names of keys, commands, statuses, of what the browser tells of.
OF_SCRIPTS = re.compile(r"(?:[A-Z][a-z]+)+")
CLASSES = {"quiet danger"}


@pytest.fixture(autouse=True)
def _pseudo() -> Iterator[None]:
    with pseudo_language():
        yield


def get(path: str) -> str:
    """Return the page at a path, as its browser gets it."""
    facts: Any = None
    forms = Forms(Cloud(), workers=Workers("forms", 1), askers=Workers("centers", 1))
    pages = Pages(Snapshot, lambda _: None, facts, forms, checks=setting_checks, set_up_seen=lambda: None)
    parts: list[bytes] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request"}

    async def send(message: dict[str, Any]) -> None:
        parts.append(message.get("body", b""))

    scope = {"type": "http", "method": "GET", "path": path, "root_path": "", "query_string": b"", "headers": []}
    asyncio.run(pages(scope, receive, send))
    return b"".join(parts).decode()


@pytest.mark.parametrize("path", ["/notebooks", "/settings", "/setup"])
def test_the_page_and_the_sentences_of_its_script(path: str) -> None:
    html = get(path)
    words = Words()
    words.feed(html)
    assert [word for text in words.found for word in unmarked(text)] == []
    assert words.language == "⟦en⟧"
    found = re.search(r'<script type="application/json"[^>]*>(.*?)</script>', html, re.DOTALL)
    assert found is not None
    sentences = json.loads(found[1])["words"]
    assert len(sentences) > 10
    # The places of a sentence are filled by the script.
    assert [each for text in sentences.values() for each in unmarked(re.sub(r"\{\w+\}", "", text))] == []


def read(told: Any, key: str = "") -> Iterator[str]:
    """Yield all that a user reads of what a page is told."""
    if key in NOT_READ:
        return
    if isinstance(told, dict):
        for name, value in told.items():
            yield from read(value, name)
    elif isinstance(told, list | tuple):
        for value in told:
            yield from read(value)
    elif isinstance(told, str):
        yield told


@pytest.mark.parametrize("known", SNAPSHOTS.values(), ids=SNAPSHOTS.keys())
def test_what_a_page_is_told(known: Snapshot) -> None:
    told = [
        rows.around(known, NOW),
        {**values.around(known, NOW), **values.profiles(known.listing)},
        shown.found_profiles(known),
        lines.shown(shown.results(known, [each.name for each in known.listing.profiles])),
    ]
    # A long sentence is in several lines, which are cut between words.
    assert unmarked(" ".join(read(told)), (*VALUES, *STATES)) == []


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: f"{path.parents[1].name}/{path.name}")
def test_a_script_has_no_words_of_its_own(script: Path) -> None:
    code = re.sub(r"^\s*//.*$|/\*.*?\*/", "", script.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
    strings = [one or other for one, other in re.findall(r'"((?:[^"\\\n]|\\.)*)"|`([^`]*)`', code)]
    texts = [re.sub(r"\$\{[^}]*\}", "", each) for each in strings]
    like_words = [each for each in texts if re.search(r"[A-Za-z]{2,} [A-Za-z]{2,}|\b[A-Z][a-z]", each)]
    assert [each for each in like_words if not OF_SCRIPTS.fullmatch(each) and each not in CLASSES] == []
