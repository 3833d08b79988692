"""The files of a sign-in, held against botocore's own reading and writing of them."""

from __future__ import annotations

import gc
import json
import stat
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.utils import JSONFileCache, SSOTokenLoader

from tray.aws.botocore_patches.sso import token_cache
from tray.aws.credentials import token_store as cache
from tray.aws.credentials.browser_settings import BrowserSettings
from tray.aws.credentials.token_store import Registration, Standing, Token, TokenState, token_folder, token_state

CORP = BrowserSettings("research", "https://acme.awsapps.com/start", "eu-west-1", "corp")
OLD = replace(CORP, session_name="")
NOW = datetime(2026, 1, 31, 8, tzinfo=UTC)
REGISTRATION = Registration("id", "very secret", NOW + timedelta(days=90), ("sso:account:access",))
TOKEN = Token("an access token", NOW + timedelta(hours=1), "a refresh token")


def test_botocore_reads_what_is_written(home: Path) -> None:
    cache.write_token(CORP, TOKEN, REGISTRATION)
    found = SSOTokenLoader(JSONFileCache(str(home / ".aws" / "sso" / "cache")))(CORP.start_url, session_name="corp")
    assert found == {
        "startUrl": "https://acme.awsapps.com/start",
        "region": "eu-west-1",
        "accessToken": "an access token",
        "expiresAt": "2026-01-31T09:00:00Z",
        "refreshToken": "a refresh token",
        "clientId": "id",
        "clientSecret": "very secret",
        "registrationExpiresAt": "2026-05-01T08:00:00Z",
    }
    cache.write_token(OLD, replace(TOKEN, refresh_token=""), REGISTRATION)
    assert "refreshToken" not in SSOTokenLoader(token_cache(token_folder()))(OLD.start_url)


def test_what_botocore_writes_is_read() -> None:
    for settings, name in ((CORP, "corp"), (OLD, None)):
        token: Any = {"accessToken": "a", "expiresAt": NOW + timedelta(hours=1)}  # the stubs say: a text
        SSOTokenLoader(token_cache(token_folder())).save_token(settings.start_url, token, session_name=name)
        assert token_state(settings, NOW) == TokenState(Standing.VALID, NOW + timedelta(hours=1))


@pytest.mark.parametrize("written", ["2026-01-31T07:00:00Z", "2026-01-31T07:00:00UTC", "2026-01-31T09:00:00+02:00"])
def test_times_as_older_programs_write_them(written: str) -> None:
    put(CORP, {"accessToken": "a", "expiresAt": written})
    assert token_state(CORP, NOW) == TokenState(Standing.EXPIRED, NOW - timedelta(hours=1))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"[" * 100_000,
        b"\xff\xfe",
        b'{"accessToken": "a"}',
        b'{"expiresAt": "2026-01-31T09:00:00Z"}',
        b'{"accessToken": 1, "expiresAt": "2026-01-31T09:00:00Z"}',
        b'{"accessToken": "a", "expiresAt": "soon"}',
        b'{"accessToken": "a", "expiresAt": 1}',
    ],
)
def test_what_is_no_token_is_none(content: bytes) -> None:
    gc.collect()  # what other tests left is finalized here, and not at the bottom of a recursion
    path = cache.token_path(CORP)
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    assert token_state(CORP, NOW) == TokenState(Standing.MISSING)
    cache.write_token(CORP, TOKEN, REGISTRATION)
    assert token_state(CORP, NOW).standing is Standing.VALID


def test_what_can_be_refreshed() -> None:
    assert token_state(CORP, NOW) == TokenState(Standing.MISSING)
    cache.write_token(CORP, TOKEN, REGISTRATION)
    later = NOW + timedelta(hours=2)
    assert token_state(CORP, later) == TokenState(Standing.EXPIRED, TOKEN.expires, refreshable=True)
    assert not token_state(CORP, NOW + timedelta(days=91)).refreshable, "the registration has expired too"
    cache.write_token(CORP, replace(TOKEN, refresh_token=""), REGISTRATION)
    assert not token_state(CORP, later).refreshable
    cache.write_token(OLD, TOKEN, REGISTRATION)
    assert not token_state(OLD, later).refreshable, "botocore refreshes none without an sso-session"


def test_registrations_are_those_of_the_aws_cli() -> None:
    # The names are those that aws-cli 2's SSOTokenFetcher gives: sha1 of the JSON that it makes of the settings.
    assert cache.registration_path(CORP).stem == "2c9b92f98f95741ef059c774e9100511dc495947"
    assert cache.registration_path(OLD).stem == "aaaf9ee5aef6fbbfce87b834a7a82f94a83e35f9"
    own = replace(CORP, own_scopes=("sso:account:access",))
    assert cache.registration_path(own).stem == "97a9fe18b9a6eedd34128795d876df7399aea547"


