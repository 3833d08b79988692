"""What holds for every test: it touches nothing of the person who runs it, and with CI=true it may not be skipped."""

from __future__ import annotations

import itertools
import os
import re
import signal
import sys
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest

# Every variable by which a test, or a program that it starts, could reach the person's own keyring, AWS accounts,
# desktop or browser.
_FORGOTTEN = (
    "BROWSER",
    "COLUMNS",
    "DBUS_SESSION_BUS_ADDRESS",
    "DISPLAY",
    "PYTHON_KEYRING_BACKEND",
    "WAYLAND_DISPLAY",
    "XAUTHORITY",
)

# Folders whose tests all need a system that they cannot even be imported without; what reads bad input is the same
# everywhere, and Windows' requirements have no hypothesis.
_FOLDERS = {Path(__file__).with_name(name): "linux" for name in ("desktop", "desktops", "input")}

# Files whose tests stay with one worker, since what they stand on takes long to start: frozen programs, JupyterLab.
# Those with the most tests are begun first. (pytest-xdist 3.8's own marks for this have no effect in pytest 9.2.)
_TOGETHER = ("tests/contract/test_demo_jupyter.py", "tests/desktop/test_installed.py")

_LIMIT = pytest.StashKey[object]()


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    # nohup, and shells without job control, have what they start ignore these; the programs of tests would, too.
    for name, default in (
        ("SIGHUP", signal.SIG_DFL),
        ("SIGQUIT", signal.SIG_DFL),
        ("SIGINT", signal.default_int_handler),
    ):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, default)
    if hasattr(config, "workerinput"):
        # pytest-xdist's name of a worker's folder is long ("popen-gw0"), and the paths of sockets are short.
        worker = Path(config.option.basetemp)
        config.option.basetemp = str(worker.with_name(worker.name.removeprefix("popen-g")))
    config.addinivalue_line(
        "markers",
        "only_on(*platforms, reason): runs where sys.platform is one of these; skipped elsewhere, with CI=true too",
    )


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Give each worker a test at a time, and all of a file's where they belong together."""
    from xdist.scheduler import LoadScopeScheduling

    class OneTestAtATime(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.partition("::")[0]
            return file if file in _TOGETHER else nodeid

    return OneTestAtATime(config, log)


@pytest.hookimpl(wrapper=True, optionalhook=True)
def pytest_timeout_set_timer(item: pytest.Item, settings: object) -> Generator[None, object, object]:
    """Keep a test's limit (`timeout` in pyproject.toml, or its mark) for its teardown."""
    item.stash[_LIMIT] = settings
    return (yield)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, None, None]:
    """Give the teardown the limit once more: pytest-timeout stops its clock with the first failure.

    What hung a test often hangs its fixtures' teardown too.
    """
    if (settings := item.stash.get(_LIMIT, None)) is not None:
        item.ihook.pytest_timeout_cancel_timer(item=item)
        item.ihook.pytest_timeout_set_timer(item=item, settings=settings)
    return (yield)


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    return True if _FOLDERS.get(collection_path, sys.platform) != sys.platform else None


def pytest_report_header() -> list[str]:
    return [
        f"not collected: {folder.name}, only on {platform}"
        for folder, platform in _FOLDERS.items()
        if folder.is_dir() and platform != sys.platform
    ]


def pytest_runtest_setup(item: pytest.Item) -> None:
    if not _is_for_this_system(item):
        marker = item.get_closest_marker("only_on")
        assert marker
        reason = marker.kwargs.get("reason")
        pytest.skip(reason=f"only on {', '.join(marker.args)}{f': {reason}' if reason else ''}")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if _is_for_this_system(item) and not hasattr(report, "wasxfail"):
        _fail_if_skipped(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    _fail_if_skipped(report)
    return report


def _is_for_this_system(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("only_on")
    return marker is None or sys.platform in marker.args


def _fail_if_skipped(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Make a skip a failure where everything is installed that a test could ask for.

    A module that can't be imported elsewhere has no marker yet: it skips itself as “only on PLATFORM: why”.
    """
    if report.outcome == "skipped" and os.environ.get("CI") == "true":
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        only_on = re.match(r"Skipped: only on (\w+)", reason)
        if only_on and only_on[1] != sys.platform:
            return
        report.outcome = "failed"
        report.longrepr = f"Skips are failures with CI=true. {reason}"


@pytest.fixture(autouse=True, scope="session")
def _nothing_of_the_persons(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Guard the fixtures of wider scope; each test has a home of its own besides."""
    with pytest.MonkeyPatch.context() as patch:
        _leave_home(patch, tmp_path_factory.mktemp("session"))
        yield


@pytest.fixture(autouse=True)
def _texts_as_in_the_tray() -> Iterator[None]:
    """Take back what a command that runs within the tests' process says for the rest of it."""
    yield
    if (reading := sys.modules.get("tray.texts.reading")) is not None:
        reading.use(reading.Reading.TASK)
    if (tokens := sys.modules.get("tray.aws.credentials.token_store")) is not None:
        tokens._unsaved.clear()
        tokens.tell_of_unsaved(None)


@pytest.fixture(autouse=True)
def _hours_up_to_24() -> Iterator[None]:
    """Write times of the day in one way, whatever the system's settings say: a test that means another says so."""
    from tray.texts.clock import use_twelve_hours

    use_twelve_hours(False)
    yield
    use_twelve_hours(None)


@pytest.fixture(scope="session")
def _homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Give the homes of all tests. To number a folder, pytest looks at all that stand beside it: these stand apart."""
    folder = tmp_path_factory.mktemp("home", numbered=False)
    return (folder / str(number) for number in itertools.count())


@pytest.fixture(autouse=True)
def home(_nothing_of_the_persons: None, _homes: Iterator[Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the test an empty home folder of its own; HOME, the XDG folders and the AWS files point into it."""
    return _leave_home(monkeypatch, next(_homes))


def _leave_home(patch: pytest.MonkeyPatch, folder: Path) -> Path:
    for name in [*_FORGOTTEN, *(name for name in os.environ if name.startswith("AWS_"))]:
        patch.delenv(name, raising=False)
    for name, place in {
        "HOME": "",
        "USERPROFILE": "",
        "APPDATA": "AppData/Roaming",
        "LOCALAPPDATA": "AppData/Local",
        # platformdirs asks Windows itself for the person's folders, unless it is told another.
        "WIN_PD_OVERRIDE_LOCAL_APPDATA": "AppData/Local",
        "XDG_CONFIG_HOME": ".config",
        "XDG_DATA_HOME": ".local/share",
        "XDG_STATE_HOME": ".local/state",
        "XDG_CACHE_HOME": ".cache",
        "XDG_RUNTIME_DIR": "run",
    }.items():
        path = folder / place
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        patch.setenv(name, str(path))
    patch.setenv("AWS_CONFIG_FILE", str(folder / ".aws" / "config"))
    patch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(folder / ".aws" / "credentials"))
    # Whether this machine runs on battery, or its screen is locked, is nothing to a test.
    patch.setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent/bus")
    # botocore would otherwise ask the address of EC2's metadata service for credentials.
    patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    if sys.platform != "linux":
        # There the keyring follows the login and not a variable: only tests that name a backend get one.
        patch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    return folder
