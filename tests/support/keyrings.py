"""Keyrings for tests: in a folder, with Windows' limit, with a step counter."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from keyring.backend import KeyringBackend
from keyring.compat import properties
from keyring.errors import PasswordDeleteError

from tray.settings.profiles.memory import MemoryKeyring

if TYPE_CHECKING:
    from tray.settings.profiles.items import Keyring


class TestKeyring(KeyringBackend):
    """Never chosen by keyring itself."""

    __test__ = False  # no test class to pytest

    @properties.classproperty
    def priority(cls) -> float:  # noqa: N805
        raise RuntimeError("for tests only")


class FolderKeyring(TestKeyring):
    """Keeps items as files, so that several processes share them and a killed one leaves what it had done.

    Like macOS's, it replaces an item by a deletion and an addition; each of the two is one system call, and
    `step` is called before and after each. `replaced` counts the items that were replaced.
    """

    def __init__(self, folder: Path, step: Callable[[], None] = lambda: None) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._folder = folder
        self._step = step
        self.replaced = 0
        folder.mkdir(parents=True, exist_ok=True)

    def get_password(self, service: str, username: str) -> str | None:
        with suppress(FileNotFoundError):
            return self._path(service, username).read_text(encoding="utf-8")
        return None

    def set_password(self, service: str, username: str, password: str) -> None:
        with suppress(PasswordDeleteError):
            self.delete_password(service, username)
            self.replaced += 1
        path = self._path(service, username)
        hidden = path.with_name(f".{path.name}")
        hidden.write_text(password, encoding="utf-8")
        self._step()
        hidden.rename(path)
        self._step()

    def delete_password(self, service: str, username: str) -> None:
        path = self._path(service, username)
        if not path.exists():
            raise PasswordDeleteError(username)
        self._step()
        path.unlink()
        self._step()

    def usernames(self, service: str) -> set[str]:
        names = (unquote(path.name) for path in self._folder.iterdir() if not path.name.startswith("."))
        return {name.removeprefix(f"{service}|") for name in names if name.startswith(f"{service}|")}

    def _path(self, service: str, username: str) -> Path:
        return self._folder / quote(f"{service}|{username}", safe="")


class WindowsError(Exception):
    """Shaped as `pywintypes.error`, which is no KeyringError."""

    def __init__(self, winerror: int, funcname: str, strerror: str) -> None:
        super().__init__(winerror, funcname, strerror)
        self.winerror, self.funcname, self.strerror = winerror, funcname, strerror


class WindowsLimitKeyring(MemoryKeyring):
    """Refuses, as CredWrite does, what takes over 2,560 bytes in UTF-16."""

    def set_password(self, service: str, username: str, password: str) -> None:
        if len(password.encode("utf-16-le")) > 2560:
            raise WindowsError(1783, "CredWrite", "The stub received bad data")
        super().set_password(service, username, password)


class SteppedKeyring(TestKeyring):
    """Another keyring, with `step` called before and after each write."""

    def __init__(self, backend: Keyring, step: Callable[[], None]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._backend = backend
        self._step = step

    @contextmanager
    def session(self, *, ask: bool = True) -> Iterator[Keyring]:
        """Open a session of the other keyring, if it has them, and count its steps too."""
        with ExitStack() as stack:
            session = getattr(self._backend, "session", None)
            yield SteppedKeyring(stack.enter_context(session(ask=ask)) if session else self._backend, self._step)

    def get_password(self, service: str, username: str) -> str | None:
        return self._backend.get_password(service, username)

    def set_password(self, service: str, username: str, password: str) -> None:
        self._step()
        self._backend.set_password(service, username, password)
        self._step()

    def delete_password(self, service: str, username: str) -> None:
        self._step()
        self._backend.delete_password(service, username)
        self._step()
