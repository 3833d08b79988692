"""What the program tells users to do is possible where they read it."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

import click
import pytest

from tests.support.pseudo import every_way, functions, typed_commands
from tests.support.samples import NOW, notebook, snapshot
from tests.unit.test_pseudo_language import KEYS, OF_ONE, modules
from tray.cli.commands import cli
from tray.fleet.snapshot import LastOpened, Scope, ScopeState
from tray.menu.entries import Entry
from tray.menu.layout import menu
from tray.model.problems import Kind, Problem, TrayError
from tray.model.sign_in import Method, SignIn
from tray.model.signer import AwsProfile
from tray.texts import shell
from tray.texts.problems.table import ADVICE, PROBLEMS, Words
from tray.texts.reading import Reading, read_as

NAMES = ("lab", "my team", "it's", 'the "best"', "50% off", "a&b|c", "$HOME", "-x", "ä ö", "back\\slash", "trailing\\")
# What stands for a value that the user fills in.
VALUES = {"REGION": "eu-west-1", "NAME": "model-1", "ID": "AKIAIOSFODNN7EXAMPLE"}

# Commands that name the menu of a copy that runs: there is one when these are raised.
OF_THE_RUNNING_COPY = ("copy-does-not-answer", "copy-is-another-version", "copy-failed")


def every_text(where: Reading) -> Iterator[tuple[str, str]]:
    """Every text of every problem, advice and other function of the texts, with its code."""
    with read_as(where):
        for code, words_of in {**PROBLEMS, **ADVICE}.items():
            if words_of is Words:
                continue  # the tests' own
            for places in every_way(words_of, KEYS | OF_ONE.get(code, {})):
                said = words_of(**places)
                yield code, said if isinstance(said, str) else "\n".join(said)


def commands_in(where: Reading) -> set[tuple[str, ...]]:
    """The words of every command that some text names."""
    found: set[tuple[str, ...]] = set()

    def shown(words: tuple[str, ...], line: str) -> str:
        found.add(words)
        return line

    with typed_commands(shown), read_as(where):
        list(every_text(where))
        for module in modules():
            for words_of in functions(module):
                if module.__name__ == "tray.texts.help" or words_of.__name__ in ("problem", "advice"):
                    continue
                for places in every_way(words_of, KEYS | OF_ONE.get(words_of.__name__.replace("_", "-"), {})):
                    words_of(**places)
    return found


def parse(words: tuple[str, ...]) -> None:
    """Take a command apart as the command line does, without carrying it out."""
    if len(words) == 1:
        return  # the tray itself
    command: click.Command = cli
    context = click.Context(cli, info_name="notebook-tray")
    rest = [VALUES.get(word, word) for word in words[1:]]
    while isinstance(command, click.Group) and rest:
        name, found, rest = command.resolve_command(context, rest)
        assert found is not None, words
        command, context = found, click.Context(found, info_name=name, parent=context)
    command.parse_args(context, rest)


@pytest.mark.parametrize("where", Reading)
def test_every_command_that_a_text_names_is_one(where: Reading) -> None:
    found = [words for words in commands_in(where) if words[0] == "notebook-tray"]
    assert len(found) > 8
    for words in found:
        parse(tuple(word.replace("§", "").strip() or "x" for word in words))


def test_a_command_that_is_none_is_noticed() -> None:
    for words in (("notebook-tray", "profiles", "drop", "x"), ("notebook-tray", "open", "x", "--nosuch")):
        with pytest.raises(click.ClickException):
            parse(words)


def test_no_text_has_a_command_that_is_not_quoted() -> None:
    """A literal one has no place for a name, which may have a space in it."""
    with typed_commands(lambda _words, _line: "‹command›"):
        for where in Reading:
            for code, text in every_text(where):
                assert not re.search(r"notebook-tray (?!program beside|in the keyring)[a-z-]", text), (code, text)


@pytest.mark.parametrize("name", NAMES)
def test_a_name_reaches_the_command_as_it_is(name: str) -> None:
    line = shell.joined_for("linux", ("notebook-tray", "signin", name))
    assert shlex.split(line) == ["notebook-tray", "signin", name]


@pytest.mark.parametrize("where", Reading)
def test_a_profile_that_is_called_like_an_option_is_none_in_any_command(where: Reading) -> None:
    named = "--anything"
    found: set[tuple[str, ...]] = set()

    def shown(words: tuple[str, ...], line: str) -> str:
        found.add(words)
        return line

    with typed_commands(shown), read_as(where):
        for code, words_of in {**PROBLEMS, **ADVICE}.items():
            if words_of is not Words:
                keys = KEYS | OF_ONE.get(code, {}) | {"profile": (named,), "aws_profile": (named,)}
                for places in every_way(words_of, keys):
                    words_of(**places)
    commands = [words for words in found if any(named in word for word in words)]
    assert len(commands) > (8 if where is Reading.COMMAND else 0)
    for words in commands:
        if words[0] == "aws":
            assert words[-1] == f"--profile={named}"
        else:
            assert words[-2:] == ("--", named)
            parse(tuple(word.replace("§", "").strip() or "x" for word in words))


def windows_split(line: str) -> list[str]:
    """Take a command line apart as Windows' C runtime does (parsing-c-command-line-arguments)."""
    found, word, quoted, at, begun = [], "", False, 0, False
    while at < len(line):
        slashes = len(line) - at - len(line[at:].lstrip("\\"))
        at += slashes
        if at < len(line) and line[at] == '"':
            word += "\\" * (slashes // 2)
            if slashes % 2:
                word += '"'
            else:
                quoted = not quoted
            begun, at = True, at + 1
            continue
        word += "\\" * slashes
        if at == len(line) or (line[at] == " " and not quoted):
            if begun or word:
                found.append(word)
            word, begun = "", False
        else:
            word += line[at]
        at += 1
    return [*found, word] if word or begun else found


@pytest.mark.parametrize("name", NAMES)
def test_a_name_reaches_the_command_on_windows(name: str) -> None:
    line = shell.joined_for("win32", ("notebook-tray", "signin", name))
    assert windows_split(line) == ["notebook-tray", "signin", name]
    assert "'" not in line.replace(name, "")  # cmd.exe knows no other quotation marks


@pytest.mark.parametrize("name", ['x" & calc & "', 'x"; calc; "', "x\u201d | calc", "$(calc)", 'a`"b'])
def test_no_name_is_another_command_on_windows(name: str) -> None:
    assert shell.joined_for("win32", ("notebook-tray", "signin", name)) == "notebook-tray signin NAME"


def test_a_command_says_nothing_of_a_refresh_or_of_a_menu() -> None:
    for code, text in every_text(Reading.COMMAND):
        if code not in OF_THE_RUNNING_COPY and code != "copy-link":  # that one is the tray's own advice
            assert not re.search(r"\b(refresh|(?<!Start )menu(?! bar))\b", text, re.IGNORECASE), (code, text)


def test_what_was_asked_for_once_is_not_tried_again_by_itself() -> None:
    for where in (Reading.COMMAND, Reading.TASK):
        for code, text in every_text(where):
            assert "again by itself" not in text, (code, text)
            assert "next refresh" not in text, (code, text)
    assert any("again by itself" in text for _, text in every_text(Reading.STANDING))


BROWSER = SignIn(Method.BROWSER, "corp", "corp")
MFA = SignIn(Method.MFA, "admin", "admin")


def labels(entries: tuple[Entry, ...]) -> Iterator[str]:
    for entry in entries:
        yield entry.label
        yield from labels(entry.children)


def lines_named(text: str) -> list[str]:
    """The menu's lines that a text names: what stands in quotation marks after "choose"."""
    return re.findall(r"[Cc]hoose “([^”]+)”", text) + re.findall(r"[Cc]hoose (Refresh|Quit)\b", text)


@pytest.mark.parametrize("inline", [False, True], ids=["beside", "inline"])
@pytest.mark.parametrize("where", [Reading.TASK, Reading.STANDING])
def test_a_menu_line_that_is_named_is_in_the_menu(where: Reading, inline: bool) -> None:
    seen: set[str] = set()
    for code, text in every_text(where):
        for line in lines_named(text):
            seen.add(line)
            # As it is when the problem is there: with the sign-in that mends it, where the text names one.
            sign_in = MFA if "MFA" in line else BROWSER if line.startswith("Sign in") else None
            scope = Scope("lab", "eu-west-1", AwsProfile("lab"))
            standing = ScopeState(scope, problem=Problem.of("own-error", Kind.SIGN_IN, sign_in))
            running, stopped = notebook("a"), notebook("b", "Stopped")
            known = snapshot(
                running,
                recent=(LastOpened("research", running.arn),),
                scopes=(standing, ScopeState(running.scope, (running, stopped), NOW)),
            )
            shown = list(labels(menu(known, NOW, inline=inline)))
            # Where a sentence of one language names a line of another, it is no help: it is the menu's own word.
            assert any(label.startswith(line.rstrip("…").strip()) for label in shown), (code, line, shown)
    assert "Sign in to …" in seen


@pytest.mark.parametrize("how", ["mfa", "browser", "login", "process", "keys"])
def test_what_no_sign_in_mends_names_none(how: str) -> None:
    error = TrayError("credentials-expired", kind=Kind.SIGN_IN, aws_profile="lab", profile="lab", how=how)
    for where in Reading:
        with read_as(where):
            remedy = error.mended_by(None).problem.remedy
            assert "Choose “" not in remedy
            assert "signin" not in remedy
            if how in ("mfa", "browser"):
                typed = (
                    "signin" if how == "browser" else "At a terminal"
                )  # no command gives another one what a code gave
                assert re.search(typed if where is Reading.COMMAND else "Choose “", error.problem.remedy)
