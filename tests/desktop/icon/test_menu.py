"""The menu on the bus, at rest: its tree, its items, its answers, and clicks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from jeepney.wrappers import DBusErrorResponse

from tests.support.menu_client import MenuClient, menu_client
from tests.support.running_icon import running
from tests.support.stub_watcher import StubWatcher
from tests.support.waiting import wait_until

if TYPE_CHECKING:
    from tests.support.sample_icon import Sample


class TestMenu:
    def test_the_whole_tree(self, menu: MenuClient) -> None:
        assert menu.outline() == [
            "3 of 5 running",
            ("forecast", ["Open JupyterLab", "Copy link"]),
            "old_model",
            None,
            "listed",
            ("Session length", ["30 min", "1 h"]),
            "Break",
            "Quit",
        ]

    def test_every_kind_of_item(self, menu: MenuClient) -> None:
        root = menu.layout()
        found = [(entry.kind, entry.enabled, entry.checked) for entry in root.children]
        assert found == [
            ("item", False, False),
            ("submenu", True, False),
            ("item", True, False),
            ("separator", True, False),
            ("check", True, True),
            ("submenu", True, False),
            ("item", True, False),
            ("item", True, False),
        ]
        lengths = root.find("Session length").children
        assert [(entry.kind, entry.checked) for entry in lengths] == [("radio", False), ("radio", True)]

    def test_properties_of_the_menu(self, menu: MenuClient) -> None:
        names = ("Version", "TextDirection", "Status", "IconThemePath")
        assert [menu.menu_property(name) for name in names] == [3, "ltr", "normal", []]

    def test_a_layout_has_the_asked_depth_and_properties(self, menu: MenuClient) -> None:
        _, (_, _, children) = menu.call_menu("GetLayout", "iias", 0, 1, ["label"])
        assert [values for _, (_, values, _) in children][:3] == [
            {"label": ("s", "3 of 5 running")},
            {"label": ("s", "forecast")},
            {"label": ("s", "old__model")},
        ]
        assert all(not below for _, (_, _, below) in children)
        assert menu.call_menu("GetLayout", "iias", 0, 0, [])[1] == (0, {"children-display": ("s", "submenu")}, [])

    def test_a_layout_from_a_submenu_down(self, menu: MenuClient) -> None:
        submenu = menu.layout().find("forecast")
        _, (identity, values, children) = menu.call_menu("GetLayout", "iias", submenu.id, -1, [])
        assert (identity, values["label"], len(children)) == (submenu.id, ("s", "forecast"), 2)

    def test_group_properties(self, menu: MenuClient) -> None:
        entry = menu.layout().find("listed")
        (found,) = menu.call_menu("GetGroupProperties", "aias", [entry.id, 4711], ["toggle-state", "toggle-type"])
        assert found == [(entry.id, {"toggle-type": ("s", "checkmark"), "toggle-state": ("i", 1)})]
        (everything,) = menu.call_menu("GetGroupProperties", "aias", [], [])
        assert len(everything) == 13

    def test_one_property(self, menu: MenuClient) -> None:
        entry = menu.layout().find("listed")
        assert menu.call_menu("GetProperty", "is", entry.id, "label") == (("s", "listed"),)
        with pytest.raises(DBusErrorResponse):
            menu.call_menu("GetProperty", "is", entry.id, "enabled")

    @pytest.mark.parametrize(
        ("member", "signature", "values"),
        [
            ("GetLayout", "iias", (4711, -1, [])),
            ("GetProperty", "is", (4711, "label")),
            ("Event", "isvu", (4711, "clicked", ("i", 0), 0)),
            ("EventGroup", "a(isvu)", ([(4711, "clicked", ("i", 0), 0)],)),
            ("AboutToShow", "i", (4711,)),
            ("AboutToShowGroup", "ai", ([4711],)),
        ],
    )
    def test_an_unknown_id_is_an_error_that_does_not_stop_gnome_from_asking_again(
        self, menu: MenuClient, member: str, signature: str, values: tuple[Any, ...]
    ) -> None:
        with pytest.raises(DBusErrorResponse) as caught:
            menu.call_menu(member, signature, *values)
        assert caught.value.name == "org.freedesktop.DBus.Error.InvalidArgs"

    def test_what_nobody_waits_for_leaves_no_traceback_in_the_log(
        self, menu: MenuClient, caplog: pytest.LogCaptureFixture
    ) -> None:
        menu.tell_menu("Event", "isvu", 4711, "clicked", ("i", 0), 0)
        menu.tell_item("Activate", "ii", 1, 2)
        menu.settle()
        assert caplog.records == []

    def test_a_host_that_asks_without_end_is_answered_soon(self, menu: MenuClient, sample: Sample) -> None:
        root = menu.layout().id
        assert menu.call_menu("AboutToShowGroup", "ai", [root] * 20_000)[1] == []
        menu.call_menu("EventGroup", "a(isvu)", [(root, "opened", ("i", 0), 0)] * 20_000)
        (found,) = menu.call_menu("GetGroupProperties", "aias", [root] * 20_000, [])
        assert len(found) == 1
        assert sample.opened <= 200
        with pytest.raises(DBusErrorResponse) as caught:
            menu.call_menu("AboutToShowGroup", "ai", list(range(4711, 24711)))
        assert len(caught.value.data[0]) < 200

    def test_of_a_group_the_unknown_ids_are_named(self, menu: MenuClient, sample: Sample) -> None:
        known = menu.layout().find("old_model").id
        clicks = [(identity, "clicked", ("i", 0), 0) for identity in (4711, known)]
        assert menu.call_menu("EventGroup", "a(isvu)", clicks) == ([4711],)
        assert menu.call_menu("AboutToShowGroup", "ai", [4711, known]) == ([], [4711])
        wait_until(lambda: sample.calls == ["old_model"], "the click among the group's events")


class TestChoosing:
    def test_each_click_reaches_its_own_callback_on_the_loops_thread(self, menu: MenuClient, sample: Sample) -> None:
        for labels in (["forecast", "Open JupyterLab"], ["old_model"], ["forecast", "Copy link"], ["listed"]):
            menu.click(*labels)
        wait_until(lambda: len(sample.calls) == 4, "the callbacks")
        assert sample.calls == ["forecast lab", "old_model", "forecast link", "check"]
        assert sample.threads == {"icon"}

    def test_a_choice_updates_the_menu(self, menu: MenuClient) -> None:
        menu.click("Session length", "30 min")
        root = menu.wait_for(lambda root: root.find("Session length", "30 min").checked)
        assert not root.find("Session length", "1 h").checked

    def test_a_choice_that_changes_nothing_is_undone_in_hosts_that_check_by_themselves(
        self, menu: MenuClient, sample: Sample
    ) -> None:
        """As Qt does with what is clicked."""
        entry = menu.layout().find("listed")
        menu.event(entry.id, "clicked")
        updated, removed = menu.wait_for_signal("ItemsPropertiesUpdated").body
        assert (updated, removed) == ([(entry.id, {"toggle-state": ("i", 1)})], [])
        lengths = menu.layout().find("Session length").children
        menu.event(lengths[1].id, "clicked")
        updated, _ = menu.wait_for_signal("ItemsPropertiesUpdated").body
        assert updated == [
            (each.id, {"toggle-state": ("i", int(each.checked))}) for each in lengths if each.kind == "radio"
        ]
        wait_until(lambda: sample.calls == ["check"], "the click")

    def test_what_is_disabled_by_now_is_not_done(self, menu: MenuClient, sample: Sample) -> None:
        entry = menu.layout().find("forecast", "Open JupyterLab")
        sample.can_open = False
        sample.icon.update_menu()
        menu.wait_for_signal("ItemsPropertiesUpdated")
        menu.event(entry.id, "clicked")
        menu.click("old_model")
        wait_until(lambda: sample.calls, "the other click")
        assert sample.calls == ["old_model"]

    def test_an_exception_is_logged_and_told_and_the_icon_goes_on(
        self, menu: MenuClient, sample: Sample, caplog: pytest.LogCaptureFixture
    ) -> None:
        menu.click("Break")
        wait_until(lambda: sample.errors, "the error to be told")
        assert isinstance(sample.errors[0], ZeroDivisionError)
        assert "ZeroDivisionError: of the test" in caplog.text
        assert "Break" in caplog.text
        menu.click("old_model")
        wait_until(lambda: sample.calls, "the next click")

    def test_not_even_an_exception_of_on_error_ends_it(
        self, menu: MenuClient, sample: Sample, caplog: pytest.LogCaptureFixture
    ) -> None:
        def worse(_error: Exception) -> None:
            raise KeyError("worse")

        sample.at_error = worse
        menu.click("Break")
        wait_until(lambda: "worse" in caplog.text, "the second error in the log")
        menu.click("old_model")
        wait_until(lambda: sample.calls, "the next click")

    def test_quit_ends_run(self, bus: str, sample: Sample) -> None:
        with StubWatcher(bus), running(sample.icon) as run:
            with menu_client(bus) as client:
                client.click("Quit")
            run.wait_for_end()
            assert run.error is None
