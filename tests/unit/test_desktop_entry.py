"""Desktop entry files: what is written is read again, and what others write is understood."""

from __future__ import annotations

import pytest

from tray.desktop.desktop_entry import entry_text, entry_values, exec_command, exec_value, is_true, names


@pytest.mark.parametrize(
    ("value", "command"),
    [
        ("", ()),
        ("notebook-tray", ("notebook-tray",)),
        ("notebook-tray --autostarted", ("notebook-tray", "--autostarted")),
        ("  a \t b  ", ("a", "b")),
        ('"/opt/a b/c" d', ("/opt/a b/c", "d")),
        (r'"a\"b\`c\$d\\e"', ('a"b`c$d\\e',)),
        ('"" a', ("", "a")),
        ('a"b c"d', ("ab cd",)),
        (r"a\ b", ("a b",)),
        ("a %% b%%c", ("a", "%", "b%c")),
        ("a %u %F b", ("a", "b")),  # nothing is opened with it
        ('"unclosed a', ("unclosed", "a")),
        ("it's", ("it's",)),
    ],
)
def test_commands_in_exec(value: str, command: tuple[str, ...]) -> None:
    assert exec_command(value) == command


@pytest.mark.parametrize(
    "command",
    [
        ("/usr/bin/notebook-tray", "--autostarted"),
        ("/a b/c", "", "100%", "%f", "$HOME", "`x`", '"', "\\", "\\n", "~", "#", "it's", "é 研究", "a\nb\tc\rd", ";"),
    ],
)
def test_a_command_survives_the_file(command: tuple[str, ...]) -> None:
    text = entry_text({"Type": "Application", "Exec": exec_value(command), "Name": "x"})
    assert len(text.splitlines()) == 4
    assert exec_command(entry_values(text)["Exec"]) == command


def test_the_plain_need_no_quotes() -> None:
    assert exec_value(("/usr/bin/notebook-tray", "--autostarted")) == "/usr/bin/notebook-tray --autostarted"


def test_the_specifications_own_examples() -> None:
    """A literal backslash takes four in the file, and a dollar sign two before it ("The Exec key")."""
    assert entry_text({"Exec": exec_value(("\\", "$"))}).splitlines()[1] == r'Exec="\\\\" "\\$"'


def test_values_as_others_write_them() -> None:
    values = entry_values(
        "# a comment\r\n"
        "[Other Group]\n"
        "Exec=no\n"
        "[Desktop Entry]\n"
        "Name = spaced\\sout \n"
        "Name[de]=anders\n"
        "#Exec=no\n"
        "Exec=a\\\\b\\x\n"
        "Exec=second\n"
        "nonsense\n"
        "[Desktop Action new]\n"
        "Hidden=true\n"
    )
    assert values == {"Name": "spaced out", "Name[de]": "anders", "Exec": "a\\b\\x"}


def test_booleans_and_lists() -> None:
    assert [is_true(value) for value in ("true", "1", "false", "0", "", "True", None)] == [True] * 2 + [False] * 5
    assert names("KDE;XFCE;") == ["KDE", "XFCE"]
    assert names("") == []
