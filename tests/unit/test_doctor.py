"""The doctor's pure parts: what is taken out of the report, how it is laid out, and checks that fail or hang."""

from __future__ import annotations

import logging
import threading
from pathlib import PurePosixPath

import pytest

from tests.support.samples import failure
from tray.cli.doctor.checks import Bench, Check, CheckState, is_well
from tray.cli.doctor.desktop import browser_check, way_back, way_back_check
from tray.cli.doctor.redaction import Redaction, environment_secrets
from tray.cli.doctor.report import as_json, as_text, summary
from tray.cli.streams import prepare_streams
from tray.desktop.browser.browsers import Command

OK = Check("keyring", CheckState.OK, "Fine.")
BAD = Check("clock", CheckState.FAILED, "Behind “AWS”…", "Set it.")
ODD = Check("proxy", CheckState.WARNING, "Odd.", "Look.")
NOT = Check("tray host", CheckState.SKIPPED, "Not here.")

LONG_PATH = "/opt/Programs/notebook-tray-1.2.3/bin/Notebook-Tray-With-A-Long-Name-3"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("through http://ana:pa%40ss@proxy.example:31 (set)", "through http://proxy.example:31 (set)"),
        ("https://x.example/a?authToken=abc123&view=lab failed", "https://x.example/a?… failed"),
        ("key AKIAIOSFODNN7EXAMPLE refused", "key AKIA… refused"),
        ("secret wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY1 refused", "secret … refused"),
        ("token eyJhbGciOiJI.eyJzdWIiOiIx.c2ln ended", "token … ended"),
        ("assumed-role/Admin/ana.b@example.com is not authorized", "assumed-role/Admin/…@… is not authorized"),
        ("/root/me/.aws/config: 2 sections", "~/.aws/config: 2 sections"),
        ("/root/mel/.aws/config", "/root/mel/.aws/config"),
        ("/home/somebody/.aws/config", "/home/…/.aws/config"),
        (r"C:\Users\Ana Bell\AppData is there", r"C:\Users\…\AppData is there"),
        ("given literal-secret-1 here", "given … here"),
        # What nobody could help without.
        ("arn:aws:iam::111122223333:role/Tray in eu-west-1", "arn:aws:iam::111122223333:role/Tray in eu-west-1"),
        ("api.sagemaker.eu-west-1.amazonaws.com answered", "api.sagemaker.eu-west-1.amazonaws.com answered"),
        (LONG_PATH, LONG_PATH),
    ],
)  # fmt: skip
def test_what_is_taken_out(text: str, expected: str) -> None:
    assert Redaction({"literal-secret-1", "abc"}, PurePosixPath("/root/me"))(text) == expected


def test_a_home_that_is_the_root_is_not_written_as_one() -> None:
    assert Redaction((), PurePosixPath("/"))("/etc/hosts") == "/etc/hosts"


def test_the_secrets_of_an_environment() -> None:
    found = environment_secrets(
        {
            "AWS_SECRET_ACCESS_KEY": "a-secret",
            "AWS_SESSION_TOKEN": "a-token",
            "https_proxy": "ana:p%40ss@proxy:1",
            "AWS_REGION": "eu-west-1",
            "AWS_WEB_IDENTITY_TOKEN_FILE": "/run/token",
        }
    )
    assert found == {"a-secret", "a-token", "ana", "p%40ss", "p@ss"}


def test_the_report_in_lines() -> None:
    lines = as_text({"notebook-tray": "1", "Python": "3"}, [OK, BAD, NOT]).splitlines()
    assert lines == [
        "notebook-tray  1",
        "Python         3",
        "",
        "✓ ok       keyring    Fine.",
        "✗ failed   clock      Behind “AWS”…",
        "                      → Set it.",
        "- skipped  tray host  Not here.",
        "",
        "Not all is well: 1 failed, of 3 checks. Not checked: 1.",
    ]
    prepare_streams()
    plain = as_text({"notebook-tray": "1"}, [OK, BAD, NOT]).encode("ascii", "notebook-tray.plain").decode()
    assert "+ ok       keyring" in plain
    assert "x failed   clock      Behind" in plain
    assert "-> Set it." in plain


