"""The files of a sign-in, held against botocore's own reading and writing of them."""

from __future__ import annotations

import gc
import json
import os
import stat
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import SSOTokenLoadError
from botocore.utils import JSONFileCache, SSOTokenLoader

from tray.aws.credentials import token_store as cache
from tray.aws.credentials.browser_settings import BrowserSettings
from tray.aws.credentials.login_store import login_cache
from tray.aws.credentials.token_store import (
    Registration,
    Token,
    TokenStanding,
    TokenState,
    token_cache,
    token_state,
)

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
    assert "refreshToken" not in SSOTokenLoader(token_cache())(OLD.start_url)


def test_what_botocore_writes_is_read() -> None:
    for settings, name in ((CORP, "corp"), (OLD, None)):
        token: Any = {"accessToken": "a", "expiresAt": NOW + timedelta(hours=1)}  # the stubs say: a text
        SSOTokenLoader(token_cache()).save_token(settings.start_url, token, session_name=name)
        assert token_state(settings, NOW) == TokenState(TokenStanding.VALID, NOW + timedelta(hours=1))


@pytest.mark.parametrize("written", ["2026-01-31T07:00:00Z", "2026-01-31T07:00:00UTC", "2026-01-31T09:00:00+02:00"])
def test_times_as_older_programs_write_them(written: str) -> None:
    put(CORP, {"accessToken": "a", "expiresAt": written})
    assert token_state(CORP, NOW) == TokenState(TokenStanding.EXPIRED, NOW - timedelta(hours=1))


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
    assert token_state(CORP, NOW) == TokenState(TokenStanding.MISSING)
    cache.write_token(CORP, TOKEN, REGISTRATION)
    assert token_state(CORP, NOW).standing is TokenStanding.VALID


def test_what_can_be_refreshed() -> None:
    assert token_state(CORP, NOW) == TokenState(TokenStanding.MISSING)
    cache.write_token(CORP, TOKEN, REGISTRATION)
    later = NOW + timedelta(hours=2)
    assert token_state(CORP, later) == TokenState(TokenStanding.EXPIRED, TOKEN.expires, refreshable=True)
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
            cache.write_token(CORP, replace(TOKEN, access_token="x" * (number + 1) * 1000), REGISTRATION)
    finally:
        over.set()
        reader.join()
    assert seen == {TokenStanding.VALID}


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
    SSOTokenLoader(token_cache()).save_token(OLD.start_url, token)
    check()
    login = home / ".aws" / "login" / "cache"
    login.mkdir(parents=True)
    (login / "x.json").write_text("{}")
    check()
    monkeypatch.setenv("AWS_LOGIN_CACHE_DIRECTORY", str(home))
    (home / "y.json").write_text("{}")
    check()
    elsewhere = home / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.setenv("WHERE_SIGN_INS_ARE", str(elsewhere))
    monkeypatch.setenv("AWS_LOGIN_CACHE_DIRECTORY", "$WHERE_SIGN_INS_ARE")  # botocore looks there, too
    (elsewhere / "z.json").write_text("{}")
    check()


@pytest.fixture
def _elsewhere(tmp_path: Path) -> Iterator[None]:
    cache.keep_tokens_in(lambda: tmp_path / "elsewhere")
    yield
    cache.keep_tokens_in(None)


@pytest.mark.usefixtures("_elsewhere")
def test_the_folder_can_be_elsewhere(home: Path, tmp_path: Path) -> None:
    cache.write_token(CORP, TOKEN, REGISTRATION)
    assert SSOTokenLoader(token_cache())(CORP.start_url, session_name="corp")["accessToken"] == TOKEN.access_token
    assert len(list((tmp_path / "elsewhere").iterdir())) == 1
    assert not (home / ".aws" / "sso").exists()


def test_nothing_of_it_shows() -> None:
    shown = repr((TOKEN, REGISTRATION))
    assert not any(secret in shown for secret in ("access token", "refresh token", "very secret"))


def put(settings: BrowserSettings, content: object) -> None:
    path = cache.token_path(settings)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content))


GOOD: dict[str, Any] = {
    "accessToken": "an-access-token",
    "expiresAt": "2026-01-31T09:00:00Z",
    "refreshToken": "a refresh token",
    "clientId": "id",
    "clientSecret": "secret",
    "registrationExpiresAt": "2026-05-01T08:00:00Z",
}
ODD_TOKENS: dict[str, object] = {
    "a token with a line break": {**GOOD, "accessToken": "a\nb"},
    "a token of other letters": {**GOOD, "accessToken": "\u212a"},
    "an empty token": {**GOOD, "accessToken": ""},
    "a time as a number": {**GOOD, "expiresAt": 1_800_000_000},
    "a time far away": {**GOOD, "expiresAt": "9999-12-31T23:59:59-23:59"},
    "a time long ago": {**GOOD, "expiresAt": "0001-01-01T00:00:00+23:59"},
    "a time of no calendar": {**GOOD, "expiresAt": "2026-02-31T00:00:00Z"},
    "a list": [GOOD],
    "null": None,
    "a text": "token",
}


