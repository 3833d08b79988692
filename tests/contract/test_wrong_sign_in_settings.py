"""Settings of a sign-in that lead nowhere: the setting is named, and not another one of the same value or kind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.sign_in import CONFIG, Person, identity_center, impatient
from tray.aws.cloud import Cloud
from tray.model.notebooks import Scope
from tray.model.problems import Kind, Problem, TrayError
from tray.model.sign_in import Method, SignIn
from tray.model.signer import AwsProfile

RESEARCH = Scope("research", "eu-west-1", AwsProfile("research"))


@pytest.fixture
def config(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    with identity_center(home, monkeypatch.setenv, impatient()):
        yield home / ".aws" / "config"


def problem_of(config: Path, old: str, new: str, *, signed_in: bool = False) -> Problem:
    """Return the problem of listing with one thing of the config replaced, throughout."""
    if signed_in:
        Cloud().sign_in(SignIn(Method.BROWSER, "corp", "corp"), Person())
    assert old in CONFIG
    config.write_text(CONFIG.replace(old, new), encoding="utf-8")
    with pytest.raises(TrayError) as caught:
        Cloud().list_notebooks(RESEARCH)
    return caught.value.problem


@pytest.mark.parametrize("region", ['"eu-west-1"', "EU (Ireland)", "eu-west-1 # ours"])
def test_the_region_of_a_sign_in_is_not_taken_for_that_of_the_notebooks(config: Path, region: str) -> None:
    problem = problem_of(config, "sso_region = eu-west-1", f"sso_region = {region}")
    assert problem.title == "AWS config: sso_region doesn't work"
    assert f"The setting sso_region of [sso-session corp] is “{region}” ({config}, line 4)" in problem.message


@pytest.mark.parametrize("session", ['"corp"', "Corp", "sso-session corp", "cor"])
def test_a_session_that_is_nearly_there_is_named(config: Path, session: str) -> None:
    problem = problem_of(config, "sso_session = corp", f"sso_session = {session}")
    assert problem.title == "AWS config: sso_session doesn't work"
    assert f"The setting sso_session of [profile research] is “{session}”" in problem.message
    assert "There is no such sso-session. Did you mean corp?" in problem.message
    with pytest.raises(TrayError) as caught:
        Cloud().sign_in_for(AwsProfile("research"))
    assert "Did you mean corp?" in caught.value.problem.message
    assert "Correct sso_session" in caught.value.problem.remedy


def test_a_session_that_is_not_there_is_to_be_added(config: Path) -> None:
    assert "Did you mean" not in problem_of(config, "sso_session = corp", "sso_session = elsewhere").message
    with pytest.raises(TrayError, match=r"Add \[sso-session elsewhere\]|is not in the AWS config"):
        Cloud().sign_in_for(AwsProfile("research"))


def test_what_lacks_for_a_sign_in_is_told_in_place_of_a_sign_in(config: Path) -> None:
    problem = problem_of(config, "sso_region = eu-west-1", "sso_region =")
    assert problem.kind is Kind.CONFIGURATION
    assert problem.sign_in is None
    assert "lacks sso_region" in problem.message


@pytest.mark.parametrize(
    ("setting", "right", "value"),
    [
        ("sso_account_id", "111122223333", "11122223333"),
        ("sso_account_id", "111122223333", "1111-2222-3333"),
        ("sso_account_id", "111122223333", '"111122223333"'),
        ("sso_role_name", "Analyst", '"Analyst"'),
        ("sso_role_name", "Analyst", "Analyst # mine"),
        ("sso_role_name", "Analyst", "AWSReservedSSO_Analyst_0123456"),
        ("sso_role_name", "Analyst", "arn:aws:iam::111122223333:role/Analyst"),
    ],
)
def test_what_no_account_and_no_role_is_called_is_named(config: Path, setting: str, right: str, value: str) -> None:
    problem = problem_of(config, f"{setting} = {right}", f"{setting} = {value}", signed_in=True)
    assert problem.title == f"AWS config: {setting} doesn't work"
    assert f"The setting {setting} of [profile research] is “{value}”" in problem.message


def test_a_role_that_is_not_assigned_is_denied(config: Path) -> None:
    problem = problem_of(config, "sso_role_name = Analyst", "sso_role_name = Admin", signed_in=True)
    assert problem.title == "Access denied"
    assert "permission set “Admin”" in problem.remedy


@pytest.mark.parametrize("source", ["profile old", '"old"', "Old"])
def test_a_source_that_is_nearly_there_is_named(config: Path, source: str) -> None:
    role = "role_arn = arn:aws:iam::111122223333:role/x"
    problem = problem_of(config, "[profile teaching]", f"{role}\nsource_profile = {source}\n[profile teaching]")
    assert problem.title == "AWS config: source_profile doesn't work"
    assert "There is no such profile. Did you mean old?" in problem.message
