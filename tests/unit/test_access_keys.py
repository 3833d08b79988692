from __future__ import annotations

import pytest

from tray.model.access_keys import AccessKey, check_given, cut
from tray.model.identity_center import CenterRole, center_at
from tray.model.problems import ExitStatus, TrayError
from tray.model.signer import AwsProfile, StoredKey
from tray.settings.profiles.model import Profile

ID = "AKIAIOSFODNN7EXAMPLE"


@pytest.mark.parametrize("key_id", [ID, "ASIA" + "2" * 12, "A" * 128, "akid_lower_case_16"])
def test_ids_that_iam_may_give(key_id: str) -> None:
    assert AccessKey(key_id, "secret").key_id == key_id


@pytest.mark.parametrize(
    "key_id", ["", "AKIA", "A" * 129, "wJalrXUtnFEMI/K7MDENG/bPxRfiCY", f" {ID}", "ÄKIAIOSFODNN7EXAMPLE"]
)
def test_what_is_no_id_is_refused_and_never_shown(key_id: str) -> None:
    with pytest.raises(TrayError) as refused:
        AccessKey(key_id, "secret")
    assert refused.value.status is ExitStatus.USAGE
    assert not key_id.strip() or key_id not in refused.value.problem.text()


@pytest.mark.parametrize(
    ("secret", "token"), [("", ""), ("two words", ""), ("ß", ""), ("ok", "two words"), ("a\nb", "")]
)
def test_a_secret_that_was_pasted_wrongly(secret: str, token: str) -> None:
    with pytest.raises(TrayError, match="Access key refused"):
        AccessKey(ID, secret, token)


@pytest.mark.parametrize("quoted", ['"wJalr"', "'wJalr'", 'wJalr"', "'wJalr"])
def test_quotation_marks_around_what_is_given_are_refused_and_what_is_stored_is_kept(quoted: str) -> None:
    for key in (AccessKey(ID, quoted), AccessKey(ID, "secret", quoted)):
        with pytest.raises(TrayError, match="Access key refused"):
            check_given(key)
    assert check_given(AccessKey(ID, 'wJa"lr', "tok'en")).secret == 'wJa"lr'


def test_an_id_is_shown_cut() -> None:
    assert cut(ID) == "AKIA…MPLE"
    assert str(StoredKey("lab", ID)) == "access key AKIA…MPLE of the profile “lab”"


@pytest.mark.parametrize("name", ["access key AKIA…MPLE of lab", str(StoredKey("lab", ID))])
def test_an_aws_profile_signs_itself_whatever_it_is_called(name: str) -> None:
    assert Profile("lab", name).signer == AwsProfile(name)
    assert Profile("lab", name).signer != Profile("lab", "", ("eu-west-1",), access_key_id=ID).signer


def test_a_profile_has_one_kind_of_credentials_and_with_a_key_a_region() -> None:
    assert Profile("lab", "", ("eu-west-1",), access_key_id=ID).signer == StoredKey("lab", ID)
    assert Profile("lab", "default").signer == AwsProfile("default")
    with pytest.raises(TrayError, match="more than one of an AWS profile, an access key and a role"):
        Profile("lab", "default", ("eu-west-1",), access_key_id=ID)
    with pytest.raises(TrayError, match="No region"):
        Profile("lab", "", access_key_id=ID)


def test_a_role_of_identity_center_signs_itself() -> None:
    role = CenterRole(center_at("https://acme.awsapps.com/start", "eu-west-1"), "111122223333", "Analyst")
    assert Profile("lab", "", ("eu-west-1",), center_role=role).signer == role
    other = Profile("lab", "", ("eu-west-1",), center_role=role).signed_by(aws_profile="default")
    assert other == Profile("lab", "default", ("eu-west-1",))
    assert str(role) == "role Analyst in 111122223333 of acme.awsapps.com"
