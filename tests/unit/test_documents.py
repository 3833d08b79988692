"""What the documents name is there: links and their headings, files, commands with their options, make's targets."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import botocore.session
import click
import pytest
from babel.messages.pofile import read_po
from PIL import Image
from PIL.WebPImagePlugin import WebPImageFile

from tray.aws import service_model
from tray.cli.commands import cli

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted(path for pattern in ("*.md", "docs/**/*.md", ".github/**/*.md") for path in ROOT.glob(pattern))
NAMES = [path.relative_to(ROOT).as_posix() for path in DOCUMENTS]
MOST_LINES_OF_README = 120

_FENCED = re.compile(r"^(```+)[^\n]*\n(.*?)^\1\s*$", re.DOTALL | re.MULTILINE)
_INDENTED = re.compile(r"(?:(?:^|\n)(?: {4}[^\n]*\n)+)")
_CODE = re.compile(r"`([^`\n]+(?:\n[^`\n]+)?)`")
_LINK = re.compile(r"!?\[(?:[^\[\]]|\[[^\]]*\])*\]\(([^()\s]+)\)")
_HEADING = re.compile(r"^#{1,6} +(.+?) *#*$", re.MULTILINE)
_OPTION = re.compile(r"^--?[a-z][a-z-]*$")
# Options of other programs that a document names by themselves.
_FOREIGN_OPTIONS = frozenset({"--help", "--quick", "--rows", "--version"})
# Where the words of a command line end: what follows is another command, or a comment.
_ENDS = frozenset({"#", "|", "&&", ";", ">"})
# What stands for a value, by the option it follows or by itself.
_VALUES = {
    "NAME": "churn-model", "P": "research", "R": "eu-west-1", "REGION": "eu-west-1", "KEY": "Owner", "FILE": "-",
    "PROFILE": "research", "TO": "notebook-al2023-v2",
}  # fmt: skip
# The folders and files at the top, by which a word in a document is known as a path.
_TOP = (
    *("assets/", "docs/", "packaging/", "tests/", "tray/"),
    # An sdist has neither.
    *(f"{name}/" for name in (".github", ".ci") if (ROOT / name).is_dir()),
)
# Made by a command, and in no checkout.
_MADE = ("dist/", "build/", ".venv", "_internal/")


def text_of(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def without_code(text: str) -> str:
    return _CODE.sub("", _INDENTED.sub("\n", _FENCED.sub("", text)))


def code_lines(text: str) -> Iterator[str]:
    """Every line of code, in blocks and within sentences; one that ends with a backslash goes on."""
    blocks = [match[2] for match in _FENCED.finditer(text)]
    rest = _FENCED.sub("", text)
    blocks += [match[0] for match in _INDENTED.finditer(rest)]
    for block in blocks:
        yield from (line.strip() for line in block.replace("\\\n", " ").splitlines())
    yield from (" ".join(match[1].split()) for match in _CODE.finditer(_INDENTED.sub("\n", rest)))


@cache
def anchors(path: Path) -> frozenset[str]:
    """The anchors that GitHub gives to the headings of a document."""
    found: dict[str, int] = {}
    made = set()
    for heading in _HEADING.findall(_FENCED.sub("", path.read_text("utf-8"))):
        words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)
        slug = re.sub(r"[^\w\- ]", "", words.lower()).replace(" ", "-")
        made.add(f"{slug}-{found[slug]}" if slug in found else slug)
        found[slug] = found.get(slug, 0) + 1
    return frozenset(made)


def broken_links(name: str, text: str) -> list[str]:
    found = []
    for target in _LINK.findall(without_code(text)):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        file = (ROOT / name).parent / path if path else ROOT / name
        if not file.exists() or (anchor and anchor not in anchors(file)):
            found.append(target)
    return found


def test_the_documents_are_found() -> None:
    assert {"README.md", "docs/problems.md", "docs/iam-policies.md", "SECURITY.md"} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_every_link_leads_somewhere(name: str) -> None:
    assert broken_links(name, text_of(name)) == []


def test_a_broken_link_is_noticed() -> None:
    assert broken_links("README.md", "[a](docs/none.md) [b](#none) [c](docs/install.md#none) [d](docs/install.md)") == [
        "docs/none.md",
        "#none",
        "docs/install.md#none",
    ]


def test_readme_is_short_and_every_document_is_reached_from_it() -> None:
    assert len(text_of("README.md").splitlines()) <= MOST_LINES_OF_README
    reached, left = set[Path](), [ROOT / "README.md"]
    while left:
        document = left.pop()
        if document in reached:
            continue
        reached.add(document)
        targets = _LINK.findall(without_code(document.read_text("utf-8")))
        paths = (target.partition("#")[0] for target in targets if not re.match(r"[a-z]+:", target))
        left += [(document.parent / path).resolve() for path in paths if path.endswith(".md")]
    assert [path for path in DOCUMENTS if path not in reached and ".github" not in path.parts] == []


def test_every_picture_is_shown_by_a_document() -> None:
    shown = {target.rpartition("/")[2] for name in NAMES for target in _LINK.findall(without_code(text_of(name)))}
    assert {path.name for path in (ROOT / "assets" / "screenshots").iterdir()} - shown == set()


def test_the_recording_is_short_and_light() -> None:
    path = ROOT / "assets" / "screenshots" / "click-to-lab.webp"
    assert path.stat().st_size <= 2_000_000
    with Image.open(path) as film:
        assert isinstance(film, WebPImageFile)
        milliseconds = 0
        for number in range(film.n_frames):
            film.seek(number)
            film.load()
            milliseconds += film.info["duration"]
    assert 5_000 < milliseconds <= 20_000


# Commands.


def commands_of(line: str) -> Iterator[list[str]]:
    """The words of a line of code that is a command of ours, without `notebook-tray` and comments."""
    if match := re.fullmatch(r"notebook-tray( .*)", line):
        words: list[str] = []
        for word in re.sub(r"\s+#.*$", "", match[1]).split():
            if word in _ENDS - {"|"}:
                break
            words.append(word)
        yield words


def faults(words: list[str]) -> Iterator[str]:
    """What is wrong with a command line as a document writes it, with brackets, dots and alternatives."""
    command: click.Command = cli
    context = click.Context(cli, info_name="notebook-tray")
    chosen = [command]
    plain = [each for word in words for each in re.sub(r"[\[\]]|\.\.\.|…", " ", word).split()]
    while isinstance(command, click.Group) and plain and not plain[0].startswith("-"):
        names = [plain[0], *_alternatives(plain)]
        for name in names:
            if command.get_command(context, name) is None:
                yield f"{context.command_path} has no command {name!r}"
                return
        chosen = [found for name in names if (found := command.get_command(context, name))]
        context = click.Context(chosen[0], info_name=plain[0], parent=context)
        command, plain = chosen[0], plain[2 * len(names) - 1 :]
    known = {name for each in chosen for option in each.params for name in (*option.opts, *option.secondary_opts)}
    known |= {"--help", "-h", "--version"} if command is cli else {"--help", "-h"}
    for word in plain:
        if _OPTION.match(word) and word not in known:
            yield f"{context.command_path} has no option {word}"
    if words and not any(sign in word for word in words for sign in ("[", "|", "…", "...")):
        try:
            command.make_context(context.info_name, [_value(word) for word in plain], parent=context.parent)
        except click.exceptions.Exit:
            pass  # --help and --version
        except click.UsageError as error:
            # A command that lacks its argument is one that a sentence speaks of.
            if not isinstance(error, click.MissingParameter):
                yield f"{' '.join(words)}: {error.format_message()}"


def _alternatives(words: list[str]) -> list[str]:
    """The words after the first that a | joins to it."""
    found = []
    while words[1:2] == ["|"] and len(words) > 2:
        found.append(words[2])
        words = words[2:]
    return found


def _value(word: str) -> str:
    return _VALUES.get(word, word)


@pytest.mark.parametrize("name", NAMES)
def test_every_command_is_one(name: str) -> None:
    found = [(line, list(faults(words))) for line in code_lines(text_of(name)) for words in commands_of(line)]
    assert [each for each in found if each[1]] == []


def test_commands_are_found_and_wrong_ones_noticed() -> None:
    assert len([1 for name in NAMES for line in code_lines(text_of(name)) for _ in commands_of(line)]) > 60
    assert [*commands_of("pipx uninstall notebook-tray"), *commands_of("notebook-tray")] == []
    for wrong in ("drop", "profiles drop", "open NAME --nosuch", "open NAME --nosuch 3 [--json]", "autostart on | of",
                  "profiles add x --access-key --region eu-west-1 --acount 1"):  # fmt: skip
        assert list(faults(wrong.split())), wrong
    for right in ("open NAME [--for 2h] [--view lab|classic]", "autostart on | off | status [--json]", "--version", ""):
        assert not list(faults(right.split())), right


def test_every_command_is_in_the_document_of_the_command_line() -> None:
    written = [words for line in code_lines(text_of("docs/command-line.md")) for words in commands_of(line)]
    named = {words[0] for words in written if words}
    assert set(cli.list_commands(click.Context(cli))) <= named


def every_option(command: click.Command) -> Iterator[str]:
    for option in command.params:
        yield from (*option.opts, *option.secondary_opts)
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            assert found is not None
            yield from every_option(found)


@pytest.mark.parametrize("name", [name for name in NAMES if name == "README.md" or name.startswith("docs/")])
def test_every_option_that_stands_alone_is_one(name: str) -> None:
    known = {*every_option(cli), *_FOREIGN_OPTIONS}
    alone = {line.split()[0] for line in code_lines(text_of(name)) if line.startswith("--")}
    assert {option for option in alone if option not in known} == set()


# Words of the menu and of pages, which stand in italics.

# Of other programs, or no words of a program at all.
_OTHER_ITALICS = frozenset(
    {
        *("Allow access", "Remember", "Secret Service Integration", "Security", "Report a vulnerability"),
        *("Developer ID Application", "Unreleased"),
    }
)


# What stands in a place: a name, or an amount of something in words.
_PLACE = r"(?:\\S*|[0-9][^A-Z]*)"


@cache
def sentences() -> tuple[re.Pattern[str], ...]:
    """Every sentence of the program, with names and amounts in its places; none that is places alone."""
    with (ROOT / "tray/texts/locale/notebook-tray.pot").open("rb") as file:
        ids = [each.id for each in read_po(file)]
    texts = [text for each in ids for text in ([each] if isinstance(each, str) else each)]
    with_words = [text for text in texts if re.search(r"[A-Za-z]{3}", re.sub(r"\{\w+\}", "", text))]
    return tuple(re.compile(re.sub(r"\\\{\w+\\\}", _PLACE, re.escape(text))) for text in with_words)


def unsaid(text: str) -> list[str]:
    """What stands in italics in a text and is no sentence of the program."""
    italics = re.findall(r"(?<![*\w])\*([A-Z][^*]*[^*\s])\*(?![*\w])", without_code(text))
    phrases = {" ".join(each.split()) for each in italics} - _OTHER_ITALICS
    return sorted(each for each in phrases if not any(sentence.fullmatch(each) for sentence in sentences()))


@pytest.mark.parametrize("name", [name for name in NAMES if name == "README.md" or name.startswith("docs/")])
def test_every_word_in_italics_is_one_of_the_program(name: str) -> None:
    assert unsaid(text_of(name)) == []


def test_a_word_that_the_program_does_not_say_is_noticed() -> None:
    assert unsaid("Choose *Lately opened*, *Stop churn?* or *All\nnotebooks…*, *not* **More**.") == ["Lately opened"]


# make, and files.


def test_every_target_of_make_is_one() -> None:
    targets = set(re.findall(r"^([a-z][a-z-]*):", text_of("Makefile"), re.MULTILINE))
    named = {
        (name, word)
        for name in NAMES
        for line in code_lines(text_of(name))
        if (words := shlex.split(re.sub(r"\s+#.*$", "", line), posix=False)) and "make" in words[:2]
        for word in words[words.index("make") + 1 :]
        if re.fullmatch(r"[a-z][a-z-]*", word)
    }
    assert len(named) > 20
    assert {each for each in named if each[1] not in targets} == set()


def missing_files(text: str) -> list[str]:
    """The paths of this repository that a text names and that are not there."""
    found = []
    for code in code_lines(text):
        for word in re.sub(r"\s+#.*$", "", code).split():
            path = word.strip(",;:()[]").partition("::")[0].partition("#")[0]
            if not path.startswith(_TOP) or any(sign in path for sign in "{}<>$") or re.search(r"[A-Z]{4,}/?$", path):
                continue
            if not (list(ROOT.glob(path)) if "*" in path else (ROOT / path).exists()):
                found.append(path)
    return found


@pytest.mark.parametrize("name", [name for name in NAMES if name != "CHANGELOG.md"])
def test_every_file_is_there(name: str) -> None:
    assert missing_files(text_of(name)) == []


def test_a_missing_file_is_noticed() -> None:
    assert missing_files("`tray/none.py` and `tests/unit/test_documents.py::test_x`\n\n    packaging/none.sh\n") == [
        "packaging/none.sh",
        "tray/none.py",
    ]


@pytest.mark.parametrize(("name", "least"), [("ARCHITECTURE.md", 25), ("docs/decisions.md", 40)])
def test_every_room_s_file_in_the_architecture_is_there(name: str, least: int) -> None:
    """There, paths begin within `tray/`, as `fleet/state.py` does."""
    rooms = {path.name for path in (ROOT / "tray").iterdir() if path.is_dir() and not path.name.startswith("_")}
    named = {
        word
        for code in code_lines(text_of(name))
        for word in code.split()
        if word.partition("/")[0] in rooms and word.endswith((".py", "/"))
    }
    assert len(named) > least
    assert {word for word in named if not (ROOT / "tray" / word).exists()} == set()


# Hosts.


def test_the_hosts_that_a_firewall_has_to_let_through_are_those_that_botocore_asks() -> None:
    table = re.findall(r"^\| (`[^|]+`) \| [^|]+ \|$", text_of("docs/administrators.md"), re.MULTILINE)
    named = {host for cell in table for host in re.findall(r"`([\w.-]+\.amazonaws\.com)`", cell)}
    session = botocore.session.get_session()

    def host(service: str, region: str) -> str:
        client = session.create_client(service, region, aws_access_key_id="AKIA", aws_secret_access_key="none")
        return str(client.meta.endpoint_url).removeprefix("https://")

    services = (service_model.SERVICE, service_model.LOGS, service_model.SCHEDULER, "sts", "sso", "sso-oidc", "signin")
    asked = {host(service, "eu-west-1").replace("eu-west-1", "REGION") for service in services}
    # These two are asked in one region, whatever the profile's.
    asked |= {host(service, "us-east-1") for service in (service_model.PRICING, service_model.ACCOUNT)}
    assert named == asked
