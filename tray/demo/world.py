"""The cloud that the endpoint plays: who may sign in, which notebook instances there are, and how they change.

Time is passed in and nothing runs in the background: a transition that is due happens at the next call.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from tray.demo.clock import Clock, utc_now
from tray.demo.grants import Grants
from tray.demo.identity_center import IdentityCenters


class Status(StrEnum):
    """NotebookInstanceStatus of botocore's service model (sagemaker/2017-07-24)."""

    PENDING = "Pending"
    IN_SERVICE = "InService"
    STOPPING = "Stopping"
    STOPPED = "Stopped"
    FAILED = "Failed"
    DELETING = "Deleting"
    UPDATING = "Updating"
    PENDING_MAINTENANCE = "PendingMaintenance"
    IN_MAINTENANCE = "InMaintenance"


_EXPIRED_KNOWN_FOR = timedelta(days=1)

STARTABLE = (Status.STOPPED, Status.FAILED)
STOPPABLE = (Status.IN_SERVICE,)


@dataclass(frozen=True, slots=True)
class Principal:
    """Someone who can sign requests: an access key, its owner, and its end.

    A principal with a `session_token` has temporary credentials; `expires` is None for permanent credentials.
    """

    access_key_id: str
    account_id: str
    arn: str
    secret_access_key: str = field(repr=False)
    session_token: str = field(default="", repr=False)
    expires: datetime | None = None


@dataclass(frozen=True, slots=True)
class NotebookInstance:
    """A notebook instance of one account in one region, in its last known state.

    `becomes` and `due` say to which status it changes, and when. `start_failure` is the reason why each start of the
    notebook instance ends in Failed; it is empty for a notebook instance that starts.
    """

    name: str
    account_id: str
    region: str
    status: Status
    instance_type: str
    created: datetime
    modified: datetime
    role_name: str = "service-role/AmazonSageMaker-ExecutionRole"
    volume_gb: int = 20
    platform: str = "notebook-al2023-v1"
    lifecycle_config: str = ""
    default_code_repository: str = ""
    additional_code_repositories: tuple[str, ...] = ()
    failure_reason: str = ""
    start_failure: str = ""
    becomes: Status | None = None
    due: datetime | None = None

    @property
    def arn(self) -> str:
        """The ARN, in which SageMaker writes the name in lower case (aws/amazon-sagemaker-examples#1798)."""
        prefix = f"arn:{partition_of(self.region)}:sagemaker:{self.region}:{self.account_id}"
        return f"{prefix}:notebook-instance/{self.name.lower()}"

    @property
    def role_arn(self) -> str:
        """The ARN of the role that the notebook instance runs as."""
        return f"arn:{partition_of(self.region)}:iam::{self.account_id}:role/{self.role_name}"

    @property
    def host(self) -> str:
        """The notebook host as SageMaker names it: the `Url` member, which has no scheme."""
        suffix = "sagemaker.com.cn" if self.region.startswith("cn-") else "sagemaker.aws"
        return f"{self.name}.notebook.{self.region}.{suffix}"

    def at(self, now: datetime) -> NotebookInstance:
        """Return the notebook instance as it is at `now`: changed if its transition is due."""
        if self.due is None or self.becomes is None or now < self.due:
            return self
        return replace(self, status=self.becomes, modified=self.due, becomes=None, due=None)

    def starting(self, now: datetime, seconds: float) -> NotebookInstance:
        """Return the notebook instance started at `now`; its start ends `seconds` later.

        :raises WrongStatusError: it is neither Stopped nor Failed
        """
        if self.status not in STARTABLE:
            raise WrongStatusError(self, STARTABLE, Status.PENDING)
        return replace(
            self,
            status=Status.PENDING,
            modified=now,
            failure_reason=self.start_failure,
            becomes=Status.FAILED if self.start_failure else Status.IN_SERVICE,
            due=now + timedelta(seconds=seconds),
        )

    def stopping(self, now: datetime, seconds: float) -> NotebookInstance:
        """Return the notebook instance stopped at `now`; its stop ends `seconds` later.

        :raises WrongStatusError: it is not InService
        """
        if self.status not in STOPPABLE:
            raise WrongStatusError(self, STOPPABLE, Status.STOPPING)
        return replace(
            self,
            status=Status.STOPPING,
            modified=now,
            becomes=Status.STOPPED,
            due=now + timedelta(seconds=seconds),
        )


class UnknownNotebookError(Exception):
    """There is no notebook instance of that name in that account and region."""


