from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tray.aws.config import AwsFiles, read_aws_files
from tray.aws.credentials.browser_settings import BrowserSettings
from tray.aws.signin.ways import browser_settings, sign_ins_of
from tray.model.problems import Kind, Problem, TrayError
from tray.model.sign_in import Method, SignIn

CORP = """
[sso-session corp]
sso_start_url = https://acme.awsapps.com/start
sso_region = eu-west-1
sso_registration_scopes = sso:account:access, openid,
[profile research]
sso_session = corp
sso_account_id = 111122223333
sso_role_name = Analyst
[profile teaching]
sso_session = corp
sso_account_id = 444455556666
sso_role_name = Analyst
"""
LEGACY = """
[profile old]
sso_start_url = https://acme.awsapps.com/start
sso_region = us-east-1
sso_account_id = 111122223333
sso_role_name = Analyst
"""
ROLE = """
[profile {name}]
role_arn = arn:aws:iam::111122223333:role/Lab
source_profile = {source}
{more}
"""
MFA = "mfa_serial = arn:aws:iam::111122223333:mfa/ana"


@pytest.fixture
def config(home: Path) -> Any:
    def write(text: str, credentials: str = "") -> Any:
        (home / ".aws").mkdir(exist_ok=True)
        (home / ".aws/config").write_text(text, encoding="utf-8")
        (home / ".aws/credentials").write_text(credentials, encoding="utf-8")
        return read_aws_files()

    return write


def sign_in_of(aws_profile: str, files: AwsFiles) -> SignIn | None:
    """Return the first sign-in that a profile needs."""
    return next(iter(sign_ins_of(aws_profile, files)), None)


def refused(call: Any, *given: Any) -> Problem:
    with pytest.raises(TrayError) as raised:
        call(*given)
    assert raised.value.problem.kind is Kind.CONFIGURATION
    return raised.value.problem


def test_profiles_of_one_session_share_a_sign_in(config: Any) -> None:
    files = config(CORP)
    corp = SignIn(Method.BROWSER, "corp", "corp")
    assert sign_in_of("research", files) == sign_in_of("teaching", files) == corp
    settings = browser_settings(corp, files)
    assert settings == BrowserSettings(
        "research", "https://acme.awsapps.com/start", "eu-west-1", "corp", ("sso:account:access", "openid")
    )
    assert settings.scopes == ("sso:account:access", "openid")


def test_a_session_that_names_no_scopes_asks_for_accounts(config: Any) -> None:
    files = config(CORP.replace("sso_registration_scopes", "#"))
    settings = browser_settings(SignIn(Method.BROWSER, "corp", ""), files)
    assert settings.own_scopes is None
    assert settings.scopes == ("sso:account:access",)


@pytest.mark.parametrize(
    ("start_url", "name"),
    [
        ("https://acme.awsapps.com/start", "acme.awsapps.com"),
        ("https://d-9067abcdef.awsapps.com/start", "old"),
        ("https://ssoins-7223.portal.eu-west-1.app.aws", "old"),
        ("http://127.0.0.1:8000/start", "old"),
    ],
)
def test_a_profile_without_a_session_is_known_by_its_portal(config: Any, start_url: str, name: str) -> None:
    files = config(LEGACY.replace("https://acme.awsapps.com/start", start_url))
    sign_in = sign_in_of("old", files)
    assert sign_in == SignIn(Method.BROWSER, start_url, "")
    assert sign_in
    assert sign_in.name == name
    settings = browser_settings(sign_in, files)
    assert (settings.session_name, settings.own_scopes, settings.scopes) == ("", None, ())


