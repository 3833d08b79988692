"""The proxy of Windows' own settings, in the registry of whoever runs this: put back as it was."""

from __future__ import annotations

import winreg
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.cloud import OF_THE_NETWORK
from tray.aws.errors.network import proxy_for, proxy_settings

AWS = "https://api.sagemaker.eu-west-1.amazonaws.com"
_KEY = r"Software\Microsoft\Windows\CurrentVersion\Internet Settings"
_NAMES = ("ProxyEnable", "ProxyServer", "ProxyOverride")


@pytest.fixture(autouse=True)
def settings(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in OF_THE_NETWORK:
        monkeypatch.delenv(name, raising=False)
    with winreg.CreateKeyEx(winreg.HKEY_CURRENT_USER, _KEY, 0, winreg.KEY_ALL_ACCESS) as key:
        before = {name: value for name in _NAMES if (value := _value(key, name))}
        winreg.SetValueEx(key, "ProxyEnable", 0, winreg.REG_DWORD, 1)
        winreg.SetValueEx(key, "ProxyServer", 0, winreg.REG_SZ, "proxy.example:3128")
        winreg.SetValueEx(key, "ProxyOverride", 0, winreg.REG_SZ, "*.sc2s.sgov.gov;127.0.0.1;<local>")
        yield
        for name in _NAMES:
            winreg.DeleteValue(key, name)
            if name in before:
                winreg.SetValueEx(key, name, 0, before[name][1], before[name][0])


def _value(key: winreg.HKEYType, name: str) -> tuple[Any, int] | None:
    try:
        return winreg.QueryValueEx(key, name)
    except FileNotFoundError:
        return None


def test_the_systems_proxy_is_used_but_for_its_exceptions() -> None:
    found = proxy_for(AWS)
    assert found is not None
    assert (found.address, found.source) == ("http://proxy.example:3128", "")
    assert proxy_for("https://127.0.0.1:8000") is None
    assert proxy_for("https://api.sagemaker.us-isob-east-1.sc2s.sgov.gov") is None


def test_the_environment_goes_before_it(monkeypatch: pytest.MonkeyPatch) -> None:
    system = proxy_settings()
    monkeypatch.setenv("HTTPS_PROXY", "http://other.example:80")
    found = proxy_for(AWS)
    assert found is not None
    assert (found.address, found.source) == ("http://other.example:80", "HTTPS_PROXY")
    assert proxy_settings() != system


def test_one_that_is_switched_off_is_not_used() -> None:
    with winreg.OpenKey(winreg.HKEY_CURRENT_USER, _KEY, 0, winreg.KEY_SET_VALUE) as key:
        winreg.SetValueEx(key, "ProxyEnable", 0, winreg.REG_DWORD, 0)
    assert proxy_for(AWS) is None


@pytest.mark.parametrize(
    ("setting", "fault"),
    [
        ("socks=proxy.example:1080", "socks"),
        ("ftp=ftp.example:21;socks=proxy.example:1080", "socks"),
        ("https=proxy.example:3128;socks=proxy.example:1080", ""),
        ("proxy.example:3128 ", "address"),
        ("http=proxy.example:3128;https=proxy.example:3128 ", "address"),
    ],
)
def test_one_that_can_not_be_used_is_known(setting: str, fault: str) -> None:
    with winreg.OpenKey(winreg.HKEY_CURRENT_USER, _KEY, 0, winreg.KEY_SET_VALUE) as key:
        winreg.SetValueEx(key, "ProxyServer", 0, winreg.REG_SZ, setting)
    found = proxy_for(AWS)
    assert found is not None
    assert (found.fault, found.source) == (fault, "")
