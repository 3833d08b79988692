"""A Debian of its own: made once by mmdebstrap, unpacked for each use, and entered in namespaces without a network."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.packages.table import MissingError
from tests.support.waiting import wait_until

ROOT = Path(__file__).parents[2]
# What is made once is kept here, by the name of what is in it.
KEPT = ROOT / "build" / "packages"
PATH = "/usr/sbin:/usr/bin:/sbin:/bin"
# Somebody who works on the machine.
USER, HOME = 1000, "/home/analyst"

_APT = Path("/etc/apt")
# What changes whenever dpkg runs, and what a machine that runs writes: no matter of a package's.
_OF_THE_MACHINE = (
    "dev",
    "proc",
    "sys",
    "run",
    "tmp",
    "home",
    "root",
    "var/log",
    "var/cache",
    "var/lib/dpkg",
    "var/lib/apt",
)
_LOOPBACK_UP = "from tests.injections.namespace import set_loopback; set_loopback(up=True)"


def debian(name: str, packages: Sequence[str] = ()) -> Path:
    """Return the archive of a Debian with these packages; made with a network, if it isn't there yet.

    :raises MissingError: this machine can't make it
    """
    archive = KEPT / f"{name}.tar"
    if archive.is_file():
        return archive
    if shutil.which("mmdebstrap") is None:
        raise MissingError("mmdebstrap is not installed (packaging/linux/package-tools.sh)")
    KEPT.mkdir(parents=True, exist_ok=True)
    codename = _codename()
    whole = archive.with_suffix(".new.tar")
    command = ["mmdebstrap", "--variant=minbase", "--mode=root", "--skip=cleanup/apt/lists"]
    command += [f"--include={','.join(packages)}"] if packages else []
    # Recommended packages are what a person who installs a desktop gets, and much that no test needs.
    made = subprocess.run(
        [*command, '--aptopt=APT::Install-Recommends "false"', codename, whole, *_sources()],
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode:
        raise AssertionError(f"mmdebstrap: {made.stderr[-2000:]}")
    whole.replace(archive)
    return archive


def _codename() -> str:
    release = Path("/etc/os-release").read_text("utf-8")
    return next((line.partition("=")[2] for line in release.splitlines() if line.startswith("VERSION_CODENAME=")), "")


def _sources() -> list[str]:
    """Return this machine's own lists of Debian's packages, which lead to where it has them from."""
    found = [_APT / "sources.list.d" / "debian.sources", _APT / "sources.list"]
    if lists := [str(file) for file in found if file.is_file() and file.read_text("utf-8").strip()]:
        return lists[:1]
    raise MissingError("apt has no list of Debian's packages here")


class Machine:
    """A Debian that runs: nothing in it reaches a network, and nothing of it stays."""

    def __init__(self, root: Path, process: int) -> None:
        self.root = root
        self._process = process

    def command(
        self, *args: str | Path, user: int = 0, environment: Mapping[str, str] | None = None
    ) -> list[str | Path]:
        """Return what runs a command there, with no more than this environment."""
        home = {"HOME": HOME if user else "/root", "PATH": PATH, "LANG": "C.UTF-8", **(environment or {})}
        return [
            *("nsenter", f"--target={self._process}", "--mount", "--net", "--pid", "--ipc", "--"),
            *("chroot", self.root, "setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups"),
            *("env", "-i", "-C", home["HOME"], *(f"{name}={value}" for name, value in home.items())),
            *args,
        ]

    def run(
        self,
        *args: str | Path,
        user: int = 0,
        environment: Mapping[str, str] | None = None,
        statuses: Sequence[int] = (0,),
        seconds: float = 300,
    ) -> str:
        """Run a command to its end, and return what it printed; its status has to be one of these."""
        ran = subprocess.run(
            self.command(*args, user=user, environment=environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=seconds,
            check=False,
        )
        assert ran.returncode in statuses, f"{' '.join(map(str, args))}: {ran.returncode}\n{ran.stdout[-3000:]}"
        return ran.stdout

    def start(
        self, *args: str | Path, log: Path, user: int = 0, environment: Mapping[str, str] | None = None
    ) -> subprocess.Popen[bytes]:
        """Start a command there, which prints to `log`. It ends with the machine at the latest."""
        with log.open("ab") as file:
            command = self.command(*args, user=user, environment=environment)
            return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.STDOUT)

    def files(self) -> dict[str, str]:
        """Return what is in the file system, by path: kind, mode, owner, and a link's target or a file's size."""
        found = {}
        for folder, folders, names in os.walk(self.root):
            inside = Path(folder).relative_to(self.root)
            folders[:] = [name for name in folders if str(inside / name) not in _OF_THE_MACHINE]
            for name in (*folders, *names):
                file = Path(folder, name)
                about = file.lstat()
                kind = stat.filemode(about.st_mode)
                more = os.readlink(file) if file.is_symlink() else about.st_size if file.is_file() else ""  # noqa: PTH115
                found[str(inside / name)] = f"{kind} {about.st_uid}:{about.st_gid} {more}"
        return found


@contextmanager
def machine(archive: Path, shown: Sequence[Path] = ()) -> Iterator[Machine]:
    """Unpack an archive of `debian`, and run it; `shown` are this machine's folders that it has too, to read alone.

    :raises MissingError: namespaces can't be had
    """
    if os.geteuid() != 0:
        raise MissingError("only root can run a Debian of its own")
    with tempfile.TemporaryDirectory(prefix="nt-root-", ignore_cleanup_errors=True) as name:
        root = Path(name, "root")
        root.mkdir()
        subprocess.run(["tar", "-x", "-f", archive, "-C", root, "--numeric-owner"], check=True)
        home = root / HOME.removeprefix("/")
        home.mkdir(parents=True)
        os.chown(home, USER, USER)
        with (root / "etc" / "passwd").open("a", encoding="utf-8") as file:
            file.write(f"analyst:x:{USER}:{USER}:Analyst:{HOME}:/bin/bash\n")
        mounts = [f"mount --bind {root} {root}", f"mount -t proc proc {root}/proc"]
        mounts += [f"mount --rbind /dev {root}/dev", f"mount -t tmpfs tmpfs {root}/dev/shm"]  # noqa: S108 - the machine's own
        for folder in shown:
            (root / folder.relative_to("/")).mkdir(parents=True, exist_ok=True)
            place = f"{root}{folder}"
            mounts += [f"mount --bind {folder} {place}", f"mount -o remount,bind,ro {place}"]
        ready = Path(name, "ready")
        script = f"set -e; {'; '.join(mounts)}; echo >{ready}; exec sleep infinity"
        process = subprocess.Popen(
            ["unshare", "--mount", "--net", "--pid", "--ipc", "--fork", "--kill-child", "sh", "-c", script],
            stdin=subprocess.DEVNULL,
        )
        try:

            def first() -> int | None:
                if process.poll() is not None:
                    raise MissingError("namespaces can't be made here (unshare)")
                children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text("ascii").split()
                return int(children[0]) if children and ready.exists() else None

            inside = wait_until(first, "the machine to run")
            loopback = [sys.executable, "-c", _LOOPBACK_UP]
            subprocess.run(["nsenter", f"--target={inside}", "--net", "--", *loopback], check=True, cwd=ROOT)
            yield Machine(root, inside)
        finally:
            process.kill()
            process.wait()
