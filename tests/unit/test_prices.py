"""What notebook instances cost: what is asked for, what is kept of it, and what is said."""

from __future__ import annotations

import json
import math
import runpy
import stat
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.support.samples import NOW, notebook, snapshot
from tests.support.waiting import wait_until
from tests.unit.test_menu_layout import find, labels
from tray.aws.prices import price_of, rows
from tray.fleet.facts.price_files import DENIED_SECONDS, FRESH_DAYS, TABLE, PriceFile, Told, table, together
from tray.fleet.facts.prices import PriceAsking
from tray.fleet.refreshing.quiet_pace import WANTED_SECONDS
from tray.fleet.refreshing.unasked_calls import UnaskedCalls
from tray.fleet.snapshot import Listing, ScopeState
from tray.fleet.state import State
from tray.menu.layout import menu
from tray.menu.money import money_words
from tray.model.notebooks import Notebook, Scope
from tray.model.presence import Presence
from tray.model.prices import Price, cost
from tray.model.problems import Kind, TrayError
from tray.model.profile_names import MAXIMUM_NAME_LENGTH
from tray.runtime.workers import Workers
from tray.texts.clock import follow_time_zone, use_twelve_hours
from tray.texts.money import dollars, dollars_an_hour, total

HERE, IDLE = Presence(), Presence(idle=True)
TODAY = date.fromtimestamp(NOW)
ASKS = "GetProducts"
KEY = ("eu-west-1", "ml.t3.medium")
SAMPLE = Path(__file__).parents[1] / "support" / "price_file.json"


class Asked:
    """The service, with what it asks recorded. `answers` says what AWS tells, or raises."""

    def __init__(self, *notebooks: Notebook, path: Path | None = None) -> None:
        self.now = NOW
        self.asked: list[tuple[str, str, str]] = []
        self.errors: list[Exception] = []
        self.answers: Callable[[], float | None] = lambda: 0.06
        self.price_list = self
        self.state = State()
        states = (ScopeState(each.scope, (each,), NOW, asked_at=NOW) for each in notebooks)
        listing = Listing(scopes=tuple(states))
        self.state.listing.set(listing)
        self.looked: list[Listing] = []
        self.calls = UnaskedCalls(lambda: self.now)
        self.prices = PriceAsking(
            self.state,
            self,  # type: ignore[arg-type]
            calls=self.calls,
            workers=Workers("prices", 1, self.errors.append),
            file=PriceFile(path),
            shown=self.shown,
            on_end=lambda: None,
            clock=lambda: self.now,
        )
        self.prices.load()
        wait_until(lambda: self.state.snapshot.prices, "the table")

    def shown(self, listing: Listing) -> tuple[Notebook, ...]:
        self.looked.append(listing)
        return listing.notebooks

    def usd_per_hour(self, scope: Scope, instance_type: str) -> float | None:
        self.asked.append((scope.profile, scope.region, instance_type))
        return self.answers()

    def look(self, presence: Presence = HERE) -> None:
        """Have the user look at the menu, and let all time pass in which prices are asked for then."""
        self.prices.wanted()
        end = self.now + WANTED_SECONDS
        while (seconds := self.prices.due_in(presence)) <= end - self.now:
            self.now += seconds
            before = len(self.asked)
            self.prices.ask_next()
            wait_until(lambda before=before: len(self.asked) > before, "a price to be asked for")
            wait_until(lambda: self.prices._pace.is_waiting, "its answer")
        self.now = end


def running(name: str, instance_type: str = "ml.t3.medium", **more: str) -> Notebook:
    return replace(notebook(name, **more), instance_type=instance_type)


def test_an_idle_tray_asks_for_nothing() -> None:
    asked = Asked(running("a"))
    assert asked.prices.due_in(HERE) == math.inf
    asked.prices.wanted()
    assert asked.prices.due_in(IDLE) == math.inf
    assert asked.prices.due_in(HERE) < math.inf


def test_each_price_is_asked_for_once_a_month() -> None:
    stopped = running("d", "ml.p3.2xlarge", status="Stopped")
    asked = Asked(running("a"), running("b"), running("c", "ml.g4dn.xlarge"), stopped)
    asked.look()
    assert [each[2] for each in asked.asked] == ["ml.t3.medium", "ml.g4dn.xlarge"]
    assert asked.state.snapshot.prices[KEY] == Price(0.06, TODAY)
    asked.look()
    asked.now += (FRESH_DAYS - 1) * 86400
    asked.look()
    assert len(asked.asked) == 2
    asked.now += 86400
    asked.look()
    assert len(asked.asked) == 4
    assert not asked.errors


def test_what_the_menu_shows_is_chosen_once_for_each_list() -> None:
    asked = Asked(running("a"), running("b", "ml.g4dn.xlarge"))
    asked.look()
    asked.look()
    assert len(asked.looked) == 1
    asked.state.listing.update(lambda listing: replace(listing, scopes=listing.scopes[:1]))
    asked.look()
    assert len(asked.looked) == 2


