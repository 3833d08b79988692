"""The cloud that the endpoint plays: who may sign in, which notebook instances there are, and how they change.

Time is passed in and nothing runs in the background: a transition that is due happens at the next call.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from tray.demo.clock import Clock, utc_now
from tray.demo.grants import Grants
from tray.demo.identity_center import IdentityCenters
from tray.demo.lifecycle_logs import LifecycleLogs, on_start_stream
from tray.demo.starts import NO_CAPACITY, PLATFORMS_TO_MOVE_TO, RETIRED_PLATFORMS, platform_refusal, quota_refusal

if TYPE_CHECKING:
    from tray.demo.activity import JupyterActivity


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
# The developer guide names Stopped alone. That Failed is good too is our guess, by what Start and Delete take.
UPDATABLE = (Status.STOPPED, Status.FAILED)
_FREE = (Status.STOPPED, Status.FAILED, Status.UPDATING, Status.DELETING)


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

    `becomes` and `due` say to which status it changes, and when; without `due`, never. `start_failure` is the reason
    why each start of the notebook instance ends in Failed; it is empty for a notebook instance that starts. With
    `stuck`, each start stays Pending for ever. `start_log` is what its lifecycle script prints at each start. Until
    `jupyter_from`, SageMaker's gate answers in place of Jupyter. `activity` is what runs in its Jupyter, until it is
    stopped; where a JupyterLab really runs, it comes on top of what runs there, and None says that nothing does. `tags`
    are keys and values.
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
    stuck: bool = False
    start_log: tuple[str, ...] = ()
    activity: JupyterActivity | None = None
    tags: tuple[tuple[str, str], ...] = ()
    jupyter_from: datetime | None = None
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

    def starting(self, now: datetime, durations: Durations, failure: str = "") -> NotebookInstance:
        """Return the notebook instance started at `now`; the start ends in Failed if there is a `failure`.

        :raises WrongStatusError: it is neither Stopped nor Failed
        """
        self.check_may_become(Status.PENDING, STARTABLE)
        due = now + timedelta(seconds=durations.starting_seconds)
        return replace(
            self,
            status=Status.PENDING,
            modified=now,
            failure_reason=failure,
            jupyter_from=due + timedelta(seconds=durations.readying_seconds),
            becomes=Status.FAILED if failure else Status.IN_SERVICE,
            due=None if self.stuck else due,
        )

    def stopping(self, now: datetime, durations: Durations) -> NotebookInstance:
        """Return the notebook instance stopped at `now`.

        :raises WrongStatusError: it is not InService
        """
        self.check_may_become(Status.STOPPING, STOPPABLE)
        return replace(
            self,
            status=Status.STOPPING,
            modified=now,
            activity=None,
            becomes=Status.STOPPED,
            due=now + timedelta(seconds=durations.stopping_seconds),
        )

    def updating(self, now: datetime, durations: Durations, instance_type: str, platform: str) -> NotebookInstance:
        """Return the notebook instance with another instance type and platform; empty ones stay as they are."""
        return replace(
            self,
            status=Status.UPDATING,
            modified=now,
            instance_type=instance_type or self.instance_type,
            platform=platform or self.platform,
            failure_reason="",
            becomes=Status.STOPPED,
            due=now + timedelta(seconds=durations.updating_seconds),
        )

    def check_may_become(self, target: Status, allowed: tuple[Status, ...]) -> None:
        """Accept a change to `target` if the status is one of `allowed`.

        :raises WrongStatusError: it is none of them
        """
        if self.status not in allowed:
            raise WrongStatusError(self, allowed, target)


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
    """How long the transitions take, in seconds. At AWS a start usually takes 2 to 3 minutes.

    `readying_seconds` is how long after its start, when it is InService already, a notebook instance's Jupyter does not
    answer yet.
    """

    starting_seconds: float = 6.0
    stopping_seconds: float = 4.0
    updating_seconds: float = 3.0
    readying_seconds: float = 0.0


def partition_of(region: str) -> str:
    """Return the AWS partition that a region belongs to, from its name."""
    if region.startswith("cn-"):
        return "aws-cn"
    if region.startswith("us-gov-"):
        return "aws-us-gov"
    return "aws"


class World:
    """All principals, ways to become one, and notebook instances; safe to use from many threads.

    `updatable` are the statuses in which UpdateNotebookInstance is taken.
    """

    def __init__(self, clock: Clock = utc_now, durations: Durations | None = None) -> None:
        self.clock = clock
        self.durations = durations or Durations()
        self._lock = threading.Lock()
        self._principals: dict[str, Principal] = {}
        self._notebooks: dict[tuple[str, str], dict[str, NotebookInstance]] = {}
        self._exhausted: set[tuple[str, str]] = set()
        self._disabled: set[tuple[str, str]] = set()
        self._quotas: dict[tuple[str, str, str], int] = {}
        self.updatable: tuple[Status, ...] = UPDATABLE
        self.logs = LifecycleLogs()
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

    def disable(self, account_id: str, *regions: str) -> None:
        """Have an account not know these regions: they refuse its keys."""
        with self._lock:
            self._disabled.update((account_id, region) for region in regions)

    def is_enabled(self, account_id: str, region: str) -> bool:
        """Return whether an account has a region enabled."""
        with self._lock:
            return (account_id, region) not in self._disabled

    def set_capacity(self, region: str, instance_type: str, *, free: bool) -> None:
        """Set whether AWS has machines of a type in a region; without, starts end in Failed after their usual time."""
        with self._lock:
            (self._exhausted.discard if free else self._exhausted.add)((region, instance_type))

    def set_quota(self, account_id: str, region: str, instance_type: str, limit: int | None) -> None:
        """Set how many notebook instances of a type may run at once in an account and region; None for any number."""
        with self._lock:
            if limit is None:
                self._quotas.pop((account_id, region, instance_type), None)
            else:
                self._quotas[account_id, region, instance_type] = limit

    def set_activity(self, account_id: str, region: str, name: str, activity: JupyterActivity | None) -> None:
        """Set what runs in a notebook instance's Jupyter.

        :raises UnknownNotebookError: there is none of that name
        """
        with self._lock:
            changed = replace(self._settled(account_id, region, name), activity=activity)
            self._notebooks[account_id, region][name] = changed

    def start(self, account_id: str, region: str, name: str) -> None:
        """Start a notebook instance: it is Pending, and some seconds later InService or Failed.

        :raises UnknownNotebookError: there is none of that name
        :raises WrongStatusError: it is neither Stopped nor Failed
        :raises StartRefusedError: its platform is retired, or the quota of its type is used up
        """
        with self._lock:
            notebook, now = self._settled(account_id, region, name), self.clock()
            notebook.check_may_become(Status.PENDING, STARTABLE)
            if notebook.platform in RETIRED_PLATFORMS:
                raise platform_refusal(notebook.platform)
            self._check_quota(notebook)
            no_capacity = (region, notebook.instance_type) in self._exhausted
            failure = NO_CAPACITY if no_capacity else notebook.start_failure
            self._notebooks[account_id, region][name] = notebook.starting(now, self.durations, failure)
        if notebook.start_log and not no_capacity:
            seconds = self.durations.starting_seconds
            self.logs.write(account_id, region, on_start_stream(name), notebook.start_log, now, seconds)

    def stop(self, account_id: str, region: str, name: str) -> None:
        """Stop a notebook instance: it is Stopping, and some seconds later Stopped.

        :raises UnknownNotebookError: there is none of that name
        :raises WrongStatusError: it is not InService
        """
        with self._lock:
            stopped = self._settled(account_id, region, name).stopping(self.clock(), self.durations)
            self._notebooks[account_id, region][name] = stopped

    def update(self, account_id: str, region: str, name: str, instance_type: str = "", platform: str = "") -> None:
        """Change the type or the platform of a notebook instance: it is Updating, and some seconds later Stopped.

        :raises UnknownNotebookError: there is none of that name
        :raises WrongStatusError: its status is none of `updatable`
        :raises StartRefusedError: no notebook instance can be moved to that platform
        """
        with self._lock:
            notebook = self._settled(account_id, region, name)
            notebook.check_may_become(Status.UPDATING, self.updatable)
            if platform not in ("", notebook.platform, *PLATFORMS_TO_MOVE_TO):
                raise platform_refusal(platform)
            updated = notebook.updating(self.clock(), self.durations, instance_type, platform)
            self._notebooks[account_id, region][name] = updated

    def _check_quota(self, notebook: NotebookInstance) -> None:
        limit = self._quotas.get((notebook.account_id, notebook.region, notebook.instance_type))
        if limit is None:
            return
        now = self.clock()
        others = (each.at(now) for each in self._notebooks[notebook.account_id, notebook.region].values())
        used = sum(each.instance_type == notebook.instance_type and each.status not in _FREE for each in others)
        if used >= limit:
            raise quota_refusal(notebook.instance_type, limit, used)

    def _settled(self, account_id: str, region: str, name: str) -> NotebookInstance:
        place = self._notebooks.get((account_id, region), {})
        if name not in place:
            raise UnknownNotebookError(name)
        place[name] = place[name].at(self.clock())
        return place[name]
