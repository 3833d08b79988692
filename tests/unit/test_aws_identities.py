from __future__ import annotations

from typing import Any

import pytest

from tray.aws.credentials.identities import account_named, client_shape


@pytest.mark.parametrize(
    "settings",
    [
        {"region": "eu-west-1", "output": "json", "cli_pager": ""},
        {"aws_access_key_id": "a", "aws_secret_access_key": "b", "aws_session_token": "c"},
        {"role_arn": "arn:aws:iam::111122223333:role/x", "source_profile": "y", "mfa_serial": "z", "external_id": "e"},
        {"sso_session": "corp", "sso_account_id": "111122223333", "sso_role_name": "x"},
        {"credential_process": "x", "duration_seconds": "900"},
    ],
)
def test_who_signs_does_not_shape_a_client(settings: dict[str, Any]) -> None:
    assert client_shape(settings, {}) == client_shape({}, {}) == ()


@pytest.mark.parametrize(
    "settings",
    [
        {"endpoint_url": "https://a.example"},
        {"ca_bundle": "/a.pem"},
        {"use_fips_endpoint": "true"},
        {"use_dualstack_endpoint": "true"},
        {"retry_mode": "adaptive"},
        {"max_attempts": "1"},
        {"defaults_mode": "standard"},
        {"ignore_configured_endpoint_urls": "true"},
        {"proxies_config": {"proxy_ca_bundle": "/a.pem"}},
        {"a_setting_of_next_year": "x"},
    ],
)
def test_every_other_setting_does(settings: dict[str, Any]) -> None:
    assert client_shape(settings, {}) not in ((), client_shape(dict.fromkeys(settings, "other"), {}))
    assert client_shape(settings, {}) == client_shape({"region": "eu-west-1", **settings}, {})


def test_a_services_section_counts_with_what_is_in_it() -> None:
    settings = {"services": "local"}
    one, other = ({"services": {"local": {"sagemaker": {"endpoint_url": url}}}} for url in ("https://a", "https://b"))
    assert client_shape(settings, one) != client_shape(settings, other)
    assert client_shape(settings, one) == client_shape(settings, dict(one))


@pytest.mark.parametrize(
    ("settings", "account"),
    [
        ({"aws_account_id": "111122223333"}, "111122223333"),
        ({"sso_account_id": "111122223333"}, "111122223333"),
        ({"role_arn": "arn:aws-cn:iam::111122223333:role/path/x"}, "111122223333"),
        ({"role_arn": "nonsense"}, None),
        ({"role_arn": "arn:aws:iam:::role/x"}, None),
        ({"aws_access_key_id": "AKIA"}, None),
    ],
)
def test_the_account_that_settings_name(settings: dict[str, Any], account: str | None) -> None:
    assert account_named(settings) == account
