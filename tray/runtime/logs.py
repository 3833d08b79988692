"""The log: a file of the user's own, small, and without secrets."""

from __future__ import annotations

import logging
import logging.handlers
import os
import re
from pathlib import Path

# Belt and braces: nothing of ours logs a presigned URL or a proxy's password, but a library may quote one in an
# exception's text.
_SECRET = re.compile(r"(authToken=)[^&\s\"'<>]+|(://)[^/\s\"'<>]+(?=@)", re.IGNORECASE)

_MOST_BYTES = 512 * 1024


class _RedactingFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return _SECRET.sub(r"\1\2…", super().format(record))


def log_path() -> Path:
    """Return where the log is: the system's folder for logs of this user's programs."""
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
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600)
        handler: logging.Handler = logging.handlers.RotatingFileHandler(
            path, maxBytes=_MOST_BYTES, backupCount=1, encoding="utf-8"
        )
    except OSError:
        handler = logging.NullHandler()
    handler.setFormatter(_RedactingFormatter("%(asctime)s %(levelname)s %(threadName)s %(name)s: %(message)s"))
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    # At DEBUG, botocore logs whole answers, presigned URLs included: never below WARNING, whatever the root says.
    for library in ("boto3", "botocore", "urllib3", "keyring"):
        logging.getLogger(library).setLevel(logging.WARNING)
    # botocore tells of each refresh that fails with a traceback; what failed, and for whom, is told by us.
    for chatty in ("botocore.credentials", "botocore.tokens"):
        logging.getLogger(chatty).setLevel(logging.ERROR)
    # The umask may have been wider when an older version made the file.
    if path.exists() and os.name == "posix":
        path.chmod(0o600)
