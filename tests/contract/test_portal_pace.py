"""Many profiles of one Identity Center, whose portal takes so many calls a second and refuses all others."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.support.endpoint import Endpoint
from tests.support.sign_in import REGION, Person, identity_center, of_many
from tray.aws.botocore_patches.session import SharedFilesSession
from tray.aws.cloud import Cloud
from tray.fleet.refreshing.listing import MOST_AT_ONCE, list_scope
from tray.model.notebooks import Scope
from tray.model.sign_in import Method, SignIn
from tray.model.signer import AwsProfile

PROFILES = 150
A_SECOND = 20.0

CORP = SignIn(Method.BROWSER, "corp", "corp")


@pytest.fixture
def endpoint(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Endpoint]:
    center, config = of_many(PROFILES)
    with identity_center(home, monkeypatch.setenv, center, config) as it:
        monkeypatch.delenv("AWS_MAX_ATTEMPTS")
        yield it


def test_all_profiles_share_one_client_of_the_portal(endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    make = SharedFilesSession._made

    def counted(session: SharedFilesSession, *args: Any, **options: Any) -> Any:
        made.extend(args)
        return make(session, *args, **options)

    monkeypatch.setattr(SharedFilesSession, "_made", counted)
    cloud = Cloud()
    cloud.sign_in(CORP, Person())
    made.clear()
    for number in range(8):
        assert cloud.list_notebooks(Scope(f"p{number}", REGION, AwsProfile(f"p{number}")))
    assert made.count("sso") == 1
    assert len(endpoint.recorder.calls("GetRoleCredentials")) == 8
    # Its proxy is another then, so that its clients are.
    monkeypatch.setenv("NO_PROXY", "another.example,127.0.0.1")
    cloud.forget_changed_config()
    assert cloud.list_notebooks(Scope("p9", REGION, AwsProfile("p9")))
    assert made.count("sso") == 2


@pytest.mark.parametrize("mode", ["standard", "legacy"])
def test_a_portal_with_a_limit_refuses_no_profile(
    endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    monkeypatch.setenv("AWS_RETRY_MODE", mode)
    cloud = Cloud()
    cloud.sign_in(CORP, Person())
    endpoint.faults.set_rate("GetRoleCredentials", A_SECOND)
    scopes = [Scope(f"p{number}", REGION, AwsProfile(f"p{number}")) for number in range(PROFILES)]
    with ThreadPoolExecutor(MOST_AT_ONCE) as pool:
        states = list(pool.map(lambda scope: list_scope(cloud, scope), scopes))
    assert [state.problem for state in states if state.problem] == []
    asked = len(endpoint.recorder.calls("GetRoleCredentials"))
    assert PROFILES <= asked <= PROFILES * 1.1 + 16, "those that were under way at the first refusal came on top"
