"""The ways to a notebook instance's host: certificates, proxies, and redirects that lead away from it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.cloud import OF_THE_NETWORK
from tests.support.jupyter_gate import Gate, idle, instead, jupyter_gate
from tests.support.proxies import Authority, company_proxy
from tests.support.waiting import PATIENCE_SECONDS
from tray.aws.notebook_way import way_to
from tray.jupyter import connection
from tray.jupyter.errors import CannotAskError
from tray.jupyter.network import Network
from tray.jupyter.visit import Visit, look
from tray.model.activity import Reason
from tray.model.notebooks import AuthorizedUrl
from tray.model.signer import AwsProfile, StoredKey


@pytest.fixture
def gate() -> Iterator[Gate]:
    with jupyter_gate() as gate:
        gate.leads_to = "/lab"
        gate.instead = idle
        yield gate


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """None of these tests is about time: on a loaded machine a look's own limit would be the reason that it tells."""
    monkeypatch.setattr(connection, "REQUEST_SECONDS", PATIENCE_SECONDS)


HOST = "churn-model.notebook.eu-west-1.sagemaker.aws"


@contextlib.contextmanager
def over_tls(
    gate: Gate, authority: Authority, **more: str
) -> Iterator[tuple[AuthorizedUrl, dict[str, str], list[str]]]:
    with company_proxy(gate.port, authority=authority, **more) as proxy:
        yield (
            AuthorizedUrl(f"https://{HOST}/?authToken={gate.token}"),
            {"https": f"http://me:p%40ss@127.0.0.1:{proxy.port}"},
            proxy.asked,
        )


def test_through_the_proxy_of_a_company_and_by_its_authority(gate: Gate, tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    with over_tls(gate, authority, user="me:p@ss") as (url, proxies, asked):
        network = Network(str(authority.bundle), proxies)
        assert look(url, network).unknown is None
        assert set(asked) == {f"CONNECT {HOST}:443"}
        with Visit(url, network) as visit:
            assert visit.is_ready()
        assert "p%40ss" not in repr(network)
        assert look(url, Network("", proxies)).unknown is Reason.CERTIFICATE, "which the system's store doesn't have"
        assert look(url, Network(str(tmp_path / "none.pem"), proxies)).unknown is Reason.CERTIFICATE
        wrong = {"https": proxies["https"].replace("p%40ss", "other")}
        assert look(url, Network(str(authority.bundle), wrong)).unknown is Reason.PROXY
        with Visit(url, Network(str(authority.bundle), wrong)) as visit, pytest.raises(CannotAskError):
            visit.is_ready()


@pytest.mark.parametrize("named_by", ["AWS_CA_BUNDLE", "ca_bundle", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"])
@pytest.mark.only_on("linux", reason="SSL_CERT_FILE")
def test_the_way_there_is_that_of_the_calls_to_aws(
    gate: Gate, tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch, named_by: str
) -> None:
    for name in OF_THE_NETWORK:
        monkeypatch.delenv(name, raising=False)
    authority = Authority(tmp_path)
    signer = AwsProfile("base")
    (home / ".aws").mkdir()
    config = home / ".aws" / "config"
    config.write_text("[profile base]\nregion = eu-west-1\n")
    with over_tls(gate, authority, user="me:p@ss") as (url, proxies, _):
        monkeypatch.setenv("HTTPS_PROXY", proxies["https"])
        assert look(url, Network(*way_to(url, signer))).unknown is Reason.CERTIFICATE
        if named_by == "ca_bundle":
            config.write_text(
                f"[default]\nca_bundle = {authority.bundle}\n[profile base]\nca_bundle = {authority.bundle}\n"
            )
        else:
            monkeypatch.setenv(named_by, str(authority.bundle))
        for each in (signer, StoredKey("mine", "AKIAIOSFODNN7EXAMPLE")):
            assert look(url, Network(*way_to(url, each))).unknown is None
        monkeypatch.setenv("NO_PROXY", ".sagemaker.aws")
        assert way_to(url, signer)[1] == {}


def test_over_tls_only_the_same_host_is_followed(gate: Gate, tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    with over_tls(gate, authority) as (url, proxies, asked):
        network = Network(str(authority.bundle), proxies)
        for target in (
            *(f"http://{HOST}/lab", f"https://{HOST}:8443/lab", f"https://other.{HOST}/lab", f"//{HOST}.example/"),
            *(f"https://x@{HOST}/lab", "http://127.0.0.1/lab"),
        ):
            instead(gate, "/lab", 302, {"Location": target}, b"")
            assert look(url, network).unknown is Reason.ELSEWHERE, target
        instead(gate, "/lab", 302, {"Location": f"https://{HOST.upper()}:443/tree"}, b"")
        assert look(url, network).unknown is not Reason.ELSEWHERE
        assert set(asked) == {f"CONNECT {HOST}:443"}


@pytest.mark.parametrize(
    "address", ["socks5://127.0.0.1:1", "https://127.0.0.1:1", "http://", "http://[", "http://127.0.0.1:99999", "?"]
)
def test_a_proxy_that_is_not_spoken_to(address: str) -> None:
    url = AuthorizedUrl(f"https://{HOST}/?authToken=x")
    assert look(url, Network(proxies={"https": address})).unknown is Reason.PROXY


def test_a_proxy_that_says_no(gate: Gate) -> None:
    for refuses_with, again in (("403 No", False), ("504 Late", True)):
        with company_proxy(0, refuses_with=refuses_with) as proxy:
            network = Network(proxies={"https": f"127.0.0.1:{proxy.port}"})
            url = AuthorizedUrl(f"https://{HOST}/?authToken=x")
            assert look(url, network).unknown is Reason.PROXY
            with Visit(url, network) as visit:
                if again:
                    assert not visit.is_ready()
                else:
                    with pytest.raises(CannotAskError):
                        visit.is_ready()
