"""What to start at login: a path that will still be right after the next upgrade, for each way of installing.

- frozen (PyInstaller: NSIS, .app, a folder): the executable. An upgrade puts the new executable in its place. On Linux
  a link to the executable in a folder for programs is taken where there is one, since the folder of the executable may
  have a version in its name.
- pipx, uv tool, Homebrew: the link in the folder for programs. The link stays, while the folder that it leads to may
  have a version in its name.
- .deb: /usr/bin/notebook-tray, which is such a link.
- a wheel in a virtual environment: the launcher in the environment's `bin`, which stays as long as the environment.
- on Windows: pythonw.exe of the same environment, with `-m tray`, since a launcher would open a console window.
- a Flatpak: refused, since what it writes is seen in its own sandbox alone.
- a checkout, a temporary or a cache folder (uvx, `pipx run`), a disk image: refused, since it will be gone one day.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from tray.model.problems import ExitStatus, Kind, TrayError

NAME = "notebook-tray"

# Tells the program that the login started it and not the user: it then waits silently for network, keyring and tray.
AT_LOGIN = "--autostarted"

# Names of folders whose contents disappear without the user: caches (XDG, macOS, and uv's environments for `uvx`), and
# the folder in which macOS runs an application that was not moved out of Downloads ("app translocation").
_FLEETING = frozenset({".cache", "Caches", "archive-v0", "AppTranslocation"})


@dataclass(frozen=True, slots=True)
class Surroundings:
    """How the program was installed and started.

    `scripts` are the folders in which the interpreter's installer puts launchers, `search` the folders in which links
    to launchers may be, and `temporary` the folders whose contents don't last.
    """

    platform: str
    argv0: str
    executable: Path
    frozen: bool
    scripts: tuple[Path, ...]
    search: tuple[Path, ...]
    temporary: tuple[Path, ...]
    sandboxed: bool = False  # in a Flatpak, whose autostart and menu entries no desktop reads

    @classmethod
    def here(cls) -> Surroundings:
        """Return the surroundings of this process."""
        import site
        import sysconfig
        import tempfile

        scripts = [Path(sysconfig.get_path("scripts"))]
        if sys.prefix == sys.base_prefix and site.ENABLE_USER_SITE:
            scripts.append(Path(sysconfig.get_path("scripts", sysconfig.get_preferred_scheme("user"))))
        if Path(__file__).is_relative_to("/usr/lib"):
            scripts.append(Path("/usr/bin"))  # a distribution's package; sysconfig may give the folder of local ones
        path = [Path(folder) for folder in os.get_exec_path() if os.path.isabs(folder)]  # noqa: PTH117 - of a str
        runtime = os.environ.get("XDG_RUNTIME_DIR")
        return cls(
            platform=sys.platform,
            argv0=sys.argv[0],
            executable=Path(sys.executable),
            frozen=bool(getattr(sys, "frozen", False)),
            scripts=tuple(scripts),
            search=(*path, Path.home() / ".local" / "bin", Path("/usr/local/bin"), Path("/usr/bin")),
            temporary=tuple(Path(folder) for folder in (tempfile.gettempdir(), runtime) if folder),
            sandboxed=Path("/.flatpak-info").exists(),
        )


def login_command(surroundings: Surroundings | None = None) -> tuple[str, ...]:
    """Return the program to start at login and its arguments; every path in it is absolute.

    :raises TrayError: (desktop) this copy is not installed, or is in a folder whose contents don't last
    """
    about = surroundings or Surroundings.here()
    if about.sandboxed:
        raise TrayError("autostart-sandboxed", kind=Kind.DESKTOP, status=ExitStatus.NO_DESKTOP)
    if about.frozen:
        command: tuple[Path | str, ...] = (_frozen(about),)
    elif about.platform == "win32":
        command = _pythonw(about)
    else:
        command = (_launcher(about),)
    program = Path(command[0])
    if any(_goes_away(path, about) for path in (program, program.resolve())):
        raise TrayError(
            "autostart-not-lasting",
            kind=Kind.DESKTOP,
            status=ExitStatus.NO_DESKTOP,
            program=program,
            is_application=about.frozen and about.platform == "darwin",
        )
    return (*(str(part) for part in command), AT_LOGIN)


def _frozen(about: Surroundings) -> Path:
    # A link into a macOS application would start it outside its bundle, and so without its name and icon.
    return _windowed(about.executable) if about.platform in ("win32", "darwin") else _linked(about.executable, about)


def _windowed(executable: Path) -> Path:
    """Return the windowed twin of a console program, if it has one, as python.exe has pythonw.exe; else the program."""
    twin = executable.with_name(f"{executable.stem}w{executable.suffix}")
    return twin if executable.suffix == ".exe" and twin.is_file() else executable


def _pythonw(about: Surroundings) -> tuple[Path | str, ...]:
    if not any((folder / f"{NAME}.exe").is_file() for folder in about.scripts):
        raise _not_installed()
    # -P: without it, Python would look for `tray` in the folder in which the login starts it.
    return (_windowed(about.executable), "-P", "-m", "tray")


def _launcher(about: Surroundings) -> Path:
    started_as = _started_as(about)
    candidates = [path for path in [started_as] if path.name == NAME]
    candidates += [folder / NAME for folder in about.scripts]
    launcher = next((path for path in candidates if _is_program(path)), None)
    if launcher is None:
        raise _not_installed()
    return launcher if launcher.is_symlink() else _linked(launcher, about)


def _linked(program: Path, about: Surroundings) -> Path:
    """Return a link to `program`, first of all the link by which it was started; without a link, `program` itself."""
    links = (_started_as(about), *(folder / NAME for folder in about.search))
    return next((link for link in links if _leads_to(link, program)), program)


def _leads_to(link: Path, program: Path) -> bool:
    # Path's own methods raise in a folder that this user may not read, and PATH may hold such a folder.
    return os.path.islink(link) and os.path.realpath(link) == os.path.realpath(program)  # noqa: PTH114


def _started_as(about: Surroundings) -> Path:
    return Path(os.path.abspath(about.argv0))  # noqa: PTH100 - a link must stay one, `..` must not


def _is_program(path: Path) -> bool:
    return os.path.isfile(path) and os.access(path, os.X_OK)  # noqa: PTH113 - see _leads_to


def _goes_away(path: Path, about: Surroundings) -> bool:
    if about.platform == "darwin" and about.frozen and path.is_relative_to("/Volumes"):
        return True  # a disk image, most likely
    return not _FLEETING.isdisjoint(path.parts) or any(
        path.is_relative_to(folder) or path.is_relative_to(folder.resolve()) for folder in about.temporary
    )


def _not_installed() -> TrayError:
    return TrayError("autostart-not-installed", kind=Kind.DESKTOP, status=ExitStatus.NO_DESKTOP, python=sys.executable)
