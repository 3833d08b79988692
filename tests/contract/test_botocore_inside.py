"""All that `tray/aws/botocore_patches` relies on of botocore's inside, and what becomes of it without.

`make test-botocore` runs this against the oldest and the newest release that pyproject.toml allows.
"""

from __future__ import annotations

import importlib
import inspect
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import botocore
import botocore.compat
import botocore.configloader
import botocore.credentials
import botocore.httpsession
import botocore.parsers
import botocore.tokens
import botocore.utils
import pytest
from botocore.credentials import AssumeRoleProvider, RefreshableCredentials
from botocore.loaders import Loader

from tests.support.cloud import SampleCloud, cloud_of_many
from tray.aws.botocore_patches import commands, config_files, contexts, expiry, proxies, regions, release, times, trust
from tray.aws.botocore_patches.roles import RoleProvider
from tray.aws.botocore_patches.session import SharedFilesSession
from tray.aws.cloud import Cloud
from tray.model.notebooks import Scope
from tray.model.problems import Kind, TrayError
from tray.model.signer import AwsProfile

HERE = Scope("profile-00", "eu-west-1", AwsProfile("profile-00"))

TLS = "the system's certificates are not trusted, so that company proxies that inspect TLS don't work"
MFA = "roles with an mfa_serial can't be used: their code is never asked for"
TOKENS = "sign-ins of Identity Center are refreshed by each AWS profile for itself, and late"
AHEAD = "credentials are not refreshed ahead of time, so that a click waits for STS"
CHAIN = "no AWS profile's credentials are found: a credential_process might hang, and a code be asked for on a terminal"
FILES = "the AWS config and credentials files can't be read"
PROXIES = "proxies are told by urllib's rules and not by botocore's"
REGIONS = "an unknown region is told as a name that isn't found"
TIMES = "the times of a list take 30 µs each to read"
COMMANDS = "a credential_process is split by Python's rules and not by botocore's"
LOGIN = "sign-ins of `aws login` are looked for in their usual folder alone"
LIMITS = "an answer without an end, or of a byte a second, keeps a worker for ever"
SESSION = "each AWS profile parses the AWS files, and registers botocore's handlers, by itself"

