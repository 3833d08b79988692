"""The menu on the bus as it changes, open or closed."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from jeepney.wrappers import DBusErrorResponse

from tests.support.menu_client import MENU, MenuClient
from tests.support.waiting import PATIENCE_SECONDS, wait_until
from tray.desktop.icon import KeyedItem, Menu

if TYPE_CHECKING:
    from tests.support.sample_icon import Sample


def members(client: MenuClient) -> list[str]:
    return [signal.member for signal in client.settle() if signal.interface == MENU]


class TestUpdates:
    def test_ids_are_the_same_over_a_thousand_updates(self, menu: MenuClient, sample: Sample) -> None:
        before = menu.layout()
        for turn in range(1000):
            sample.state = f"{turn} of 1000"
            sample.icon.update_menu()
        menu.wait_for_entry("999 of 1000")
        after = menu.layout()
        assert [entry.id for entry in after.children] == [entry.id for entry in before.children]
        assert {signal.member for signal in menu.settle()} == {"ItemsPropertiesUpdated"}

    def test_updates_that_come_faster_than_the_loop_turns_are_one_evaluation(
        self, menu: MenuClient, sample: Sample
    ) -> None:
        entered, leave = threading.Event(), threading.Event()

        def hold() -> None:
            entered.set()
            leave.wait(PATIENCE_SECONDS)

        sample.at_break = hold
        menu.click("Break")
        assert entered.wait(PATIENCE_SECONDS), "the loop's thread to be held"
        before = sample.evaluations
        for turn in range(100):
            sample.state = f"{turn} running"
            sample.icon.update_menu()
        leave.set()
        menu.wait_for_entry("99 running")
        assert sample.evaluations == before + 1

    def test_a_label_in_an_open_menu_changes_by_property_signals_alone(self, menu: MenuClient, sample: Sample) -> None:
        menu.open()
        state, lab = menu.layout().find("3 of 5 running"), menu.layout().find("forecast", "Open JupyterLab")
        sample.state, sample.can_open = "Opening my_model", False
        sample.icon.update_menu()
        signal = menu.wait_for_signal("ItemsPropertiesUpdated")
        assert signal.body == (
            [(state.id, {"label": ("s", "Opening my__model")}), (lab.id, {"enabled": ("b", False)})],
            [],
        )
        sample.can_open = True
        sample.icon.update_menu()
        assert menu.wait_for_signal("ItemsPropertiesUpdated").body == ([], [(lab.id, ["enabled"])])
        assert members(menu) == []
        assert menu.open() is False

    def test_no_change_is_no_signal(self, menu: MenuClient, sample: Sample) -> None:
        before = sample.evaluations
        sample.icon.update_menu()
        wait_until(lambda: sample.evaluations > before, "the menu's evaluation")
        assert members(menu) == []

    def test_a_structural_change_names_its_parent(self, menu: MenuClient, sample: Sample) -> None:
        revision, _ = menu.call_menu("GetLayout", "iias", 0, 0, [])
        sample.stopped = ["old_model", "new"]
        sample.icon.update_menu()
        assert menu.wait_for_signal("LayoutUpdated").body == (revision + 1, 0)
        assert menu.call_menu("GetLayout", "iias", 0, 0, [])[0] == revision + 1

    def test_a_structural_change_in_a_submenu_names_the_submenu(self, menu: MenuClient, sample: Sample) -> None:
        submenu = menu.layout().find("Session length")
        sample.icon.menu = Menu(
            *(
                KeyedItem("length", "Session length", Menu(KeyedItem("8 h", "8 h")))
                if item.text == "Session length"
                else item
                for item in sample.icon.menu  # type: ignore[union-attr]
            )
        )
        assert menu.wait_for_signal("LayoutUpdated").body[1] == submenu.id

    def test_every_submenu_whose_items_changed_is_told(self, menu: MenuClient, sample: Sample) -> None:
        lengths = menu.layout().find("Session length")
        sample.stopped = ["old_model", "new"]
        sample.lengths = ("30 min", "1 h", "2 h")
        sample.icon.update_menu()
        told = [menu.wait_for_signal("LayoutUpdated").body[1] for _ in range(2)]
        assert told == [0, lengths.id]

    def test_an_id_that_is_gone_is_never_another_items(self, menu: MenuClient, sample: Sample) -> None:
        gone = menu.layout().find("old_model")
        sample.stopped = ["other"]
        sample.icon.update_menu()
        assert menu.wait_for_entry("other").id != gone.id
        with pytest.raises(DBusErrorResponse):
            menu.event(gone.id, "clicked")
        sample.stopped = ["old_model"]
        sample.icon.update_menu()
        assert menu.wait_for_entry("old_model").id != gone.id
        assert sample.calls == []

    def test_a_click_on_an_id_from_before_the_last_update_lands(self, menu: MenuClient, sample: Sample) -> None:
        """A host that has not drawn the update yet sends the id that the item had."""
        sample.stopped = ["a", "b", "c"]
        sample.icon.update_menu()
        before = {label: menu.wait_for_entry(label).id for label in "abc"}
        sample.stopped = ["c", "a", "b"]
        sample.icon.update_menu()
        assert menu.wait_for(lambda root: root.children[2].label == "c").find("c").id != before["c"]
        for identity in before.values():
            menu.event(identity, "clicked")
        wait_until(lambda: len(sample.calls) == 3, "the clicks to land")
        assert sample.calls == ["a", "b", "c"]

    def test_a_menu_that_cannot_be_evaluated_leaves_the_last_one(
        self, menu: MenuClient, sample: Sample, caplog: pytest.LogCaptureFixture
    ) -> None:
        before = menu.outline()
        sample.icon.menu = Menu(lambda: [][0])
        wait_until(lambda: sample.errors, "the error to be told")
        assert isinstance(sample.errors[0], IndexError)
        assert menu.outline() == before
        assert "Traceback" in caplog.text


class TestWhileASubmenuIsOpen:
    """Hosts close an open submenu, or the whole menu, where the structure changes: under the pointer."""

    @staticmethod
    def change(sample: Sample) -> None:
        before = sample.evaluations
        sample.state, sample.can_open, sample.stopped = "5 of 6 running", False, ["new", "old_model"]
        sample.icon.update_menu()
        wait_until(lambda: sample.evaluations > before, "the menu's evaluation")

    @pytest.mark.parametrize("whose", ["forecast", ""])
    def test_words_and_states_change_and_the_rest_when_it_is_closed(
        self, menu: MenuClient, sample: Sample, whose: str
    ) -> None:
        menu.open()
        submenu = menu.layout().find("forecast").id
        menu.event(submenu, "opened")
        menu.settle()
        self.change(sample)
        assert members(menu) == ["ItemsPropertiesUpdated"]
        assert menu.outline()[:3] == ["5 of 6 running", ("forecast", ["Open JupyterLab", "Copy link"]), "old_model"]
        assert not menu.layout().find("forecast", "Open JupyterLab").enabled
        menu.event(submenu if whose else 0, "closed")
        menu.wait_for_entry("new")
        assert menu.outline()[:4] == [
            "5 of 6 running",
            ("forecast", ["Open JupyterLab", "Copy link"]),
            "new",
            "old_model",
        ]

    def test_what_is_gone_meanwhile_can_still_be_clicked(self, menu: MenuClient, sample: Sample) -> None:
        menu.open()
        menu.event(menu.layout().find("forecast").id, "opened")
        sample.stopped = []
        before = sample.evaluations
        sample.icon.update_menu()
        wait_until(lambda: sample.evaluations > before, "the menu's evaluation")
        menu.click("old_model")
        wait_until(lambda: sample.calls == ["old_model"], "the click")

    def test_a_host_that_never_says_that_it_is_closed_gets_the_rest_in_the_end(
        self, menu: MenuClient, sample: Sample, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("tray.desktop.icon.linux.dbusmenu._LONGEST_OPEN_SECONDS", 0.5)
        menu.open()
        menu.event(menu.layout().find("forecast").id, "opened")
        self.change(sample)
        menu.wait_for_entry("new")


class TestOpening:
    def test_it_is_told_on_the_loops_thread(self, menu: MenuClient, sample: Sample) -> None:
        before = sample.opened
        menu.call_menu("AboutToShow", "i", 0)
        assert sample.opened == before + 1
        menu.event(0, "opened")
        assert sample.opened == before + 2
        submenu = menu.layout().find("forecast")
        menu.call_menu("AboutToShow", "i", submenu.id)
        menu.event(submenu.id, "opened")
        menu.event(0, "closed")
        assert sample.opened == before + 2
        assert sample.threads == {"icon"}

    def test_what_it_changes_is_what_the_person_gets_to_see(self, menu: MenuClient, sample: Sample) -> None:
        def changed() -> None:
            sample.stopped = ["just found"]
            sample.icon.update_menu()

        sample.at_opening = changed
        assert menu.call_menu("AboutToShow", "i", 0) == (True,)
        menu.layout().find("just found")
        assert menu.call_menu("AboutToShow", "i", 0) == (False,)

    def test_of_each_submenu_it_is_answered_whether_its_own_items_changed(
        self, menu: MenuClient, sample: Sample
    ) -> None:
        forecast, lengths = (menu.layout().find(label).id for label in ("forecast", "Session length"))

        def changed() -> list[bool]:
            return [menu.call_menu("AboutToShow", "i", each)[0] for each in (0, forecast, lengths)]

        assert changed() == [False, False, False]
        sample.lengths = ("30 min",)
        sample.icon.update_menu()
        menu.wait_for_signal("LayoutUpdated")
        assert changed() == [False, False, True]
        menu.call_menu("GetLayout", "iias", forecast, 1, [])
        assert changed() == [False, False, True]
        menu.call_menu("GetLayout", "iias", lengths, 1, [])
        assert changed() == [False, False, False]
        sample.stopped = []
        sample.icon.update_menu()
        menu.wait_for_signal("LayoutUpdated")
        assert changed() == [True, False, False]


def test_a_host_that_answers_every_update_by_reading_the_top_alone_is_told_an_end(
    menu: MenuClient, sample: Sample
) -> None:
    sample.icon.menu = Menu(KeyedItem("new", "New", Menu(KeyedItem("x", "x"))))
    menu.wait_for_signal("LayoutUpdated")
    for _ in range(3):
        menu.call_menu("GetLayout", "iias", 0, 1, [])
        told = [signal for signal in menu.settle() if signal.member == "LayoutUpdated"]
    assert told == []