def test_what_the_list_does_not_have_is_not_asked_for_again() -> None:
    asked = Asked(running("a", "ml.unheard.of"))
    asked.answers = lambda: None
    asked.look()
    asked.look()
    assert len(asked.asked) == 1
    assert ("eu-west-1", "ml.unheard.of") not in asked.state.snapshot.prices


def test_where_a_profile_may_not_ask_the_table_is_what_is_known_for_a_day() -> None:
    def refuse() -> float:
        raise TrayError("access-denied", kind=Kind.DENIED, operation=ASKS, profile="research", region="us-east-1")

    asked = Asked(running("a", region="us-east-1"), running("b", "ml.g4dn.xlarge", region="us-east-1"))
    asked.answers = refuse
    asked.look()
    assert len(asked.asked) == 1
    assert asked.state.snapshot.prices["us-east-1", "ml.t3.medium"] == table()["us-east-1", "ml.t3.medium"]
    asked.look()
    assert len(asked.asked) == 1
    asked.now += DENIED_SECONDS
    asked.look()
    assert len(asked.asked) == 2


def test_what_fails_is_not_asked_again_for_each_notebook_instance_of_that_type() -> None:
    def refuse() -> float:
        raise TrayError("credentials-expired", kind=Kind.SIGN_IN, profile="research")

    asked = Asked(*(running(f"n{each}") for each in range(9)), running("b", "ml.g4dn.xlarge"))
    asked.answers = refuse
    asked.look()
    assert [each[2] for each in asked.asked] == ["ml.t3.medium", "ml.g4dn.xlarge"]


def test_in_another_partition_there_is_no_such_list() -> None:
    china = running("a", region="cn-north-1")
    asked = Asked(replace(china, arn=china.arn.replace("arn:aws:", "arn:aws-cn:")))
    asked.prices.wanted()
    assert asked.prices.due_in(HERE) == math.inf


def test_what_was_told_is_there_in_the_next_run(tmp_path: Path) -> None:
    path = tmp_path / "prices.json"
    Asked(running("a"), path=path).look()
    again = Asked(running("a"), path=path)
    wait_until(lambda: KEY in again.state.snapshot.prices, "what is kept")
    again.look()
    assert not again.asked
    if not path.drive:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "odd",
    [
        *("no JSON", [], {}, {"prices": 1}, {"prices": [], "unlisted": [], "denied": {"research": math.inf}}),
        {"prices": [["eu-west-1", "ml.t3.medium", math.nan, "2026-01-01"]], "unlisted": [], "denied": {}},
        {"prices": [["eu-west-1", "ml.t3.medium", 1e9, "2026-01-01"]], "unlisted": [], "denied": {}},
        {"prices": [["eu-west-1", "ml.t3.medium", 1, "2026-13-01"], "x"], "unlisted": [[1, 2, 3]], "denied": {}},
    ],
)
def test_what_makes_no_sense_in_the_file_hides_nothing_else(tmp_path: Path, odd: Any) -> None:
    path = tmp_path / "prices.json"
    if isinstance(odd, dict) and isinstance(odd.get("prices"), list):
        odd["prices"].append(["us-east-1", "ml.t3.xlarge", 0.2, "2026-01-01"])
    path.write_text(json.dumps(odd))
    told = PriceFile(path).load()
    good = {("us-east-1", "ml.t3.xlarge"): Price(0.2, date(2026, 1, 1))}
    assert told.prices == (good if isinstance(odd, dict) and isinstance(odd.get("prices"), list) else {})
    assert told.may_ask("research", NOW)


def test_a_file_that_is_full_is_read_again(tmp_path: Path) -> None:
    many = range(3000)
    prices = {("r" * 64, f"ml.{each:061}"): Price(1 / 3, TODAY) for each in many}
    unlisted = {("r" * 64, f"ml.{each:061}"): TODAY for each in many}
    denied = {f"{each:04}".ljust(MAXIMUM_NAME_LENGTH, "部"): NOW for each in many}
    memory, file = PriceFile(None), PriceFile(tmp_path / "prices.json")
    memory._state.change(lambda _: Told(prices, unlisted, denied))
    memory.learn("eu-west-1", "ml.t3.medium", 0.06, TODAY)
    full = memory.deny("research", NOW)
    file._state.change(lambda _: full)
    assert file.load() == full
    assert full.prices[KEY] == Price(0.06, TODAY)
    assert len(full.prices) == len(full.unlisted) > 100


def test_the_table_has_a_day_and_a_source_and_gives_way_to_what_aws_told_this_user() -> None:
    whole = json.loads(TABLE.read_text("utf-8"))
    assert whole["source"].startswith("https://")
    listed = table()
    assert all(0 < price.usd_per_hour < 100 for price in listed.values())
    key = next(iter(listed))
    own = PriceFile(None).learn(*key, 0.9, TODAY)
    assert together(own, listed)[key] == Price(0.9, TODAY)
    assert together(own, listed).keys() == listed.keys()


@pytest.mark.parametrize(
    ("usd", "said"),
    [
        (0, "less than $0.01"),
        (0.07, "$0.07"),
        (0.996, "$1.00"),
        (1.94, "$1.90"),
        (9.96, "$10.00"),
        (58.3, "$58"),
        (99.6, "$100"),
        (1234, "$1,200"),
    ],
)
def test_amounts_are_said_as_roughly_as_they_are_known(usd: float, said: str) -> None:
    assert dollars(usd) == said


