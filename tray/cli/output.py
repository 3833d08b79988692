"""How commands print: aligned tables for users, JSON for programs, problems on standard error."""

from __future__ import annotations

import functools
import json
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import wraps
from typing import TYPE_CHECKING, ParamSpec

from tray.cli.streams import is_terminal, write_error, write_output
from tray.model.problems import TrayError
from tray.texts.language import in_english
from tray.texts.visible import visible

if TYPE_CHECKING:
    from pathlib import Path

    from tray.model.notebooks import Notebook
    from tray.model.problem_groups import ProblemGroup
    from tray.model.problems import Problem

P = ParamSpec("P")

# Of all the JSON that commands print: it grows by members, and this number when one goes or means something else.
JSON_VERSION = 1

# So many of those that have the same problem are named.
MOST_NAMED = 5

_GAP = "  "
_NARROWEST = 8


def say(text: str, *, err: bool = False) -> None:
    """Print text, to standard error with `err`, without what steers a terminal: names and answers are foreign text.

    Not by click, which writes UTF-8 where the stream's encoding is ASCII.
    """
    if err:
        with suppress(ValueError):  # closed
            sys.stdout.flush()  # both may go into one file: in the order in which they are said
        write_error(visible(text, keep="\n"))
    else:
        write_output(visible(text, keep="\n"))