def test_a_remedy_is_said_once() -> None:
    again = Check("proxy", CheckState.FAILED, "No.", BAD.remedy)
    text = as_text({"notebook-tray": "1"}, [BAD, again])
    assert text.count("→ Set it.") == 1
    assert "→ As for clock." in text


@pytest.mark.parametrize(
    ("checks", "well", "last"),
    [
        ([OK], True, "All is well: 1 check."),
        ([OK, NOT], True, "All is well: 1 check. Not checked: 1."),
        ([OK, ODD], False, "Not all is well: 1 warning, of 2 checks."),
        ([BAD, ODD, ODD], False, "Not all is well: 1 failed, 2 warnings, of 3 checks."),
    ],
)
def test_whether_all_is_well(checks: list[Check], well: bool, last: str) -> None:
    assert is_well(checks) is well
    assert summary(checks) == last
    assert as_json({"Python": "3"}, checks)["well"] is well


def test_the_report_for_programs() -> None:
    assert as_json({"Python": "3"}, [OK, BAD]) == {
        "well": False,
        "versions": {"Python": "3"},
        "checks": [
            {"name": "keyring", "state": "ok", "what": "Fine.", "remedy": None},
            {"name": "clock", "state": "failed", "what": "Behind “AWS”…", "remedy": "Set it."},
        ],
    }


def test_a_check_that_hangs_or_breaks_hides_no_other(caplog: pytest.LogCaptureFixture) -> None:
    bench, let_go = Bench(), threading.Event()

    def refuse() -> str:
        raise failure("Refused", "It said no.", "Ask again.")

    def broken() -> str:
        raise ZeroDivisionError("of ours")

    def late() -> str:
        raise TimeoutError("its own, and not that of the bench")

    hanging = bench.start("hangs", lambda: str(let_go.wait()), 0.1)
    refused, breaking, own = (bench.start(n, j, 60) for n, j in (("no", refuse), ("broken", broken), ("late", late)))
    fine = bench.start("fine", lambda: "value", 60)
    try:
        with caplog.at_level(logging.ERROR):
            assert fine.outcome() == "value"
            assert refused.outcome() == Check("no", CheckState.FAILED, "Refused: It said no.", "Ask again.")
            for each in (breaking, own):
                found = each.outcome()
                assert isinstance(found, Check)
                assert found.state is CheckState.FAILED
                assert "notebook-tray.log" in found.remedy
            assert "ZeroDivisionError: of ours" in caplog.text
        stuck = hanging.outcome()
        assert isinstance(stuck, Check)
        assert (stuck.state, stuck.what) == (CheckState.FAILED, "No answer within 0.1 seconds.")
    finally:
        let_go.set()


@pytest.mark.parametrize("variable", ["lynx", "lynx:/bin/sh", "/usr/bin/w3m %s", "'unclosed", "%s", "x" * 40_000])
@pytest.mark.only_on("linux", "darwin", reason="the separator and the browsers in a terminal are Unix'")
def test_it_is_said_that_the_browser_of_the_environment_is_passed_over(variable: str) -> None:
    check = browser_check([Command(("/bin/sh", "%s"))], variable)
    assert check.state is CheckState.WARNING
    assert check.what.startswith(f"BROWSER says {variable.partition(':')[0][:50]}")
    assert check.what.endswith("/bin/sh is used instead.")
    assert len(check.what) < 250
    assert browser_check([Command(("/bin/sh", "%s"))], "/bin/sh --new").state is CheckState.OK


def test_it_is_said_whether_a_browser_gets_the_pages() -> None:
    assert [check.state for check in way_back()] == [CheckState.OK]
    assert way_back_check(known=True, wsl=False).state is CheckState.OK
    assert way_back_check(known=True, wsl=True).state is CheckState.WARNING
    refused = way_back_check(known=False, wsl=False)
    assert refused.state is CheckState.FAILED
    assert "every browser is refused" in refused.what
