"""A language that marks every word which went through `tray/texts`, and none that was inserted into a sentence."""

from __future__ import annotations

import inspect
import itertools
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from tray.menu import actions, layout, ways
from tray.texts import language, shell

_PLACES = re.compile(r"(\{\w+\})")
# click cuts the first sentence of a command's help in a group's list of commands.
_MARKED = re.compile(r"⟦[^⟧]*?(?:⟧|\.\.\.)")
_WORD = re.compile(r"[^\W\d_]+")


class Pseudo:
    """Translations in which every part of a sentence between its places stands in marks."""

    def gettext(self, message: str) -> str:
        return "".join(part if _PLACES.fullmatch(part) else f"⟦{part}⟧" for part in _PLACES.split(message) if part)

    def ngettext(self, one: str, many: str, number: int) -> str:
        return self.gettext(one if number == 1 else many)


def unmarked(text: str, values: Iterable[str] = ()) -> list[str]:
    """The words of `text` that did not go through `tray/texts`, besides the `values` that were inserted."""
    rest = _MARKED.sub(" ", text)
    for value in sorted(values, key=len, reverse=True):
        rest = rest.replace(value, " ")
    return _WORD.findall(rest)


@contextmanager
def pseudo_language() -> Iterator[None]:
    """Have the program speak it inside the block."""
    _forget()
    language.use(Pseudo())
    try:
        # What is typed into a shell is the same in every language: it counts as marked.
        with typed_commands(lambda _words, line: f"⟦{line}⟧" if isinstance(language._now(), Pseudo) else line):
            yield
    finally:
        language.use(None)
        _forget()


@contextmanager
def typed_commands(shown: Callable[[tuple[str, ...], str], str]) -> Iterator[None]:
    """Have each command in a text be what `shown` makes of its words and of its line inside the block."""
    before = shell.joined_for

    def joined_for(platform: str, words: Iterable[str]) -> str:
        words = tuple(words)
        return shown(words, before(platform, words))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shell, "joined_for", joined_for)
        yield


def _forget() -> None:
    for remembered in (
        layout._lengths,
        layout._looks,
        layout._notifications,
        layout._together,
        layout._profiles,
        actions.actions,
        ways.ways_to_open,
    ):
        remembered.cache_clear()


# What stands for a value in a sentence: it has no letters, so that whatever letter is not marked is one of ours.
_VALUES: dict[str, tuple[object, ...]] = {
    "str": ("§1§", ""),
    "object": ("§2§",),
    "str | None": ("§3§", "", None),
    "int": (1, 7),
    "int | None": (7, None),
    "float": (0.0, 60.0, 7200.0, 864000.0),
    "float | None": (None, 60.0, 7200.0),
    "bool": (True, False),
    "list[str]": (["§4§", "§5§"], []),
    "Sequence[str]": (["§4§", "§5§"], []),
    "tuple[str, ...]": (("§6§",), ("§1§", "§2§", "§3§", "§4§", "§5§"), ()),
    "list[tuple[str, int]]": ([("§1§", 1)], [("§1§", 2)], [("§1§", 0), ("§2§", 3)]),
    "tuple[tuple[str, str], ...]": ((("§1§", "§2§"),), ()),
    "tuple[tuple[str, _Why], ...]": ((("§1§", SimpleNamespace(message="§2§", remedy="§3§")),),),
    "tuple[tuple[str, int | None], ...]": ((("§1§", 7), ("§2§", None), ("", None)),),
}


def every_way(words: Callable[..., Any], keys: dict[str, tuple[str, ...]]) -> Iterator[dict[str, object]]:
    """The arguments for which a function of `tray/texts` might say something else; `keys` are those that it knows."""
    names = inspect.signature(words).parameters
    choices = [keys.get(name) or _VALUES[str(names[name].annotation)] for name in names]
    for values in itertools.product(*choices):
        yield dict(zip(names, values, strict=True))


def functions(module: ModuleType) -> list[Callable[..., Any]]:
    """The public functions that a module of `tray/texts` defines."""
    found = vars(module).items()
    return [
        value
        for name, value in found
        if inspect.isfunction(value) and value.__module__ == module.__name__ and not name.startswith("_")
    ]
