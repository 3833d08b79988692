from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import pytest

from tray.desktop.icon import ContentMenu, KeyedItem, Menu, MenuItem
from tray.desktop.icon.menutree import (
    EMPTY,
    ROOT_ID,
    Difference,
    ItemKind,
    Node,
    Tree,
    difference,
    evaluate,
    properties,
)


def item(key: str, text: str | None = None, **options: Any) -> KeyedItem:
    return KeyedItem(key, text or key, None, **options)


def submenu(key: str, *items: MenuItem, text: str | None = None) -> KeyedItem:
    return KeyedItem(key, text or key, Menu(*items))


def ids(tree: Tree) -> dict[str, int]:
    return {node.label: node.id for node in tree.root.walk() if node.label}


class TestEvaluate:
    def test_no_menu_is_an_empty_one(self) -> None:
        assert evaluate(None).root == EMPTY.root

    def test_every_kind_of_item(self) -> None:
        tree = evaluate(
            Menu(
                item("plain"),
                item("off", enabled=False),
                item("check", checked=lambda _: True),
                item("radio", checked=lambda _: False, radio=True),
                Menu.SEPARATOR,
                submenu("more", item("inner", default=True)),
            )
        )
        assert tree.root == Node(
            ROOT_ID,
            ItemKind.SUBMENU,
            children=(
                Node(1, ItemKind.ACTION, "plain"),
                Node(2, ItemKind.ACTION, "off", enabled=False),
                Node(3, ItemKind.CHECK, "check", checked=True),
                Node(4, ItemKind.RADIO, "radio"),
                Node(5, ItemKind.SEPARATOR),
                Node(6, ItemKind.SUBMENU, "more", children=(Node(7, ItemKind.ACTION, "inner", default=True),)),
            ),
        )
        inner = tree.find(7)
        assert inner is not None
        assert inner.label == "inner"
        assert tree.find(8) is None

    def test_hidden_items_empty_submenus_and_needless_separators_are_left_out(self) -> None:
        tree = evaluate(
            Menu(
                Menu.SEPARATOR,
                item("a"),
                item("hidden", visible=False),
                Menu.SEPARATOR,
                Menu.SEPARATOR,
                submenu("empty", item("also hidden", visible=False)),
                item("b"),
                Menu.SEPARATOR,
            )
        )
        assert [node.label or node.kind for node in tree.root.children] == ["a", ItemKind.SEPARATOR, "b"]

    def test_a_menu_made_by_a_generator(self) -> None:
        def items() -> Any:
            yield item("a")
            yield submenu("b", item("c"))

        assert list(ids(evaluate(Menu(items)))) == ["a", "b", "c"]

    def test_what_a_menus_function_raises_passes_through(self) -> None:
        def broken(_: object) -> str:
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            evaluate(Menu(MenuItem(broken, None)))


