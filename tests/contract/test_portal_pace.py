"""Many profiles of one Identity Center, whose portal takes so many calls a second and refuses all others."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.endpoint import Endpoint
from tests.support.sign_in import ACCOUNT, CENTER, REGION, START_URL, Person, identity_center, impatient
from tray.aws.cloud import Cloud
from tray.demo.identity_center import Assignment
from tray.fleet.listing import MOST_AT_ONCE, list_scope
from tray.model.notebooks import Scope
from tray.model.sign_in import Method, SignIn
from tray.model.signer import AwsProfile

PROFILES = 150
A_SECOND = 20.0

CORP = SignIn(Method.BROWSER, "corp", "corp")
CONFIG = f"[sso-session corp]\nsso_start_url = {START_URL}\nsso_region = {REGION}\n" + "".join(
    f"[profile p{number}]\nsso_session = corp\nsso_account_id = {ACCOUNT}\n"
    f"sso_role_name = R{number}\nregion = {REGION}\n"
    for number in range(PROFILES)
)


@pytest.fixture
def endpoint(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Endpoint]:
    assignments = tuple(Assignment(ACCOUNT, "Research", f"R{number}") for number in range(PROFILES))
    with identity_center(home, monkeypatch.setenv, impatient(replace(CENTER, assignments=assignments)), CONFIG) as it:
        monkeypatch.delenv("AWS_MAX_ATTEMPTS")
        yield it


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
