"""Runs a profile's `credential_process` within a time limit, and reads its output with care.

The format: https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html
"""

from __future__ import annotations

import errno
import json
import locale
import math
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import IO, Any

from botocore.credentials import CredentialProvider, Credentials, RefreshableCredentials

from tray.aws.botocore_patches.commands import split_command
from tray.aws.botocore_patches.times import parse_time
from tray.aws.credentials.malformed import check_usable
from tray.aws.foreign_text import known_words
from tray.model.identity_center import is_account
from tray.model.problems import Kind, TrayError
from tray.model.signer import AwsProfile
from tray.runtime.environment import for_children

if sys.platform == "win32":
    from tray.aws.credentials.process_windows import ProcessTree, has_more
else:
    from tray.aws.credentials.process_posix import ProcessTree, has_more

# Enough time for a process that asks the user in a window. After it, the profile's line says what happened.
TIME_LIMIT_SECONDS = 60.0
# How long to wait for output after the process has ended. A child that keeps the pipe open is not waited for.
_DRAIN_SECONDS = 1.0
_MOST_BYTES = 64 * 1024
# Windows takes no longer one. The time to split it into words grows with the square of its length.
_LONGEST_COMMAND = 32 * 1024
_LONGEST_NAME = 100
# Whoever prints more than this on standard output prints no credentials, and may never end.
_MOST_PRINTED = 1024 * 1024
_LEAST_MILLISECONDS = 1e11
# The limits of the last words: how many characters of a line are searched, and how many lines.
_LAST_LINES = 3
_FEW_WORDS = 2
# What only a shell understands, and botocore runs none.
_SHELLS = frozenset({"|", "||", "&&", ";", ">", ">>", "<", "2>", "2>&1", "2>/dev/null"})
# With these, shells say that a program can't be run or isn't there (POSIX, 2.8.2; the last is cmd.exe's).
_NOTHING_RUN = (126, 127, 9009)
# Members of a JSON object in which programs say why they give no credentials.
_WHY = frozenset({"error", "errors", "message", "msg", "detail", "details", "error_description", "errormessage"})
_OF_CREDENTIALS = re.compile(r"AccessKey|access_key|SessionToken|session_token|(?:AKIA|ASIA)[A-Z0-9]{8}", re.IGNORECASE)
# How often a reader checks whether its pipe is still wanted: a daemon may hold the pipe open for ever.
_LOOK_SECONDS = 0.1
# How long a failure is reused, so that the regions of one refresh don't start the process once each.
FAILURE_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Output:
    """The result of a process: its exit status (None if it was ended at the time limit) and its two streams.

    `too_much` says that it was ended because of all that it printed.
    """

    status: int | None
    stdout: bytes = field(repr=False)
    stderr: bytes = field(repr=False)
    too_much: bool = False


