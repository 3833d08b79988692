"""No word of the command line but through `tray/texts`: its help, what commands print, and what they refuse."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import nullcontext, suppress
from pathlib import Path

import keyring
import pytest

from tests.support.cloud import SampleCloud, sample_cloud
from tests.support.pseudo import pseudo_language, unmarked
from tests.support.registry import private_registry
from tray.demo.sample import sample_notebooks
from tray.demo.sample_days import write_sample_days
from tray.fleet.files.state_file import state_folder
from tray.settings.profiles.memory import MemoryKeyring

# click's own, which it takes from the "messages" domain of gettext's default folder and not from a translation of
# ours. Where somebody installs one there, click speaks it.
OF_CLICK = (
    "Show this message and exit.",
    "Show the version and exit.",
    "Usage:",
    "Options:",
    "Commands:",
    "Error:",
    "Try '",
    "for help.",
    "Missing argument",
    "No such command",
    "No such option:",
    "Did you mean",
    "Possible options:",
    "Invalid value for",
    "is not one of",
    "[required]",
    "[OPTIONS]",
    "[ARGS]...",
    "COMMAND",
    "TEXT",
)
VALUES = (
    *OF_CLICK,
    # What is typed: the program, its commands and options, and the places of their values.
    *(
        "notebook-tray",
        "autostart",
        "status",
        "demo",
        "doctor",
        "list",
        "open",
        "quit",
        "refresh",
        "schedules",
        "sessions",
        "setup",
        "show",
        "signin",
        "discover",
    ),
    *("completion", "uninstall", "cost", "start", "stop", "keep", "[NAME]", "settings", "policy", "NEW", "[on|off]"),
    *(
        "profiles",
        "regions",
        "import",
        "add",
        "remove",
        "prune",
        "set",
        "off",
        "on",
        "NAMES",
        "NAME",
        "TIME",
        "PROFILE",
        "[lab|classic]",
    ),
    *("LENGTH", "HOURS", "ARN", "[ID]", "nonsense", "lab", "classic", "Jupyter", "JupyterLab"),
    # What the sample has, and AWS's words.
    *("research", "forecasting", "mine", "keyed", "never", "AKIA…MPLE", "eu-west-1", "us-east-1", "ap-southeast-2"),
    *("InService", "Stopped", "Pending", "Failed", "Stopping", "Updating", "Deleting"),
)
# Names of notebook instances and their types, paths and options: each has a character that no word has. And what
# Windows keeps of a start at login: a command, and the place in the registry.
MECHANICAL = re.compile(
    r" -P -m tray |HKEY_[\w\\]+\\Notebook Tray|--?[a-z][a-z-]*(?: [A-Z]\b)?|(?:\b[A-Z]:)?[\w.~-]*[/\\][\w./\\~-]*"
    r"|\bml\.\w+\.\w+|\b[a-z0-9]+(?:-[a-z0-9]+)+\b"
)

Run = Callable[..., str]


@pytest.fixture(autouse=True)
def _pseudo(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    # The help is made when the commands are imported.
    for name in [name for name in sys.modules if name == "tray.cli" or name.startswith("tray.cli.")]:
        monkeypatch.delitem(sys.modules, name)
    with pseudo_language():
        yield
    for name in [name for name in sys.modules if name == "tray.cli" or name.startswith("tray.cli.")]:
        del sys.modules[name]


@pytest.fixture
def cloud(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SampleCloud]:
    for name in ("XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR"):
        (tmp_path / name).mkdir(mode=0o700)
        monkeypatch.setenv(name, str(tmp_path / name))
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    with sample_cloud(tmp_path) as cloud:
        cloud.into(monkeypatch)
        yield cloud


@pytest.fixture
def run(cloud: SampleCloud, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Run]:
    before = keyring.get_keyring()
    keyring.set_keyring(MemoryKeyring())

    def run(*args: str, says: int = 1) -> str:
        """Run a command, which says at least `says` sentences, all in the pseudo-language."""
        from tray.cli import main

        monkeypatch.setattr(sys, "argv", ["notebook-tray", *args])
        with suppress(SystemExit):
            main()
        captured = capsys.readouterr()
        said = captured.out + captured.err
        assert said.count("⟦") >= says, said
        assert unmarked(MECHANICAL.sub(" ", re.sub(r"⟦[^⟧]*?(?:⟧|\.\.\.)", " ", said)), VALUES) == [], said
        return said

    yield run
    keyring.set_keyring(before)


COMMANDS = (
    ("--help",),
    *(
        (name, "--help")
        for name in ("autostart", "demo", "doctor", "list", "open", "profiles", "quit", "refresh", "show", "signin")
    ),
    *((name, "--help") for name in ("start", "stop", "keep", "settings")),
    *(("settings", name, "--help") for name in ("list", "set")),
    ("schedules", "--help"),
    ("schedules", "remove", "--help"),
    *(("autostart", name, "--help") for name in ("on", "off", "status")),
    *(
        ("profiles", name, "--help")
        for name in ("add", "discover", "import", "list", "prune", "regions", "remove", "set")
    ),
)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_help(run: Run, command: tuple[str, ...]) -> None:
    run(*command)


def test_profiles(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    run("profiles", "list")
    run("list")
    run("profiles", "discover")
    run("profiles", "import", "research", "--region", "eu-west-1")
    run("profiles", "import", "--all")
    run("profiles", "import")
    run("profiles", "import", "never")
    run("profiles", "add", "mine", "--aws-profile", "never", "--session-length", "90m")
    run("profiles", "add", "mine")
    run("profiles", "add", "keyed", "--session-token")
    run("profiles", "add", "keyed", "--access-key", "--secret-stdin")
    run("profiles", "add", "keyed", "--access-key", "AKIAIOSFODNN7EXAMPLE", "--secret-stdin")
    run("profiles", "set", "mine", "--view", "classic")
    run("profiles", "set", "mine")
    run("profiles", "set", "never", "--own-region")
    run("profiles", "set", "mine", "--own-region", "--region", "eu-west-1")
    run("profiles", "set", "mine", "--region", "nonsense")
    run("profiles", "set", "mine", "--session-length", "13h")
    run("profiles", "set", "mine", "--session-length", "nonsense")
    run("profiles", "set", "mine", "--rename", "research")
    run("profiles", "set", "mine", "--rename", "mine-2")
    run("profiles", "set", "mine-2", "--rename", "mine", "--hidden")
    run("profiles", "set", "mine", "--shown")
    run("profiles", "list")
    run("profiles", "remove", "mine")
    run("profiles", "remove", "mine")


def test_settings(run: Run) -> None:
    run("settings")
    run("settings", "list", says=9)
    run("settings", "set", "notify-done", "off")
    run("settings", "set", "nonsense", "on")


def test_regions(run: Run) -> None:
    run("profiles", "add", "mine", "--aws-profile", "research", "--region", "eu-west-1")
    run("profiles", "regions", "mine", "--set")
    run("profiles", "regions", "mine", "--find", says=4)
    run("profiles", "regions", "mine", "--find", "--set", says=4)
    run("profiles", "regions", "mine", "--find", "--set", says=4)


def test_notebooks(run: Run) -> None:
    run("open", "never")
    run("profiles", "import", "--all")
    run("list", says=5)
    run("list", "--profile", "never")
    run("open", "never")
    run("open", "never!")
    run("open", "churn-model", "--for", "nonsense")
    found = run("list")
    stopped = next(line.split()[0] for line in found.splitlines() if "Stopped" in line)
    run("open", stopped)
    run("keep")
    run("sessions")
    run("cost", "--weeks")
    run("cost", "--weeks", "--profile", "research")
    write_sample_days(state_folder(), sample_notebooks())
    run("cost", "--weeks", says=8)
    run("keep", "--off")
    run("keep", stopped)
    run("keep", says=2)
    run("keep", "never", "--off")
    run("keep", stopped, "--off", "--profile", "research")
    run("keep", stopped, "--off")
    run("keep", "never", "--off")


def test_what_waits_for_a_tray_or_a_user(run: Run) -> None:
    run("refresh")
    run("quit")
    run("signin")
    run("signin", "research")
    run("signin", "never")


@pytest.fixture
def own_registry() -> Iterator[None]:
    with private_registry() if sys.platform == "win32" else nullcontext():
        yield


@pytest.mark.usefixtures("own_registry")
def test_start_at_login(run: Run) -> None:
    for command in ("status", "off", "on", "status"):
        run("autostart", command)


def test_json_is_english(run: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from tray.cli import main

    run("profiles", "import", "--all")
    run("profiles", "add", "mine", "--aws-profile", "never")
    monkeypatch.setattr(sys, "argv", ["notebook-tray", "list", "--json"])
    with pytest.raises(SystemExit):
        main()
    said = capsys.readouterr().out
    assert "⟦" not in said
    (problem,) = json.loads(said)["problems"]
    assert (problem["code"], problem["title"]) == ("aws-profile-gone", "AWS profile not found")


def test_the_doctor(run: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from tray.cli import main

    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/never")
    monkeypatch.setattr(sys, "argv", ["notebook-tray", "doctor"])
    with pytest.raises(SystemExit):
        main()
    head, _, checks = capsys.readouterr().out.partition("\n\n")
    assert "⟦system⟧" in head
    assert checks.count("⟦") > 30
    left = unmarked(
        MECHANICAL.sub(" ", re.sub(r"⟦[^⟧]*⟧", " ", checks)),
        (*VALUES, "tray.settings.profiles.memory.MemoryKeyring", "unix:path=", "[Errno 2] No such file or directory"),
    )
    assert left == [], checks
