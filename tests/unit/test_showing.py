"""The pages that stay open: one server for all of them, made with the first, and made anew once it has gone."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from tests.support.waiting import wait_until
from tray.aws.cloud import Cloud
from tray.fleet.profiles.set_up_forms import Forms
from tray.fleet.snapshot import Outcome
from tray.fleet.state import State
from tray.fleet.tasks import TaskRunner
from tray.model.activation import Activation
from tray.model.commands import ShowNotebooks
from tray.model.running_hours import Day
from tray.runtime.workers import Workers
from tray.wiring.showing import OpenPages


class NoFacts:
    def days(self, _arn: str) -> tuple[Day, ...]:
        return ()

    def in_sight(self, _arns: tuple[str, ...]) -> None:
        pass


class Bench:
    def __init__(self) -> None:
        self.state = State()
        self.ended: list[Outcome] = []
        self.opened: list[str] = []
        self.errors: list[Exception] = []
        self.pages = OpenPages(
            TaskRunner(self.state.tasks, lambda _task, outcome, _problem: self.ended.append(outcome)),
            lambda: self.state.snapshot,
            lambda _: None,
            forms=lambda: Forms(Cloud(), workers=Workers("forms", 2), askers=Workers("centers", 2)),
            workers=Workers("pages", 2, self.errors.append),
            open_page=self.open_page,
            facts=NoFacts(),
            set_up_seen=lambda: None,
        )

    def open_page(self, url: str, _: Activation | None) -> None:
        self.opened.append(url)

    def show(self, *profiles: str) -> str:
        before = len(self.ended)
        self.pages.show(ShowNotebooks(profiles))
        wait_until(lambda: len(self.ended) > before, "the page to be opened")
        assert self.ended[-1] is Outcome.DONE
        return self.opened[-1]

    def close(self) -> None:
        if self.pages._now is not None:
            self.pages._now[0].close()


@pytest.fixture
def bench() -> Iterator[Bench]:
    made = Bench()
    yield made
    made.close()
    assert made.errors == []


def port(url: str) -> str:
    return url.split(":")[2].partition("/")[0]


def test_pages_share_a_server_and_each_is_opened_by_an_address_of_its_own(bench: Bench) -> None:
    first, second = bench.show(), bench.show()
    assert port(first) == port(second)
    assert first != second


def test_the_address_of_a_filtered_page_names_no_profile(bench: Bench) -> None:
    assert "research" not in bench.show("research")
    assert "research" not in bench.show("research", "forecasting"), "nor when the server is there already"


def test_once_it_has_gone_the_next_page_gets_another(bench: Bench) -> None:
    first = bench.show()
    bench.close()
    wait_until(lambda: bench.pages._now is None, "the end of the server")
    bench.pages.changed()  # which finds nobody to tell
    assert bench.show() != first
    assert [each.name for each in threading.enumerate()].count("pages") == 1


def test_without_loopback_the_user_is_told(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    from tray.web import app_server

    def fails(_: int) -> None:
        raise OSError(98, "Address already in use")

    monkeypatch.setattr(app_server, "listen_on_loopback", fails)
    bench.pages.show(ShowNotebooks())
    notice = wait_until(lambda: bench.state.snapshot.tasks.notice, "the notice")
    assert notice.problem.title == "The page can't be shown"
    assert "Address already in use" in notice.problem.message
    assert bench.opened == []
