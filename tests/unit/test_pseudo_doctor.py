"""No word of the doctor's report but through `tray/texts`, whatever it finds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.pseudo import pseudo_language, unmarked
from tray.about import address
from tray.aws.calls.connectivity import Connectivity
from tray.cli.doctor.checks import Bench, Check, CheckState
from tray.cli.doctor.desktop import autostart_check, browser_check, notifications_check, tray_check
from tray.cli.doctor.network import certificates_check, clock_check, proxy_check, region_check
from tray.cli.doctor.report import as_text
from tray.cli.doctor.settings import config_files
from tray.cli.doctor.versions import versions
from tray.desktop.autostart import AutostartState, AutostartStatus
from tray.desktop.browser.browsers import Command
from tray.desktop.icon.base import HostState, Look, NotificationStyle
from tray.model.notebooks import Scope
from tray.model.problems import Problem
from tray.model.signer import AwsProfile

HERE = Scope("§profile§", "eu-west-1", AwsProfile("§profile§"))
VALUES = (
    "§profile§",
    "eu-west-1",
    "§browser§",
    "§place§",
    "§program§",
    "§name§",
    "§proxy§",
    "HTTPS_PROXY",
    "REQUESTS_CA_BUNDLE",
    "xdg-open",
    address("Issues"),
)


@pytest.fixture(autouse=True)
def _pseudo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "1"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "2"))
    with pseudo_language():
        yield


def check(*found: Check, values: tuple[str, ...] = ()) -> None:
    for each in found:
        for text in (each.name, each.what, each.remedy):
            assert unmarked(text, [*VALUES, *values]) == [], each


@pytest.mark.parametrize("host", [*HostState, None])
def test_the_desktop(host: HostState | None) -> None:
    for graphical in (True, False):
        for notifications in ("§name§", "", None):
            look = Look(graphical, host, notifications)
            check(tray_check(look, "KDE"), notifications_check(look))
        for style in NotificationStyle:
            check(notifications_check(Look(graphical, host, None, style)))


def test_the_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    there, missing = Command(("/bin/sh", "%s")), Command(("/§browser§", "%s"))
    for screen in ("", ":0"):
        monkeypatch.setenv("DISPLAY", screen)
        monkeypatch.setenv("WAYLAND_DISPLAY", "")
        for browsers in ([there], [missing], [missing, there], []):
            for variable in ("", "§browser§", "'§browser§"):
                check(browser_check(browsers, variable), values=("/bin/sh",))


@pytest.mark.parametrize("state", list(AutostartState))
def test_start_at_login(state: AutostartState) -> None:
    for disabled_by in (("policy",), ("Hidden", "§place§")):
        check(autostart_check(AutostartStatus(state, "§place§", ("§program§",), disabled_by)), values=("Hidden",))
    check(autostart_check(AutostartStatus(state, "§place§")))


def test_the_way_to_aws(monkeypatch: pytest.MonkeyPatch) -> None:
    url, plain = "https://127.0.0.1:9", "http://127.0.0.1:9"
    for ahead in (None, 0.0, -130.0, 130.0, 900.0, -900.0):
        check(clock_check([Connectivity(HERE, url, 5, ahead)]))
    refused = Problem.of("proxy-wants-password", region="eu-west-1", profile="§profile§")
    untrusted = Problem.of(
        "certificate-not-trusted", host="§name§", profile="§profile§", issuer="", setting="", aws_profile=""
    )
    for problem in (None, refused, untrusted):
        found = Connectivity(HERE, url, 5, None, problem)
        check(region_check(found), proxy_check([found]), certificates_check([found]))
    check(proxy_check([]), certificates_check([]), certificates_check([Connectivity(HERE, plain, 5)]))
    monkeypatch.setenv("HTTPS_PROXY", "http://me:§secret§@127.0.0.1:9")
    check(proxy_check([Connectivity(HERE, "https://sagemaker.eu-west-1.amazonaws.com", 5)]), values=("http",))


def test_the_files_that_are_not_there(tmp_path: Path) -> None:
    check(*config_files(), values=(str(tmp_path),))


def test_a_check_that_hangs_or_fails() -> None:
    from tray.runtime.logs import log_path

    def broken() -> None:
        raise ZeroDivisionError

    for seconds in (0.0, 30.0):
        found = Bench().start("§name§", broken, seconds).outcome()
        assert isinstance(found, Check)
        check(found, values=(str(log_path()),))


def test_the_report_around_them() -> None:
    checks = [Check("§name§", state, "§", "§") for state in CheckState]
    assert unmarked(as_text({"§": "§"}, checks), VALUES) == []
    assert unmarked(as_text({"§": "§"}, checks[:1]), VALUES) == []
    names = [name for name in versions() if name not in ("notebook-tray", "Python", "boto3", "botocore", "keyring")]
    assert [unmarked(name) for name in names] == [[], []]
