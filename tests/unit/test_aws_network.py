from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.support.cloud import OF_THE_NETWORK
from tray.aws.errors.network import clock_difference_seconds, proxy_for
from tray.texts.lengths import duration

AWS = "https://api.sagemaker.eu-west-1.amazonaws.com"


@pytest.fixture(autouse=True)
def _no_proxy_of_the_persons(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in OF_THE_NETWORK:
        monkeypatch.delenv(name, raising=False)
    # So that the settings of this system are never looked at: the environment names some.
    monkeypatch.setenv("NO_PROXY", "elsewhere.example")


@pytest.mark.parametrize(
    ("value", "address", "password"),
    [
        ("http://proxy.example:3128", "http://proxy.example:3128", False),
        ("proxy.example:3128", "http://proxy.example:3128", False),
        ("//proxy.example", "http://proxy.example", False),
        ("https://me:s3cr3t@proxy.example:443/", "https://proxy.example:443", True),
        ("http://me:s3cr3t%40@[::1]:3128", "http://[::1]:3128", True),
        ("http://s3cr3t@[::1", "(an address that is no URL)", None),
    ],
)
def test_the_proxy_is_named_without_its_password(
    monkeypatch: pytest.MonkeyPatch, value: str, address: str, password: bool | None
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", value)
    found = proxy_for(AWS)
    assert found is not None
    assert (found.address, found.source) == (address, "HTTPS_PROXY")
    assert "s3cr3t" not in repr(found)
    if password is not None:
        assert found.has_password is password


def test_exceptions_and_other_schemes_have_none(monkeypatch: pytest.MonkeyPatch) -> None:
    assert proxy_for(AWS) is None
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example")
    assert proxy_for("http://127.0.0.1") is None
    monkeypatch.setenv("NO_PROXY", ".amazonaws.com")
    assert proxy_for(AWS) is None
    assert proxy_for("https://example.com") is not None


NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "difference"),
    [
        ("Wed, 25 Nov 2026 12:12:00 GMT", -720.0),
        ("Wed, 25 Nov 2026 11:59:59 GMT", 1.0),
        ("Wed, 25 Nov 2026 12:00:00 -0000", 0.0),
        ("yesterday", None),
        ("Wed, 25 Nov 2026 12:12:00 +99999999999999999999", None),
        ("Wed, 25 Nov 99999999999999999999 12:12:00 GMT", None),
        ("Wed, 25 Nov 2026 12:12:99999999999999999999 GMT", None),
        ("", None),
    ],
)
def test_the_difference_of_the_clocks(header: str, difference: float | None) -> None:
    assert clock_difference_seconds(header, NOW) == difference


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(-720, "12 min"), (29, "29 s"), (12_000, "3 h 20 min"), (-7_200, "2 h"), (400_000, "4 days")],
)
def test_the_difference_in_words(seconds: float, words: str) -> None:
    assert duration(seconds) == words
