"""Behind a company's proxy that inspects connections and wants a password, to AWS's hosts, all of it on loopback."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import BotoCoreError
from botocore.loaders import Loader
from moto.server import ThreadedMotoServer

from tests.support.cloud import OF_THE_NETWORK, REGIONS, tls_front
from tests.support.proxies import ISSUER, Authority, CompanyProxy, company_proxy
from tray.aws.botocore_patches import contexts, trust
from tray.aws.botocore_patches.contexts import SystemContext
from tray.aws.botocore_patches.session import SharedFilesSession
from tray.aws.cloud import Cloud
from tray.aws.config import read_aws_files
from tray.aws.errors import connection as connection_errors
from tray.aws.service_model import shared_loader
from tray.model.notebooks import Scope
from tray.model.problems import Kind, TrayError
from tray.model.signer import AwsProfile

USER = "me:p%40ss"
HERE = Scope("mine", "eu-west-1", AwsProfile("base"))

by_openssls_variables = pytest.mark.only_on("linux", reason="SSL_CERT_FILE; Windows' store: under_wine/test_trust.py")


@pytest.fixture
def moto() -> Iterator[int]:
    """Moto's server, which knows the services by AWS's own hosts, and takes any signature."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        yield int(server.get_host_and_port()[1])
    finally:
        server.stop()


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@pytest.fixture
def proxy(moto: int, authority: Authority, home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[CompanyProxy]:
    for name in OF_THE_NETWORK:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    connection_errors._issuers.clear()
    folder = home / ".aws"
    folder.mkdir()
    (folder / "credentials").write_text("[base]\naws_access_key_id = AKIABASE\naws_secret_access_key = secret\n")
    (folder / "config").write_text(
        "[profile base]\nregion = eu-west-1\n"
        "[profile role]\nrole_arn = arn:aws:iam::444455556666:role/tray\nsource_profile = base\nregion = eu-west-1\n"
    )
    with company_proxy(moto, authority=authority, user="me:p@ss") as running:
        monkeypatch.setenv("HTTPS_PROXY", f"http://{USER}@127.0.0.1:{running.port}")
        yield running


def refusal(cloud: Cloud, scope: Scope = HERE) -> TrayError:
    with pytest.raises(TrayError) as refused:
        cloud.list_notebooks(scope)
    assert "p%40ss" not in refused.value.problem.text()
    assert "p@ss" not in refused.value.problem.text()
    return refused.value


@by_openssls_variables
def test_a_certificate_that_the_system_trusts_is_trusted_at_once(
    proxy: CompanyProxy, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    cloud = Cloud()
    assert ISSUER in refusal(cloud).problem.message
    assert "p@ss" not in repr(refusal(cloud).__cause__)
    # OpenSSL's own variables for where the system's store is.
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.bundle))
    assert cloud.list_notebooks(HERE) == ()
    assert set(proxy.asked) == {"CONNECT api.sagemaker.eu-west-1.amazonaws.com:443"}
    monkeypatch.delenv("SSL_CERT_FILE")
    cloud.close_connections()
    assert ISSUER in refusal(cloud).problem.message, "and no longer once it is taken out again"


LIST = """
from tray.aws.cloud import Cloud
from tray.model.notebooks import Scope
from tray.model.problems import TrayError
from tray.model.signer import AwsProfile
try:
    print(Cloud().list_notebooks(Scope("mine", "eu-west-1", AwsProfile("role"))))
except TrayError as error:
    print(error.problem.text())
"""


@by_openssls_variables
def test_a_store_that_is_a_folder_in_a_process_of_its_own(
    proxy: CompanyProxy, authority: Authority, tmp_path: Path
) -> None:
    store = tmp_path / "certs"
    store.mkdir()
    (store / "corp.pem").write_bytes(authority.bundle.read_bytes())
    subprocess.run(["openssl", "rehash", store], check=True, capture_output=True)

    def run(**more: str) -> str:
        return subprocess.run(
            [sys.executable, "-c", LIST], env={**os.environ, **more}, check=True, capture_output=True, text=True
        ).stdout

    assert ISSUER in run()
    proxy.asked.clear()
    assert run(SSL_CERT_DIR=str(store), SSL_CERT_FILE=str(tmp_path / "none")).strip() == "()"
    assert proxy.asked == [
        "CONNECT sts.eu-west-1.amazonaws.com:443",
        "CONNECT api.sagemaker.eu-west-1.amazonaws.com:443",
    ], "botocore's own client for the role goes the same way"