class Failures:
    """The failures of the last seconds, by AWS profile. Safe to use from many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._failed: dict[tuple[str, str], tuple[float, TrayError]] = {}

    def recent(self, aws_profile: str, command: str) -> TrayError | None:
        """Return the failure of `command` less than 10 s ago, if there is one."""
        with self._lock:
            at, error = self._failed.get((aws_profile, command), (0.0, None))
        return error if error is not None and time.monotonic() - at < FAILURE_SECONDS else None

    def remember(self, aws_profile: str, command: str, error: TrayError) -> None:
        """Note a failure."""
        with self._lock:
            self._failed[aws_profile, command] = time.monotonic(), error

    def forget(self) -> None:
        """Forget all failures, so that every process is tried again."""
        with self._lock:
            self._failed.clear()


class CredentialProcess(CredentialProvider):
    """Gives the credentials of a profile's process. It replaces botocore's `ProcessProvider`, which waits for ever."""

    METHOD = "custom-process"

    def __init__(self, aws_profile: str, load_config: Callable[[], dict[str, Any]], failures: Failures) -> None:
        super().__init__()
        self._aws_profile = aws_profile
        self._load_config = load_config
        self._failures = failures

    def load(self) -> Credentials | None:
        """Return the credentials of the profile's process; None if it names none.

        :raises TrayError: the process gives no usable credentials
        """
        settings: dict[str, Any] = self._load_config().get("profiles", {}).get(self._aws_profile, {})
        command = settings.get("credential_process")
        if command is None:
            return None
        account = settings.get("aws_account_id")
        found = self._run(command, account)
        if found["expiry_time"] is not None:
            return RefreshableCredentials.create_from_metadata(found, lambda: self._run(command, account), self.METHOD)
        return Credentials(found["access_key"], found["secret_key"], found["token"], self.METHOD, found["account_id"])

    def _run(self, command: str, account: str | None) -> dict[str, Any]:
        failed = self._failures.recent(self._aws_profile, command)
        if failed is not None:
            raise failed.again()
        try:
            found = run_credential_process(self._aws_profile, command)
            # Checked here, because a role may build on them: botocore doesn't show the source credentials of a role.
            check_usable(found["access_key"], found["secret_key"], found["token"], AwsProfile(self._aws_profile))
        except TrayError as error:
            self._failures.remember(self._aws_profile, command, error)
            raise
        found["account_id"] = found["account_id"] or account
        return found


def run_credential_process(aws_profile: str, command: str) -> dict[str, Any]:
    """Return the credentials that `command` prints, in botocore's names for them.

    :raises TrayError: the process can't be started, doesn't end, reports a failure, or prints no credentials
    """
    if len(command) > _LONGEST_COMMAND:
        program = command[:_LONGEST_NAME].partition(" ")[0]
        raise _broken(aws_profile, "start", program=program, reason=os.strerror(errno.E2BIG))
    try:
        arguments = split_command(command)
        program = arguments[0]
    except (ValueError, IndexError):
        raise _broken(aws_profile, "command") from None
    try:
        output = run_bounded(arguments, TIME_LIMIT_SECONDS)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        raise _broken(aws_profile, _why_not_started(arguments, error), program=program, reason=reason) from None
    said = last_words(output.stderr)
    if output.too_much:
        raise _broken(aws_profile, "json", program=program, said=said)
    if output.status is None:
        seconds = f"{TIME_LIMIT_SECONDS:g}"
        raise _failed(aws_profile, "ended", program=program, said=said, seconds=seconds)
    if output.status != 0 and (what := _of_the_command(arguments, output.status)):
        raise _broken(aws_profile, what, program=program, said=said, exit_status=abs(output.status))
    if output.status != 0:
        raise _failed(aws_profile, "status", program=program, said=said, exit_status=output.status)
    return _read(aws_profile, program, output.stdout, said)


def _why_not_started(arguments: Sequence[str], error: Exception) -> str:
    """Return a code of the texts for why a command can't be started."""
    program = arguments[0]
    if program.startswith(("~", "$")) or "=" in program or not _SHELLS.isdisjoint(arguments):
        return "shell"
    if isinstance(error, FileNotFoundError):
        if os.path.isfile(program):  # noqa: PTH113 - as for the system, relative to the working directory
            return "interpreter"
        if not os.path.dirname(program):  # noqa: PTH120 - a name without a folder, on Windows too
            return "not-found"
    return "start"


def _of_the_command(arguments: Sequence[str], status: int) -> str:
    """Return a code of the texts for a failure at which signing in is no help; empty for another one."""
    if not _SHELLS.isdisjoint(arguments):
        return "shell"
    if status < 0:
        return "signal"
    return "nothing-run" if status in _NOTHING_RUN else ""


