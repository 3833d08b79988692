"""Writes docs/problems.md: every problem that a user can read, by its title. `make texts` runs it.

It calls each function of `tray/texts/problems` with names in capitals for the values, once for each way in which its
sentences differ.
"""

from __future__ import annotations

import ast
import inspect
import itertools
import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType, SimpleNamespace
from unittest.mock import patch

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tray.fleet.planned_stops.checks import LEAST_IDLE_MINUTES  # noqa: E402 - from there
from tray.model.lengths import MAXIMUM_LEFT_RUNNING_HOURS  # noqa: E402
from tray.model.stop_plans import LONGEST_IDLE_MINUTES  # noqa: E402
from tray.texts import language, problems, shell  # noqa: E402
from tray.texts.problems.table import PROBLEMS, Words  # noqa: E402
from tray.texts.reading import Reading, read_as  # noqa: E402

PAGE = ROOT / "docs" / "problems.md"
HEAD = """\
# Every problem by its title

A problem has a line in the menu with its title, and a list with what happened and what to do. A command prints the
same. Words in capitals stand for a name, a number or what somebody else said. [Questions and answers](questions.md) has
what has no title.

<!-- `make texts` writes this file from tray/texts/problems. -->
"""
# The rooms of the problems, in the order in which users meet them.
SECTIONS: Mapping[str, str] = {
    "sign_in": "Signing in",
    "refusals": "What AWS refuses",
    "connection": "On the way to AWS",
    "credentials": "What AWS profiles lack",
    "aws_files": "The AWS config, and settings in it",
    "config": "What the AWS config names",
    "power": "Starting and stopping",
    "stop_plans": "Stopping later",
    "cloud_schedules": "Planned stops by AWS",
    "platforms": "Another platform",
    "policy": "What an administrator has set",
    "finding": "Looking in all regions",
    "keyring": "The keyring",
    "desktop": "The desktop and the browser",
    "start_at_login": "The start at login",
    "running_copy": "The running copy",
    "set_up": "An administrator's file or link",
    "refused_values": "What a profile can't have",
    "settings": "Settings",
    "owners": "Owners",
    "general": "What can't be done now",
    "commands": "On the command line alone",
}
# Beyond so many ways, the sentences of one title are told by their first ways alone.
_MOST_WAYS = 40_000
# So that a sentence with a lower and an upper limit reads as one.
_NUMBERS = {"least": 1, "most": 100}
# The limits themselves, where a problem has the same in all places.
_LIMITS: Mapping[str, Mapping[str, int]] = {
    "stop_plan_idle": {"least": LEAST_IDLE_MINUTES, "most": LONGEST_IDLE_MINUTES // 60},
    "stop_when_idle_refused": {"most": MAXIMUM_LEFT_RUNNING_HOURS},
    "left_running_refused": {"most": MAXIMUM_LEFT_RUNNING_HOURS},
}
_MOST_PAIRS = 6
_SENTENCE_ENDS = re.compile(r"(?<=[.?!])\s+(?=[A-Z“`{])")
_EMPTY = re.compile(r"“”|\(\)|``|: \.|: ,|''|[^.] {2,}|  ")
_LANGUAGE_FREE = re.compile(r"([\\`*_\[\]<>#|])")


def page() -> str:
    """Return the page as it is to be."""
    by_section = {name: list(_titles(name)) for name in _rooms()}
    told: dict[str, dict[tuple[str, str], None]] = {}
    first: dict[str, list[str]] = defaultdict(list)
    for name in _rooms():
        for title, said in by_section[name]:
            if title not in told:
                first[name].append(title)
            told.setdefault(title, {}).update(dict.fromkeys(said))
    index = sorted(told, key=str.casefold)
    lines = [HEAD, *(f"- [{_plain(title)}](#{_anchor(title)})" for title in index)]
    for name in _rooms():
        if not first[name]:
            continue
        lines += ["", f"## {SECTIONS.get(name, name)}"]
        for title in first[name]:
            lines += ["", f"### {_plain(title)}", ""]
            lines += _said(list(told[title]))
    return "\n".join(lines) + "\n"


def _said(pairs: list[tuple[str, str]]) -> Iterator[str]:
    """Yield the lines of what is said, each with what to do; where there are many ways, each sentence once."""
    if len(pairs) <= _MOST_PAIRS:
        for message, remedy in pairs:
            yield from (f"- {_plain(message)}", f"  → {_plain(remedy)}")
        return
    messages = dict.fromkeys(sentence for message, _ in pairs for sentence in _SENTENCE_ENDS.split(message) if sentence)
    yield from ("What is said, a part of it at a time:", "", *(f"- {_plain(each)}" for each in messages))
    remedies = dict.fromkeys(remedy for _, remedy in pairs)
    yield from ("", "What to do, by what it is:", "", *(f"- {_plain(each)}" for each in remedies))


def _rooms() -> list[str]:
    """Return the names of the modules with problems; one that has no section yet comes last."""
    there = [each for each in problems.__all__ if isinstance(getattr(problems, each), ModuleType)]
    return [*(each for each in SECTIONS if each in there), *sorted(set(there) - set(SECTIONS))]


def _titles(room: str) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Yield the titles of a module's problems, each with what is said and what is to be done."""
    module = getattr(problems, room)
    keys = _keys(module)
    where = Reading.COMMAND if room == "commands" else Reading.STANDING
    with _in_the_page(), read_as(where):
        for words_of in PROBLEMS.values():
            if words_of.__module__ != module.__name__:
                continue
            found: dict[str, list[tuple[str, str]]] = {}
            for places in itertools.islice(_ways(words_of, keys), _MOST_WAYS):
                try:
                    words = words_of(**places)
                except KeyError:
                    continue  # a table there has what may stand for this value, and nothing else
                said = (words.message, words.remedy)
                if any(_EMPTY.search(each) for each in words):
                    continue  # something that is never empty was left out
                if said not in found.setdefault(words.title, []):
                    found[words.title].append(said)
            yield from found.items()


@contextmanager
def _in_the_page() -> Iterator[None]:
    """Have commands be code, quoted as on Linux, and all sentences English, inside the block."""
    quoted = shell.joined_for

    def joined_for(_platform: str, words: Iterator[str]) -> str:
        return f"`{quoted('linux', words)}`"

    with patch.object(shell, "joined_for", joined_for), language.in_english():
        yield


def _keys(module: ModuleType) -> dict[str, dict[object, None]]:
    """Return the values that the functions of a module compare their arguments with, by the arguments' names.

    An empty text is one where the argument is asked for being empty.
    """
    found: dict[str, dict[object, None]] = defaultdict(dict)
    tree = ast.parse(inspect.getsource(module))
    for node in ast.walk(tree):
        if isinstance(node, ast.Match):
            for case in node.cases:
                for name, pattern in _matched(node.subject, case.pattern):
                    found[name].update(dict.fromkeys(_literals(pattern)))
        elif isinstance(node, ast.Compare) and isinstance(node.left, ast.Name):
            found[node.left.id].update(dict.fromkeys(_literals(node)))
        elif isinstance(node, ast.Subscript) and isinstance(node.value, ast.Dict):
            for key in node.value.keys:
                for name, value in _looked_up(node.slice, key):
                    found[name].update(dict.fromkeys(_literals(value)))
        for asked in _asked(node):
            found[asked][""] = None
    return found


def _matched(subject: ast.expr, pattern: ast.pattern) -> Iterator[tuple[str, ast.AST]]:
    if isinstance(subject, ast.Name):
        yield subject.id, pattern
    elif isinstance(subject, ast.Tuple) and isinstance(pattern, ast.MatchSequence):
        for part, its in zip(subject.elts, pattern.patterns, strict=False):
            yield from _matched(part, its)


def _looked_up(by: ast.expr, key: ast.expr | None) -> Iterator[tuple[str, ast.AST]]:
    if isinstance(by, ast.Name) and key is not None:
        yield by.id, key
    elif isinstance(by, ast.Tuple) and isinstance(key, ast.Tuple):
        for part, its in zip(by.elts, key.elts, strict=False):
            yield from _looked_up(part, its)


def _literals(node: ast.AST) -> Iterator[object]:
    return (each.value for each in ast.walk(node) if isinstance(each, ast.Constant) and isinstance(each.value, str))


def _asked(node: ast.AST) -> Iterator[str]:
    """Yield the names that a condition asks for being anything at all."""
    tests = [node.test] if isinstance(node, ast.If | ast.IfExp) else []
    tests += [node.guard] if isinstance(node, ast.match_case) and node.guard else []
    tests += node.values[:-1] if isinstance(node, ast.BoolOp) else []
    for test in tests:
        while isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            test = test.operand
        parts = test.values if isinstance(test, ast.BoolOp) else [test]
        yield from (part.id for part in parts if isinstance(part, ast.Name))


def _ways(words_of: Callable[..., Words], keys: Mapping[str, Mapping[object, None]]) -> Iterator[dict[str, object]]:
    names = inspect.signature(words_of).parameters
    limits = _LIMITS.get(words_of.__name__, {})
    choices = [
        [limits[name]] if name in limits else _choices(name, str(names[name].annotation), keys.get(name, {}))
        for name in names
    ]
    for values in itertools.product(*choices):
        yield dict(zip(names, values, strict=True))


def _choices(name: str, kind: str, keys: Mapping[object, None]) -> list[object]:
    shown = name.strip("_").upper().replace("_", "-")
    match kind:
        case "str" | "object":
            named = [key for key in keys if key]
            return [*named, shown, *([""] if "" in keys else [])]
        case "str | None":
            return [shown, *(key for key in keys if key), None]
        case "int":
            return [_NUMBERS.get(name, 2)]
        case "int | None":
            return [7, None]
        case "float":
            return [7200.0, -7200.0] if name.startswith("ahead") else [7200.0]
        case "float | None":
            return [7200.0, None]
        case "bool":
            return [True, False]
        case "tuple[str, ...]" if name == "typed":
            return [()]
        case "list[str]" | "Sequence[str]" | "tuple[str, ...]":
            return [("ONE", "ANOTHER"), ("ONE",), *([()] if "" in keys else [])]
        case "tuple[tuple[str, str], ...]":
            return [(("PROFILE", "REGION"),), *([()] if "" in keys else [])]
        case "tuple[tuple[str, int | None], ...]":
            return [(("PROGRAM", 7), ("ANOTHER", None))]
        case "tuple[tuple[str, _Why], ...]":
            return [(("PROFILE", SimpleNamespace(message="WHY.", remedy="WHAT TO DO.")),)]
        case _:
            raise TypeError(f"{name}: say in {Path(__file__).name} what stands for {kind}")


def _plain(text: str) -> str:
    """Return a text with what Markdown would read as its own escaped, but for code."""
    parts = re.split(r"(`[^`]*`)", " ".join(text.split()))
    return "".join(part if part.startswith("`") else _LANGUAGE_FREE.sub(r"\\\1", part) for part in parts)


def _anchor(title: str) -> str:
    """Return the anchor that GitHub gives to a heading."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8", newline="\n")
    sys.stdout.write(f"{PAGE.relative_to(ROOT)}\n")
