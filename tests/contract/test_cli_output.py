"""What commands write: in any encoding, on a full disk, as JSON of a known form, and while they wait."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

from tests.contract.test_cli import Run
from tests.contract.test_cli import cloud as cloud
from tests.contract.test_cli import imported as imported
from tests.contract.test_cli import run as run
from tests.support.cloud import SampleCloud
from tests.support.endpoint.faults import Fault, Trouble
from tray.cli import main, waiting
from tray.cli.output import print_json, say, table
from tray.cli.waiting import wait_for
from tray.model.problems import ExitStatus

SCHEMAS = Path(__file__).parents[2] / "docs" / "schema"
FOREIGN = "Größe – “x” → 東京 \x1b]0;pwned\x07\u202egpj\udc80"


def written(monkeypatch: pytest.MonkeyPatch, encoding: str, *args: str) -> tuple[int, bytes, bytes]:
    """Run a command whose output goes into a pipe with an encoding; return status, output and errors."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding=encoding, newline="") for _ in range(2))
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setattr(sys, "stderr", err)
    monkeypatch.setattr(sys, "argv", ["notebook-tray", *args])
    status = 0
    try:
        main()
    except SystemExit as end:
        status = int(end.code or 0)
    for stream in (out, err):
        stream.flush()
    return status, out.buffer.getvalue(), err.buffer.getvalue()


ENCODINGS = ["utf-8", "cp1252", "cp437", "ascii", "latin-1", "cp932", "utf-16"]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_names_are_written_in_any_encoding(imported: Run, monkeypatch: pytest.MonkeyPatch, encoding: str) -> None:
    status, out, err = written(monkeypatch, encoding, "profiles", "add", "Größe 東京", "--aws-profile", "research")
    assert (status, b"Notebook Tray" in err) == (0, False)
    assert "Gr" in out.decode(encoding)
    status, out, _ = written(monkeypatch, encoding, "profiles", "list")
    assert status == 0
    assert "research" in out.decode(encoding)
    status, _, err = written(monkeypatch, encoding, "profiles", "remove", "nosuch")
    assert status == 2
    assert "\\u201c" not in err.decode(encoding)
    if encoding in ("cp437", "ascii"):
        assert '"nosuch"' in err.decode(encoding)


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_json_is_json_in_any_encoding(imported: Run, monkeypatch: pytest.MonkeyPatch, encoding: str) -> None:
    imported("profiles", "add", "Größe 東京…", "--aws-profile", "research")
    _, out, _ = written(monkeypatch, encoding, "profiles", "list", "--json")
    found = json.loads(out.decode(encoding))
    assert "Größe 東京…" in [profile["name"] for profile in found["profiles"]]
    if encoding != "utf-16":
        json.loads(out)  # as a program reads it that knows no encoding but JSON's own


def test_nothing_that_steers_a_terminal_is_written(capsys: pytest.CaptureFixture[str]) -> None:
    say(f"{FOREIGN}\nnext")
    say(table(["NAME"], [[f"{FOREIGN}\nnext\tx"]]), err=True)
    for text in capsys.readouterr():
        assert "\\x1b]0;pwned\\x07\\u202egpj\\udc80" in text
        assert not {"\x1b", "\x07", "\u202e", "\udc80", "\t"} & set(text)


@pytest.mark.parametrize("args", [["list"], ["profiles"], ["open", "a", "--view"], ["list", "--no"], ["completion"]])
@pytest.mark.parametrize("typed", [FOREIGN, "a" * 100_000, "\x9b2J"], ids=["foreign", "long", "C1"])
def test_what_is_typed_wrong_steers_no_terminal(imported: Run, args: list[str], typed: str) -> None:
    *before, last = args
    said = imported(*before, f"{last}{typed}") if last == "--no" else imported(*args, typed)
    assert said.status == ExitStatus.USAGE
    assert not {"\x1b", "\x07", "\u202e", "\udc80", "\x9b"} & set(said.out + said.err)
    assert len(said.err) < 4000


def test_json_steers_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    print_json({"name": f"Größe {FOREIGN}\x9b"})
    text = capsys.readouterr().out
    assert not {"\x1b", "\x07", "\u202e", "\udc80", "\x9b"} & set(text)
    assert json.loads(text)["name"] == f"Größe {FOREIGN}\x9b"


