from __future__ import annotations

import itertools
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from tray.desktop.icon import ContentMenu, KeyedItem, Menu, MenuItem
from tray.desktop.icon.menu_evaluation import evaluate, visible_items
from tray.desktop.icon.menutree import (
    EMPTY,
    ROOT_ID,
    Difference,
    ItemKind,
    Node,
    Tree,
    difference,
    in_place,
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
    def test_they_follow_keys_and_not_labels(self) -> None:
        old = evaluate(Menu(item("a"), item("b"), submenu("s", item("c"))))
        new = evaluate(Menu(item("a", "A"), item("b", "B"), submenu("s", item("c", "C"), text="S")), old)
        assert ids(new) == {label.upper(): identity for label, identity in ids(old).items()}

    @pytest.mark.parametrize(
        ("before", "after", "kept"),
        [
            ("abc", "abxc", "abc"),
            ("abc", "ac", "ac"),
            ("abc", "abcx", "abc"),
            ("abc", "xabc", "abc"),
            ("abcd", "acbd", "ad"),
            ("abcd", "axcyd", "ad"),
            ("abc", "xyz", ""),
            ("aaa", "aa", "aa"),
            ("", "abc", ""),
            ("abc", "", ""),
        ],
    )
    def test_the_common_beginning_and_end_of_a_level_keep_theirs(self, before: str, after: str, kept: str) -> None:
        """What stands between them is new: GNOME carries out no moves, and inserts before it removes."""
        old = evaluate(Menu(*(item(key) for key in before)))
        new = evaluate(Menu(*(item(key) for key in after)), old)
        known = {node.id for node in old.root.children}
        assert "".join(node.label for node in new.root.children if node.id in known) == kept
        assert "".join(node.label for node in new.root.children) == after

    def test_any_separator_is_like_another(self) -> None:
        line = Menu.SEPARATOR
        old = evaluate(Menu(item("state"), line, item("refresh"), line, item("quit")))
        new = evaluate(Menu(item("state"), line, item("a"), line, item("refresh"), line, item("quit")), old)
        known = [node.id for node in old.root.children]
        assert [known.index(node.id) if node.id in known else None for node in new.root.children] == [
            *(0, 1),
            *(None, None),
            *(2, 3, 4),
        ]

    def test_an_item_that_moves_is_new_with_all_below_it(self) -> None:
        old = evaluate(Menu(submenu("s", item("a")), submenu("t", item("b"))))
        new = evaluate(Menu(submenu("t", item("b")), submenu("s", item("a"))), old)
        assert set(ids(old).values()).isdisjoint(ids(new).values())

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

    def test_what_is_kept_does_not_grow(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("tray.desktop.icon.menu_evaluation._MOST_RETIRED", 100)
        tree = EMPTY
        for turn in range(150):
            tree = evaluate(Menu(item(f"{turn}")), tree)
        assert len(list(tree.ids())) == 2
        assert len(tree.retired) == 100
        assert tree.find(tree.next_id - 1) is not None

    def test_they_last_over_a_thousand_updates_with_other_labels(self) -> None:
        keys = [f"k{number}" for number in range(12)]
        first = tree = evaluate(Menu(*(submenu(key, item("x", f"{key} x")) for key in keys)))
        for turn in range(1000):
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


class TestOldIds:
    """A host that has not drawn the last update yet sends the ids that it knows."""

    def test_one_of_an_item_that_moved_leads_to_it(self) -> None:
        old = evaluate(Menu(submenu("s", submenu("a", item("lab")), submenu("b", item("lab")))))
        new = evaluate(Menu(submenu("s", submenu("b", item("lab")), submenu("a", item("lab")))), old)
        group = old.root.children[0]
        for at, key in enumerate("ab"):
            lab = group.children[at].children[0]
            present = new.present(lab.id)
            assert present is not None
            assert present is new.root.children[0].children[1 - at].children[0]
            assert present.id != lab.id
            assert new.present(group.children[at].id) is new.root.children[0].children[1 - at], key

    def test_one_of_an_item_that_is_gone_leads_nowhere(self) -> None:
        old = evaluate(Menu(item("a"), item("b")))
        new = evaluate(Menu(item("a")), old)
        assert new.present(ids(old)["b"]) is None
        assert new.present(4711) is None

    def test_they_are_remembered_over_many_updates(self) -> None:
        tree = first = evaluate(Menu(item("a"), item("b"), item("c")))
        for turn in range(100):
            keys = "abc" if turn % 2 else "cab"
            tree = evaluate(Menu(*(item(key) for key in keys)), tree)
        for label, identity in ids(first).items():
            present = tree.present(identity)
            assert present is not None
            assert present.label == label


class TestInPlace:
    def test_nothing_comes_goes_or_moves_and_what_is_there_looks_as_it_does_now(self) -> None:
        old = evaluate(Menu(item("a"), submenu("s", item("b"), item("c")), Menu.SEPARATOR, item("d")))
        new = evaluate(
            Menu(item("new"), submenu("s", item("c", "C"), item("b", enabled=False), text="S"), item("a", "A")), old
        )
        kept = in_place(old, new)
        assert outline(kept.root) == [
            (1, {"label": "A"}, []),
            (
                2,
                {"label": "S", "children-display": "submenu"},
                [(3, {"label": "b", "enabled": False}, []), (4, {"label": "C"}, [])],
            ),
            (5, {"type": "separator"}, []),
            (6, {"label": "d"}, []),
        ]
        assert difference(old, kept).restructured == ()

    def test_what_comes_after_it_is_seen_to_be_out_of_date(self) -> None:
        contents = Contents()
        old = evaluate(contents.menu((("group", ("a", "b")),)))
        changed = contents.menu((("group", ("b", "a", "c")),))
        kept = in_place(old, evaluate(changed, old))
        after = evaluate(changed, kept)
        assert [node.label for node in after.root.children[0].children] == ["b", "a", "c"]
        assert difference(kept, after).restructured == (after.root.children[0].id,)

    def test_a_submenu_that_turns_to_other_words_and_back_says_what_it_said(self) -> None:
        # One that stops and runs again meanwhile has the very same list of what can be done as before.
        contents = Contents()
        on: Content = ("lab", "copy")
        off: Content = ("lab=off", "copy=off")
        first = contents.menu((("a", on), "b"))
        tree = evaluate(first)
        tree = in_place(tree, evaluate(contents.menu(("b", ("a", off))), tree))
        assert [node.label for node in tree.root.children[0].children] == ["off", "off"]
        tree = evaluate(first, tree)
        assert [(node.label, node.enabled) for node in tree.root.children[0].children] == [
            ("lab", True),
            ("copy", True),
        ]


Content = Sequence["str | tuple[str, Content]"]


@dataclass(frozen=True)
class Row:
    """A line of a menu, for `ContentMenu`."""

    key: str
    label: str = ""
    enabled: bool = True
    checked: bool | None = None
    radio: bool = False
    children: tuple[Row, ...] = ()


class Contents:
    """Menus from texts, where a tuple is a submenu; known by their content, or (`plain`) pystray's own.

    The text "-" is a separator. Whether an item has a mark is told by its label: "on", "radio".
    """

    def __init__(self, *, plain: bool = False) -> None:
        self.plain = plain
        self._rows: dict[int, tuple[Content, tuple[Row, ...]]] = {}

    def menu(self, content: Content) -> Menu:
        if self.plain:
            return Menu(*(self._item(each) for each in content))
        return ContentMenu(self.rows(content), self.made)

    def rows(self, content: Content) -> tuple[Row, ...]:
        """Return the lines: the same ones for the same content."""
        found = self._rows.setdefault(id(content), (content, tuple(self._row(each) for each in content)))
        return found[1]

    def made(self, row: Row) -> MenuItem:
        """Make the item of a line."""
        if not row.key:
            return Menu.SEPARATOR
        return KeyedItem(row.key, row.label, ContentMenu(row.children, self.made) if row.children else None)

    def _row(self, each: str | tuple[str, Content]) -> Row:
        if isinstance(each, tuple):
            return Row(each[0], each[0], children=self.rows(each[1]))
        key, _, label = each.partition("=")
        if key == "-":
            return Row("")
        checked = True if label in ("on", "radio") else None
        return Row(key, label or key, label != "off", checked, label == "radio")

    def _item(self, each: str | tuple[str, Content]) -> MenuItem:
        if isinstance(each, tuple):
            return KeyedItem(each[0], each[0], self.menu(each[1]) if each[1] else None)
        key, _, label = each.partition("=")
        if key == "-":
            return Menu.SEPARATOR
        checked = (lambda _: True) if label in ("on", "radio") else None
        return KeyedItem(key, label or key, None, enabled=label != "off", checked=checked, radio=label == "radio")


class TestMenusKnownByTheirContent:
    ACTIONS: Content = ("lab", "classic", "copy")
    OFF: Content = ("lab=off", "classic=off", "copy=off")

    def test_one_with_the_same_content_is_not_made_again(self) -> None:
        contents = Contents()
        content: Content = (("a", self.ACTIONS), ("b", self.ACTIONS))
        old = evaluate(contents.menu((("group", content),)))
        new = evaluate(contents.menu((("group", content), "more")), old)
        assert new.root.children[0].children is old.root.children[0].children
        assert difference(old, new) == Difference({}, {}, (ROOT_ID,))

    def test_other_words_for_the_same_keys_keep_the_ids_and_are_updates(self) -> None:
        contents = Contents()
        old = evaluate(contents.menu((("a", self.ACTIONS), ("b", self.ACTIONS))))
        new = evaluate(contents.menu((("a", self.OFF), ("b", self.ACTIONS))), old)
        first = old.root.children[0].children[0].id
        assert difference(old, new) == Difference(
            {first + at: {"label": "off", "enabled": False} for at in range(3)}, {}, ()
        )

    def test_an_item_is_made_when_it_is_chosen(self) -> None:
        made: list[Row] = []

        def make(row: Row) -> MenuItem:
            made.append(row)
            return KeyedItem(row.key, row.label)

        rows = (Row("a", "A"), Row("group", "Group", children=(Row("b", "B"),)))
        tree = evaluate(ContentMenu(rows, make))
        assert made == []
        item = tree.root.children[1].children[0].item
        assert item is not None
        assert item.text == "B"
        assert made == [Row("b", "B")]

    def test_lines_are_shown_as_items_are(self) -> None:
        chance = random.Random(5)
        lines: list[Any] = ["-", "a", "b=off", "c=on", "d=radio", ("e", ("-", "x", "-", "-", "y", "-")), "a", "a=on"]
        for _ in range(200):
            content: Content = tuple(chance.choices(lines, k=chance.randrange(8)))
            tree, plain = (evaluate(Contents(plain=each).menu(content)) for each in (False, True))
            assert tree.root == plain.root

    def test_whatever_changes_the_tree_looks_as_one_of_plain_menus_and_hosts_that_follow_know_it(self) -> None:
        chance = random.Random(11)

        def leaves() -> Content:
            return chance.choice((self.ACTIONS, self.OFF, ("lab", "copy"), ("copy", "lab")))

        def looks(node: Node) -> Any:
            return node.kind, node.label, node.enabled, [looks(child) for child in node.children]

        contents = Contents()
        kept: list[Content] = [tuple((f"n{at}", leaves()) for at in range(3)) for _ in range(4)]
        tree = EMPTY
        shown: dict[int, tuple[str, ...]] = {}
        hosts: list[Any] = [LevelByLevel(), InsertsBeforeItRemoves()]
        for _ in range(300):
            kept[chance.randrange(4)] = tuple(
                (f"n{at}", leaves()) for at in chance.sample(range(6), chance.randrange(5))
            )
            content: Content = tuple((f"g{at}", group) for at, group in enumerate(kept) if chance.random() < 0.8)
            new = evaluate(contents.menu(content), tree)
            plain = evaluate(Contents(plain=True).menu(content))
            assert looks(new.root) == looks(plain.root)
            for host in hosts:
                host.follow(difference(tree, new), new)
                assert host.outline() == outline(new.root), type(host).__name__
            for path, node in paths(new.root):
                assert shown.setdefault(node.id, path) == path, "an id was given to another item"
            tree = new


def paths(node: Node, path: tuple[str, ...] = ()) -> Any:
    yield path, node
    for child in node.children:
        # Of an item without a label the kind must do; the key is what the label was made from.
        yield from paths(child, (*path, str(child.step)))


def outline(node: Node) -> Any:
    return [(child.id, properties(child), outline(child)) for child in node.children]


class LevelByLevel:
    """Reads the children of those items alone that it was told of, and of those that are new to it: Plasma."""

    def __init__(self) -> None:
        self._children: dict[int, list[int]] = {ROOT_ID: []}
        self._known: dict[int, dict[str, Any]] = {}

    def follow(self, change: Difference, tree: Tree) -> None:
        for identity, values in change.updated.items():
            self._known[identity].update(values)
        for identity, names in change.removed.items():
            for name in names:
                del self._known[identity][name]
        for identity in change.restructured:
            self._read(identity, tree)

    def _read(self, identity: int, tree: Tree) -> None:
        node = tree.find(identity)
        assert node is not None
        before, self._children[identity] = self._children.get(identity, []), [child.id for child in node.children]
        for child in node.children:
            if child.id not in before:
                self._known[child.id] = dict(properties(child))
                self._read(child.id, tree)

    def outline(self, identity: int = ROOT_ID) -> Any:
        return [(each, self._known[each], self.outline(each)) for each in self._children[identity]]


class InsertsBeforeItRemoves:
    """Reads everything at any change, carries out no moves, and inserts before it removes: GNOME's extension."""

    def __init__(self) -> None:
        self._children: dict[int, list[int]] = {ROOT_ID: []}
        self._tree = EMPTY

    def follow(self, change: Difference, tree: Tree) -> None:
        self._tree = tree
        if change.restructured:
            self._read(tree.root)

    def _read(self, node: Node) -> None:
        for child in node.children:
            self._read(child)
        wanted = [child.id for child in node.children]
        drawn = self._children.setdefault(node.id, [])
        for at, identity in enumerate(wanted):
            if identity not in drawn:
                drawn.insert(at, identity)
        self._children[node.id] = [identity for identity in drawn if identity in wanted]

    def outline(self, identity: int = ROOT_ID) -> Any:
        nodes = {each: self._tree.find(each) for each in self._children[identity]}
        return [(each, properties(node), self.outline(each)) for each, node in nodes.items() if node is not None]


class TestProperties:
    @pytest.mark.parametrize(
        ("node", "expected"),
        [
            (Node(1, ItemKind.ACTION, "a"), {"label": "a"}),
            (Node(1, ItemKind.ACTION, "my_note_book"), {"label": "my_note_book"}),
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
        assert difference(tree, evaluate(Menu(item("a"), submenu("s", item("b"))), tree)) == Difference({}, {}, ())

    def test_labels_and_states_alone_are_no_change_of_structure(self) -> None:
        old = evaluate(Menu(item("a"), submenu("s", item("b", checked=lambda _: False))))
        new = evaluate(Menu(item("a", "A_", enabled=False), submenu("s", item("b", checked=lambda _: True))), old)
        assert difference(old, new) == Difference(
            {1: {"label": "A_", "enabled": False}, 3: {"toggle-state": 1}}, {}, ()
        )

    def test_a_property_that_has_its_default_again_is_removed(self) -> None:
        old = evaluate(Menu(item("a", enabled=False)))
        assert difference(old, evaluate(Menu(item("a")), old)) == Difference({}, {1: ("enabled",)}, ())

    def test_every_item_whose_children_changed_is_named(self) -> None:
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
        assert difference(old, evaluate(menu(first=True), old)).restructured == (at["s1"],)
        assert difference(old, evaluate(menu(second=True), old)).restructured == (at["s2"],)
        assert difference(old, evaluate(menu(first=True, second=True), old)).restructured == (at["s1"], at["s2"])
        assert difference(old, evaluate(menu(first=True, top=True), old)).restructured == (ROOT_ID, at["s1"])

    def test_another_order_is_a_change_of_structure(self) -> None:
        old = evaluate(Menu(item("a"), item("b")))
        assert difference(old, evaluate(Menu(item("b"), item("a")), old)) == Difference({}, {}, (ROOT_ID,))

    def test_new_items_are_in_the_layout_and_not_among_the_updates(self) -> None:
        old = evaluate(Menu(item("a")))
        assert difference(old, evaluate(Menu(item("a", "A"), item("b")), old)) == Difference(
            {1: {"label": "A"}}, {}, (ROOT_ID,)
        )


_SHOWN, _HIDDEN = KeyedItem("shown", "Shown"), KeyedItem("hidden", "Hidden", visible=False)
_PLAIN, _EMPTY = MenuItem("Plain", None), MenuItem("Empty", Menu(KeyedItem("no", "No", visible=False)))


@pytest.mark.parametrize("length", range(6))
def test_the_items_that_are_shown_are_those_of_pystray(length: int) -> None:
    for items in itertools.product((Menu.SEPARATOR, _SHOWN, _HIDDEN, _PLAIN, _EMPTY), repeat=length):
        assert visible_items(items) == list(Menu(*items))


def test_a_walk_goes_through_the_menu_in_its_order() -> None:
    leaf = [Node(at, ItemKind.ACTION) for at in range(6)]
    inner = Node(7, ItemKind.SUBMENU, children=(leaf[1], leaf[2]))
    outer = Node(8, ItemKind.SUBMENU, children=(leaf[0], inner, leaf[3]))
    root = Node(0, ItemKind.SUBMENU, children=(outer, leaf[4], leaf[5]))
    assert [each.id for each in root.walk()] == [0, 8, 0, 7, 1, 2, 3, 4, 5]