# Where, and which name: what doesn't work, or works otherwise, where it is gone.
INSIDES: Mapping[tuple[str, str], str] = {
    ("botocore.utils", "get_login_token_cache_directory"): LOGIN,
    ("botocore.awsrequest", "AWSHTTPConnection"): LIMITS,
    ("botocore.awsrequest", "AWSHTTPSConnection"): LIMITS,
    ("botocore.awsrequest:AWSHTTPConnectionPool", "ConnectionCls"): LIMITS,
    ("botocore.awsrequest:AWSHTTPSConnectionPool", "ConnectionCls"): LIMITS,
    ("botocore.client:BaseClient()", "_endpoint"): TLS,
    ("botocore.client:BaseClient()._endpoint", "http_session"): TLS,
    ("botocore.client:BaseClient()._endpoint.http_session", "_verify"): TLS,
    ("botocore.client:BaseClient()._endpoint.http_session", "_manager"): TLS,
    ("botocore.client:BaseClient()._endpoint.http_session._manager", "connection_pool_kw"): TLS,
    ("botocore.httpsession:URLLib3Session", "_get_ssl_context"): TLS,
    ("botocore.httpsession:URLLib3Session", "_get_pool_manager_kwargs"): TLS,
    ("botocore.httpsession:URLLib3Session", "_setup_proxy_ssl_context"): TLS,
    ("botocore.httpsession", "create_urllib3_context"): TLS,
    ("botocore.httpsession", "where"): TLS,
    ("botocore.credentials:AssumeRoleProvider", "_load_creds_via_assume_role"): MFA,
    ("botocore.credentials:AssumeRoleProvider", "_get_role_config"): MFA,
    ("botocore.credentials:AssumeRoleProvider", "_resolve_source_credentials"): MFA,
    ("botocore.credentials", "AssumeRoleCredentialFetcher"): MFA,
    ("botocore.tokens:SSOTokenProvider", "_refresher"): TOKENS,
    ("botocore.tokens:SSOTokenProvider", "_refresh_access_token"): TOKENS,
    ("botocore.tokens:SSOTokenProvider", "_REFRESH_WINDOW"): TOKENS,
    ("botocore.utils", "JSONFileCache"): TOKENS,
    ("botocore.credentials:RefreshableCredentials", "_seconds_remaining"): AHEAD,
    ("botocore.credentials:RefreshableCredentials", "_advisory_refresh_timeout"): AHEAD,
    ("botocore.credentials", "create_credential_resolver"): CHAIN,
    ("botocore.credentials:CredentialResolver", "get_provider"): CHAIN,
    ("botocore.credentials:CredentialResolver", "insert_after"): CHAIN,
    ("botocore.credentials:CredentialResolver", "remove"): CHAIN,
    ("botocore.credentials:ProfileProviderBuilder", "providers"): CHAIN,
    ("botocore.credentials", "CanonicalNameCredentialSourcer"): CHAIN,
    ("botocore.credentials", "EnvProvider"): CHAIN,
    ("botocore.credentials", "LoginProvider"): CHAIN,
    ("botocore.credentials", "SSOProvider"): CHAIN,
    ("botocore.credentials", "SharedCredentialProvider"): CHAIN,
    ("botocore.credentials", "ConfigProvider"): CHAIN,
    ("botocore.utils", "create_nested_client"): CHAIN,
    ("botocore.configloader", "load_config"): FILES,
    ("botocore.configloader", "raw_config_parse"): FILES,
    ("botocore.configloader", "_parse_section"): FILES,
    ("botocore.utils", "get_environ_proxies"): PROXIES,
    ("botocore.regions", "EndpointResolver"): REGIONS,
    ("botocore.utils", "parse_timestamp"): TIMES,
    ("botocore.parsers:ResponseParserFactory", "set_parser_defaults"): TIMES,
    ("botocore.compat", "compat_shell_split"): COMMANDS,
    ("botocore.session:Session", "full_config"): SESSION,
    ("botocore.hooks", "HierarchicalEmitter"): SESSION,
}
# What the constructors and functions among them are given.
TAKEN: Mapping[tuple[str, str], tuple[tuple[str, ...], str]] = {
    ("botocore.credentials", "AssumeRoleProvider"): (
        (
            "load_config",
            "client_creator",
            "cache",
            "profile_name",
            "prompter",
            "credential_sourcer",
            "profile_provider_builder",
        ),
        CHAIN,
    ),
    ("botocore.credentials", "AssumeRoleCredentialFetcher"): (
        ("client_creator", "source_credentials", "role_arn", "extra_args", "mfa_prompter", "cache"),
        MFA,
    ),
    ("botocore.credentials", "SSOProvider"): (
        ("load_config", "client_creator", "profile_name", "cache", "token_cache", "token_provider"),
        CHAIN,
    ),
    ("botocore.credentials", "LoginProvider"): (
        ("load_config", "client_creator", "profile_name", "token_cache"),
        CHAIN,
    ),
    ("botocore.credentials", "ProfileProviderBuilder"): (("session", "cache", "region_name"), CHAIN),
    ("botocore.credentials", "create_credential_resolver"): (("session", "cache", "region_name"), CHAIN),
    ("botocore.tokens", "SSOTokenProvider"): (("session", "cache", "profile_name"), TOKENS),
    ("botocore.utils", "JSONFileCache"): (("dumps_func",), TOKENS),
    ("botocore.session", "Session"): (("profile", "event_hooks", "include_builtin_handlers"), SESSION),
    ("botocore.parsers:ResponseParserFactory", "set_parser_defaults"): ((), TIMES),
}


@pytest.fixture
def sample(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SampleCloud]:
    with cloud_of_many(tmp_path, 1) as cloud:
        cloud.into(monkeypatch)
        yield cloud


@pytest.fixture(autouse=True)
def told_anew() -> None:
    release.tell_once.cache_clear()


def owner_of(where: str, client: Any) -> Any:
    module, _, rest = where.partition(":")
    found: Any = importlib.import_module(module)
    for part in filter(None, rest.split(".")):
        found = client if part == "BaseClient()" else getattr(found, part)
    return found


def told(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name == release.__name__]


def plain_client() -> Any:
    session = botocore.session.Session()
    session.register_component("credential_provider", None)
    return session.create_client("sts", "eu-west-1", aws_access_key_id="AKIAEXAMPLE", aws_secret_access_key="secret")


@pytest.mark.parametrize(("where", "name"), INSIDES, ids=lambda part: part)
def test_botocore_has_what_is_relied_on(where: str, name: str) -> None:
    owner = owner_of(where, plain_client() if "()" in where else None)
    assert hasattr(owner, name), f"botocore {botocore.__version__} has no {where} {name}: {INSIDES[where, name]}"


@pytest.mark.parametrize(("where", "name"), TAKEN, ids=lambda part: part)
def test_botocore_takes_what_it_is_given(where: str, name: str) -> None:
    names, broken = TAKEN[where, name]
    taken = inspect.signature(getattr(owner_of(where, None), name)).parameters
    assert set(names) <= set(taken), f"botocore {botocore.__version__}: {where} {name} takes {list(taken)}: {broken}"