class TestIds:
    def test_they_follow_keys_and_not_places_or_labels(self) -> None:
        old = evaluate(Menu(item("a"), item("b"), submenu("s", item("c"))))
        new = evaluate(Menu(submenu("s", item("c", "C"), text="S"), item("b", "B"), item("a", "A")), old)
        assert ids(new) == {label.upper(): identity for label, identity in ids(old).items()}

    def test_the_same_key_under_another_parent_is_another_item(self) -> None:
        old = evaluate(Menu(submenu("s", item("a")), submenu("t", item("b"))))
        new = evaluate(Menu(submenu("s", item("b")), submenu("t", item("a"))), old)
        assert {ids(old)["a"], ids(old)["b"]}.isdisjoint({ids(new)["a"], ids(new)["b"]})

    def test_they_are_never_given_to_another_item_nor_to_one_that_comes_back(self) -> None:
        seen: set[int] = set()
        tree = EMPTY
        for turn in range(50):
            tree = evaluate(Menu(item("stays"), item("comes and goes", visible=turn % 2 == 0)), tree)
            tree = evaluate(Menu(item("stays"), item(f"new {turn}")), tree)
            new = ids(tree)[f"new {turn}"]
            assert new not in seen
            seen.add(new)
        assert ids(tree)["stays"] == 1
        back = evaluate(Menu(item("stays"), item("new 0")), tree)
        assert ids(back)["new 0"] not in seen

    def test_what_is_kept_does_not_grow(self) -> None:
        tree = EMPTY
        for turn in range(100):
            tree = evaluate(Menu(item(f"{turn}")), tree)
        assert len(list(tree.ids())) == 2

    def test_they_last_over_a_thousand_updates_with_other_labels_and_another_order(self) -> None:
        keys = [f"k{number}" for number in range(12)]
        first = tree = evaluate(Menu(*(submenu(key, item("x", f"{key} x")) for key in keys)))
        for turn in range(1000):
            keys = keys[1:] + keys[:1]
            tree = evaluate(Menu(*(submenu(key, item("x", f"{turn}"), text=f"{key} {turn}") for key in keys)), tree)
        assert sorted(tree.ids()) == sorted(first.ids())
        assert tree.next_id == first.next_id

    def test_an_item_that_becomes_another_kind_is_another_item(self) -> None:
        old = evaluate(Menu(item("a")))
        new = evaluate(Menu(submenu("a", item("b"))), old)
        assert ids(old)["a"] != ids(new)["a"]

    def test_siblings_that_share_a_key_are_told_apart_by_their_order(self) -> None:
        old = evaluate(Menu(item("a", "first"), item("a", "second")))
        new = evaluate(Menu(item("a", "1st"), item("a", "2nd")), old)
        assert len(set(ids(old).values())) == 2
        assert list(ids(old).values()) == list(ids(new).values())

    def test_without_keys_hiding_one_does_not_make_the_next_take_its_id(self) -> None:
        shown = True
        menu = Menu(
            MenuItem("a", None, visible=lambda _: shown), MenuItem("b", None), Menu.SEPARATOR, MenuItem("c", None)
        )
        old = evaluate(menu)
        shown = False
        new = evaluate(menu, old)
        assert (ids(new)["b"], ids(new)["c"]) == (ids(old)["b"], ids(old)["c"])
        assert new.find(ids(old)["a"]) is None


Content = Sequence["str | tuple[str, Content]"]


class Contents:
    """Menus from texts, where a tuple is a submenu; known by their content, or (`plain`) pystray's own."""

    def __init__(self, *, plain: bool = False) -> None:
        self.plain = plain
        self.made: list[Content] = []
        self.chosen: list[str] = []

    def menu(self, content: Content, path: str = "") -> Menu:
        def items() -> list[MenuItem]:
            self.made.append(content)
            return [self._item(each, path) for each in content]

        return Menu(*items()) if self.plain else ContentMenu(content, items)

    def _item(self, each: str | tuple[str, Content], path: str) -> MenuItem:
        if isinstance(each, tuple):
            return KeyedItem(each[0], each[0], self.menu(each[1], f"{path}/{each[0]}"))
        key, _, label = each.partition("=")
        where = f"{path}/{key}"
        return KeyedItem(key, label or key, lambda: self.chosen.append(where), enabled=label != "off")


