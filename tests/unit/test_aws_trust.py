from __future__ import annotations

import os
import ssl
import threading
from pathlib import Path

import pytest
from botocore.httpsession import create_urllib3_context, where

from tray.aws.botocore_patches.contexts import OnceContext, SystemContext, system_store

BUNDLE = Path(where())


@pytest.fixture
def loads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is really loaded, in its order."""
    seen: list[str] = []
    load = ssl.SSLContext.load_verify_locations

    def count(self: ssl.SSLContext, cafile: str | None = None, *others: str | None) -> None:
        seen.append(str(cafile))
        load(self, cafile, *others)

    monkeypatch.setattr(ssl.SSLContext, "load_verify_locations", count)
    return seen


def test_it_stays_the_context_that_it_was() -> None:
    plain, once = create_urllib3_context(), OnceContext.of(create_urllib3_context())
    assert (once.verify_mode, once.options, once.check_hostname, once.minimum_version) == (
        plain.verify_mode,
        plain.options,
        plain.check_hostname,
        plain.minimum_version,
    )
    assert once.verify_mode is ssl.CERT_REQUIRED
    assert [each["name"] for each in once.get_ciphers()] == [each["name"] for each in plain.get_ciphers()]


def test_a_bundle_is_loaded_once_however_many_ask_at_once(loads: list[str]) -> None:
    once, plain = OnceContext.of(create_urllib3_context()), create_urllib3_context()
    threads = [threading.Thread(target=once.load_verify_locations, args=(BUNDLE,)) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert loads == [str(BUNDLE)]
    plain.load_verify_locations(BUNDLE)
    assert once.cert_store_stats() == plain.cert_store_stats()


def test_a_bundle_that_has_changed_is_loaded_again(loads: list[str], tmp_path: Path) -> None:
    certificates = BUNDLE.read_text("utf-8").partition("-----END CERTIFICATE-----\n")
    one, many = tmp_path / "one.pem", BUNDLE.read_text("utf-8")
    one.write_text("".join(certificates[:2]), "utf-8")
    once = OnceContext.of(create_urllib3_context())
    once.load_verify_locations(str(one))
    assert once.cert_store_stats()["x509_ca"] == 1
    one.write_text(many, "utf-8")
    once.load_verify_locations(str(one))
    once.load_verify_locations(str(one))
    assert once.cert_store_stats()["x509_ca"] > 1
    assert len(loads) == 2


def test_a_bundle_that_is_not_there_or_makes_no_sense_is_refused_each_time(tmp_path: Path) -> None:
    once = OnceContext.of(create_urllib3_context())
    (tmp_path / "nonsense").write_text("nonsense")
    for _ in range(2):
        with pytest.raises(FileNotFoundError):
            once.load_verify_locations(os.fspath(tmp_path / "missing"))
        with pytest.raises(ssl.SSLError):
            once.load_verify_locations(os.fspath(tmp_path / "nonsense"))


@pytest.mark.only_on("linux", reason="elsewhere the system itself decides, and keeps no files")
def test_a_system_without_a_store_has_botocores(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "missing"))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))
    monkeypatch.setattr("truststore._openssl._CA_FILE_CANDIDATES", [])
    plain = create_urllib3_context()
    plain.load_verify_locations(BUNDLE)
    assert system_store().cert_store_stats() == plain.cert_store_stats()


@pytest.mark.only_on("linux", reason="elsewhere the system itself decides, and keeps no files")
def test_a_store_is_the_systems_and_nothing_besides(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    one = tmp_path / "one.pem"
    one.write_text(
        BUNDLE.read_text("utf-8").partition("-----END CERTIFICATE-----\n")[0] + "-----END CERTIFICATE-----\n"
    )
    monkeypatch.setenv("SSL_CERT_FILE", str(one))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))
    context = SystemContext.of(create_urllib3_context())
    context.load_verify_locations(BUNDLE)  # what urllib3 does for each connection
    made = context.wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO(), server_hostname="localhost").context
    assert made.cert_store_stats()["x509_ca"] == 1
    assert (made.verify_mode, made.check_hostname) == (ssl.CERT_REQUIRED, True)
    assert (made.options, made.minimum_version) == (context.options, context.minimum_version)
    assert context.wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO(), server_hostname="x").context is made
    assert made.sslsocket_class is ssl.SSLSocket