def test_without_its_tls_context_botocores_own_certificates_are_trusted(
    sample: SampleCloud, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for name in ("_get_ssl_context", "_get_pool_manager_kwargs", "_setup_proxy_ssl_context"):
        client = plain_client()
        http = client._endpoint.http_session
        botocores = http._manager.connection_pool_kw["ssl_context"]
        with monkeypatch.context() as patch:
            patch.delattr(botocore.httpsession.URLLib3Session, name)
            trust.trust_the_system(client)
        assert http._manager.connection_pool_kw["ssl_context"] is botocores
    client = plain_client()
    del client._endpoint.http_session._manager
    trust.trust_the_system(client)
    del client._endpoint
    trust.trust_the_system(client)
    assert len(told(caplog)) == 1
    assert "botocore's own certificates are trusted" in told(caplog)[0]
    trust.trust_the_system(found := plain_client())
    assert isinstance(found._endpoint.http_session._manager.connection_pool_kw["ssl_context"], contexts.SystemContext)


def test_without_its_options_and_its_bundle_there_is_a_context(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(botocore.httpsession, "create_urllib3_context")
    monkeypatch.delattr(botocore.httpsession, "where")
    context = contexts.new_context(None)
    assert isinstance(context, contexts.SystemContext)
    assert context.check_hostname
    assert contexts.system_store().cert_store_stats()


def role(**botocores: Any) -> RoleProvider:
    config = {
        "profiles": {
            "secured": {
                "role_arn": "arn:aws:iam::1:role/r",
                "mfa_serial": "arn:aws:iam::1:mfa/m",
                "source_profile": "me",
            },
            "me": {"aws_access_key_id": "AKIAEXAMPLE", "aws_secret_access_key": "secret"},
        }
    }

    def never(*_: Any, **__: Any) -> Any:
        raise AssertionError("asked for")

    return RoleProvider(lambda: config, lambda *_, **__: None, never, cache={}, profile_name="secured", **botocores)


@pytest.mark.parametrize("name", ["_load_creds_via_assume_role", "_get_role_config", "_resolve_source_credentials"])
def test_without_its_roles_a_code_is_never_asked_for_on_a_terminal(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    method = getattr(AssumeRoleProvider, name)
    monkeypatch.delattr(AssumeRoleProvider, name)
    monkeypatch.setattr(AssumeRoleProvider, f"{name}_of_another_release", method, raising=False)
    source = inspect.getsource(AssumeRoleProvider)
    # What calls it in that other release calls it by its new name.
    assert f"self.{name}(" in source
    provider = role()
    renamed = AssumeRoleProvider.__getattribute__

    def called(self: Any, attribute: str) -> Any:
        return renamed(self, f"{name}_of_another_release" if attribute == name and self_calls() else attribute)

    def self_calls() -> bool:
        return bool(sys._getframe(2).f_globals["__name__"] == "botocore.credentials")

    monkeypatch.setattr(AssumeRoleProvider, "__getattribute__", called)
    credentials = provider.load()
    assert credentials
    with pytest.raises(TrayError, match="codes of MFA devices") as caught:
        credentials.get_frozen_credentials()
    assert caught.value.problem.kind is Kind.CONFIGURATION
    assert botocore.__version__ in caught.value.problem.message


def expiring(seconds: float) -> tuple[RefreshableCredentials, list[int]]:
    fetched: list[int] = []

    def found(left: float) -> dict[str, Any]:
        return {
            "access_key": "AKIAEXAMPLE",
            "secret_key": "secret",
            "token": "token",
            "expiry_time": (datetime.now(UTC) + timedelta(seconds=left)).isoformat(),
        }

    def fetch() -> dict[str, Any]:
        fetched.append(1)
        return found(7200)

    return RefreshableCredentials.create_from_metadata(found(seconds), fetch, "a test"), fetched


def test_credentials_are_refreshed_ahead_once_and_not_for_good() -> None:
    credentials, fetched = expiring(3600)
    left = expiry.seconds_left(credentials)
    assert left is not None
    assert 3500 < left <= 3600
    expiry.refresh_ahead(credentials, 1800)
    assert fetched == []
    expiry.refresh_ahead(credentials, 5400)
    assert fetched == [1]
    credentials.get_frozen_credentials()
    assert fetched == [1]
    assert expiry.seconds_left(expiring(-5)[0]) is None


@pytest.mark.parametrize("name", ["_seconds_remaining", "_advisory_refresh_timeout"])
def test_without_their_times_credentials_are_left_to_botocore(
    name: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    credentials, _ = expiring(3600)
    monkeypatch.delattr(RefreshableCredentials, name)
    assert expiry.seconds_left(credentials) is None
    assert "refreshed as botocore does it" in told(caplog)[0]


@pytest.mark.parametrize(
    ("owner", "name"),
    [
        (botocore.credentials.ProfileProviderBuilder, "providers"),
        (botocore.credentials.CredentialResolver, "insert_after"),
        (botocore.credentials.CredentialResolver, "get_provider"),
        (botocore.credentials.CredentialResolver, "remove"),
    ],
)
def test_without_its_chain_it_is_said_that_another_botocore_is_needed(
    owner: Any, name: str, sample: SampleCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert Cloud().list_notebooks(HERE)
    monkeypatch.delattr(owner, name)
    with pytest.raises(TrayError) as caught:
        Cloud().list_notebooks(HERE)
    assert caught.value.problem.title == "Another botocore is needed"
    assert "credentials" in caught.value.problem.message


def test_a_constructor_that_takes_others_is_told_too(sample: SampleCloud, monkeypatch: pytest.MonkeyPatch) -> None:
    def changed(_self: Any, *, something_else: str) -> None: ...

    monkeypatch.setattr(AssumeRoleProvider, "__init__", changed)
    with pytest.raises(TrayError) as caught:
        Cloud().list_notebooks(HERE)
    assert caught.value.problem.title == "Another botocore is needed"


# In a process of its own: what is imported stays imported.
GONE = """
import json, sys
import botocore.credentials, botocore.tokens, botocore.{module}
del botocore.{module}.{name}
from tray.aws.cloud import Cloud
from tray.model.notebooks import Scope
from tray.model.problems import TrayError
from tray.model.signer import AwsProfile
try:
    found = [each.name for each in Cloud().list_notebooks(Scope("profile-00", "eu-west-1", AwsProfile("profile-00")))]
except TrayError as error:
    found = error.problem.title
print(json.dumps(found))
"""


@pytest.mark.parametrize(
    ("module", "name", "found"),
    [
        ("credentials", "ProfileProviderBuilder", "Another botocore is needed"),
        ("credentials", "AssumeRoleCredentialFetcher", "Another botocore is needed"),
        ("tokens", "SSOTokenProvider", "Another botocore is needed"),
        ("configloader", "load_config", "Another botocore is needed"),
        ("tokens", "SSOTokenProvider._refresher", ["profile-00-eu-west-1"]),
        ("tokens", "SSOTokenProvider._refresh_access_token", ["profile-00-eu-west-1"]),
        ("utils", "create_nested_client", ["profile-00-eu-west-1"]),
        ("parsers", "ResponseParserFactory.set_parser_defaults", ["profile-00-eu-west-1"]),
    ],
)
def test_what_is_gone_is_said_or_done_without(module: str, name: str, found: Any, sample: SampleCloud) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", GONE.format(module=module, name=name)], capture_output=True, text=True, timeout=60
    )
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout) == found


def test_without_its_parser_the_aws_files_are_not_read_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(botocore.configloader, "raw_config_parse")
    with pytest.raises(TrayError, match="the AWS config can't be read"):
        config_files.parse_credentials(tmp_path / "config")


def test_without_its_functions_pythons_do(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    monkeypatch.setenv("NO_PROXY", "inside.example")
    asked = ("https://sts.amazonaws.com", "https://inside.example")
    with_botocore = [proxies.proxies_for(url) for url in asked]
    for name in ("get_environ_proxies", "parse_timestamp"):
        monkeypatch.delattr(botocore.utils, name)
    monkeypatch.delattr(botocore.compat, "compat_shell_split")
    assert [proxies.proxies_for(url) for url in asked] == with_botocore
    assert commands.split_command('"/usr/bin/my tool" --for lab') == ["/usr/bin/my tool", "--for", "lab"]
    noon = datetime(2026, 11, 26, 12, tzinfo=UTC)
    assert times.parse_time("2026-11-26T12:00:00Z") == times.parse_time(noon.timestamp()) == noon
    monkeypatch.delattr("botocore.regions.EndpointResolver")
    assert regions.regions_in({}, "api.sagemaker") == frozenset()
    assert len(told(caplog)) == 1


def test_without_quick_times_botocores_are_as_good(
    sample: SampleCloud, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (quick,) = Cloud().list_notebooks(HERE)
    monkeypatch.delattr(botocore.parsers.ResponseParserFactory, "set_parser_defaults")
    assert Cloud().list_notebooks(HERE) == (quick,)
    assert "their times are read as botocore does it" in told(caplog)[0]


def test_a_session_shares_what_it_is_given() -> None:
    session = SharedFilesSession("lab", {"profiles": {"lab": {"region": "eu-west-3"}}}, Loader())
    assert session.get_config_variable("region") == "eu-west-3"