def test_a_registration_is_used_for_what_it_is_for() -> None:
    for_code = replace(REGISTRATION, grant_types=("authorization_code", "refresh_token"))
    cache.write_registration(CORP, for_code)
    assert cache.read_registration(CORP, for_code=True, now=NOW) == for_code
    assert cache.read_registration(CORP, for_code=False, now=NOW) is None
    assert cache.read_registration(CORP, for_code=True, now=for_code.expires - timedelta(minutes=14)) is None
    # As the AWS CLI writes one for device codes: without grant types.
    cache.write_registration(CORP, REGISTRATION)
    assert "grantTypes" not in json.loads(cache.registration_path(CORP).read_text())
    assert cache.read_registration(CORP, for_code=False, now=NOW) == REGISTRATION
    assert cache.read_registration(CORP, for_code=True, now=NOW) is None
    cache.write_registration(CORP, replace(REGISTRATION, scopes=()))
    assert cache.read_registration(CORP, for_code=False, now=NOW) is None, "without scopes there is no refreshing"
    cache.write_registration(OLD, replace(REGISTRATION, scopes=()))
    assert cache.read_registration(OLD, for_code=False, now=NOW) is not None
    cache.forget_registration(OLD)
    cache.forget_registration(OLD)
    assert cache.read_registration(OLD, for_code=False, now=NOW) is None


@pytest.mark.only_on("linux", "darwin", reason="file modes are POSIX's")
def test_only_the_person_reads_them(home: Path) -> None:
    cache.write_token(CORP, TOKEN, REGISTRATION)
    cache.write_registration(CORP, REGISTRATION)
    folder = home / ".aws" / "sso" / "cache"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert {path.suffix for path in folder.iterdir()} == {".json"}, "nothing half written is left"


def test_a_failed_write_leaves_what_there_was(monkeypatch: pytest.MonkeyPatch) -> None:
    cache.write_token(CORP, TOKEN, REGISTRATION)
    before = cache.token_path(CORP).read_bytes()

    def full(_number: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        cache.write_token(CORP, replace(TOKEN, access_token="new"), REGISTRATION)
    assert cache.token_path(CORP).read_bytes() == before
    assert list(cache.token_folder().iterdir()) == [cache.token_path(CORP)]


def test_a_reader_never_sees_half_a_token() -> None:
    cache.write_token(CORP, TOKEN, REGISTRATION)
    over, seen = threading.Event(), set()

    def read() -> None:
        while not over.wait(0.002):  # on Windows, nobody replaces what is read without a pause
            seen.add(token_state(CORP, NOW).standing)

    reader = threading.Thread(target=read)
    reader.start()
    try:
        for number in range(100):
            cache.write_token(CORP, replace(TOKEN, access_token="x" * number * 1000), REGISTRATION)
    finally:
        over.set()
        reader.join()
    assert seen == {Standing.VALID}


def test_the_fingerprint_changes_with_every_sign_in(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = [cache.sign_in_fingerprint()]
    assert seen[-1] == cache.sign_in_fingerprint()

    def check() -> None:
        seen.append(cache.sign_in_fingerprint())
        assert seen[-1] == cache.sign_in_fingerprint()
        assert len(set(seen)) == len(seen)

    cache.write_token(CORP, TOKEN, REGISTRATION)
    check()
    cache.write_token(CORP, TOKEN, REGISTRATION)
    check()
    token: Any = {"accessToken": "a", "expiresAt": NOW}
    SSOTokenLoader(token_cache(token_folder())).save_token(OLD.start_url, token)
    check()
    login = home / ".aws" / "login" / "cache"
    login.mkdir(parents=True)
    (login / "x.json").write_text("{}")
    check()
    monkeypatch.setenv("AWS_LOGIN_CACHE_DIRECTORY", str(home))
    (home / "y.json").write_text("{}")
    check()


@pytest.fixture
def _elsewhere(tmp_path: Path) -> Iterator[None]:
    cache.keep_tokens_in(lambda: tmp_path / "elsewhere")
    yield
    cache.keep_tokens_in(None)


@pytest.mark.usefixtures("_elsewhere")
def test_the_folder_can_be_elsewhere(home: Path, tmp_path: Path) -> None:
    cache.write_token(CORP, TOKEN, REGISTRATION)
    assert (
        SSOTokenLoader(token_cache(token_folder()))(CORP.start_url, session_name="corp")["accessToken"]
        == TOKEN.access_token
    )
    assert len(list((tmp_path / "elsewhere").iterdir())) == 1
    assert not (home / ".aws" / "sso").exists()


def test_nothing_of_it_shows() -> None:
    shown = repr((TOKEN, REGISTRATION))
    assert not any(secret in shown for secret in ("access token", "refresh token", "very secret"))


def put(settings: BrowserSettings, content: dict[str, str]) -> None:
    path = cache.token_path(settings)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content))