def run_bounded(command: Sequence[str], seconds: float) -> Output:
    """Run `command` for at most `seconds`, then end it with its children. It has no terminal and no input.

    A process that prints without end is ended at once, as if it had ended by itself; 64 KiB of its output are returned.

    The process gets Python's environment, which may hold more than this program's original one; see `for_children`.

    :raises OSError: the process can't be started
    """
    tree = ProcessTree(command, for_children(os.environ))
    process = tree.process
    assert process.stdout is not None  # noqa: S101 - for the type checker
    assert process.stderr is not None  # noqa: S101 - the same
    # A program may log without end while it works: that alone has no limit but the time.
    printed = _Reader(process.stdout, keep_last=False, most_bytes=_MOST_PRINTED, at_more=tree.kill)
    logged = _Reader(process.stderr, keep_last=True)
    readers = printed, logged
    try:
        status: int | None
        try:
            status = process.wait(seconds)
        except subprocess.TimeoutExpired:
            status = None
            tree.kill()
            process.wait()
        ending = time.monotonic() + _DRAIN_SECONDS
        if not all(reader.join(ending - time.monotonic()) for reader in readers):
            tree.kill()  # a child that the process left behind holds the pipes open
        return Output(status, bytes(printed.kept), bytes(logged.kept), printed.had_more)
    finally:
        for reader in readers:
            reader.stop()
        tree.close()


class _Reader:
    """Reads a pipe to its end on a thread, so that the process is never held up, and keeps 64 KiB of it.

    :param at_more: called once more than `most_bytes` have come, on the thread
    """

    def __init__(
        self,
        pipe: IO[bytes],
        *,
        keep_last: bool,
        most_bytes: float = math.inf,
        at_more: Callable[[], object] = lambda: None,
    ) -> None:
        self.kept = bytearray()
        self.had_more = False
        self._left_bytes = most_bytes
        self._at_more = at_more
        self._pipe = pipe
        self._keep_last = keep_last
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._read, name="credential process", daemon=True)
        self._thread.start()

    def join(self, seconds: float) -> bool:
        """Wait for the end of the pipe, and return whether it came."""
        self._thread.join(max(0.0, seconds))
        return not self._thread.is_alive()

    def stop(self) -> None:
        """Close the pipe even if a process still holds its other end: a daemon outside the group can't be ended."""
        self._stopped.set()
        self._thread.join()

    def _read(self) -> None:
        with self._pipe:
            while not self._stopped.is_set():
                if not has_more(self._pipe.fileno(), _LOOK_SECONDS):
                    continue
                chunk = os.read(self._pipe.fileno(), 8192)
                if not chunk:
                    return
                self._left_bytes -= len(chunk)
                if self._left_bytes < 0 and not self.had_more:
                    self.had_more = True
                    self._at_more()
                self.kept += chunk
                if self._keep_last:
                    del self.kept[:-_MOST_BYTES]
                else:
                    del self.kept[_MOST_BYTES:]


def last_words(stderr: bytes) -> str:
    """Return the last lines of a process's standard error as one short line, of words known to be no secret."""
    text = _decoded(stderr)
    if len(stderr) >= _MOST_BYTES:
        text = text.partition("\n")[2]  # the first line lacks its beginning, which may say that the rest is secret
    lines = [line for line in text.splitlines() if line.strip()]
    # One line more is read: it may say that the next is a secret.
    known = known_words(lines[-_LAST_LINES - 1 :])[-_LAST_LINES:]
    words = " / ".join(line for line in known if line)
    return words if len(words) <= 300 else "…" + words[-299:]


def _decoded(words: bytes) -> str:
    """Return a program's output as text, decoded from UTF-8 or from the encoding of the system's console."""
    if words.startswith((b"\xff\xfe", b"\xfe\xff")) or words[1::2].count(0) > len(words) // 4:
        return words.decode("utf-16" if words[:1] in (b"\xff", b"\xfe") else "utf-16-le", "replace")
    try:
        return words.decode("utf-8-sig")
    except UnicodeDecodeError:
        # On Windows, programs write to a pipe in the OEM code page, which differs from that of files.
        return words.decode("oem" if sys.platform == "win32" else locale.getencoding(), "replace")


