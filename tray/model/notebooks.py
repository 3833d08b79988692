"""What AWS reports about notebook instances, as immutable values. No botocore here: the menu's room reads these."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tray.model.problems import ExitStatus, TrayError
from tray.model.signer import AwsProfile, Signer


class NotebookStatus(StrEnum):
    """NotebookInstanceStatus of botocore's service model (sagemaker/2017-07-24).

    A `Notebook` keeps AWS's own word, so that a status that AWS adds later is shown and not refused.
    """

    PENDING = "Pending"
    IN_SERVICE = "InService"
    STOPPING = "Stopping"
    STOPPED = "Stopped"
    FAILED = "Failed"
    DELETING = "Deleting"
    UPDATING = "Updating"
    PENDING_MAINTENANCE = "PendingMaintenance"
    IN_MAINTENANCE = "InMaintenance"


# Looked up once: a member of an enum takes longer to look up than to compare, and all are asked for each menu.
_OPENABLE = NotebookStatus.IN_SERVICE

# The statuses from which a notebook instance can be started.
STARTABLE = frozenset({NotebookStatus.STOPPED, NotebookStatus.FAILED})

# NotebookInstanceName of botocore's service model; NameContains takes the same characters.
# The pattern alone lets any number of hyphens stand in a row; the model limits the length apart from it.
_NAME = re.compile(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")
_LONGEST_NAME = 63


def check_notebook_name(name: str) -> str:
    """Return `name` if a notebook instance can have it.

    :raises TrayError: (usage) it can't: a name has letters, digits and hyphens only, and at most 63 characters
    """
    if len(name) > _LONGEST_NAME or not _NAME.fullmatch(name):
        raise TrayError("no-instance-name", status=ExitStatus.USAGE, name=name)
    return name


@dataclass(frozen=True, slots=True)
class Scope:
    """A region as one profile sees it: the unit in which notebook instances are listed.

    `profile` is the profile's name, and `signer` signs the requests.
    """

    profile: str
    region: str
    signer: Signer

    @property
    def aws_profile(self) -> str:
        """The name in the AWS config and credentials files; empty if the keyring's access key signs."""
        return self.signer.name if isinstance(self.signer, AwsProfile) else ""


@dataclass(frozen=True, slots=True)
class Notebook:
    """A SageMaker notebook instance, as ListNotebookInstances last reported it. Times are in UTC."""

    scope: Scope
    name: str
    arn: str
    status: str
    instance_type: str
    created: datetime | None
    modified: datetime | None

    @property
    def running(self) -> bool:
        """Whether the notebook instance can be opened now."""
        return self.status == _OPENABLE


class AuthorizedUrl:
    """A presigned URL: a bearer secret, valid for 5 minutes, that opens the notebook instance for anyone who has it.

    `signed_until` is when the credentials that signed the call for it end, in seconds since the epoch; None if they
    don't, or don't tell.

    `str`, `repr` and formatting give a placeholder. Only `reveal` gives the URL; it is called where the URL is handed
    to the browser, to the clipboard, or to standard output on request, and where the instance's own Jupyter is asked.
    """

    __slots__ = ("_url", "signed_until")

    def __init__(self, url: str, signed_until: float | None = None) -> None:
        self._url = url
        self.signed_until = signed_until

    def reveal(self) -> str:
        """Return the URL itself."""
        return self._url

    def __repr__(self) -> str:
        return "AuthorizedUrl(…)"

    def __reduce__(self) -> str:
        raise TypeError("a presigned URL is not pickled")