def test_a_role_is_followed_to_what_it_builds_on(config: Any) -> None:
    files = config(
        CORP
        + ROLE.format(name="lab", source="hub", more=MFA)
        + ROLE.format(name="hub", source="research", more="")
        + ROLE.format(name="desk", source="keys", more=MFA)
        + ROLE.format(name="both", source="desk", more=MFA),
        "[keys]\naws_access_key_id = AKIA\naws_secret_access_key = secret\n",
    )
    browser, mfa = SignIn(Method.BROWSER, "corp", "corp"), Method.MFA
    assert sign_ins_of("hub", files) == (browser,)
    assert sign_ins_of("lab", files) == (browser, SignIn(mfa, "lab", "lab"))
    assert sign_in_of("lab", files) == browser
    assert sign_in_of("desk", files) == SignIn(mfa, "desk", "desk")
    assert sign_ins_of("both", files) == (SignIn(mfa, "desk", ""), SignIn(mfa, "both", ""))
    assert sign_in_of("keys", files) is None
    assert sign_in_of("nobody", files) is None


def test_a_role_with_keys_beside_it_builds_on_itself_and_no_other_does(config: Any) -> None:
    keys = "[{}]\naws_access_key_id = AKIA\naws_secret_access_key = secret\n"
    files = config(ROLE.format(name="own", source="own", more=MFA), keys.format("own"))
    assert sign_in_of("own", files) == SignIn(Method.MFA, "own", "own")
    files = config("".join(ROLE.format(name=n, source=s, more="") for n, s in ("ab", "bc", "ca")))
    assert "a → b → c → a" in refused(sign_in_of, "a", files).message


@pytest.mark.parametrize(
    "settings",
    [
        "credential_process = /bin/cat",
        "aws_access_key_id = AKIA\naws_secret_access_key = secret",
        "role_arn = arn:aws:iam::111122223333:role/x\nweb_identity_token_file = /t\nmfa_serial = x",
        "role_arn = arn:aws:iam::111122223333:role/x\ncredential_source = Environment",
        "login_session = arn:aws:iam::111122223333:user/ana",
        "sso_session = corp\naws_access_key_id = AKIA\naws_secret_access_key = secret",
        "region = eu-west-1",
    ],
)
def test_others_need_none(config: Any, settings: str) -> None:
    assert sign_in_of("x", config(CORP + f"[profile x]\n{settings}\n")) is None


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("sso_region = eu-west-1", "", ("sso-session “corp”", "“research”", "sso_region", "[sso-session corp]")),
        ("sso_start_url = https://acme.awsapps.com/start", "", ("sso_start_url", "[sso-session corp]")),
        ("sso_session = corp", "sso_session = corpse", ("“corpse”", "“research”", "Did you mean corp?")),
        ("sso_role_name = Analyst", "", ("“research”", "sso_role_name", "[profile research]")),
        ("sso_session = corp", "", ("“research”", "sso_start_url and sso_region", "[profile research]")),
        ("[profile research]", "[profile research]\nsso_region = us-east-1", ("“research”", "us-east-1", "eu-west-1")),
    ],
)
def test_what_is_not_complete_or_contradicts_is_named(
    config: Any, home: Path, old: str, new: str, words: tuple[str, ...]
) -> None:
    problem = refused(sign_in_of, "research", config(CORP.replace(old, new)))
    text = problem.text()
    assert all(word in text for word in (*words, str(home / ".aws" / "config"))), text


def test_an_incomplete_profile_does_not_keep_others_of_its_session_out(config: Any) -> None:
    files = config(CORP.replace("sso_role_name = Analyst", "", 1))
    refused(sign_in_of, "research", files)
    assert browser_settings(SignIn(Method.BROWSER, "corp", ""), files).aws_profile == "teaching"


def test_one_start_url_has_one_region(config: Any) -> None:
    files = config(LEGACY + LEGACY.replace("old", "older").replace("us-east-1", "us-west-2"))
    problem = refused(browser_settings, sign_in_of("old", files), files)
    assert all(word in problem.message for word in ("“old”", "“older”", "us-east-1", "us-west-2"))


def test_a_sign_in_that_nobody_uses_any_more(config: Any) -> None:
    assert "gone" in refused(browser_settings, SignIn(Method.BROWSER, "gone", "gone"), config(CORP)).message
