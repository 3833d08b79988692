"""What desktops, panels and users write: desktop entries, lists of default applications, BROWSER, autostart entries."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.support.bad_input import (
    check_growth,
    check_told,
    fragments,
    long_inputs,
    pieces,
    raw,
    repeated,
    texts,
    written_texts,
)
from tray.desktop import desktop_entry
from tray.desktop.autostart import launch_agent
from tray.desktop.autostart.base import AutostartState
from tray.desktop.autostart.xdg import XdgAutostart
from tray.desktop.browser import mimeapps, variable
from tray.desktop.browser.mimeapps import default_browser
from tray.model.problems import TrayError

keys = st.from_regex(r"[A-Za-z][A-Za-z-]{0,10}(\[[a-z]{2}\])?", fullmatch=True)
values = written_texts.map(lambda text: text.replace("\0", ""))


@given(st.dictionaries(keys, values, max_size=4))
@example({"Exec": "/opt/a\u2028b"}).via("a line separator, which ends no line of a desktop entry")
@example({"Exec": "/opt/a\x85b\x0b\x0c\x1c"}).via("what only Python takes for the end of a line")
@example({"Name": " a"}).via("a space at the beginning, which has an escape of its own")
@example({"Name": "a "}).via("a space at the end")
@example({"Name": "a\\sb"}).via("a backslash before a letter that makes an escape")
def test_an_entry_is_read_as_it_was_written(entry: dict[str, str]) -> None:
    assert desktop_entry.entry_values(desktop_entry.entry_text(entry)) == entry


GOOD_ENTRY = "[Desktop Entry]\nName=a\nExec=/bin/true %u\nHidden=false\n"
lines = st.sampled_from(
    ["[Desktop Entry]", "[Other]", "[", "]", "Exec=", "Name=b", "Name[de]=c", "# x", "=", "Hidden=true", "Exec=a\\"]
)
entry_texts = st.lists(lines | texts, max_size=8).map("\n".join)


@given(entry_texts)
@example("[Desktop Entry]\nName[de]=a\x85Exec=/bin/false\n").via("a line that only Python ends")
def test_any_file_is_values_of_its_own_lines(text: str) -> None:
    found = desktop_entry.entry_values(text)
    for key, value in found.items():
        assert any(line.strip(" \t\r").startswith(key) for line in text.split("\n")), "no line is made up"
        assert len(value) <= len(text)
    # What comes behind hides nothing of an entry.
    assert desktop_entry.entry_values(f"{GOOD_ENTRY}{text}").items() >= {"Name": "a", "Exec": "/bin/true %u"}.items()


arguments = st.lists(written_texts | st.sampled_from(["", "%", "%u", 'a"b', "\\", "$HOME", "`id`", "a b"]), max_size=4)


@given(arguments)
@example(["", '"', "%%", "\\"]).via("nothing, and what has an escape")
def test_a_command_is_started_as_it_was_written(command: list[str]) -> None:
    value = desktop_entry.exec_value(command)
    assert desktop_entry.exec_command(value) == tuple(command)
    entry = desktop_entry.entry_values(desktop_entry.entry_text({"Exec": value}))
    assert desktop_entry.exec_command(entry["Exec"]) == tuple(command)


@given(texts, st.dictionaries(st.sampled_from("uUfFck%"), texts, max_size=3))
def test_any_exec_is_a_command_of_texts(value: str, fields: dict[str, str]) -> None:
    for word in desktop_entry.exec_command(value, fields):
        assert isinstance(word, str)
    assert all(desktop_entry.names(value))


def installed(folder: Path, mimeapps_list: bytes, entry: bytes) -> dict[str, str]:
    """Write a user's files, and return their environment."""
    for path, content in {
        folder / "config" / "mimeapps.list": mimeapps_list,
        folder / "data" / "applications" / "a.desktop": entry,
    }.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return {
        "XDG_CURRENT_DESKTOP": "GNOME",
        "HOME": str(folder),
        "XDG_CONFIG_HOME": str(folder / "config"),
        "XDG_DATA_HOME": str(folder / "data"),
        "XDG_CONFIG_DIRS": "/nonexistent",
        "XDG_DATA_DIRS": "/nonexistent",
        "PATH": "/bin:/usr/bin",
    }


GOOD_LIST = b"[Default Applications]\nx-scheme-handler/http=a.desktop;\n"
list_lines = st.sampled_from(
    [
        *(b"[Default Applications]", b"x-scheme-handler/http=", b"x-scheme-handler/http=../../a.desktop", b"[", b"="),
        *(b"x-scheme-handler/http=a.desktop", b"x-scheme-handler/http=/etc/passwd;a.desktop;", b"[Added Associations]"),
    ]
)
lists = st.lists(list_lines | raw, max_size=6).map(b"\n".join)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("desktop")