def in_place(kind: str, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    match kind:
        case "folder":
            path.mkdir()
        case "pipe":
            os.mkfifo(path)
        case "loop":
            path.symlink_to(path)
        case "dangling":
            path.symlink_to(path.with_name("nowhere"))
        case "bom":
            path.write_bytes(b"\xef\xbb\xbf" + json.dumps(GOOD).encode())
        case "utf-16":
            path.write_bytes(json.dumps(GOOD).encode("utf-16-be") + b"\xd8")
        case "endless":
            path.write_bytes(b" " * (1 << 21) + json.dumps(GOOD).encode())


@pytest.mark.only_on("linux", "darwin", reason="pipes and links in a file's place")
@pytest.mark.parametrize("kind", ["folder", "pipe", "loop", "dangling", "bom", "utf-16", "endless"])
def test_a_file_that_cannot_be_used_is_a_missing_one_for_botocore_too(kind: str) -> None:
    in_place(kind, cache.token_path(CORP))
    assert token_state(CORP, NOW) == TokenState(TokenStanding.MISSING)
    with pytest.raises(SSOTokenLoadError):
        SSOTokenLoader(token_cache())(CORP.start_url, session_name="corp")


@pytest.mark.parametrize("content", ODD_TOKENS.values(), ids=ODD_TOKENS.keys())
def test_a_token_that_cannot_be_used_is_a_missing_one_for_botocore_too(content: object) -> None:
    put(CORP, content)
    assert token_state(CORP, NOW) == TokenState(TokenStanding.MISSING)
    with pytest.raises(SSOTokenLoadError):
        SSOTokenLoader(token_cache())(CORP.start_url, session_name="corp")


@pytest.mark.parametrize("name", ["refreshToken", "clientId", "clientSecret", "registrationExpiresAt"])
@pytest.mark.parametrize("value", [None, 7, [], "", {"a": 1}])
def test_a_token_with_an_odd_registration_is_not_refreshed(name: str, value: object) -> None:
    put(CORP, {**GOOD, name: value})
    assert token_state(CORP, NOW) == TokenState(TokenStanding.VALID, NOW + timedelta(hours=1), refreshable=False)
    found = SSOTokenLoader(token_cache())(CORP.start_url, session_name="corp")
    assert found["accessToken"] == GOOD["accessToken"]
    assert "refreshToken" not in found


def test_a_token_that_cannot_be_written_is_used_all_the_same(home: Path) -> None:
    (home / ".aws").mkdir()
    (home / ".aws" / "sso").write_text("not a folder")
    told: list[Path] = []
    cache.tell_of_unsaved(lambda path, _: told.append(path))
    try:
        later = {**GOOD, "accessToken": "renewed", "expiresAt": NOW + timedelta(hours=8)}
        SSOTokenLoader(token_cache()).save_token(CORP.start_url, later, session_name="corp")  # type: ignore[arg-type]
    finally:
        cache.tell_of_unsaved(None)
    assert told == [cache.token_path(CORP)]
    assert token_state(CORP, NOW) == TokenState(TokenStanding.VALID, NOW + timedelta(hours=8), refreshable=True)
    found = SSOTokenLoader(token_cache())(CORP.start_url, session_name="corp")
    assert (found["accessToken"], found["refreshToken"]) == ("renewed", "a refresh token")
    # What another program writes meanwhile counts, if it is good for longer.
    (home / ".aws" / "sso").unlink()
    put(CORP, {**GOOD, "accessToken": "another", "expiresAt": "2026-02-01T09:00:00Z"})
    assert SSOTokenLoader(token_cache())(CORP.start_url, session_name="corp")["accessToken"] == "another"


def login(**others: object) -> dict[str, Any]:
    keys = {"accessKeyId": "AKIAX", "secretAccessKey": "s", "sessionToken": "t", "expiresAt": "2030-01-01T00:00:00Z"}
    return {"accessToken": keys, "clientId": "c", "refreshToken": "r", "dpopKey": "k", **others}


def of_token(**others: object) -> dict[str, Any]:
    return login(accessToken={**login()["accessToken"], **others})


UNUSABLE_LOGINS: dict[str, bytes] = {
    "empty": b"",
    "cut off": b'{"acc',
    "a BOM": b"\xef\xbb\xbf" + json.dumps(login()).encode(),
    "not UTF-8": b"\xff\xfe{}",
    "deep": b"[" * 5000,
    "null": b"null",
    "a list": b"[]",
    "a number": b"5",
    "no token": json.dumps(login(accessToken=None)).encode(),
    "a text as token": json.dumps(login(accessToken="x")).encode(),
    "no client": json.dumps(login(clientId=None)).encode(),
    "a list as key": json.dumps(login(dpopKey=[])).encode(),
    "a time that is none": json.dumps(of_token(expiresAt="never")).encode(),
    "a number as time": json.dumps(of_token(expiresAt=5)).encode(),
    "a number as key id": json.dumps(of_token(accessKeyId=5)).encode(),
    "no secret": json.dumps(of_token(secretAccessKey=None)).encode(),
}


@pytest.mark.parametrize("content", UNUSABLE_LOGINS.values(), ids=UNUSABLE_LOGINS.keys())
def test_a_login_that_cannot_be_used_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes
) -> None:
    monkeypatch.setenv("AWS_LOGIN_CACHE_DIRECTORY", str(tmp_path))
    (tmp_path / "good.json").write_text(json.dumps(login()))
    (tmp_path / "odd.json").write_bytes(content)
    (tmp_path / "folder.json").mkdir()
    cache = login_cache()
    assert [name for name in ("good", "odd", "folder", "none") if name in cache] == ["good"]
    assert cache["good"] == login()


def test_a_folder_of_an_unknown_user_has_no_login(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_LOGIN_CACHE_DIRECTORY", "~nobody-of-this-name/cache")
    assert "mine" not in login_cache()
    assert cache.sign_in_fingerprint() == cache.sign_in_fingerprint()


def test_a_login_that_cannot_be_written_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_LOGIN_CACHE_DIRECTORY", str(tmp_path / "file" / "cache"))
    (tmp_path / "file").write_text("in the folder's place")
    login_cache()["mine"] = login()
    assert login_cache()["mine"] == login()
