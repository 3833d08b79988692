"""The files in which botocore, the AWS CLI and every AWS SDK keep sign-ins, as any of them or a crash left them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.support.bad_input import (
    any_json,
    as_json,
    check_growth,
    damaged,
    fragments,
    long_inputs,
    near,
    raw,
    repeated,
)
from tray.aws.credentials import login_store
from tray.aws.credentials.browser_settings import BrowserSettings
from tray.aws.credentials.token_store import (
    Registration,
    Token,
    TokenStanding,
    keep_tokens_in,
    read_json,
    read_registration,
    registration_path,
    token_path,
    token_state,
    usable_token,
    write_registration,
    write_token,
)

SETTINGS = BrowserSettings("research", "https://d-1.awsapps.com/start", "eu-west-1", "corp")
NOW = datetime(2026, 11, 27, tzinfo=UTC)
TOKEN: dict[str, Any] = {
    "startUrl": SETTINGS.start_url,
    "region": "eu-west-1",
    "accessToken": "t",
    "expiresAt": "2026-11-28T00:00:00Z",
    "refreshToken": "r",
    "clientId": "c",
    "clientSecret": "s",
    "registrationExpiresAt": "2026-12-28T00:00:00Z",
    "scopes": ["sso:account:access"],
    "accessKeyId": "a",
    "secretAccessKey": "b",
    "sessionToken": "c",
    "dpopKey": "k",
}
LOGIN = {**TOKEN, "accessToken": {**TOKEN, "accountId": "111122223333"}}
times = st.sampled_from(
    ["2026-11-28T00:00:00UTC", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00Z", "2026-11-28", "x" * 100]
)
contents = (
    near(TOKEN, times | any_json).map(as_json)
    | near(LOGIN, times | any_json).map(as_json)
    | any_json.map(as_json)
    | damaged(as_json(TOKEN))
    | raw
)


@pytest.fixture(scope="module", autouse=True)
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("tokens")


@pytest.fixture(autouse=True)
def _there(folder: Path) -> Any:
    keep_tokens_in(lambda: folder)
    yield
    keep_tokens_in(None)


@given(contents)
@example(as_json({**TOKEN, "accessToken": "a\r\nb"})).via("a token with a line's end")
@example(as_json({**TOKEN, "clientId": ["c"]})).via("a client that is a list")
@example(as_json(TOKEN).decode().encode("utf-16")).via("another encoding")
@example(b"[" * 60_000).via("lists within lists")
def test_a_file_is_a_sign_in_that_can_be_used_or_none(content: bytes) -> None:
    for path in (token_path(SETTINGS), registration_path(SETTINGS)):
        path.write_bytes(content)
    assert isinstance(read_json(token_path(SETTINGS)), dict)
    found = usable_token(token_path(SETTINGS))
    state = token_state(SETTINGS, NOW)
    assert (found is None) == (state.standing is TokenStanding.MISSING)
    if found is not None:
        assert re.fullmatch(r"[ -~]+", found["accessToken"])
        datetime.strptime(found["expiresAt"], "%Y-%m-%dT%H:%M:%SZ").astimezone(UTC)
        renewing = [name in found for name in ("refreshToken", "clientId", "clientSecret", "registrationExpiresAt")]
        assert len(set(renewing)) == 1
    for for_code in (True, False):
        known = read_registration(SETTINGS, for_code=for_code, now=NOW)
        assert known is None or (isinstance(known.client_id, str) and known.expires > NOW)
    login = login_store._usable(token_path(SETTINGS))
    assert login is None or isinstance(login["accessToken"]["accessKeyId"], str)


sendable = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), min_size=1, max_size=30)


@given(sendable, st.sampled_from(["", "refresh"]), st.integers(1, 10**6))
def test_a_sign_in_is_read_as_it_was_written(access_token: str, refresh_token: str, seconds: int) -> None:
    later = NOW + timedelta(seconds=seconds)
    registration = Registration("c", "s", NOW + timedelta(days=90), SETTINGS.scopes)
    write_token(SETTINGS, Token(access_token, later, refresh_token), registration)
    found = usable_token(token_path(SETTINGS))
    assert found is not None
    assert found["accessToken"] == access_token
    assert token_state(SETTINGS, NOW).until == later
    assert token_state(SETTINGS, NOW).refreshable == bool(refresh_token)
    write_registration(SETTINGS, registration)
    assert read_registration(SETTINGS, for_code=False, now=NOW) == registration


@long_inputs
@given(fragments)
def test_the_time_grows_with_the_length(fragment: str) -> None:
    def act(content: bytes) -> None:
        token_path(SETTINGS).write_bytes(content)
        usable_token(token_path(SETTINGS))
        login_store._usable(token_path(SETTINGS))

    check_growth(act, lambda length: as_json(dict.fromkeys(TOKEN, repeated(fragment, length // 14))), 100_000)
