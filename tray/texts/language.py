"""Which language the user reads, and sentences in it.

Translations are gettext's, in `locale/LANGUAGE/LC_MESSAGES/notebook-tray.mo`. Every start imports this module, so that
gettext itself is imported only where there is a translation.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import takewhile
from pathlib import Path
from typing import Protocol

DOMAIN = "notebook-tray"
FOLDER = Path(__file__).parent / "locale"
# The place that a translation may leave out of a plural form that stands for a single number.
_NUMBER = "number"


class Translations(Protocol):
    """The methods that gettext's translations and those of the tests share."""

    def gettext(self, message: str, /) -> str:
        """Return a sentence in the user's language."""
        ...

    def ngettext(self, one: str, many: str, number: int, /) -> str:
        """Return the one of two sentences that fits `number`, in the user's language."""
        ...


class _English:
    def gettext(self, message: str, /) -> str:
        return message

    def ngettext(self, one: str, many: str, number: int, /) -> str:
        return one if number == 1 else many


_ENGLISH = _English()
_in_english: ContextVar[bool] = ContextVar("in_english", default=False)
_translations: Translations | None = None


def _(sentence: str, /, **places: object) -> str:
    """Return `sentence` in the user's language, with each `{place}` filled; values are inserted as they are."""
    return _filled(_now().gettext(sentence), sentence, places)


def plural(one: str, many: str, number: int, /, **places: object) -> str:
    """Return the sentence that fits `number` in the user's language; `number` fills the place of that name too."""
    english = one if number == 1 else many
    return _filled(_now().ngettext(one, many, number), english, {_NUMBER: number, **places})


def joined(values: Iterable[object]) -> str:
    """Return values, such as names, as a list within a sentence."""
    return _(", ").join(map(str, values))


def enumerated(values: Sequence[object]) -> str:
    """Return values that all count, such as what is missing, as a list within a sentence."""
    *others, last = map(str, values)
    return _("{others} and {last}", others=joined(others), last=last) if others else last


@contextmanager
def in_english() -> Iterator[None]:
    """Make all sentences English inside the block: for the log and for programs."""
    token = _in_english.set(True)
    try:
        yield
    finally:
        _in_english.reset(token)


def use(translations: Translations | None) -> None:
    """Take sentences from `translations` from now on; None: from the language of the system's settings."""
    global _translations
    _translations = translations


def languages(environment: Iterable[tuple[str, str]] | None = None) -> list[str]:
    """Return the languages that the user wants, best first; the list ends before English, the original."""
    found = dict(os.environ if environment is None else environment)
    locale = next((found[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if found.get(name)), "")
    # As in GNU gettext: with the locale C, LANGUAGE is ignored.
    if locale.partition(".")[0] in ("C", "POSIX"):
        return []
    wanted = found.get("LANGUAGE") or locale
    return list(takewhile(_is_foreign, wanted.split(":") if wanted else _of_the_system()))


def _now() -> Translations:
    if _in_english.get():
        return _ENGLISH
    global _translations
    if _translations is None:
        _translations = _found()
    return _translations


def _filled(sentence: str, english: str, places: dict[str, object]) -> str:
    if not places:
        return sentence
    filled = _formatted(sentence, english, places)
    if filled.isprintable():
        return filled
    # Foreign text, such as a name in a file, may turn the direction of what follows, or steer a terminal.
    from tray.texts.visible import visible

    seen = {name: visible(value, keep="\n") if isinstance(value, str) else value for name, value in places.items()}
    return _formatted(sentence, english, seen)


def _formatted(sentence: str, english: str, places: dict[str, object]) -> str:
    if sentence is not english and any(
        f"{{{place}}}" in english and f"{{{place}}}" not in sentence for place in places if place != _NUMBER
    ):
        sentence = english  # a translation that leaves out a place, such as the notebook instance's name
    try:
        return sentence.format(**places)
    except (LookupError, ValueError, AttributeError, TypeError):
        return english.format(**places)  # a translation with a place that has no value


def _found() -> Translations:
    try:
        with os.scandir(FOLDER) as entries:
            has_any = any(entry.is_dir() for entry in entries)
    except OSError:
        return _ENGLISH
    if not has_any or not (wanted := languages()):
        return _ENGLISH
    from gettext import translation

    try:
        return translation(DOMAIN, FOLDER, wanted)
    except Exception:  # noqa: BLE001 - none of these languages, or a catalogue damaged in one of many ways
        return _ENGLISH


def _is_foreign(language: str) -> bool:
    return language.partition(".")[0].partition("_")[0] not in ("", "C", "POSIX", "en")


def _of_the_system() -> list[str]:
    """Return the languages of the system's own settings, on systems that don't put them into the environment."""
    if sys.platform == "win32":
        import ctypes
        from locale import windows_locale

        # https://learn.microsoft.com/windows/win32/api/winnls/nf-winnls-getuserdefaultuilanguage
        language = windows_locale.get(ctypes.WinDLL("kernel32").GetUserDefaultUILanguage())
        return [language] if language else []
    if sys.platform == "darwin":
        from Foundation import NSLocale

        return [str(language).replace("-", "_") for language in NSLocale.preferredLanguages()]
    return []
