"""The page of all notebook instances: a real Chromium, the tray as a process of its own, and the embedded endpoint."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.desktop.test_app import RUNNING, World
from tests.desktop.test_app import configured as configured
from tests.desktop.test_app import world as world
from tests.support.axe import findings
from tests.support.browser import DefaultBrowser
from tests.support.chromium import headless_chromium
from tests.support.devtools import Page, attached
from tests.support.endpoint.faults import Fault, Trouble
from tests.support.menu_client import MenuClient
from tests.support.secrets_scan import scan_for
from tests.support.waiting import wait_until
from tray.demo.activity import JupyterActivity, Kernel
from tray.demo.world import Durations, Status

ACCOUNT, REGION = "111122223333", "eu-west-1"
SHOWN = "document.querySelectorAll('.row').length"


@pytest.fixture
def browser(configured: World, tmp_path: Path) -> Iterator[DefaultBrowser]:
    configured.environment["XDG_STATE_HOME"] = str(tmp_path / "state")
    configured.cloud.endpoint.world.durations = Durations(1.0, 1.0, 1.0, readying_seconds=1.0)
    with headless_chromium(tmp_path / "browser") as (command, found):
        configured.environment["BROWSER"] = command
        yield found


@contextmanager
def all_notebooks(world: World, browser: DefaultBrowser) -> Iterator[tuple[MenuClient, Page]]:
    """Open the page from the menu of a tray that has listed everything."""
    with world.tray() as (_, menu):
        menu.wait_for_entry(RUNNING)
        menu.click("All notebooks…")
        with browser.devtools().page_where(f"{SHOWN} == 8") as page:
            yield menu, page


def press(page: Page, key: str) -> None:
    text = key if len(key) == 1 else "\r" if key == "Enter" else ""
    for kind in ("keyDown", "keyUp"):
        more = {"text": text} if text and kind == "keyDown" else {}
        code = {"Enter": 13, "ArrowDown": 40, "ArrowUp": 38, "Escape": 27, "Tab": 9, "End": 35, "Home": 36}
        page.call("Input.dispatchKeyEvent", type=kind, key=key, windowsVirtualKeyCode=code.get(key, 0), **more)


def type_text(page: Page, text: str) -> None:
    for letter in text:
        press(page, letter)


def names(page: Page) -> list[str]:
    return list(page.evaluate("[...document.querySelectorAll('.row .name')].map(each => each.textContent)"))


def row(name: str) -> str:
    return f"[...document.querySelectorAll('.row')].find(r => r.querySelector('.name').textContent == '{name}')"


def focused(page: Page) -> str:
    return str(
        page.evaluate("document.activeElement.querySelector?.('.name')?.textContent ?? document.activeElement.id")
    )


def led_to(world: World, name: str) -> None:
    calls = world.cloud.endpoint.recorder.calls
    wait_until(
        lambda: any(
            call.parameters["NotebookInstanceName"] == name for call in calls("CreatePresignedNotebookInstanceUrl")
        ),
        f"a link for {name}",
    )


def test_it_is_found_and_opened_and_the_address_holds_nothing(
    configured: World, browser: DefaultBrowser, tmp_path: Path
) -> None:
    with all_notebooks(configured, browser) as (_, page):
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/notebooks", page.evaluate("location.href"))
        assert page.evaluate("document.cookie") == "", "no script reads the cookie"
        cookies = page.call("Network.getCookies")["cookies"]
        assert [(each["httpOnly"], each["sameSite"]) for each in cookies] == [(True, "Strict")]
        secret = cookies[0]["value"]
        assert focused(page) == "search"
        page.call("Page.reload")
        page.wait_until(f"{SHOWN} == 8 && document.activeElement.id == 'search'")
        type_text(page, "churn")
        page.wait_until(f"{SHOWN} == 1")
        assert names(page) == ["churn-model"]
        assert page.evaluate("document.querySelector('#count').textContent") == "1 of 8 shown"
        press(page, "ArrowDown")
        assert focused(page) == "churn-model"
        press(page, "Enter")
        led_to(configured, "churn-model")
        wait_until(lambda: len(browser.devtools().pages()) > 1, "the tab with the notebook instance")
        assert scan_for(secret, [tmp_path], excluding=[browser.profile]) == []
    assert "/enter/" not in browser.starts.read_text()
    assert "enter/" not in (tmp_path / "tray.log").read_text()


def test_more_pages_than_a_browser_has_connections_for_are_all_of_use(
    configured: World, browser: DefaultBrowser
) -> None:
    """A browser has six connections to a host, and each stream of changes takes one for as long as it is open."""
    with all_notebooks(configured, browser) as (menu, first):
        for number in range(2, 9):
            menu.click("All notebooks…")
            wait_until(lambda n=number: listing(browser) == n, f"page {number} with its rows")
        configured.cloud.endpoint.world.stop(ACCOUNT, REGION, "churn-model")
        first.call("Page.bringToFront")
        first.evaluate("document.querySelector('#refresh').click()")
        first.wait_until("document.querySelector('#rows').textContent.includes('Stopp')")
        assert first.evaluate("document.querySelector('#message').hidden")
        opens = (
            "[...document.querySelectorAll('.row')].find(r => r.querySelector('[data-do=main]').textContent == 'Open')"
        )
        name = str(first.evaluate(f"{opens}.querySelector('.name').textContent"))
        first.evaluate(f"{opens}.querySelector('[data-do=main]').click()")
        led_to(configured, name)


def listing(browser: DefaultBrowser) -> int:
    """How many tabs show the rows."""
    found = 0
    for target in browser.devtools().pages():
        with attached(target) as page:
            found += page.is_true(f"{SHOWN} == 8")
    return found


def test_one_with_capital_letters_is_opened(configured: World, browser: DefaultBrowser) -> None:
    playing = configured.cloud.endpoint.world
    playing.put(replace(playing.notebook(ACCOUNT, REGION, "churn-model"), name="Churn-Model-B"))
    with configured.tray() as (_, menu):
        menu.wait_for_entry(re.compile("of 9 running"))
        menu.click("All notebooks…")
        with browser.devtools().page_where(f"{SHOWN} == 9") as page:
            page.evaluate(f"{row('Churn-Model-B')}.querySelector('[data-do=main]').click()")
            led_to(configured, "Churn-Model-B")


def test_a_stopped_one_is_found_by_a_filter_started_and_opened(configured: World, browser: DefaultBrowser) -> None:
    with all_notebooks(configured, browser) as (_, page):
        page.evaluate(
            "document.querySelector('#status').value = 'Stopped'; "
            "document.querySelector('#status').dispatchEvent(new Event('change')); 0"
        )
        page.wait_until(f"{SHOWN} > 0 && {SHOWN} < 8")
        assert "customer-segments" in names(page)
        assert set(page.evaluate("[...document.querySelectorAll('.row .status')].map(e => e.dataset.status)")) == {
            "Stopped"
        }
        page.evaluate(
            "document.querySelector('#status').value = ''; "
            "document.querySelector('#status').dispatchEvent(new Event('change')); 0"
        )
        page.evaluate(f"{row('customer-segments')}.querySelector('[data-do=main]').click()")
        page.wait_until(f"{row('customer-segments')}.querySelector('.status').textContent.startsWith('Starting')")
        led_to(configured, "customer-segments")
        page.wait_until(f"{row('customer-segments')}.querySelector('.status').textContent == 'Running'")
    assert len(configured.cloud.endpoint.recorder.calls("StartNotebookInstance")) == 1


def test_a_busy_one_is_stopped_with_the_keyboard_after_the_question(configured: World, browser: DefaultBrowser) -> None:
    playing = configured.cloud.endpoint.world
    since = playing.clock() - timedelta(hours=1)
    kernels = JupyterActivity((Kernel(since), Kernel(since)))
    playing.put(replace(playing.notebook(ACCOUNT, REGION, "churn-model"), activity=kernels))

    def stops() -> int:
        return len(configured.cloud.endpoint.recorder.calls("StopNotebookInstance"))

    asks = "document.activeElement.textContent == 'Stop churn-model?'"
    with all_notebooks(configured, browser) as (_, page):
        type_text(page, "churn")
        press(page, "ArrowDown")
        press(page, "x")
        page.wait_until(asks)  # the question has the focus
        assert "2 kernels running since" in page.evaluate("document.querySelector('#notices').innerText")
        assert stops() == 0
        press(page, "Tab")
        press(page, "Tab")
        assert page.evaluate("document.activeElement.textContent") == "Leave it running"
        press(page, "Enter")
        page.wait_until("document.querySelector('#notices').hidden")
        assert (stops(), focused(page)) == (0, "churn-model")
        press(page, "x")
        page.wait_until(asks)
        press(page, "Tab")
        assert page.evaluate("document.activeElement.textContent") == "Stop it"
        press(page, "Enter")
        page.wait_until(f"/^Stop/.test({row('churn-model')}.querySelector('.status').textContent)")
        wait_until(lambda: stops() == 1, "the stop")


def test_where_the_menu_leaves_some_out_the_page_shows_all_of_that_profile(
    configured: World, browser: DefaultBrowser
) -> None:
    playing = configured.cloud.endpoint.world
    one = playing.notebook(ACCOUNT, REGION, "churn-model")
    for at in range(160):
        playing.put(replace(one, name=f"bulk-{at:03}"))
    with configured.tray() as (_, menu):
        menu.wait_for_entry(re.compile("of 168 running"))
        menu.click(re.compile("^research, bulk-000"), "All of research…")
        shown = "document.querySelector('#count')?.textContent ?? ''"
        with browser.devtools().page_where(f"/^[0-9]+ of 168 shown/.test({shown})") as page:
            assert page.evaluate(shown) == "165 of 168 shown"
            assert page.evaluate("document.querySelector('#profile').value") == "research"
            assert re.fullmatch(r"http://127\.0\.0\.1:\d+/notebooks", page.evaluate("location.href"))
            page.call("Page.reload")
            page.wait_until(f"{shown} == '168 in all'")


def test_it_is_used_with_the_keyboard_alone(configured: World, browser: DefaultBrowser) -> None:
    with all_notebooks(configured, browser) as (_, page):
        press(page, "ArrowDown")
        first, last = names(page)[0], names(page)[-1]
        assert focused(page) == first
        press(page, "End")
        assert focused(page) == last
        press(page, "Home")
        press(page, "ArrowUp")
        assert focused(page) == "search"
        type_text(page, "customer-seg")
        page.wait_until(f"{SHOWN} == 1")
        press(page, "ArrowDown")
        press(page, "s")
        page.wait_until(f"{row('customer-segments')}.querySelector('.status').dataset.status == 'InService'")
        assert len(configured.cloud.endpoint.recorder.calls("CreatePresignedNotebookInstanceUrl")) <= 1, (
            "a start alone opens nothing; whether its Jupyter answers is asked behind a link"
        )
        assert len(browser.devtools().pages()) == 1
        press(page, "m")
        page.wait_until(
            "document.querySelector('dialog[open]') && document.activeElement.textContent.startsWith('Open ')"
        )
        press(page, "ArrowDown")
        press(page, "Enter")
        led_to(configured, "customer-segments")
        calls = configured.cloud.endpoint.recorder.calls("CreatePresignedNotebookInstanceUrl")
        assert focused(page) == "customer-segments"
        assert calls
        press(page, "/")
        assert focused(page) == "search"
        press(page, "Escape")
        page.wait_until(f"{SHOWN} == 8")


def test_rows_out_of_sight_are_filled_anew_and_the_focus_stays(configured: World, browser: DefaultBrowser) -> None:
    playing = configured.cloud.endpoint.world
    one = playing.notebook(ACCOUNT, REGION, "churn-model")
    playing.put(*(replace(one, name=f"bulk-{at:03}") for at in range(300)))
    with configured.tray() as (_, menu):
        menu.wait_for_entry(re.compile("of 308 running"))
        menu.click(re.compile("All notebooks…$"))
        with browser.devtools().page_where("document.querySelector('#count')?.textContent == '308 in all'") as page:
            page.evaluate(
                "window.made = new Set(); window.count = () => document.querySelectorAll('.row').forEach("
                "(each) => made.add(each)); new MutationObserver(count).observe(document.querySelector('#rows'),"
                " { childList: true }); count(); 0"
            )
            press(page, "ArrowDown")
            for key, name in (("End", "customer-segments"), ("Home", "bulk-000"), ("End", "customer-segments")):
                press(page, key)
                page.wait_until(f"document.activeElement.querySelector?.('.name')?.textContent == '{name}'")
                shown = page.evaluate("[...document.querySelectorAll('.row')].map(e => [e.dataset.arn, e.innerText])")
                assert all(arn.rpartition("/")[2] in text for arn, text in shown)
            press(page, "/")
            for _typed in range(3):
                type_text(page, "customer")
                page.wait_until(f"{SHOWN} == 1")
                press(page, "Escape")
                page.wait_until(f"{SHOWN} > 8")
            assert page.evaluate("made.size") <= 2 * page.evaluate(SHOWN), "rows are used again"


def test_what_is_in_sight_stays_there_and_the_next_row_takes_the_place_of_one_that_goes(
    configured: World, browser: DefaultBrowser
) -> None:
    configured.cli("profiles", "set", "research", "--rename", "Zürich")
    playing = configured.cloud.endpoint.world
    one = playing.notebook(ACCOUNT, REGION, "churn-model")
    playing.put(*(replace(one, name=f"bulk-{at:03}") for at in range(100)))

    def changes(to: str) -> None:
        page.evaluate("fetch('/notebooks/do', { method: 'POST', body: JSON.stringify({ kind: 'Refresh' }) }); 0")
        page.wait_until(f"document.querySelector('#count').textContent == '{to}'")

    top = "document.activeElement.getBoundingClientRect().top"
    with configured.tray() as (_, menu):
        menu.wait_for_entry(re.compile("of 108 running"))
        menu.click(re.compile("All notebooks…$"))
        with browser.devtools().page_where("document.querySelector('#count')?.textContent == '108 in all'") as page:
            page.call("Emulation.setDeviceMetricsOverride", width=1280, height=800, deviceScaleFactor=1, mobile=False)
            type_text(page, "zurich ml.T3")  # without the accent
            page.wait_until("document.querySelector('#count').textContent == '103 of 108 shown'")
            press(page, "ArrowDown")
            press(page, "End")
            last, before = focused(page), page.evaluate(top)
            playing.put(*(replace(one, name=f"above-{at}") for at in range(3)))
            changes("106 of 111 shown")
            assert (focused(page), page.evaluate(top)) == (last, before)
            page.evaluate("scrollTo(0, 2000)")
            page.wait_until_painted()
            page.evaluate(f"{row('bulk-050')}.focus(); 0")
            before = page.evaluate(top)
            playing.remove(ACCOUNT, REGION, "bulk-050")
            changes("105 of 110 shown")
            page.wait_until_painted()
            assert (focused(page), page.evaluate(top)) == ("bulk-051", before)
            page.evaluate("document.activeElement.blur(); 0")
            first = f"{row('bulk-052')}.getBoundingClientRect().top"
            before = page.evaluate(first)
            playing.remove(ACCOUNT, REGION, "above-0")
            changes("104 of 109 shown")
            assert page.evaluate(first) == before, "what the user reads or points at"
            # One of those in sight goes far away, by its status, and takes the view of nobody with it.
            at = "Math.ceil(-document.querySelector('#rows').getBoundingClientRect().top / 44)"
            begins = "[...document.querySelectorAll('.row')].sort((a, b) => a.ariaRowIndex - b.ariaRowIndex)"
            goes = page.evaluate(
                f"{begins}.find(each => each.ariaRowIndex - 2 == {at}).querySelector('.name').textContent"
            )
            playing.put(replace(playing.notebook(ACCOUNT, REGION, goes), status=Status.FAILED))
            page.evaluate("fetch('/notebooks/do', { method: 'POST', body: JSON.stringify({ kind: 'Refresh' }) }); 0")
            page.wait_until(f"!({row(goes)})")  # it is far below what is drawn
            assert abs(page.evaluate(first) - before) <= 44


def test_one_press_does_a_thing_once(configured: World, browser: DefaultBrowser) -> None:
    with all_notebooks(configured, browser) as (_, page):
        page.evaluate(
            "window.sent = []; const real = fetch;"
            " window.fetch = (path, what) => { sent.push(what.body); return real(path, what); }; 0"
        )
        x, y = page.evaluate(
            f"(() => {{ const box = {row('churn-model')}.querySelector('[data-do=main]').getBoundingClientRect();"
            " return [box.x + box.width / 2, box.y + box.height / 2]; })()"
        )
        for count in (1, 2):
            for kind in ("mousePressed", "mouseReleased"):
                page.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=count)
        led_to(configured, "churn-model")
        page.call("Page.bringToFront")
        page.evaluate(f"{row('demand-forecast')}.focus(); 0")
        for held in (False, True, True):
            enter = {"key": "Enter", "text": "\r", "windowsVirtualKeyCode": 13, "autoRepeat": held}
            page.call("Input.dispatchKeyEvent", type="keyDown", **enter)
        led_to(configured, "demand-forecast")
        page.call("Page.bringToFront")
        sent = page.evaluate("sent.filter(each => each.includes('OpenNotebook')).map(each => JSON.parse(each).arn)")
        assert [arn.rpartition("/")[2] for arn in sent] == ["churn-model", "demand-forecast"]


def test_of_what_changes_each_minute_nothing_is_read_aloud_but_to_who_asks(
    configured: World, browser: DefaultBrowser
) -> None:
    with all_notebooks(configured, browser) as (_, page):
        live = "document.querySelector('#state').closest('[aria-live=polite], [role=status], [role=alert]')"
        assert page.evaluate(f"{live} == null")
        page.evaluate("document.querySelector('#refresh').focus(); 0")
        press(page, "Enter")
        page.wait_until(f"!!{live}")
        press(page, "Tab")
        assert page.evaluate(f"{live} == null")


def test_where_a_line_above_the_list_goes_the_focus_goes_to_a_row(configured: World, browser: DefaultBrowser) -> None:
    fault = configured.cloud.endpoint.faults
    fault.add(Fault(Trouble.ERROR, "AccessDeniedException", operation="ListNotebookInstances", region="us-east-1"))
    lines = "[...document.querySelectorAll('#notices button')]"
    with configured.tray() as (_, menu):
        menu.wait_for_entry(re.compile("Access denied"))
        menu.click(re.compile("All notebooks…$"))
        with browser.devtools().page_where(f"{lines}.length > 0 && {SHOWN} > 0") as page:
            page.evaluate(f"{lines}[0].focus(); 0")
            fault.clear()
            page.evaluate("fetch('/notebooks/do', { method: 'POST', body: JSON.stringify({ kind: 'Refresh' }) }); 0")
            page.wait_until("document.querySelector('#notices').hidden")
            assert focused(page) == names(page)[0]


def test_what_fails_is_seen_and_heard_far_down_in_the_list_too(configured: World, browser: DefaultBrowser) -> None:
    playing = configured.cloud.endpoint.world
    one = playing.notebook(ACCOUNT, REGION, "churn-model")
    playing.put(*(replace(one, name=f"bulk-{at:03}") for at in range(100)))
    refuse = Fault(Trouble.ERROR, "AccessDeniedException", operation="CreatePresignedNotebookInstanceUrl")
    configured.cloud.endpoint.faults.add(refuse)
    message = "document.querySelector('#message')"
    with configured.tray() as (_, menu):
        menu.wait_for_entry(re.compile("of 108 running"))
        menu.click(re.compile("All notebooks…$"))
        with browser.devtools().page_where("document.querySelector('#count')?.textContent == '108 in all'") as page:
            page.call("Emulation.setDeviceMetricsOverride", width=1280, height=800, deviceScaleFactor=1, mobile=False)
            press(page, "ArrowDown")
            press(page, "Enter")
            page.wait_until(
                "document.querySelector('#heard').textContent.startsWith('Opening bulk-000: Access denied')"
            )
            assert page.evaluate(f"{message}.hidden"), "it is in sight above the list"
            press(page, "End")
            page.evaluate("scrollTo(0, 3000)")
            page.wait_until_painted()
            page.evaluate(f"{row('bulk-070')}.focus(); 0")
            press(page, "Enter")
            page.wait_until(f"{message}.textContent.startsWith('Opening bulk-070: Access denied The AWS profile')")
            assert page.evaluate(f"{message}.checkVisibility()")
            page.evaluate("document.querySelector('[data-path=\"notice dismiss\"]').click()")
            page.wait_until(f"{message}.hidden")


def test_what_aws_changes_is_seen_without_a_reload(configured: World, browser: DefaultBrowser) -> None:
    with all_notebooks(configured, browser) as (_, page):
        playing = configured.cloud.endpoint.world
        playing.put(replace(playing.notebook(ACCOUNT, REGION, "churn-model"), status=Status.FAILED))
        page.evaluate("window.marked = true; document.querySelector('#refresh').click(); 0")
        # In less than half a minute, after which a page is told everything anew.
        page.wait_until(f"{row('churn-model')}.querySelector('.status').textContent == 'Failed'", seconds=20)
        assert page.evaluate("window.marked")


def test_the_hours_that_each_ran_are_drawn_and_told(configured: World, browser: DefaultBrowser, tmp_path: Path) -> None:
    place = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:notebook-instance/"
    now = datetime.now().astimezone()
    kept = {
        "until": int(now.timestamp() // 360),
        "day": now.date().toordinal(),
        "watched": bytes([0, 0, *[240] * 11, 10]).hex(),
        "ran": {"churn-model": bytes([0, 0, *[0] * 9, 240, 80, 0]).hex()},
        "missed": {},
    }
    file = tmp_path / "state" / "notebook-tray" / "running-hours.json"
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps({"places": {place: kept}}))
    words = "Running 32 h in the last 14 days, 2 of them not seen"
    with all_notebooks(configured, browser) as (_, page):
        cell = f"{row('churn-model')}.querySelector('.days')"
        page.wait_until(f"{cell}.querySelector('svg').getAttribute('aria-label') == '{words}'")
        bars = f"(kind) => {cell}.querySelector('.' + kind).getAttribute('d').split('M').length - 1"
        assert page.evaluate(f"['ran', 'idle', 'unseen'].map({bars})") == [2, 10, 2]
        type_text(page, "churn")
        press(page, "ArrowDown")
        press(page, "m")
        page.wait_until("!!document.querySelector('dialog[open]')")
        assert page.evaluate("document.querySelector('#days summary').textContent") == words
        page.evaluate("document.querySelector('#days summary').focus()")
        press(page, "Enter")
        page.wait_until("document.querySelector('#days').open")
        lines = page.evaluate("[...document.querySelectorAll('#days li')].map(each => each.textContent)")
        assert [line.partition(": ")[2] for line in lines[:3]] == ["running 0 h", "running 8 h", "running 24 h"]
        assert lines[-1].endswith(": not seen")
        assert findings(page) == []
        places = wait_until(lambda: len(json.loads(file.read_text())["places"]) == 3 and file, "all to be kept")
        assert places.stat().st_mode & 0o777 == 0o600
        assert set(json.loads(file.read_text())["places"][place]["ran"]) == {"churn-model"}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 320], ids=["wide", "400-percent"])
def test_who_is_not_let_in_reads_how_to_be(configured: World, browser: DefaultBrowser, scheme: str, width: int) -> None:
    with all_notebooks(configured, browser) as (_, page):
        page.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        page.call("Emulation.setDeviceMetricsOverride", width=width, height=800, deviceScaleFactor=1, mobile=False)
        page.call("Network.clearBrowserCookies")
        page.call("Page.reload")
        page.wait_until("document.querySelector('h1').textContent == 'Open this page from the tray'")
        page.wait_until_painted()
        paper = page.evaluate("getComputedStyle(document.querySelector('main')).backgroundColor")
        assert paper == ("rgb(255, 255, 255)" if scheme == "light" else "rgb(29, 34, 45)"), "it has its style"
        assert page.evaluate("document.querySelector('.product').textContent") == "Notebook Tray"
        assert findings(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing scrolls sideways"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 320], ids=["wide", "400-percent"])
def test_everybody_can_use_it(configured: World, browser: DefaultBrowser, scheme: str, width: int) -> None:
    def check(state: str) -> None:
        page.wait_until_painted()
        assert findings(page) == [], state
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{state}: it scrolls sideways"

    with all_notebooks(configured, browser) as (_, page):
        media = {"prefers-color-scheme": scheme, "prefers-reduced-motion": "reduce"}
        page.call("Emulation.setEmulatedMedia", features=[{"name": name, "value": media[name]} for name in media])
        # 400 % of a screen of 1280 pixels: WCAG 2.2, 1.4.10.
        page.call("Emulation.setDeviceMetricsOverride", width=width, height=800, deviceScaleFactor=1, mobile=False)
        check("all")
        type_text(page, "nothing like it")
        page.wait_until("!document.querySelector('#nothing').hidden")
        check("nothing found")
        press(page, "Escape")
        page.wait_until(f"{SHOWN} == 8")
        for _row in range(8):
            press(page, "ArrowDown")
            check(f"the row of {focused(page)}")
        press(page, "Home")
        press(page, "x")
        page.wait_until("document.activeElement.matches('#notices h2')")
        check("a question")
        page.evaluate(f"{row('customer-segments')}.querySelector('[data-do=more]').click()")
        page.wait_until("!!document.querySelector('dialog[open]')")
        check("a list of actions")
        page.evaluate("document.querySelector('#days summary').click()")
        check("the days in words")
        press(page, "Escape")
        page.wait_until("!document.querySelector('dialog[open]')")
        configured.cloud.endpoint.faults.add(
            Fault(Trouble.ERROR, "AccessDeniedException", operation="ListNotebookInstances")
        )
        page.evaluate("document.querySelector('#refresh').click()")
        page.wait_until("!!document.querySelector('#notices .problem')", seconds=30)
        check("problems")
        assert page.evaluate("document.getAnimations().length") == 0, "nothing moves"
        page.evaluate(f"{row('churn-model')}.querySelector('[data-do=more]').click()")
        page.wait_until("!!document.querySelector('dialog[open]')")
        check("a list of actions of what was listed before")
        press(page, "Escape")
        # What the page says after the tray has gone, or refused.
        page.evaluate(
            "{ const message = document.querySelector('#message');"
            " message.textContent = 'That did not work.'; message.hidden = false; } 0"
        )
        check("a message")


def test_rows_fit_every_window(configured: World, browser: DefaultBrowser) -> None:
    with all_notebooks(configured, browser) as (_, page):
        for width in (320, 560, 800, 1119, 1121, 1200, 1278, 1281, 1471, 1473, 1920):
            page.call("Emulation.setDeviceMetricsOverride", width=width, height=800, deviceScaleFactor=1, mobile=False)
            page.wait_until_painted()
            for part in (".row", "#columns"):
                wide = f"(each => each.scrollWidth <= each.clientWidth)(document.querySelector('{part}'))"
                page.wait_until(wide, seconds=20)


def test_every_way_of_the_page_is_walked_with_the_keyboard(configured: World, browser: DefaultBrowser) -> None:
    on = "document.activeElement"
    with all_notebooks(configured, browser) as (_, page):
        for name, some in (("status", "Stopped"), ("profile", "research"), ("region", "eu-west-1")):
            press(page, "Tab")
            assert focused(page) == name
            for _press in range(8):
                if page.evaluate(f"{on}.value") == some:
                    break
                press(page, "ArrowDown")
            assert page.evaluate(f"{on}.value") == some
        page.wait_until(f"{SHOWN} == 1")
        assert names(page) == ["customer-segments"]
        press(page, "Tab")
        assert page.evaluate(f"{on}.dataset.sort") == "name"
        for _press in range(2):
            press(page, "Enter")
        assert page.evaluate(f"{on}.parentElement.getAttribute('aria-sort')") == "descending"
        while page.evaluate(f"{on}.dataset.sort ?? ''"):
            press(page, "Tab")
        assert focused(page) == "customer-segments"
        press(page, "Tab")
        assert page.evaluate(f"{on}.textContent") == "Start and open"
        press(page, "Tab")
        assert page.evaluate(f"{on}.textContent") == "More"
        press(page, "Enter")
        page.wait_until("!!document.querySelector('dialog[open]')")
        for _press in range(30):
            if page.evaluate(f"{on}.matches('#days summary')"):
                break
            press(page, "Tab")
        press(page, "Enter")
        page.wait_until("document.querySelector('#days').open")
        press(page, "Escape")
        page.wait_until("!document.querySelector('dialog[open]')")
        assert page.evaluate(f"{on}.closest('.row')?.querySelector('.name').textContent") == "customer-segments"
        press(page, "/")
        type_text(page, "xyz")
        page.wait_until("!document.querySelector('#nothing').hidden")
        for _press in range(6):
            if focused(page) == "clear":
                break
            press(page, "Tab")
        press(page, "Enter")
        page.wait_until(f"{SHOWN} == 8 && {on}.id == 'search'")


def test_owners_are_shown_and_found_once_their_tag_is_named(configured: World, browser: DefaultBrowser) -> None:
    asked = configured.cloud.endpoint.recorder.calls
    with all_notebooks(configured, browser) as (_, page):
        page.wait_until(f"{row('churn-model')}.querySelector('.days svg')?.getAttribute('aria-label')?.length > 5")
        assert not asked("ListTags"), "nobody has asked for owners"
        assert "owner" not in page.evaluate("document.querySelector('#search').placeholder")
        assert "“Owner”" in configured.cli("owner-tag", "Owner")
        page.wait_until("document.querySelector('#search').placeholder.includes('owner')")
        page.wait_until(
            f"{row('churn-model')}.querySelector('.profile').textContent == 'research, Ana Lima'", seconds=60
        )
        type_text(page, "lima")
        page.wait_until(f"{SHOWN} == 1")
        assert names(page) == ["churn-model"]
        press(page, "ArrowDown")
        press(page, "m")
        page.wait_until("!!document.querySelector('dialog[open]')")
        about = page.evaluate("document.querySelector('#more-about').textContent")
        assert about == "research · 111122223333 · Owner: Ana Lima"
        assert findings(page) == []
        press(page, "Escape")
        configured.cli("owner-tag", "--off")
        page.wait_until(f"{SHOWN} == 0")


def test_the_command_opens_it_in_the_running_tray(configured: World, browser: DefaultBrowser) -> None:
    with configured.tray() as (_, menu):
        menu.wait_for_entry(RUNNING)
        assert configured.cli("show") == "The tray opens the page in the browser.\n"
        with browser.devtools().page_where(f"{SHOWN} == 8") as page:
            assert page.evaluate("document.title") == "All notebooks – Notebook Tray"
