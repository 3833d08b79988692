"""The log: a file of the user's own, small, and without secrets."""

from __future__ import annotations

import errno
import logging
import logging.handlers
import os
import re
import shutil
import stat
from contextlib import suppress
from io import TextIOWrapper
from pathlib import Path

from tray.runtime.whole_files import make_folder

# A second safeguard: this program logs no presigned URL and no proxy's password, but a library may quote one in an
# exception's text.
_SECRET = re.compile(r"(authToken=)[^&\s\"'<>]+|(://)[^/\s\"'<>]+(?=@)", re.IGNORECASE)

_MOST_BYTES = 512 * 1024
# Without waiting for a reader, should it be a pipe; and on Windows, as Python itself opens files.
_AT_ONCE = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


class _RedactingFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return _SECRET.sub(r"\1\2…", super().format(record))


class _LogFile(logging.handlers.RotatingFileHandler):
    """A log that never stops the program, and stays silent if it can't be written: on a full disk, for example.

    Commands and the tray write to one file, each process through a separate handler.
    """

    def _open(self) -> TextIOWrapper:
        """Open the log, for this user only. What is no file, a pipe that nobody reads for example, is refused.

        :raises OSError: it can't be opened, or is no file
        """
        number = os.open(self.baseFilename, os.O_WRONLY | os.O_APPEND | os.O_CREAT | _AT_ONCE, 0o600)
        try:
            if not stat.S_ISREG(os.fstat(number).st_mode):
                raise OSError(errno.EINVAL, "it is no file", self.baseFilename)
            return os.fdopen(number, "a", encoding=self.encoding, errors=self.errors)
        except BaseException:
            with suppress(OSError):
                os.close(number)
            raise

    def doRollover(self) -> None:  # noqa: N802 - logging's name
        """Copy the log to the backup file, and empty the log itself.

        logging would rename the file, but on Windows a file that another process has open can't be renamed.
        """
        old = Path(f"{self.baseFilename}.1")
        with suppress(OSError):
            shutil.copyfile(self.baseFilename, old)
            if os.name == "posix":
                old.chmod(0o600)
        # The log is emptied even if the copy failed: an unlimited log would fill the disk.
        os.truncate(self.baseFilename, 0)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name and signature
        """Drop the record: logging would print it to standard error, unredacted, with a traceback for each."""


def log_path() -> Path:
    """Return the path of the log, in the system's folder for logs of this user's programs."""
    from platformdirs import user_log_path

    return user_log_path("notebook-tray", appauthor=False) / "notebook-tray.log"


def start_logging(path: Path | None = None) -> None:
    """Log to a file at `path`, or `log_path()`; readable by this user only, and never more than 1 MiB.

    If the file can't be written, the program goes on without a log.
    """
    root = logging.getLogger()
    if any(isinstance(handler.formatter, _RedactingFormatter) for handler in root.handlers):
        return
    path = path or log_path()
    handler: logging.Handler
    try:
        make_folder(path.parent)
        handler = _LogFile(path, maxBytes=_MOST_BYTES, backupCount=1, encoding="utf-8", errors="backslashreplace")
        if os.name == "posix":
            path.chmod(0o600)  # the umask may have been wider when an older version made the file
    except OSError:
        handler = logging.NullHandler()
    handler.setFormatter(_RedactingFormatter("%(asctime)s %(levelname)s %(threadName)s %(name)s: %(message)s"))
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    # At DEBUG, botocore logs whole answers with presigned URLs: its level is never below WARNING, whatever the root's.
    for library in ("boto3", "botocore", "keyring"):
        logging.getLogger(library).setLevel(logging.WARNING)
    # botocore logs each failed refresh with a traceback, and urllib3 each header that is cut off, with what was read of
    # it, a part of a secret perhaps; this program itself logs what failed, and for which profile.
    for chatty in ("botocore.credentials", "botocore.tokens", "urllib3"):
        logging.getLogger(chatty).setLevel(logging.ERROR)