def test_the_total_is_said_as_roughly() -> None:
    assert total(0.001, 1).startswith("So far less than $0.01, by")
    assert total(1.94, 1).startswith("About $1.90 so far, by")
    assert total(1.94, 2).startswith("About $1.90 so far for 2, by")


def test_the_price_of_an_hour_is_said_to_the_hundredth_of_a_cent() -> None:
    assert [dollars_an_hour(usd) for usd in (0.05, 0.7364, 3.825, 20)] == ["$0.05", "$0.7364", "$3.825", "$20.00"]


class TestWords:
    def test_since_when_it_runs_and_what_that_costs(self) -> None:
        use_twelve_hours(twelve=False)
        now = datetime(2026, 3, 26, 18, 10).astimezone()
        since = replace(notebook("a"), modified=now.replace(hour=9).astimezone(UTC))
        prices = {KEY: Price(0.211, TODAY)}
        assert money_words(since, prices, now.timestamp()) == "Running since about 09:10, about $1.90 (list price)"
        assert money_words(since, {}, now.timestamp()) == "Running since about 09:10"
        assert money_words(replace(since, modified=None), prices, now.timestamp()) == ""
        ahead = now.timestamp() - 10 * 3600  # AWS' clock is ahead of this one
        assert money_words(since, prices, ahead) == "Running since about 08:10, less than $0.01 (list price)"
        use_twelve_hours(None)

    def test_a_stopped_one_still_costs_and_others_say_nothing(self) -> None:
        prices = {KEY: Price(0.06, TODAY)}
        assert money_words(notebook("a", "Stopped"), prices, NOW) == "Stopped, but its storage still costs"
        for status in ("Pending", "Stopping", "Failed", "Deleting", "Updating", ""):
            assert money_words(notebook("a", status), prices, NOW) == ""

    def test_the_menu_says_it_in_the_list_of_a_notebook_instance(self) -> None:
        shown = menu(snapshot(notebook("a"), notebook("b", "Stopped"), prices={KEY: Price(0.06, TODAY)}), NOW)
        assert any("(list price)" in label for label in labels(find(shown, "a — ").children))
        assert "Stopped, but its storage still costs" in labels(find(shown, "b — ").children)

    @pytest.mark.only_on("linux", "darwin", reason="on Windows, the time zone is that of the program's start")
    def test_a_user_who_travels_reads_the_time_of_the_place(self, monkeypatch: pytest.MonkeyPatch) -> None:
        use_twelve_hours(twelve=False)
        said = []
        for zone in ("UTC0", "JST-9"):
            monkeypatch.setenv("TZ", zone)
            shown = menu(snapshot(replace(notebook("a"), modified=datetime.fromtimestamp(NOW - 60, UTC))), NOW)
            said += [each for each in labels(find(shown, "a — ").children) if each.startswith("Running since")]
        monkeypatch.undo()
        follow_time_zone()
        use_twelve_hours(None)
        assert said == ["Running since about 07:59", "Running since about 16:59"]


class TestPriceFiles:
    def test_the_table_is_made_from_the_price_files_that_aws_publishes(self) -> None:
        made = runpy.run_path(str(Path(__file__).parents[2] / "packaging" / "price-table.py"))["table"]
        found = made([json.loads(SAMPLE.read_text("utf-8"))])
        assert found["on"] == "2026-10-01"
        assert found["usd_per_hour"] == {"us-east-1": {"ml.g4dn.xlarge": 0.7364, "ml.t3.medium": 0.05}}
        with pytest.raises(ValueError, match="no price"):
            made([{"publicationDate": "2026-10-01T00:00:00Z", "products": {}, "terms": {"OnDemand": {}}}])

    @pytest.mark.parametrize(
        "dimension",
        [
            {"unit": "GB-Mo", "pricePerUnit": {"USD": "0.14"}},
            {"unit": "Hrs", "pricePerUnit": {"USD": "0.0000000000"}},
            {"unit": "Hrs", "pricePerUnit": {"USD": "nan"}},
            {"unit": "Hrs", "pricePerUnit": {"USD": "1e9"}},
            {"unit": "Hrs", "pricePerUnit": {"CNY": "1.0"}},
            {"unit": "Hrs", "pricePerUnit": {"USD": 0.05}},
            {"unit": None},
        ],
    )
    def test_what_is_no_price_of_an_hour_is_none(self, dimension: object) -> None:
        assert price_of([{"priceDimensions": {"a": dimension}}, None, 1, {"priceDimensions": []}]) is None

    @pytest.mark.parametrize("product", [None, [], {"product": {}}, {"product": {"attributes": {"regionCode": 1}}}])
    def test_a_product_of_another_form_is_none(self, product: object) -> None:
        assert not list(rows(product))


def test_what_it_costs_is_by_the_hour() -> None:
    assert cost(Price(0.5, TODAY), 5400) == 0.75
    assert cost(Price(0.5, TODAY), -1) == 0