def table(headings: Sequence[str], rows: Iterable[Sequence[str]], width: int | None = None) -> str:
    """Return rows under headings, each column as wide as its widest cell, with no blanks at the end of a line.

    :param width: the most characters of a line: where it takes more, the widest columns lose the middle of their cells
    """
    lines = [tuple(map(visible, line)) for line in (headings, *rows)]
    widths = [max(len(cell) for cell in column) for column in zip(*lines, strict=True)]
    if width is not None:
        widths = _narrowed(widths, width - len(_GAP) * (len(widths) - 1))
    return "\n".join(
        _GAP.join(_short(cell, most).ljust(most) for cell, most in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def terminal_width() -> int | None:
    """Return how many characters a line of standard output holds: those of COLUMNS, or of the terminal; else None.

    What goes into a pipe or a file is not cut: another program reads it.
    """
    if not os.environ.get("COLUMNS", "").isdecimal() and not is_terminal(sys.stdout):
        return None
    return shutil.get_terminal_size().columns


def _narrowed(widths: list[int], whole: int) -> list[int]:
    """Return widths that are `whole` at most together: the widest are cut first, and none below 8."""
    narrow = list(widths)
    while sum(narrow) > whole and max(narrow) > _NARROWEST:
        widest = max(narrow)
        narrow[narrow.index(widest)] = widest - 1
    return narrow


def _short(cell: str, most: int) -> str:
    if len(cell) <= most:
        return cell
    kept = most // 2
    return f"{cell[: most - kept - 1]}…{cell[-kept:]}"


def print_json(value: Mapping[str, object]) -> None:
    """Print `value` as JSON, with the version of its form: valid in whatever encoding standard output has.

    A terminal that shows it is steered by nothing in it.
    """
    encoding = getattr(sys.stdout, "encoding", None) or "ascii"
    utf_8 = encoding.lower().replace("_", "-") in ("utf-8", "utf8")
    # JSON is UTF-8 (RFC 8259, section 8.1): in another encoding only ASCII is the same.
    text = json.dumps({"version": JSON_VERSION, **value}, indent=2, ensure_ascii=not utf_8)
    if visible(text, keep="\n") != text:  # what steers a terminal; escaped, it is the same to a program
        text = json.dumps({"version": JSON_VERSION, **value}, indent=2)
    write_output(text)


def iso_utc(time: datetime | None) -> str | None:
    """Return a time in ISO 8601, in UTC to the second: `2026-01-31T08:00:00Z`."""
    return time.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z") if time else None


def problem_json(problem: Problem, profile: str | None, region: str | None) -> dict[str, str | None]:
    """Return a problem for JSON, in English; `profile` and `region` are null if the problem concerns none."""
    with in_english():
        return {
            "profile": profile,
            "region": region,
            "code": problem.code,
            "title": problem.title,
            "message": problem.message,
            "remedy": problem.remedy,
        }


def failing_in_json(command: Callable[P, None]) -> Callable[P, None]:
    """Have a command with `--json` print its failure as JSON, too: the program that reads it finds a value."""

    @wraps(command)
    def run(*args: P.args, **options: P.kwargs) -> None:
        try:
            command(*args, **options)
        except TrayError as error:
            if options.get("as_json"):
                with suppress(OSError):  # said at the end, below the problem
                    print_json({"problem": problem_json(error.problem, None, None)})
            raise

    return run


def complain(problem: Problem, subject: str = "") -> None:
    """Print on standard error what went wrong, what it concerns, and what to do."""
    say(problem.text(subject), err=True)


def complain_of_many(group: ProblemGroup, *, every: bool = False) -> None:
    """Print on standard error a problem that several have, once: how many, who the first are, and what to do.

    With `every`, all are named, because no command shows them later.
    """
    from tray.texts import commands as texts

    named = group.subjects if every else group.subjects[:MOST_NAMED]
    say(texts.equal_problems(group.first.title, list(named), len(group.subjects) - len(named)), err=True)
    signs_in = all(problem.sign_in is not None for problem in group.problems)
    remedy = texts.sign_in_to_all() if signs_in else group.first.remedy
    say(f"  {group.first.message}\n  → {remedy}", err=True)
    if group.first.code == "aws-profile-gone":
        say(f"  → {texts.prune_them()}", err=True)
    if not every:
        say(f"  → {texts.see_each()}", err=True)


def complain_of_each(problems: Iterable[tuple[str, Problem]]) -> None:
    """Print on standard error the problem of each name; what several have in common is said once."""
    from tray.model.problem_groups import grouped

    for group in grouped(problems):
        if len(group.subjects) == 1:
            complain(group.first, group.subjects[0])
        else:
            complain_of_many(group, every=True)


def tell_refused(refused: Mapping[str, TrayError]) -> None:
    """Print why some names were refused, and end as wrong usage does; nothing if none was."""
    complain_of_each((name, error.problem) for name, error in refused.items())
    if refused:
        sys.exit(max(error.status for error in refused.values()))


def notebook_json(seen: Sequence[Notebook]) -> dict[str, object]:
    """Return a notebook instance for JSON; `seen` is how each profile sees it."""
    notebook = seen[0]
    return {
        **first_members(notebook),
        "created": iso_utc(notebook.created),
        "modified": iso_utc(notebook.modified),
        "other_profiles": [other.scope.profile for other in seen[1:]],
        "platform": known_platforms().get(notebook.arn),
    }


def first_members(notebook: Notebook) -> dict[str, object]:
    """Return the members with which a notebook instance begins in the JSON of every command."""
    return {
        "profile": notebook.scope.profile,
        "region": notebook.scope.region,
        "name": notebook.name,
        "arn": notebook.arn,
        "status": notebook.status,
        "instance_type": notebook.instance_type,
    }


def known_platforms() -> Mapping[str, str]:
    """Return the platforms that are known, by ARN: of those that were described. Reads a file when it has changed."""
    from tray.fleet.facts.platforms_file import FILE_NAME
    from tray.fleet.files.state_file import state_folder

    path = state_folder() / FILE_NAME
    try:
        return _platforms(path, path.stat().st_mtime_ns)
    except OSError:
        return {}


@functools.lru_cache(maxsize=1)
def _platforms(path: Path, _changed: int) -> Mapping[str, str]:
    from tray.fleet.facts.platforms_file import PlatformsFile

    return {arn: platform for arn, (platform, _) in PlatformsFile(path).load().platforms.items() if platform}
