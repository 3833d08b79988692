"""The icon on the bus: its picture, title and status."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest
from jeepney.wrappers import DBusErrorResponse
from PIL import Image

from tests.support.menu_client import MENU, MenuClient
from tests.support.waiting import wait_until
from tray.desktop.icon import KeyedItem, Menu
from tray.desktop.icon.artwork import SIZES, Artwork

if TYPE_CHECKING:
    from tests.support.sample_icon import Sample


class TestIcon:
    def test_what_a_host_shows(self, menu: MenuClient) -> None:
        values = menu.item_properties()
        assert {name: values[name] for name in ("Category", "Id", "Title", "Status", "IconName", "ItemIsMenu")} == {
            "Category": "ApplicationStatus",
            "Id": "notebook-tray",
            "Title": "Notebook Tray",
            "Status": "Active",
            "IconName": "",
            "ItemIsMenu": True,
        }
        assert values["ToolTip"] == ("", [], "Notebook Tray", "")

    def test_pixmaps_have_every_size_and_are_argb_in_network_order(self, menu: MenuClient, sample: Sample) -> None:
        images = [Image.new("RGBA", (size, size), (0x11, 0x22, 0x33, 0x44)) for size in SIZES]
        menu.settle()
        sample.icon.icon = Artwork.of(*images)
        menu.wait_for_signal("NewIcon")
        for name in ("IconPixmap", "AttentionIconPixmap"):
            pixmaps = menu.item_property(name)
            assert [(width, height) for width, height, _ in pixmaps] == [(size, size) for size in SIZES]
            assert all(data == bytes([0x44, 0x11, 0x22, 0x33]) * width * width for width, _, data in pixmaps)

    def test_one_image_is_enough(self, menu: MenuClient) -> None:
        assert menu.item_property("IconPixmap") == [(16, 16, bytes([255, 10, 20, 30]) * 256)]

    def test_only_a_changed_picture_is_told(self, menu: MenuClient, sample: Sample) -> None:
        artwork = Artwork.of(Image.new("RGBA", (16, 16), "red"))
        sample.icon.icon = artwork
        menu.wait_for_signal("NewIcon")
        menu.settle()
        sample.icon.icon = artwork
        sample.icon.title = "after it"
        seen: list[str] = []

        def title_is_told() -> bool:
            seen.extend(signal.member for signal in menu.settle())
            return "NewTitle" in seen

        wait_until(title_is_told, "the title to be told")
        assert "NewIcon" not in seen

    def test_it_is_visible_before_the_loops_thread_is_asked_to_show_it(
        self, sample: Sample, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        seen: list[bool] = []
        monkeypatch.setattr(sample.icon, "_post", lambda _step: seen.append(sample.icon.visible))
        sample.icon.visible = True
        sample.icon.visible = False
        # The picture first, which makes no use of it; then what shows and what hides.
        assert seen == [False, True, False]

    def test_title_and_tool_tip(self, menu: MenuClient, sample: Sample) -> None:
        sample.icon.title = "3 of 5 running"
        menu.wait_for_signal("NewToolTip")
        assert menu.item_property("Title") == menu.item_property("ToolTip")[2] == "3 of 5 running"

    def test_what_a_screen_reader_says(self, menu: MenuClient, sample: Sample) -> None:
        described = ("IconAccessibleDesc", "AttentionAccessibleDesc")
        assert [menu.item_property(name) for name in described] == ["Notebook Tray"] * 2
        sample.icon.title = "3 of 5 running"
        changed = menu.wait_for_properties()
        assert changed == dict.fromkeys(described, "3 of 5 running")
        assert [menu.item_property(name) for name in described] == ["3 of 5 running"] * 2

    def test_it_calls_for_attention_for_some_seconds_each_time_that_it_newly_needs_it(
        self, menu: MenuClient, sample: Sample
    ) -> None:
        for _ in range(2):
            sample.icon.attention = True
            assert menu.wait_for_signal("NewStatus").body == ("NeedsAttention",)
            assert menu.wait_for_signal("NewStatus").body == ("Active",)
            sample.icon.attention = True
            sample.icon.visible = False
            assert menu.wait_for_signal("NewStatus").body == ("Passive",), "it calls no second time for the same"
            sample.icon.visible = True
            assert menu.wait_for_signal("NewStatus").body == ("Active",)
            sample.icon.attention = False
            assert menu.settle() == []

    def test_status(self, menu: MenuClient, sample: Sample) -> None:
        sample.icon.attention = True
        assert menu.wait_for_signal("NewStatus").body == ("NeedsAttention",)
        sample.icon.visible = False
        assert menu.wait_for_signal("NewStatus").body == ("Passive",)
        sample.icon.attention = False
        sample.icon.visible = True
        assert menu.wait_for_signal("NewStatus").body == ("Active",)
        assert menu.item_property("Status") == "Active"

    def test_a_middle_click_is_told(self, menu: MenuClient, sample: Sample) -> None:
        menu.call_item("SecondaryActivate", "ii", 1, 2)
        wait_until(lambda: sample.calls == ["middle click"], "it to be told")
        assert sample.threads == {"icon"}

    @pytest.mark.parametrize("member", ["Activate", "ContextMenu"])
    def test_a_host_that_activates_a_menu_is_told_to_open_it(self, menu: MenuClient, member: str) -> None:
        with pytest.raises(DBusErrorResponse) as caught:
            menu.call_item(member, "ii", 1, 2)
        assert caught.value.name == "org.freedesktop.DBus.Error.UnknownMethod"

    def test_a_default_item_is_what_activation_chooses(self, menu: MenuClient, sample: Sample) -> None:
        sample.icon.menu = Menu(
            KeyedItem("a", "a", sample.note("a")), KeyedItem("b", "b", sample.note("b"), default=True)
        )
        menu.wait_for_entry("b")
        menu.call_item("Activate", "ii", 1, 2)
        menu.call_item("Scroll", "is", 120, "vertical")
        wait_until(lambda: sample.calls == ["b"], "the default item's callback")

    def test_both_objects_can_be_introspected(self, menu: MenuClient) -> None:
        # Plasma's watcher drops an item that cannot.
        item, interface = menu.introspect()
        assert '<interface name="org.kde.StatusNotifierItem">' in item
        assert f'<interface name="{MENU}">' in interface

    def test_no_part_of_the_pixels_is_written_to_the_log(
        self, menu: MenuClient, sample: Sample, caplog: pytest.LogCaptureFixture
    ) -> None:
        with caplog.at_level(logging.DEBUG):
            sample.icon.icon = Artwork.of(Image.new("RGBA", (16, 16), "red"))
            menu.wait_for_signal("NewIcon")
        assert "\\xff" not in caplog.text