def _read(aws_profile: str, program: str, stdout: bytes, said: str) -> dict[str, Any]:
    text = _decoded(stdout)
    cut_off = False
    try:
        given = json.loads(stdout)
    except (ValueError, RecursionError) as error:
        given = None  # the exception is not kept as a cause, because its text quotes the output
        cut_off = text.lstrip().startswith("{") and getattr(error, "msg", "") != "Extra data"
    if not isinstance(given, dict):
        credentials = not cut_off and _OF_CREDENTIALS.search(text) is not None
        # Of a text with credentials in it, only what stands before the first object is words; a line of a word or two
        # may be a secret itself.
        words = text[: max(0, text.find("{"))] if credentials or cut_off else text
        lines = (line for line in words.splitlines() if len(line.split()) > _FEW_WORDS)
        said = said or last_words("\n".join(lines).encode(errors="replace"))
        raise _broken(aws_profile, "words" if credentials else "json", program=program, said=said)
    if "AccessKeyId" not in given and (why := _why(given)):
        raise _failed(aws_profile, "told", program=program, said=said or why)
    if given.get("Version") != 1 or isinstance(given.get("Version"), bool):
        raise _broken(aws_profile, "version", program=program, said=said)
    missing = tuple(key for key in ("AccessKeyId", "SecretAccessKey") if not _is_text(given.get(key)))
    if missing:
        raise _broken(aws_profile, "missing", program=program, said=said, missing=missing)
    if given.get("SessionToken") is not None and not isinstance(given["SessionToken"], str):
        raise _broken(aws_profile, "text", program=program, said=said, member="SessionToken")
    return {
        "access_key": given["AccessKeyId"],
        "secret_key": given["SecretAccessKey"],
        "token": given.get("SessionToken"),
        "expiry_time": _expiration(aws_profile, program, given.get("Expiration")),
        "account_id": _account(given.get("AccountId")),
    }


def _why(given: Mapping[str, Any]) -> str:
    """Return what an object without credentials says of the reason, of words known to be no secret; empty if nothing.

    Members of a member named so are looked at, too: `{"Error": {"Message": …}}`.
    """
    told = [value for name, value in given.items() if str(name).lower() in _WHY]
    told += [value for each in told if isinstance(each, dict) for name, value in each.items() if name.lower() in _WHY]
    return last_words("\n".join(each for each in told if isinstance(each, str)).encode(errors="replace"))


def _account(given: object) -> str | None:
    """Return the id of an account as text; None for what is none.

    A process may print it as a number, which loses the leading zeros.
    """
    if isinstance(given, int) and not isinstance(given, bool):
        given = f"{given:012d}"
    return given if isinstance(given, str) and is_account(given) else None


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _expiration(aws_profile: str, program: str, given: object) -> str | None:
    """Return the time in the form that botocore reads. `given` may lack a zone, or be the seconds since 1970.

    :raises TrayError: `given` is no time, or has passed
    """
    if given is None:
        return None
    try:
        if isinstance(given, bool) or not isinstance(given, str | int | float):
            raise ValueError
        expires = parse_time(_seconds(given))
        over = expires.astimezone(UTC) <= datetime.now(UTC)
    except (ValueError, OverflowError, OSError):
        raise _broken(aws_profile, "expiration", program=program) from None
    if over:
        raise _failed(aws_profile, "expired", program=program, time=f"{expires:%Y-%m-%d %H:%M %Z}")
    return expires.isoformat()


def _seconds(given: str | float) -> str | float:
    """Return a numeric time in seconds. A number that would be in the year 5138 or later is in milliseconds."""
    try:
        number = float(given)
    except ValueError:
        return given
    return number / 1000 if abs(number) >= _LEAST_MILLISECONDS else number


def _failed(aws_profile: str, what: str, **places: Any) -> TrayError:
    return TrayError("credential-process-failed", kind=Kind.SIGN_IN, aws_profile=aws_profile, what=what, **places)


def _broken(aws_profile: str, what: str, **places: Any) -> TrayError:
    return TrayError("credential-process-broken", kind=Kind.CONFIGURATION, aws_profile=aws_profile, what=what, **places)
