"""Signing in from the command line with a real Chromium, whose person reads the pages and clicks."""

from __future__ import annotations

import contextlib
import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from botocore.utils import SSOTokenLoader

from tests.support.browser import DefaultBrowser, chromium
from tests.support.endpoint import Endpoint
from tests.support.secrets_scan import watching
from tests.support.sign_in import REGION, START_URL, identity_center, impatient
from tray.aws.cloud import Cloud
from tray.aws.credentials.token_store import token_cache
from tray.model.notebooks import Scope
from tray.model.signer import AwsProfile

pytestmark = pytest.mark.only_on("linux")

ROOT = Path(__file__).parents[2]
OPTIONS = (
    "--headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage --no-first-run --disable-sync "
    "--disable-background-networking --disable-component-update --disable-quic --password-store=basic "
    "--disable-search-engine-choice-screen --remote-debugging-port=0"
)


@pytest.fixture
def endpoint(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Endpoint]:
    with identity_center(home, monkeypatch.setenv, impatient()) as endpoint:
        yield endpoint


@pytest.fixture
def browser(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[DefaultBrowser]:
    """Make Chromium the browser; its arguments are written down."""
    program = chromium()
    if program is None:
        pytest.skip(reason="chromium is not installed")
    found = DefaultBrowser(tmp_path / "profile", tmp_path / "starts.log")
    pid, script = tmp_path / "pid", tmp_path / "browser"
    profile = shlex.quote(f"--user-data-dir={found.profile}")
    script.write_text(
        f'#!/bin/sh\necho $$ >{pid}\nprintf "%s\\n" "$@" >>{found.starts}\nexec {program} {OPTIONS} {profile} "$1"\n'
    )
    script.chmod(0o700)
    monkeypatch.setenv("BROWSER", str(script))
    yield found
    if pid.exists():
        with contextlib.suppress(ProcessLookupError):  # the group is named after its first process
            os.killpg(int(pid.read_text()), signal.SIGKILL)


def sign_in(*args: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tray", "signin", *args],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def token() -> str | None:
    try:
        return str(SSOTokenLoader(token_cache())(START_URL, session_name="corp")["accessToken"])
    except Exception:  # noqa: BLE001 - botocore's, before it is there
        return None


@pytest.mark.parametrize(
    ("args", "button", "end"),
    [((), "Allow access", "You are signed in"), (("--device",), "Confirm and allow", "Request approved")],
)
def test_allowed(
    endpoint: Endpoint,
    browser: DefaultBrowser,
    home: Path,
    tmp_path: Path,
    args: tuple[str, ...],
    button: str,
    end: str,
) -> None:
    own_cache = home / ".aws" / "sso" / "cache"
    with (
        watching(token, [home, tmp_path], excluding=[browser.profile, own_cache]) as watch,
        sign_in("research", *args) as process,
    ):
        found = f"[...document.querySelectorAll('button')].find(b => b.textContent.includes('{button}'))"
        with browser.devtools().page_where(f"!!{found}") as page:
            page.evaluate(f"{found}.click()")
            page.wait_until(f"document.body.innerText.includes('{end}')")
        out, err = process.communicate(timeout=120)
    assert (process.returncode, out) == (0, "Signed in to corp (research).\n"), err
    assert watch.found == []
    assert [each.name for each in Cloud().list_notebooks(Scope("research", REGION, AwsProfile("research")))] == [
        "churn-model"
    ]
    starts = browser.starts.read_text()
    assert "code_challenge" not in starts, "the address went through the one-shot redirect"
    assert "user_code" not in starts


def test_declined(endpoint: Endpoint, browser: DefaultBrowser) -> None:
    found = "[...document.querySelectorAll('button')].find(b => b.textContent.includes('Deny access'))"
    with sign_in("research") as process:
        with browser.devtools().page_where(f"!!{found}") as page:
            page.evaluate(f"{found}.click()")
            page.wait_until("document.body.innerText.includes('Sign-in declined')")
        _, err = process.communicate(timeout=120)
    assert process.returncode == 1
    assert "Sign-in declined" in err
    assert token() is None
