"""A left click on which the host calls Activate, which the icon refuses, and then opens the menu or does not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from jeepney.wrappers import DBusErrorResponse

from tests.support.notes import note
from tests.support.stub_notifications import StubNotifications
from tests.support.waiting import wait_until
from tray.desktop.icon import KeyedItem, Menu
from tray.desktop.icon.linux import left_click

if TYPE_CHECKING:
    from tests.support.menu_client import MenuClient
    from tests.support.sample_icon import Sample


@pytest.fixture
def server(bus: str) -> Iterator[StubNotifications]:
    with StubNotifications(bus) as server:
        yield server


def activate(menu: MenuClient) -> None:
    with pytest.raises(DBusErrorResponse):
        menu.call_item("Activate", "ii", 1, 2)


def test_a_host_that_opens_no_menu_has_the_user_told_where_it_is(
    menu: MenuClient, server: StubNotifications, monkeypatch: pytest.MonkeyPatch
) -> None:
    activate(menu)
    activate(menu)
    shown = wait_until(lambda: server.shown, "the notification")
    assert shown[0].body == "Notebook Tray's menu opens with the right mouse button here."
    monkeypatch.setattr(left_click, "QUIET_SECONDS", 0.0)
    activate(menu)
    wait_until(lambda: len(server.shown) == 2, "the next one, later")


def said_nothing(server: StubNotifications, sample: Sample) -> bool:
    """Whether nothing was said of a click, once a later one by itself is."""
    assert server.shown == []
    sample.icon.notify(note("after it"))
    wait_until(lambda: server.shown, "what came after it")
    return [shown.body for shown in server.shown] == ["after it"]


@pytest.mark.parametrize("way", ["AboutToShow", "opened", "GetLayout"])
def test_a_host_that_opens_it_is_told_nothing(
    menu: MenuClient, server: StubNotifications, sample: Sample, way: str
) -> None:
    activate(menu)
    assert sample.icon._left_clicks._timer is not None
    if way == "AboutToShow":
        menu.call_menu("AboutToShow", "i", 0)
    elif way == "opened":
        menu.event(0, "opened")
    else:
        menu.layout()
    assert sample.icon._left_clicks._timer is None, "nothing more is to come of it"
    assert said_nothing(server, sample)


def test_a_host_that_activates_after_it_has_opened_the_menu_is_told_nothing(
    menu: MenuClient, server: StubNotifications, sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    # GNOME's extension does so with the first click, when the button comes up.
    looks: list[object] = []
    look = left_click.LeftClicks._look
    monkeypatch.setattr(left_click.LeftClicks, "_look", lambda self: (look(self), looks.append(self)))
    menu.open()
    activate(menu)
    wait_until(lambda: looks, "the look at it")
    assert said_nothing(server, sample)


def test_a_default_item_is_an_answer(
    menu: MenuClient, server: StubNotifications, sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(left_click, "OPENS_WITHIN_SECONDS", 0.0)
    sample.icon.menu = Menu(KeyedItem("b", "b", sample.note("b"), default=True))
    menu.wait_for_entry("b")
    menu.call_item("Activate", "ii", 1, 2)
    wait_until(lambda: sample.calls, "its callback")
    assert said_nothing(server, sample)