def test_what_aws_says_reaches_no_terminal_raw(imported: Run, cloud: SampleCloud) -> None:
    cloud.endpoint.faults.add(Fault(Trouble.ERROR, "SomethingElse", message="no \x1b[31m\x9b\u202e"))
    said = imported("list")
    assert said.status == 1
    assert not {"\x1b", "\x9b", "\u202e"} & set(said.out + said.err)


def test_a_table_fits_where_it_is_told_to() -> None:
    rows = [("x" * 63, "InService", "ml.t3.medium", "ap-southeast-2", "a-profile-with-a-rather-long-name")]
    headings = ("NAME", "STATUS", "TYPE", "REGION", "PROFILE")
    assert all(len(line) <= 80 for line in table(headings, rows, 80).splitlines())
    assert "ap-southeast-2" in table(headings, rows, 80)
    assert "x" * 63 in table(headings, rows)
    short = [("a", "InService", "ml.t3.medium", "eu-west-1", "b")]
    assert table(headings, short, 80) == table(headings, short)


def test_columns_narrow_a_table_and_a_pipe_is_not_cut(imported: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    long = "a-name-of-a-profile-that-is-longer-than-anybody-would-like-it-to-be"
    imported("profiles", "add", long, "--aws-profile", "research", "--region", "eu-west-1")
    assert long in imported("profiles", "list").out
    monkeypatch.setenv("COLUMNS", "80")
    assert all(len(line) <= 80 for line in imported("profiles", "list").out.splitlines())
    assert all(len(line) <= 80 for line in imported("list").out.splitlines())


@pytest.mark.only_on("linux", reason="/dev/full")
@pytest.mark.parametrize("args", [["--version"], ["--help"], ["profiles", "--help"], ["completion", "fish"]])
def test_a_disk_that_is_full_is_said(args: list[str]) -> None:
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run(
            [sys.executable, "-m", "tray", *args], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert ended.returncode == 1
    assert ended.stderr.startswith("Output not written\n  What the command says could not be written: No space left")
    assert "Traceback" not in ended.stderr
    assert "Exception" not in ended.stderr


def test_a_reader_that_has_gone_is_nothing_to_speak_of() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "tray", "--help"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as ended:
        assert ended.stdout is not None
        assert ended.stderr is not None
        ended.stdout.close()
        assert ended.stderr.read() == ""


@pytest.mark.only_on("linux", reason="jsonschema is not installed for the tests on Windows")
@pytest.mark.parametrize(
    ("args", "schema"),
    [
        (["list", "--json"], "list"),
        (["cost", "--json"], "cost"),
        (["profiles", "list", "--json"], "profiles-list"),
        (["profiles", "discover", "--json"], "profiles-discover"),
        (["autostart", "status", "--json"], "autostart-status"),
    ],
)
def test_json_is_of_the_form_that_is_documented(
    imported: Run, cloud: SampleCloud, args: list[str], schema: str
) -> None:
    from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

    cloud.endpoint.faults.add(Fault(Trouble.ERROR, "AccessDeniedException", region="us-east-1"))
    form: dict[str, Any] = json.loads((SCHEMAS / f"{schema}.json").read_text("utf-8"))
    Draft202012Validator.check_schema(form)
    found = imported(*args).json
    Draft202012Validator(form).validate(found)
    assert found["version"] == 1
    assert list(form["properties"]) == list(found), "a member that the schema doesn't have, or has alone"
    for name, member in form["properties"].items():
        if member.get("type") == "array" and found[name] and isinstance(found[name][0], dict):
            assert list(member["items"]["properties"]) == list(found[name][0]), name


def test_regions_and_running_ones_alone(imported: Run) -> None:
    every = imported("list", "--json").json["notebooks"]
    assert {each["region"] for each in every} == {"eu-west-1", "us-east-1", "ap-southeast-2"}
    here = imported("list", "--region", "eu-west-1", "--json").json["notebooks"]
    assert here == [each for each in every if each["region"] == "eu-west-1"]
    own = imported("list", "--region", "ap-southeast-2", "--json").json["notebooks"]
    assert {each["profile"] for each in own} == {"forecasting"}
    running = imported("list", "--running", "--json").json["notebooks"]
    assert running == [each for each in every if each["status"] == "InService"]
    assert imported("list", "--region", "eu-north-1").out == ""


def test_what_is_waited_for_is_said(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "FIRST_WORD_SECONDS", 0.1)
    futures: list[Future[int]] = [Future(), Future()]
    futures[1].set_result(2)
    said: list[list[int]] = []

    def words(left: list[int], seconds: int) -> str:
        said.append(left)
        futures[0].set_result(1)
        return f"waiting, {seconds} s"

    assert wait_for(futures, words) == [1, 2]
    assert said == [[0]]
    assert capsys.readouterr().err == "waiting, 0 s\n"


def test_a_list_that_takes_long_says_which_region(
    imported: Run, cloud: SampleCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "FIRST_WORD_SECONDS", 0.3)
    cloud.endpoint.faults.add(Fault(Trouble.HANG, region="us-east-1", times=1))
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    cloud.files.config.write_text(cloud.files.config.read_text())
    from tray.aws.calls import clients

    monkeypatch.setattr(clients, "READ_SECONDS", 1, raising=False)
    said = imported("list", "--region", "us-east-1")
    assert "Asking us-east-1, 0 s" in said.err


def test_no_environment_has_the_program_wait_for_a_shell() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "tray"],
        env={**os.environ, "_NOTEBOOK_TRAY_COMPLETE": "bash_source"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "_notebook_tray_completion" in ended.stdout


REFUSED = [
    (["lst"], ExitStatus.USAGE),
    (["profiles", "import"], ExitStatus.USAGE),
    (["setup", "/nonexistent/file"], ExitStatus.USAGE),
    (["open", "no name", "--json"], ExitStatus.USAGE),
]


def ended(args: list[str], folder: Path, **streams: Any) -> subprocess.CompletedProcess[bytes]:
    environment = {**os.environ, "HOME": str(folder), "XDG_STATE_HOME": str(folder / "state")}
    command = [sys.executable, "-m", "tray", *args]
    return subprocess.run(command, env=environment, timeout=60, check=False, **streams)


@pytest.mark.only_on("linux", reason="/dev/full, and pipes that say that nobody reads")
@pytest.mark.parametrize("nowhere", ["full", "gone", "both-gone"])
@pytest.mark.parametrize(("args", "status"), REFUSED)
def test_who_reads_no_errors_learns_the_status_all_the_same(
    args: list[str], status: int, nowhere: str, tmp_path: Path
) -> None:
    """Python itself would end with 120."""
    if nowhere == "full":
        with Path("/dev/full").open("wb") as full:
            assert ended(args, tmp_path, stdout=subprocess.DEVNULL, stderr=full).returncode == status
        return
    reader, writer = os.pipe()
    os.close(reader)
    stdout = writer if nowhere == "both-gone" else subprocess.DEVNULL
    try:
        assert ended(args, tmp_path, stdout=stdout, stderr=writer).returncode == status
    finally:
        os.close(writer)


@pytest.mark.only_on("linux", reason="/dev/full")
def test_a_refusal_that_json_has_no_room_for_is_said_with_its_status(tmp_path: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        said = ended(["open", "no name", "--json"], tmp_path, stdout=full, stderr=subprocess.PIPE)
    assert said.returncode == ExitStatus.USAGE
    assert said.stderr.count(b"Not a notebook instance's name") == 1
    assert b"No space left on device" in said.stderr
    assert b"Exception ignored" not in said.stderr


@pytest.mark.only_on("linux", reason="the folders of XDG")
def test_one_file_of_both_has_what_is_said_in_its_order(tmp_path: Path) -> None:
    log = tmp_path / "home" / "state" / "notebook-tray" / "kept"
    log.parent.mkdir(parents=True)
    log.write_text("kept", "utf-8")
    environment = {"PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"}
    with (tmp_path / "said").open("w+b") as both, pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        ended(["uninstall"], tmp_path / "home", stdin=subprocess.DEVNULL, stdout=both, stderr=both)
        both.seek(0)
        said = both.read().decode()
    assert 0 <= said.find("This will be removed") < said.find("say --yes to remove it")
