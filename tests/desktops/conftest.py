"""The real desktops that the tests in this folder use: each starts once, and serves its tests before the next does.

Not part of the suite that `pytest` alone runs: see `make test-desktops`.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from jeepney.wrappers import DBusErrorResponse

from tests.support.desktop import PROGRAM
from tests.support.desktops.base import Kind, RealDesktop, real_desktop
from tests.support.desktops.gnome import Gnome
from tests.support.desktops.plasma import Plasma
from tests.support.desktops.smaller import Cinnamon, Lxqt, Mate
from tests.support.desktops.user import User, user_of
from tests.support.running_icon import RunningIcon, running
from tests.support.sample_icon import Sample
from tests.support.waiting import wait_until
from tray.desktop.icon.artwork import Artwork

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (Gnome(), Gnome(wayland=True), Plasma(), Plasma(wayland=True), Mate(), Lxqt(), Cinnamon())
}


# Only for the tests that name it.
_WITHOUT_TRAY = Gnome(extension=False)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "desktops(*names): runs in these desktops; without it in all of them")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "desktop" in metafunc.fixturenames:
        marker = metafunc.definition.get_closest_marker("desktops")
        metafunc.parametrize("desktop", marker.args if marker else tuple(KINDS), indirect=True, scope="session")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Function, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Keep what was on the screen when a test failed."""
    report = yield
    user = item.funcargs.get("user")
    if report.failed and call.when == "call" and isinstance(user, User):
        user.keep_picture(f"failed-{item.originalname}")
    return report


@pytest.fixture(scope="session")
def desktop(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealDesktop]:
    """Run the desktop of this name."""
    kind = KINDS.get(request.param, _WITHOUT_TRAY)
    assert kind.name == request.param
    if missing := kind.missing():
        pytest.skip(reason=f"{kind.name} needs programs that are not installed: {', '.join(missing)}")
    folder = tmp_path_factory.mktemp("d")  # a short name: the paths of sockets are short
    with ExitStack() as stack:
        try:
            running_desktop = stack.enter_context(real_desktop(kind, folder))
        except (OSError, DBusErrorResponse) as error:  # a TimeoutError is an OSError
            pytest.fail(f"{kind.name} does not start: {error}\n{_ends_of_logs(folder / 'logs')}", pytrace=False)
        yield running_desktop


def _ends_of_logs(folder: Path) -> str:
    """Return the last lines that each part of a desktop has printed."""
    return "\n".join(
        f"{log.name}:\n  " + "\n  ".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-10:])
        for log in sorted(folder.glob("*.log"))
    )


@pytest.fixture
def clean(desktop: RealDesktop) -> Iterator[None]:
    """Take away what the installed program keeps, and the program with it, before another test uses the desktop."""
    yield
    desktop.run([PROGRAM, "uninstall", "--yes"], {})


@pytest.fixture
def user(desktop: RealDesktop) -> Iterator[User]:
    with user_of(desktop) as user:
        yield user


@pytest.fixture
def artwork() -> Artwork:
    return Artwork.load("idle")


@pytest.fixture
def sample(desktop: RealDesktop, artwork: Artwork, monkeypatch: pytest.MonkeyPatch) -> Sample:
    """Make an icon that is yet to run, with the program's own picture."""
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", desktop.bus_address)
    sample = Sample()
    sample.icon.icon = artwork
    return sample


@pytest.fixture
def run(desktop: RealDesktop, sample: Sample, user: User, artwork: Artwork) -> Iterator[RunningIcon]:
    """Run the sample; in the end its icon goes before another test's comes."""
    with running(sample.icon) as run:
        if desktop.name.startswith("gnome"):
            # GNOME's extension drops a click on an icon whose menu it has not read yet.
            wait_until(lambda: sample.icon._menu_service._read, "the menu to be read")
        yield run
        user.close_menus()
    assert run.error is None
    user.wait_for_no_icon(artwork)