class WrongStatusError(Exception):
    """The status of a notebook instance doesn't allow the change.

    The words are SageMaker's own (aws/amazon-sagemaker-examples#1094, #1798).
    """

    def __init__(self, notebook: NotebookInstance, allowed: tuple[Status, ...], target: Status) -> None:
        super().__init__(
            f"Status ({notebook.status}) not in ([{', '.join(allowed)}]). "
            f"Unable to transition to ({target}) for Notebook Instance ({notebook.arn})."
        )


@dataclass(frozen=True, slots=True)
class Durations:
    """How long the transitions take, in seconds. At AWS a start usually takes 2 to 3 minutes."""

    starting_seconds: float = 6.0
    stopping_seconds: float = 4.0


def partition_of(region: str) -> str:
    """Return the AWS partition that a region belongs to, from its name."""
    if region.startswith("cn-"):
        return "aws-cn"
    if region.startswith("us-gov-"):
        return "aws-us-gov"
    return "aws"


class World:
    """All principals, ways to become one, and notebook instances; safe to use from many threads."""

    def __init__(self, clock: Clock = utc_now, durations: Durations | None = None) -> None:
        self.clock = clock
        self.durations = durations or Durations()
        self._lock = threading.Lock()
        self._principals: dict[str, Principal] = {}
        self._notebooks: dict[tuple[str, str], dict[str, NotebookInstance]] = {}
        self.identity_centers = IdentityCenters()
        self.grants = Grants(clock, self.identity_centers)

    def admit(self, *principals: Principal) -> None:
        """Let principals sign requests from now on; one with a known access key replaces the earlier principal."""
        # Recently expired principals stay, so that the endpoint can tell them that they have expired.
        forgotten = self.clock() - _EXPIRED_KNOWN_FOR
        with self._lock:
            for old in [each for each in self._principals.values() if each.expires and each.expires < forgotten]:
                del self._principals[old.access_key_id]
            self._principals.update({principal.access_key_id: principal for principal in principals})

    def dismiss(self, access_key_id: str) -> None:
        """Forget a principal, as if its access key had been deleted."""
        with self._lock:
            self._principals.pop(access_key_id, None)

    def principal(self, access_key_id: str) -> Principal | None:
        """Return the principal with this access key, or None."""
        with self._lock:
            return self._principals.get(access_key_id)

    def put(self, *notebooks: NotebookInstance) -> None:
        """Add notebook instances; each replaces a notebook instance of the same account, region and name."""
        with self._lock:
            for notebook in notebooks:
                place = self._notebooks.setdefault((notebook.account_id, notebook.region), {})
                place[notebook.name] = notebook

    def remove(self, account_id: str, region: str, name: str) -> None:
        """Remove a notebook instance.

        :raises UnknownNotebookError: there is none of that name
        """
        with self._lock:
            self._settled(account_id, region, name)
            del self._notebooks[account_id, region][name]

    def notebooks(self, account_id: str, region: str) -> Iterable[NotebookInstance]:
        """Return all notebook instances of an account in a region, in no particular order."""
        now = self.clock()
        with self._lock:
            place = self._notebooks.get((account_id, region), {})
            for name, notebook in place.items():
                place[name] = notebook.at(now)
            return tuple(place.values())

    def notebook(self, account_id: str, region: str, name: str) -> NotebookInstance:
        """Return one notebook instance.

        :raises UnknownNotebookError: there is none of that name
        """
        with self._lock:
            return self._settled(account_id, region, name)

    def start(self, account_id: str, region: str, name: str) -> None:
        """Start a notebook instance: it is Pending, and some seconds later InService.

        :raises UnknownNotebookError: there is none of that name
        :raises WrongStatusError: it is neither Stopped nor Failed
        """
        with self._lock:
            notebook = self._settled(account_id, region, name)
            started = notebook.starting(self.clock(), self.durations.starting_seconds)
            self._notebooks[account_id, region][name] = started

    def stop(self, account_id: str, region: str, name: str) -> None:
        """Stop a notebook instance: it is Stopping, and some seconds later Stopped.

        :raises UnknownNotebookError: there is none of that name
        :raises WrongStatusError: it is not InService
        """
        with self._lock:
            notebook = self._settled(account_id, region, name)
            stopped = notebook.stopping(self.clock(), self.durations.stopping_seconds)
            self._notebooks[account_id, region][name] = stopped

    def _settled(self, account_id: str, region: str, name: str) -> NotebookInstance:
        place = self._notebooks.get((account_id, region), {})
        if name not in place:
            raise UnknownNotebookError(name)
        place[name] = place[name].at(self.clock())
        return place[name]