@given(lists, st.just(GOOD_ENTRY.encode()) | entry_texts.map(lambda text: text.encode("utf-8", "surrogatepass")))
@example(GOOD_LIST, GOOD_ENTRY.encode()).via("a browser that is there")
@example(GOOD_LIST.replace(b"a.desktop", b"a\0.desktop;a.desktop"), GOOD_ENTRY.encode()).via("a name with a NUL")
@example(GOOD_LIST, b"[Desktop Entry]\nExec=/bin/true\\0 %u\nTryExec=\0").via("a program with a NUL")
def test_the_default_browser_is_a_program_that_is_there_or_none(
    place: Path, mimeapps_list: bytes, entry: bytes
) -> None:
    command = default_browser(installed(place, mimeapps_list, entry))
    if command is not None:
        assert any("%s" in each for each in command[1:])
        assert os.access(command[0] if command[0].startswith("/") else f"/bin/{command[0]}", os.X_OK)
        assert "\0" not in "".join(command)


@given(lists)
def test_an_odd_line_hides_no_browser(place: Path, odd: bytes) -> None:
    before = b"[Added Associations]\n" + odd.replace(b"[", b"(").replace(b"\r", b"") + b"\n"
    assert default_browser(installed(place, before + GOOD_LIST, GOOD_ENTRY.encode())) == ("/bin/true", "%s")


def test_an_entry_outside_the_folders_of_applications_is_none(place: Path) -> None:
    outside = place / "outside.desktop"
    outside.write_text(GOOD_ENTRY)
    for name in (str(outside), "../../outside.desktop", "a/../../../outside.desktop"):
        given_list = f"[Default Applications]\nx-scheme-handler/http={name};\n".encode()
        assert default_browser(installed(place, given_list, b"")) is None, name


@pytest.mark.parametrize("which", ["config/mimeapps.list", "data/applications/a.desktop"])
def test_nobody_waits_for_a_pipe_in_a_file_s_place(tmp_path: Path, which: str) -> None:
    environment = installed(tmp_path, GOOD_LIST, GOOD_ENTRY.encode())
    (tmp_path / which).unlink()
    os.mkfifo(tmp_path / which)
    assert default_browser(environment) is None


commands = st.lists(
    st.sampled_from(["firefox", "%s", "%%", "%c", "&", " ", ":", ";", '"', "'", "\\", "C:\\Program Files\\a.exe"])
    | texts,
    max_size=8,
).map("".join)


@given(commands, st.booleans())
@example('"', True).via("a quotation mark that nothing closes")
@example('"\\" %s', True).via("a quotation mark with a backslash before it")
@example("%s &", False).via("no program")
def test_commands_of_browser_are_words_with_an_address(text: str, windows: bool) -> None:
    for entry in variable.entries(text, windows=windows):
        assert entry == entry.strip() != ""
        assert entry in text
        words = variable.words(entry, windows=windows, exists=lambda _: False)
        if words:
            assert all(isinstance(word, str) for word in words)
            assert words[0] != "%s"
            made = [variable.for_address(each, "http://127.0.0.1:1/x") for each in words[1:]]
            assert any("http://127.0.0.1:1/x" in each for each in made)


@given(st.lists(st.sampled_from(["a", "b c", "/bin/x", "%s", "%%"]), min_size=1, max_size=5))
def test_commands_of_browser_come_in_their_order(entries: list[str]) -> None:
    assert variable.entries(":".join(entries), windows=False) == entries
    assert variable.entries(";".join(entries), windows=True) == entries


autostarts = st.lists(
    st.sampled_from(
        [
            *(
                "[Desktop Entry]",
                "Exec=/bin/true",
                "Exec=",
                "TryExec=/nonexistent",
                "TryExec=\0",
                "Hidden=true",
                "Hidden=",
            ),
            *("X-GNOME-Autostart-enabled=false", "OnlyShowIn=KDE;", "NotShowIn=", 'Exec="', "Exec=\\"),
        ]
    )
    | texts,
    max_size=7,
).map("\n".join)


