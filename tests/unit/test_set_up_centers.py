"""What the page may ask of IAM Identity Center, and which profiles come of it: pure functions."""

from __future__ import annotations

from typing import Any

import pytest

from tray.app_pages.setup.centers import Known, chosen_roles, new_profiles
from tray.app_pages.shared.asked import ChoiceError
from tray.model.identity_center import Account, CenterRole, center_at, check_start_url
from tray.model.problems import TrayError
from tray.model.sign_in import Method, SignIn

CENTER = center_at("https://acme.awsapps.com/start", "eu-west-1")
ONE, TWO = "111122223333", "444455556666"


def known() -> Known:
    sign_in = SignIn(Method.BROWSER, CENTER.start_url, "acme", CENTER)
    accounts = {ONE: Account(ONE, "Research"), TWO: Account(TWO, "")}
    return Known(sign_in, CENTER, accounts, {ONE: ("Admin", "Analyst"), TWO: ("Analyst",)})


@pytest.mark.parametrize(
    "given",
    [None, [], "x", [[ONE]], [[ONE, 5]], [[ONE, "Owner"]], [["999999999999", "Analyst"]], [[ONE, "Admin"]] * 101],
)
def test_what_was_not_offered_is_refused(given: Any) -> None:
    with pytest.raises(ChoiceError):
        chosen_roles({"roles": given}, known())


def test_an_account_that_was_taken_away_since_its_roles_were_asked_for_is_refused() -> None:
    left = known()
    left.accounts = {TWO: left.accounts[TWO]}
    with pytest.raises(ChoiceError):
        chosen_roles({"roles": [[ONE, "Admin"]]}, left)
    assert [each.name for each in new_profiles(left, [(ONE, "Admin")], "us-east-1", ())] == [ONE]


def test_each_role_is_taken_once() -> None:
    assert chosen_roles({"roles": [[ONE, "Admin"], [ONE, "Admin"]]}, known()) == [(ONE, "Admin")]


def test_no_role_gets_a_second_profile_because_a_page_is_behind() -> None:
    both = {"roles": [[ONE, "Admin"], [ONE, "Analyst"]]}
    assert chosen_roles(both, known(), [f"{ONE} Admin"]) == [(ONE, "Analyst")]
    with pytest.raises(ChoiceError):
        chosen_roles({"roles": [[ONE, "Admin"]]}, known(), [f"{ONE} Admin"])


def test_profiles_are_called_like_their_accounts_under_free_names() -> None:
    made = new_profiles(known(), [(TWO, "Analyst"), (ONE, "Admin")], "us-east-1", {"Research"})
    assert [(each.name, each.regions) for each in made] == [("Research 2", ("us-east-1",)), (TWO, ("us-east-1",))]
    assert made[0].center_role == CenterRole(CENTER, ONE, "Admin")
    several = new_profiles(known(), [(ONE, "Analyst"), (ONE, "Admin")], "us-east-1", ())
    assert [each.name for each in several] == ["Research Admin", "Research Analyst"]


@pytest.mark.parametrize(
    "given",
    [
        "acme.awsapps.com/start",
        " https://ACME.awsapps.com:443/start/ ",
        "https://acme.awsapps.com/start/#/",
        "https://acme.awsapps.com/start/#/?tab=accounts",  # what the address bar of the portal has
        "https://acme.awsapps.com/start#/console?account_id=111122223333",
        "https://acme.awsapps.com/",
        "Acme.awsapps.com",
    ],
)
def test_all_spellings_of_a_start_url_are_one(given: str) -> None:
    assert check_start_url(given) == CENTER.start_url


@pytest.mark.parametrize(
    "given",
    [
        "",
        "http://acme.awsapps.com/start",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "https://",
        "https://a@b/start",
        "https://acme.awsapps.com/start?x=1",
        "https://acme.awsapps.com/sta rt",
        "https://acme.awsapps.com/\u202estart",
        "https://acme.awsapps.com/" + "x" * 200,
        "#/start",
        "https://#acme.awsapps.com/start",
        "https://[::1/start",
    ],
)
def test_what_is_no_start_url_is_refused(given: str) -> None:
    with pytest.raises(TrayError) as refused:
        check_start_url(given)
    assert refused.value.problem.code == "start-url-refused"