class TestMenusKnownByTheirContent:
    ACTIONS: Content = ("lab", "classic", "copy")
    OFF: Content = ("lab=off", "classic=off", "copy=off")

    def test_one_with_the_same_content_is_not_made_again(self) -> None:
        contents = Contents()
        content: Content = (("a", self.ACTIONS), ("b", self.ACTIONS))
        old = evaluate(contents.menu((("group", content),)))
        contents.made.clear()
        new = evaluate(contents.menu((("group", content), "more")), old)
        assert contents.made == [(("group", content), "more")]
        assert new.root.children[0] == old.root.children[0]
        assert difference(old, new) == Difference({}, {}, ROOT_ID)

    def test_of_many_with_the_same_content_one_is_made(self) -> None:
        contents = Contents()
        evaluate(contents.menu([(f"n{at}", self.ACTIONS) for at in range(100)]))
        assert contents.made.count(self.ACTIONS) == 1

    def test_each_has_ids_of_its_own_and_does_its_own(self) -> None:
        contents = Contents()
        tree = evaluate(contents.menu((("a", self.ACTIONS), ("b", self.ACTIONS))))
        walked = list(tree.root.walk())
        assert sorted(tree.ids()) == sorted(node.id for node in walked) == list(range(len(walked)))
        for node in walked:
            assert tree.find(node.id) == node
        for parent in tree.root.children:
            for child in parent.children:
                found = tree.find(child.id)
                assert found is not None
                assert found.item is not None
                found.item(None)
        assert contents.chosen == [f"/{parent}/{key}" for parent in "ab" for key in self.ACTIONS]
        assert tree.find(len(walked)) is None
        assert tree.find(-1) is None

    def test_other_words_for_the_same_keys_keep_the_ids_and_are_updates(self) -> None:
        contents = Contents()
        old = evaluate(contents.menu((("a", self.ACTIONS), ("b", self.ACTIONS))))
        new = evaluate(contents.menu((("a", self.OFF), ("b", self.ACTIONS))), old)
        first = old.root.children[0].children[0].id
        assert difference(old, new) == Difference(
            {first + at: {"label": "off", "enabled": False} for at in range(3)}, {}, None
        )
        assert difference(new, evaluate(contents.menu((("a", self.ACTIONS), ("b", self.ACTIONS))), new)) == Difference(
            {first + at: {"label": key} for at, key in enumerate(self.ACTIONS)},
            {first + at: ("enabled",) for at in range(3)},
            None,
        )

    def test_other_keys_are_other_items(self) -> None:
        contents = Contents()
        old = evaluate(contents.menu((("a", self.ACTIONS),)))
        new = evaluate(contents.menu((("a", ("lab", "copy")),)), old)
        assert {node.id for node in new.root.walk()} & {node.id for node in old.root.walk()} == {0, 1}
        assert difference(old, new).parent == 1

    def test_one_that_is_empty_is_not_shown_and_not_made(self) -> None:
        contents = Contents()
        tree = evaluate(contents.menu((("a", ()), "b")))
        assert [node.label for node in tree.root.children] == ["b"]
        assert () not in contents.made

    def test_whatever_changes_the_tree_looks_as_one_of_plain_menus(self) -> None:
        chance = random.Random(11)

        def leaves() -> Content:
            return chance.choice((self.ACTIONS, self.OFF, ("lab", "copy"), ("copy", "lab")))

        def looks(node: Node) -> Any:
            return node.kind, node.label, node.enabled, [looks(child) for child in node.children]

        kept: list[Content] = [tuple((f"n{at}", leaves()) for at in range(3)) for _ in range(4)]
        tree = EMPTY
        shown: dict[int, tuple[str, ...]] = {}
        for _ in range(300):
            kept[chance.randrange(4)] = tuple((f"n{at}", leaves()) for at in range(chance.randrange(4)))
            content: Content = tuple((f"g{at}", group) for at, group in enumerate(kept) if chance.random() < 0.8)
            new = evaluate(Contents().menu(content), tree)
            plain = evaluate(Contents(plain=True).menu(content))
            assert looks(new.root) == looks(plain.root)
            self._a_host_that_follows_knows_the_new_tree(tree, new)
            for path, node in self._paths(new.root):
                assert shown.setdefault(node.id, path) == path, "an id was given to another item"
            tree = new

    @staticmethod
    def _paths(node: Node, path: tuple[str, ...] = ()) -> Any:
        yield path, node
        for child in node.children:
            # Of an item without a label the kind must do; the key is what the label was made from.
            yield from TestMenusKnownByTheirContent._paths(child, (*path, str(child.step)))

    @staticmethod
    def _a_host_that_follows_knows_the_new_tree(old: Tree, new: Tree) -> None:
        """What a host knew, with the difference, and what it fetches below `parent`, is what there is."""
        change = difference(old, new)
        known = {node.id: properties(node) for node in old.root.walk()}
        for identity, values in change.updated.items():
            known[identity].update(values)
        for identity, names in change.removed.items():
            for name in names:
                del known[identity][name]
        children = {node.id: [child.id for child in node.children] for node in old.root.walk()}
        if change.parent is not None:
            fetched = new.find(change.parent)
            assert fetched is not None
            known.update({node.id: properties(node) for node in fetched.walk()})
            children.update({node.id: [child.id for child in node.children] for node in fetched.walk()})
        for node in new.root.walk():
            assert known[node.id] == properties(node)
            assert children[node.id] == [child.id for child in node.children]


