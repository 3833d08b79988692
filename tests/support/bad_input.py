"""Input as nobody means it: texts, JSON and bytes that hypothesis makes, and what must hold of what comes of them."""

from __future__ import annotations

import gc
import json
import time
import unicodedata
from collections.abc import Callable
from typing import Any, TypeVar

from hypothesis import settings
from hypothesis import strategies as st

from tray.model.problems import Problem, TrayError

T = TypeVar("T")

# As tests/input/conftest.py sets it.
_EXAMPLES = settings().max_examples

# What parsers trip over: line ends of every kind, controls, marks of direction, halves of pairs, digits that aren't
# ASCII, what begins or ends something, and what looks like something else.
_PIECES = (
    *("\n", "\r", "\r\n", "\t", "\0", "\x0b", "\x0c", "\x1b[31m", "\x1c", "\x7f", "\x85", "\x9b", "\u2028", "\u2029"),
    *("\u200b", "\u200e", "\u202e", "\u2066", "\ufeff", "\ud800", "\udfff", "\U0001f4d3", "\u0301", "\u00a0", "\u3000"),
    *("٣", "３", "²", "\u212a", "ı", "ß", "ŉ"),
    *(
        " ",
        "  ",
        '"',
        "'",
        "\\",
        "`",
        "$",
        "%",
        "%s",
        "%%",
        "&",
        "<",
        ">",
        ";",
        ":",
        "=",
        "#",
        "/",
        "//",
        "?",
        "@",
        ",",
    ),
    *("[", "]", "{", "}", "(", ")", "|", "~", "^", "-", "_", ".", "..", "*", "+", "!"),
    *("0", "1", "-1", "00", "1e999", "NaN", "9" * 30, "null", "true", "None", "a", "A", "default", "profile"),
    *("http://", "https://", "file:///", "127.0.0.1", "[::1]", "eu-west-1", "arn:aws:", "{name}", "{0.__class__}"),
)
pieces = st.sampled_from(_PIECES)
# Any character there is, halves of pairs among them.
letters = st.characters()
# Two halves that meet are one character, as JSON would make of them.
texts = (
    st.lists(pieces | st.text(letters, max_size=6), max_size=10)
    .map("".join)
    .map(lambda text: text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass"))
)
# As a file in UTF-8 has them.
written_texts = texts.map(lambda text: text.encode("utf-8", "replace").decode("utf-8"))
raw = st.binary(max_size=60) | texts.map(lambda text: text.encode("utf-8", "surrogatepass"))
# What is repeated up to a limit: a beginning, a piece, and an end that fits nothing.
fragments = st.lists(pieces | st.text(letters, min_size=1, max_size=2), min_size=1, max_size=3).map("".join)

numbers = (
    st.integers(-3, 10**6)
    | st.integers()
    | st.floats()
    | st.sampled_from([2**31, 2**63, -(2**63) - 1, 10**30, 1.7e9, 1.7e12, 1e308, True, False])
)
simple_values = st.none() | st.booleans() | numbers | texts | st.sampled_from(["", [], {}])


def json_values(leaves: st.SearchStrategy[Any] = simple_values, most: int = 8) -> st.SearchStrategy[Any]:
    """Values as JSON has them."""
    return st.recursive(
        leaves, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4), max_leaves=most
    )


any_json = json_values()


def near(whole: dict[str, Any], odd: st.SearchStrategy[Any] = any_json) -> st.SearchStrategy[dict[str, Any]]:
    """Objects that are nearly `whole`: some members left out, some of them odd, and some that nobody knows."""

    def changed(made: tuple[dict[str, Any], set[str], dict[str, Any]]) -> dict[str, Any]:
        odd_members, left_out, unknown = made
        return {**{name: each for name, each in {**whole, **odd_members}.items() if name not in left_out}, **unknown}

    names = st.sampled_from(sorted(whole))
    return st.tuples(
        st.dictionaries(names, odd, max_size=2),
        st.sets(names, max_size=1),
        st.dictionaries(texts, odd, max_size=1),
    ).map(changed)


def as_json(value: object) -> bytes:
    """JSON as other programs write it: halves of pairs are escapes in it."""
    return json.dumps(value).encode()


def damaged(whole: bytes) -> st.SearchStrategy[bytes]:
    """Bytes that are nearly `whole`: cut, or with other bytes in place of some."""

    def changed(made: tuple[int, int, bytes]) -> bytes:
        at, length, instead = made
        return whole[:at] + instead + whole[at + length :]

    return st.tuples(st.integers(0, len(whole)), st.integers(0, len(whole)), raw).map(changed)


# What no text that a user sees may hold: controls, marks that turn the direction, and halves of pairs.
_TURNS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028\u2029")


def unseen_in(text: str, keep: str = "") -> str:
    """Return what is in a text that steers a terminal, turns its direction, or can't be written."""
    return "".join(
        each for each in text if each not in keep and (each in _TURNS or unicodedata.category(each) in ("Cc", "Cs"))
    )


def check_shown(text: str, most: int, keep: str = "") -> None:
    """Check that a text is fit to be shown: bounded, and without what can't be seen."""
    assert isinstance(text, str)
    assert len(text) <= most, f"{len(text)} characters"
    assert not unseen_in(text, keep), ascii(text)


def check_told(problem: Problem | TrayError, most: int = 50_000) -> None:
    """Check that a problem can be said in words, which are fit to be shown."""
    told = problem.problem if isinstance(problem, TrayError) else problem
    hash(told)
    for words in (told.title, told.message, told.remedy):
        check_shown(words, most, keep="\n")


# Long inputs: a sixth of the examples, since each is parsed at two lengths, and they differ in few ways.
long_inputs = settings(max_examples=_EXAMPLES // 6)

# What takes a tenth of a second for an example, such as a new client of botocore.
slow_examples = settings(max_examples=_EXAMPLES // 10)

# The time of four times the length may be so many times as long: four where it grows with the length, and sixteen
# where it grows with its square.
_LONGER, _MOST_TIMES = 4, 9
# What takes less is not compared: it's the interpreter's own.
_NOTICEABLE_SECONDS = 0.004
_ROUNDS = 6


def check_growth(act: Callable[[T], object], make: Callable[[int], T], most: int) -> None:
    """Check that the time of `act` grows with the length of its input, and no faster.

    Both lengths are tried in one run, and again while the longer one seems to take too long: the best time of each
    counts, in seconds of this thread's processor. So other work on the machine fails nothing.

    :param make: makes an input of a length
    """
    short, long = make(most // _LONGER), make(most)
    best_short = best_long = float("inf")
    for _ in range(_ROUNDS):
        best_long = min(best_long, _seconds(act, long))
        if best_long < _NOTICEABLE_SECONDS:
            return
        best_short = min(best_short, _seconds(act, short))
        if best_long <= _MOST_TIMES * best_short:
            return
    raise AssertionError(
        f"{most} take {best_long:.3f} s, and {most // _LONGER} {best_short:.3f} s: {best_long / best_short:.0f} times"
    )


def _seconds(act: Callable[[T], object], given: T) -> float:
    enabled = gc.isenabled()
    gc.disable()
    try:
        began = time.thread_time()
        act(given)
        return time.thread_time() - began
    finally:
        if enabled:
            gc.enable()


def repeated(fragment: str, length: int, beginning: str = "", end: str = "") -> str:
    """Return a text of about a length, which is a fragment again and again."""
    return beginning + fragment * (length // max(1, len(fragment))) + end