@by_openssls_variables
def test_the_store_is_read_once_for_all_clients_and_connections(
    proxy: CompanyProxy, moto: int, authority: Authority, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    trust.contexts.clear()
    read: list[int] = []
    store = contexts.system_store
    monkeypatch.setattr(contexts, "system_store", lambda: read.append(1) or store())
    with tls_front(tmp_path, f"http://127.0.0.1:{moto}") as front:
        both = tmp_path / "both.pem"
        both.write_bytes(authority.bundle.read_bytes() + front.certificate.read_bytes())
        monkeypatch.setenv("SSL_CERT_FILE", str(both))
        cloud = Cloud()
        everywhere = [Scope("mine", region, AwsProfile(name)) for region in REGIONS for name in ("base", "role")] * 4
        with ThreadPoolExecutor(16) as threads:
            assert set(threads.map(cloud.list_notebooks, everywhere)) == {()}
        assert len(proxy.asked) > len(REGIONS)
        monkeypatch.delenv("HTTPS_PROXY")
        monkeypatch.setenv("AWS_ENDPOINT_URL", front.url)
        assert Cloud().list_notebooks(Scope("mine", "eu-west-1", AwsProfile("role"))) == ()
        assert front.connections() == 2
    assert read == [1]
    trust.contexts.clear()


@pytest.mark.parametrize("service", ["sagemaker", "sts", "sso", "sso-oidc"])
def test_every_client_of_a_session_trusts_the_system(proxy: CompanyProxy, service: str) -> None:
    session = SharedFilesSession("base", read_aws_files().merged, shared_loader())
    client: Any = session.create_client(service, "eu-west-1")
    http = client._endpoint.http_session
    through = http._get_proxy_manager(os.environ["HTTPS_PROXY"]).connection_pool_kw["ssl_context"]
    assert isinstance(http._manager.connection_pool_kw["ssl_context"], SystemContext)
    assert through is http._manager.connection_pool_kw["ssl_context"]
    to_https = http._setup_proxy_ssl_context("https://proxy.example")
    assert to_https is through


def test_a_client_that_is_to_verify_nothing_is_left_alone(proxy: CompanyProxy) -> None:
    session = SharedFilesSession("base", read_aws_files().merged, shared_loader())
    client: Any = session.create_client("sagemaker", "eu-west-1", verify=False)
    assert not isinstance(client._endpoint.http_session._manager.connection_pool_kw["ssl_context"], SystemContext)


@pytest.mark.parametrize(
    ("region", "settings", "host"),
    [
        ("eu-west-1", "", "api.sagemaker.eu-west-1.amazonaws.com"),
        ("us-east-1", "use_fips_endpoint = true", "api-fips.sagemaker.us-east-1.amazonaws.com"),
        ("us-gov-west-1", "", "api.sagemaker.us-gov-west-1.amazonaws.com"),
        ("us-gov-west-1", "use_fips_endpoint = true", "api-fips.sagemaker.us-gov-west-1.amazonaws.com"),
        ("cn-north-1", "", "api.sagemaker.cn-north-1.amazonaws.com.cn"),
        ("us-iso-east-1", "", "api.sagemaker.us-iso-east-1.c2s.ic.gov"),
        ("us-isob-east-1", "", "api.sagemaker.us-isob-east-1.sc2s.sgov.gov"),
        ("eusc-de-east-1", "", "api.sagemaker.eusc-de-east-1.amazonaws.eu"),
    ],
)
def test_the_hosts_of_all_partitions(
    home: Path, monkeypatch: pytest.MonkeyPatch, region: str, settings: str, host: str
) -> None:
    for name in OF_THE_NETWORK:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    (home / ".aws").mkdir()
    (home / ".aws" / "config").write_text(
        f"[profile it]\naws_access_key_id = AKIA\naws_secret_access_key = secret\n{settings}\n"
    )
    with company_proxy(0, refuses_with="503 Not now") as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.address)
        assert refusal(Cloud(), Scope("it", region, AwsProfile("it"))).problem.title == "Proxy refused"
        assert proxy.asked == [f"CONNECT {host}:443"]


def urls(loader: Loader, service: str) -> dict[tuple[str, bool, bool], str]:
    """Return the address of a service in every region, with and without FIPS and dual-stack."""
    session: Any = SharedFilesSession("base", read_aws_files().merged, loader)
    resolver = session._get_internal_component("endpoint_resolver")
    found = {}
    for partition in resolver.get_available_partitions():
        # A region each, and one of another kind: the rules are the partition's.
        for region in resolver.get_available_endpoints("api.sagemaker", partition)[:2]:
            for fips in (False, True):
                for dual in (False, True):
                    settings = Config(use_fips_endpoint=fips, use_dualstack_endpoint=dual)
                    try:
                        client = session.create_client(service, region, config=settings)
                        found[region, fips, dual] = client.meta.endpoint_url
                    except (BotoCoreError, ValueError) as error:
                        found[region, fips, dual] = type(error).__name__
    return found


def test_fips_and_dual_stack_are_what_they_are_in_the_whole_data(proxy: CompanyProxy) -> None:
    ours, theirs = urls(shared_loader(), "sagemaker"), urls(Loader(), "sagemaker")
    # Other releases of botocore than the one that is locked know of more regions, or of fewer.
    both = ours.keys() & theirs.keys()
    assert {each: ours[each] for each in both} == {each: theirs[each] for each in both}
    assert len({ours[each] for each in both}) > 20
    assert ours["us-gov-west-1", True, False] == "https://api-fips.sagemaker.us-gov-west-1.amazonaws.com"


def test_a_variant_that_a_partition_has_not(proxy: CompanyProxy, home: Path) -> None:
    with (home / ".aws" / "config").open("a") as file:
        file.write("[profile dual]\nuse_dualstack_endpoint = true\naws_access_key_id = A\naws_secret_access_key = s\n")
    error = refusal(Cloud(), Scope("dual", "us-isof-east-1", AwsProfile("dual")))
    assert (error.problem.title, error.problem.kind) == ("No such endpoint", Kind.CONFIGURATION)


@by_openssls_variables
def test_a_proxy_that_is_set_later_is_used_after_the_next_look(
    proxy: CompanyProxy, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.bundle))
    cloud = Cloud()
    cloud.forget_changed_config()
    assert cloud.list_notebooks(HERE) == ()
    with company_proxy(0, refuses_with="403 Elsewhere") as other:
        monkeypatch.setenv("HTTPS_PROXY", other.address)
        cloud.forget_changed_config()
        assert refusal(cloud).problem.title == "Proxy refused"
        assert other.asked
