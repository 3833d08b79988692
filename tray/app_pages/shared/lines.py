"""The menu's lines on a page: as values that JSON has, and which of them the user chose. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from tray.app_pages.shared.asked import ChoiceError
from tray.model.commands import CopyDetails

if TYPE_CHECKING:
    from tray.menu.entries import Entry
    from tray.model.commands import Command

_DEEPEST = 3
# How the keys of a text's lines begin: whom a problem concerns, and what it is.
_TEXTS = ("where", "line")


def shown(entries: Iterable[Entry]) -> list[dict[str, Any]]:
    """Return lines of the menu as a page shows them."""
    return [_line(each) for each in entries]


def chosen(entries: Iterable[Entry], path: object) -> Command:
    """Return the command of the line to which a path of keys leads.

    :raises ChoiceError: there is no such line, or it can't be chosen
    """
    if not isinstance(path, list) or not 0 < len(path) <= _DEEPEST:
        raise ChoiceError("no path")
    found: Entry | None = None
    for key in path:
        found = next((each for each in entries if each.key and each.key == key), None)
        if found is None:
            raise ChoiceError("no such line")
        entries = found.children
    if found is None or found.command is None or not found.enabled:
        raise ChoiceError("not to be chosen")
    return found.command


def _line(entry: Entry) -> dict[str, Any]:
    if not entry.key:
        return {"kind": "line"}
    shown: dict[str, Any] = {"key": entry.key, "label": entry.label}
    if entry.children:
        return {"kind": "group", **shown, "children": list(_paragraphs(entry.children))}
    if entry.command is None:
        return {"kind": "text" if not entry.enabled else "none", **shown}
    return {"kind": "button", **shown, **({} if entry.checked is None else {"checked": entry.checked})}


def _paragraphs(entries: Iterable[Entry]) -> Iterator[dict[str, Any]]:
    """Yield the lines of a list; a problem's text, which the menu breaks to its width, is whole again."""
    text, of = "", ""
    for each in entries:
        kind = next((kind for kind in _TEXTS if each.key.rpartition("/")[2].startswith(kind)), "")
        kind = kind if isinstance(each.command, CopyDetails) else ""
        if text and (kind != of or each.label.startswith("→")):
            yield {"kind": "text", "key": "text", "label": text}
            text = ""
        of = kind
        if kind:
            text = f"{text} {each.label}".strip()
        else:
            yield _line(each)
    if text:
        yield {"kind": "text", "key": "text", "label": text}