@given(autostarts, st.sampled_from(["", "KDE", "GNOME:X", "\ud800;:"]))
@example("[Desktop Entry]\nExec=a\0b\nTryExec=a\0b", "").via("a program with a NUL")
def test_an_autostart_entry_has_a_state_and_can_be_replaced(place: Path, text: str, desktop: str) -> None:
    path = place / "start" / "autostart" / "notebook-tray.desktop"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CONFIG_HOME", str(place / "start"))
        patch.setenv("XDG_CONFIG_DIRS", "/nonexistent")
        patch.setenv("XDG_CURRENT_DESKTOP", desktop.encode("utf-8", "replace").decode())
        found = XdgAutostart().status()
        assert isinstance(found.state, AutostartState)
        assert found.place == str(path)
        assert all(isinstance(word, str) for word in found.command)
        XdgAutostart().off()
        assert XdgAutostart().status().state is AutostartState.OFF


def test_an_autostart_entry_that_is_a_pipe_or_endless_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_DIRS", "/nonexistent")
    path = tmp_path / "autostart" / "notebook-tray.desktop"
    path.parent.mkdir()
    os.mkfifo(path)
    for _ in range(2):
        with pytest.raises(TrayError) as told:
            XdgAutostart().status()
        check_told(told.value)
        path.unlink()
        path.symlink_to("/dev/zero")


def windows_words(text: str) -> Sequence[str]:
    return variable.words(text, windows=True, exists=lambda _: False)


PARSERS: dict[str, Callable[[str], object]] = {
    "entry": desktop_entry.entry_values,
    "entry's text": lambda text: desktop_entry.entry_text({"Name": text}),
    "Exec": desktop_entry.exec_command,
    "Exec's value": lambda text: desktop_entry.exec_value([text]),
    "names": desktop_entry.names,
    "BROWSER": lambda text: variable.entries(text, windows=False),
    "BROWSER in Windows": lambda text: variable.entries(text, windows=True),
    "a command of BROWSER": lambda text: variable.words(text, windows=False, exists=lambda _: False),
    "a command of BROWSER in Windows": windows_words,
}


@pytest.mark.parametrize("parser", PARSERS)
@long_inputs
@given(fragments, st.sampled_from(["", "[Desktop Entry]\nExec=", '"', "a ", "'", "\\"]), pieces)
@example("a ", "", "").via("blanks, at each of which a program could end")
@example("\\", "", "").via("backslashes alone")
@example('\\"', '"', "").via("escaped quotation marks in one that nothing closes")
def test_the_time_grows_with_the_length(parser: str, fragment: str, beginning: str, end: str) -> None:
    # A variable of the environment has 128 KiB at most.
    check_growth(PARSERS[parser], lambda length: repeated(fragment, length, beginning, end), 100_000)


@long_inputs
@given(fragments, st.sampled_from(["", "[Default Applications]\nx-scheme-handler/http="]))
@example("a-", "[Default Applications]\nx-scheme-handler/http=").via("a name of nothing but folders")
@example("a-;", "[Default Applications]\nx-scheme-handler/http=").via("many names")
def test_a_long_list_of_defaults_takes_no_longer(place: Path, fragment: str, beginning: str) -> None:
    def made(length: int) -> Path:
        path = place / f"list-{length}"
        path.write_bytes(repeated(fragment, length, beginning).encode("utf-8", "surrogatepass"))
        return path

    environment = installed(place, b"", GOOD_ENTRY.encode())

    def act(path: Path) -> None:
        os.replace(path, place / "config" / "mimeapps.list")  # noqa: PTH105
        default_browser(environment)
        os.replace(place / "config" / "mimeapps.list", path)  # noqa: PTH105

    check_growth(act, made, 20_000)
    assert mimeapps.default_browser(environment) is None


plists = st.lists(
    st.sampled_from(
        [
            *(
                "<plist>",
                "</plist>",
                "<dict>",
                "</dict>",
                "<key>ProgramArguments</key>",
                "<array>",
                "</array>",
                "<integer>x",
            ),
            *(
                "<string>/bin/true</string>",
                "<key>Program</key>",
                "<date>x</date>",
                "<data>?</data>",
                "<!DOCTYPE x [",
                "&x;",
            ),
        ]
    )
    | texts,
    max_size=8,
).map(lambda parts: "".join(parts).encode("utf-8", "surrogatepass"))


@given(plists | plists.map(lambda data: b"bplist00" + data) | raw)
@example(b"bplist00" + b"\xff" * 40).via("a binary list that is cut off")
@example(b"<plist><array/></plist>").via("a list in place of a dictionary")
def test_a_launch_agent_has_a_state(place: Path, content: bytes) -> None:
    path = place / "Library" / "LaunchAgents" / f"{launch_agent._LABEL}.plist"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(place))
        patch.setattr(launch_agent, "_override", lambda: None)  # asks launchd, which is a Mac's
        found = launch_agent.LaunchAgentAutostart().status()
    assert isinstance(found.state, AutostartState)
    assert all(isinstance(word, str) for word in found.command)