class TestProperties:
    @pytest.mark.parametrize(
        ("node", "expected"),
        [
            (Node(1, ItemKind.ACTION, "a"), {"label": "a"}),
            (Node(1, ItemKind.ACTION, "my_note_book"), {"label": "my__note__book"}),
            (Node(1, ItemKind.ACTION, "a", enabled=False), {"label": "a", "enabled": False}),
            (
                Node(1, ItemKind.CHECK, "a", checked=True),
                {"label": "a", "toggle-type": "checkmark", "toggle-state": 1},
            ),
            (Node(1, ItemKind.RADIO, "a"), {"label": "a", "toggle-type": "radio", "toggle-state": 0}),
            (Node(1, ItemKind.SEPARATOR, "a"), {"type": "separator"}),
            (Node(1, ItemKind.SUBMENU, "a"), {"label": "a", "children-display": "submenu"}),
            (Node(ROOT_ID, ItemKind.SUBMENU), {"children-display": "submenu"}),
        ],
    )
    def test_they_are_dbusmenus(self, node: Node, expected: dict[str, object]) -> None:
        assert properties(node) == expected


class TestDifference:
    def test_none(self) -> None:
        tree = evaluate(Menu(item("a"), submenu("s", item("b"))))
        assert difference(tree, evaluate(Menu(item("a"), submenu("s", item("b"))), tree)) == Difference({}, {}, None)

    def test_labels_and_states_alone_are_no_change_of_structure(self) -> None:
        old = evaluate(Menu(item("a"), submenu("s", item("b", checked=lambda _: False))))
        new = evaluate(Menu(item("a", "A_", enabled=False), submenu("s", item("b", checked=lambda _: True))), old)
        assert difference(old, new) == Difference(
            {1: {"label": "A__", "enabled": False}, 3: {"toggle-state": 1}}, {}, None
        )

    def test_a_property_that_has_its_default_again_is_removed(self) -> None:
        old = evaluate(Menu(item("a", enabled=False)))
        assert difference(old, evaluate(Menu(item("a")), old)) == Difference({}, {1: ("enabled",)}, None)

    def test_the_parent_is_the_deepest_that_holds_every_change(self) -> None:
        def menu(*, top: bool = False, first: bool = False, second: bool = False) -> Menu:
            return Menu(
                submenu(
                    "s",
                    submenu("s1", item("a"), item("b", visible=first)),
                    submenu("s2", item("c"), item("d", visible=second)),
                ),
                item("e", visible=top),
            )

        old = evaluate(menu())
        at = ids(old)
        assert difference(old, evaluate(menu(first=True), old)).parent == at["s1"]
        assert difference(old, evaluate(menu(second=True), old)).parent == at["s2"]
        assert difference(old, evaluate(menu(first=True, second=True), old)).parent == at["s"]
        assert difference(old, evaluate(menu(first=True, top=True), old)).parent == ROOT_ID

    def test_another_order_is_a_change_of_structure(self) -> None:
        old = evaluate(Menu(item("a"), item("b")))
        assert difference(old, evaluate(Menu(item("b"), item("a")), old)) == Difference({}, {}, ROOT_ID)

    def test_new_items_are_in_the_layout_and_not_among_the_updates(self) -> None:
        old = evaluate(Menu(item("a")))
        assert difference(old, evaluate(Menu(item("a", "A"), item("b")), old)) == Difference(
            {1: {"label": "A"}}, {}, ROOT_ID
        )
