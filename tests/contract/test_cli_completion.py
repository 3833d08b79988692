"""Completion in a real bash, with names that the running copy knows; and what `uninstall` leaves: nothing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.contract.test_cli import Run
from tests.contract.test_cli import cloud as cloud
from tests.contract.test_cli import imported as imported
from tests.contract.test_cli import run as run
from tests.support.waiting import wait_until
from tray.cli import main
from tray.cli.commands import cli
from tray.cli.completion import VARIABLE
from tray.desktop.single_instance import claim
from tray.desktop.single_instance.client import known_names
from tray.desktop.single_instance.messages import InstanceRequest, Names
from tray.settings.profiles.memory import MemoryKeyring
from tray.settings.profiles.store import ProfileStore

ODD = ("*", "it's", "$HOME", 'q"q', "back\\slash", "a,b", "a;b", "größe")
NAMES: Names = {"notebooks": ("churn-model", "churn-2", "forecast"), "profiles": ("my team", "lab", "odd\nname", *ODD)}


@pytest.fixture
def asked(cloud: object) -> Iterator[list[InstanceRequest]]:
    """A running copy that knows some names, and what it is asked."""
    found: list[InstanceRequest] = []
    ours = claim()
    assert ours is not None

    def do(request: InstanceRequest) -> Names | None:
        found.append(request)
        if request is InstanceRequest.QUIT:
            ours.release()
        return NAMES if request is InstanceRequest.NAMES else None

    with ours:
        ours.serve(do)
        yield found


def completions(*words: str) -> list[str]:
    """What the program completes the last of the words to, as a shell asks it."""
    environment = {
        "_NOTEBOOK_TRAY_COMPLETE": "bash_complete",
        "COMP_WORDS": " ".join(["notebook-tray", *words]),
        "COMP_CWORD": str(len(words)),
    }
    said = CliRunner().invoke(cli, prog_name="notebook-tray", complete_var="_NOTEBOOK_TRAY_COMPLETE", env=environment)
    return [line.partition(",")[2] for line in said.output.splitlines() if line]


def test_names_are_completed_from_the_running_copy(asked: list[InstanceRequest]) -> None:
    assert completions("open", "chu") == ["churn-model", "churn-2"]
    assert completions("open", "x", "--profile", "l") == ["lab"]
    assert "my team" in completions("profiles", "remove", "")
    assert "my team" in completions("profiles", "regions", "")
    assert completions("profiles", "regions", "lab", "--") == ["--find", "--set", "--json", "--help"]
    assert not any("odd" in name for name in completions("profiles", "set", ""))
    assert set(asked) == {InstanceRequest.NAMES}


def test_without_a_running_copy_no_name_is_known(cloud: object) -> None:
    assert known_names(0.5) == {}
    assert completions("open", "chu") == []
    assert completions("profiles", "disc") == ["discover"]


@pytest.mark.parametrize(
    ("shell", "line", "word", "put"),
    [
        # As a real bash 5.2, zsh 5.9 and fish 3.6 ask: bash takes a word apart at each `=`, the others do not.
        ("bash", "notebook-tray open --profile = m", "4", ["plain,my team"]),
        (
            "bash",
            "notebook-tray open --profile =",
            "3",
            [f"plain,{name}" for name in ("my team", "lab", *ODD)],
        ),
        ("bash", "notebook-tray open --profile = chu", "4", []),
        ("bash", "notebook-tray open --profile = lab chu", "5", ["plain,churn-model", "plain,churn-2"]),
        ("bash", "notebook-tray settings set check", "3", ["plain,check-updates"]),
        ("zsh", "notebook-tray open --profile=m", "2", ["plain", "--profile=my team", "_"]),
        ("zsh", "notebook-tray open --view=cl", "2", ["plain", "--view=classic", "_"]),
        ("zsh", "notebook-tray open chu", "2", ["plain", "churn-model", "_", "plain", "churn-2", "_"]),
        ("fish", "notebook-tray open --profile=m", "--profile=m", ["plain,--profile=my team"]),
        ("fish", "notebook-tray open chu", "chu", ["plain,churn-model", "plain,churn-2"]),
    ],
)
def test_a_value_behind_an_equals_sign_is_completed(
    asked: list[InstanceRequest],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    shell: str,
    line: str,
    word: str,
    put: list[str],
) -> None:
    monkeypatch.setenv(VARIABLE, f"{shell}_complete")
    monkeypatch.setenv("COMP_WORDS", line)
    monkeypatch.setenv("COMP_CWORD", word)
    assert completed(monkeypatch, capsys) == put


@pytest.mark.parametrize(("words", "word"), [(None, None), ("notebook-tray list", "x"), ("notebook-tray 'list", "1")])
def test_who_is_no_shell_gets_no_error_of_ours(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: str | None, word: str | None
) -> None:
    monkeypatch.setenv(VARIABLE, "bash_complete")
    for name, value in (("COMP_WORDS", words), ("COMP_CWORD", word)):
        monkeypatch.delenv(name, raising=False) if value is None else monkeypatch.setenv(name, value)
    assert "plain,list" in completed(monkeypatch, capsys)


def completed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> list[str]:
    """The lines that a shell gets from the program itself."""
    monkeypatch.setattr(sys, "argv", ["notebook-tray"])
    with pytest.raises(SystemExit) as ended:
        main()
    said = capsys.readouterr()
    assert (ended.value.code, said.err) == (0, "")
    return said.out.strip("\n").splitlines()


@pytest.mark.only_on("linux", reason="bash")
@pytest.mark.skipif(shutil.which("bash") is None, reason="no bash here")
def test_bash_completes(asked: list[InstanceRequest], tmp_path: Path) -> None:
    launcher = tmp_path / "notebook-tray"
    launcher.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m tray "$@"\n')
    launcher.chmod(0o755)
    script = """
        eval "$(notebook-tray completion bash)"
        complete -p notebook-tray
        COMP_WORDS=(notebook-tray open churn-m) COMP_CWORD=2
        _notebook_tray_completion notebook-tray
        printf '%s\\n' "${COMPREPLY[@]}"
    """
    ended = subprocess.run(
        ["bash", "--norc", "-c", script],
        env={**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.stderr == ""
    assert "_notebook_tray_completion" in ended.stdout
    assert ended.stdout.splitlines()[-1] == "churn-model"


@pytest.mark.only_on("linux", reason="bash")
@pytest.mark.skipif(shutil.which("bash") is None, reason="no bash here")
@pytest.mark.parametrize("typed", ["", "'", "my\\ t", "'my t"])
def test_bash_puts_a_name_into_the_line_as_one_word(asked: list[InstanceRequest], tmp_path: Path, typed: str) -> None:
    launcher = tmp_path / "notebook-tray"
    launcher.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m tray "$@"\n')
    launcher.chmod(0o755)
    script = """
        eval "$(notebook-tray completion bash)"
        COMP_WORDS=(notebook-tray profiles remove "$TYPED") COMP_CWORD=3
        _notebook_tray_completion notebook-tray
        printf '%s\\0' "${COMPREPLY[@]}"
    """
    ended = subprocess.run(
        ["bash", "--norc", "-c", script],
        env={**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}", "TYPED": typed, "LC_ALL": "C.UTF-8"},
        cwd=tmp_path,  # in which a `*` is the program's name
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert ended.stderr == ""
    put = ended.stdout.split("\0")[:-1]
    if typed.startswith("'"):
        assert "my team" in put
        return
    # What the shell makes of the line is the name.
    words = [subprocess.check_output(["bash", "-c", f"printf %s {each}"], encoding="utf-8") for each in put]
    assert words == (["my team"] if typed else ["my team", "lab", *ODD])


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_has_a_script_of_its_own(imported: Run, shell: str) -> None:
    said = imported("completion", shell)
    assert said.status == 0
    assert f"_NOTEBOOK_TRAY_COMPLETE={shell}_complete" in said.out


def test_another_shell_is_wrong_usage(imported: Run) -> None:
    assert imported("completion", "tcsh").status == 2


def folders(tmp_path: Path) -> list[Path]:
    return [path for path in tmp_path.rglob("notebook-tray") if path.is_dir()]


def test_uninstall_says_what_it_takes_away_and_leaves_nothing(
    imported: Run, memory: MemoryKeyring, asked: list[InstanceRequest], tmp_path: Path
) -> None:
    refused = imported("uninstall")
    assert refused.status == 2
    assert "research" in refused.out
    assert memory._items
    done = imported("uninstall", "--yes")
    assert done.status == 0, done.err
    for part in ("2 profiles in the keyring: research, forecasting", "The folder"):
        assert part in done.out
    assert not memory._items
    assert InstanceRequest.QUIT in asked
    assert not (tmp_path / "state" / "notebook-tray").exists()
    again = imported("uninstall", "--yes")
    assert again.status == 0
    assert again.out.startswith("Notebook Tray keeps nothing on this computer.")
    assert not (tmp_path / "state" / "notebook-tray").exists()


@pytest.mark.only_on("linux", reason="autostart entries; tests/windows has what starts for everyone there")
def test_uninstall_leaves_an_administrators_start_at_login_and_writes_nothing_beside_it(
    imported: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs, own = (tmp_path / name / "autostart" / "notebook-tray.desktop" for name in ("everyone", "own"))
    theirs.parent.mkdir(parents=True)
    theirs.write_text("[Desktop Entry]\nType=Application\nName=Notebook Tray\nExec=sh --autostarted\n")
    monkeypatch.setenv("XDG_CONFIG_DIRS", str(tmp_path / "everyone"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "own"))
    done = imported("uninstall", "--yes")
    assert done.status == 0, done.err
    assert "start at login" not in done.out
    assert theirs.exists()
    assert not own.exists()


@pytest.mark.parametrize(
    ("damaged", "gone", "said"),
    [
        ("index/", "none", "2 profiles in the keyring: research, forecasting"),
        ("profile/", "none", "2 profiles in the keyring: research, forecasting"),
        ("", "none", "2 profiles in the keyring: profile/1, profile/2"),
        ("index/", "profile/", "can't be read"),
    ],
)
def test_uninstall_takes_away_profiles_that_cannot_be_read(
    imported: Run, memory: MemoryKeyring, damaged: str, gone: str, said: str
) -> None:
    for key in list(memory._items):
        if key[1].startswith(damaged):
            memory._items[key] = "damaged"
        if key[1].startswith(gone):
            del memory._items[key]
    done = imported("uninstall", "--yes")
    assert done.status == 0, done.err
    assert said in done.out
    assert not memory._items


def test_uninstall_takes_away_what_a_change_that_was_broken_off_left(imported: Run, memory: MemoryKeyring) -> None:
    number = max(int(name.partition("/")[2]) for _, name in memory._items if name.startswith("profile/")) + 1
    memory.set_password("notebook-tray", f"profile/{number}", "unfinished")
    assert imported("uninstall", "--yes").status == 0
    assert not memory._items


def test_the_store_can_be_used_again_after_it_was_erased(imported: Run, memory: MemoryKeyring) -> None:
    store = ProfileStore(memory)
    assert store.erase() == 2
    assert store.load().profiles == ()
    assert imported("profiles", "import", "research").status == 0
    wait_until(lambda: [p.name for p in store.load().profiles] == ["research"], "it to be there")
