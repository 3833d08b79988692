"""Who issued a certificate, as it is written in it, as it comes over a connection, and through a company's proxy."""

from __future__ import annotations

import re
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from botocore.httpsession import where

from tests.support.certificates import self_signed
from tests.support.cloud import OF_THE_NETWORK
from tests.support.proxies import ISSUER, Authority, company_proxy
from tray.aws.errors.certificates import issuer_of
from tray.aws.errors.network import certificate_issuer


@pytest.fixture(autouse=True)
def _no_proxy_of_the_persons(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in OF_THE_NETWORK:
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("subject", "issuer"),
    [
        ({"CN": "Corp Root"}, "Corp Root"),
        ({"C": "DE", "O": "Müller GmbH", "CN": "Zscaler Root CA"}, "Zscaler Root CA, Müller GmbH"),
        ({"O": "Corp", "CN": "Corp Root"}, "Corp Root"),
        ({"O": "Corp"}, "Corp"),
        ({"OU": "Unit"}, "Unit"),
        ({"C": "DE"}, None),
        ({"CN": "two\nlines"}, "twolines"),
    ],
)
def test_an_issuers_name_as_it_is_written(tmp_path: Path, subject: dict[str, str], issuer: str | None) -> None:
    whole = ssl.PEM_cert_to_DER_cert(self_signed(tmp_path, **subject).certificate.read_text(encoding="ascii"))
    assert issuer_of(whole) == issuer
    for end in range(0, len(whole) - 1, 7):
        assert issuer_of(whole[:end]) is None


def test_all_authorities_that_the_system_trusts_have_a_name() -> None:
    pem = re.findall(r"-----BEGIN.*?-----END CERTIFICATE-----", Path(where()).read_text("utf-8"), re.DOTALL)
    context = ssl.create_default_context(cafile=where())
    names = {issuer_of(ssl.PEM_cert_to_DER_cert(each)) for each in pem}
    for known in context.get_ca_certs():
        issuer: Any = known["issuer"]  # typeshed says that it may be a text
        attributes = {name: value for part in issuer for name, value in part}
        common = (
            attributes.get("commonName") or attributes.get("organizationalUnitName") or attributes["organizationName"]
        )
        assert any(name and name.startswith(common) for name in names), common


@contextmanager
def tls_server(authority: Authority) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = listening.accept()
                    with suppress(OSError), connection:
                        authority.context("127.0.0.1").wrap_socket(connection, server_side=True).close()

        threading.Thread(target=serve, daemon=True).start()
        yield listening.getsockname()[1]


def test_an_issuer_directly_and_through_a_proxy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority = Authority(tmp_path)
    with tls_server(authority) as port:
        assert certificate_issuer("127.0.0.1", port) == f"{ISSUER}"
    with company_proxy(0, authority=authority, user="me:p@ss") as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://me:p%40ss@127.0.0.1:{proxy.port}")
        assert certificate_issuer("example.amazonaws.com") == ISSUER
        assert proxy.asked == ["CONNECT example.amazonaws.com:443"]
        monkeypatch.setenv("HTTPS_PROXY", f"http://me:wrong@127.0.0.1:{proxy.port}")
        assert certificate_issuer("example.amazonaws.com") is None
        given = len(proxy.given)
        monkeypatch.setenv("HTTPS_PROXY", f"https://me:p%40ss@127.0.0.1:{proxy.port}")
        assert certificate_issuer("example.amazonaws.com") is None
        assert len(proxy.given) == given, "no password to who wasn't verified"


def test_an_issuer_of_who_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tray.aws.errors.network._ISSUER_SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        assert certificate_issuer("127.0.0.1", port) is None
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{port}")
        assert certificate_issuer("example.amazonaws.com") is None
    assert certificate_issuer("127.0.0.1", port) is None
