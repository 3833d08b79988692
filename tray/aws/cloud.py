"""SageMaker as the user's profiles see it: list notebook instances, and create presigned URLs."""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

from tray.aws.answers import (
    MOST_LOG_LINES,
    acknowledged,
    checked,
    details_of,
    log_lines_of,
    notebook_of,
    pages,
    tag_of,
    text_in,
)
from tray.aws.calls.sessions import SAGEMAKER, Sessions
from tray.aws.config import read_aws_profiles
from tray.aws.looking import Looking
from tray.aws.prices import PriceList
from tray.aws.signin.assignments import Assignments
from tray.aws.signin.sign_ins import SignIns
from tray.aws.urls import check_notebook_url, with_view
from tray.model.lengths import View, check_session_seconds
from tray.model.notebooks import AuthorizedUrl, Notebook, Scope, check_notebook_name
from tray.model.power import Details, Power
from tray.model.problems import Kind, TrayError
from tray.model.signer import AwsProfile, StoredKey

if TYPE_CHECKING:
    from types_boto3_sagemaker import SageMakerClient

    from tray.aws.schedules import Schedules
    from tray.model.access_keys import AccessKey
    from tray.model.prompts import SignInPrompts
    from tray.model.sign_in import SignIn
    from tray.model.signer import Signer

log = logging.getLogger(__name__)

T = TypeVar("T")

# A region that is not enabled for the account refuses good credentials with these codes, and any region bad ones.
_AMBIGUOUS = ("credentials-unknown", "signature-refused")
# The time limit of a whole call: its credentials, botocore's further attempts, and all pages of a list.
_CALL_SECONDS = 90.0

# As many as a resource can have: TagList of botocore's service model.
_MOST_TAGS = 50

# SageMaker names the group and the stream so: https://docs.aws.amazon.com/sagemaker/latest/dg/notebook-lifecycle-config.html
LOG_GROUP = "/aws/sagemaker/NotebookInstances"

# What the refusal of a call about a notebook instance that isn't there says about the permission.
_MEANING: Mapping[object, bool] = {Kind.DENIED: False, "instance-gone": True}

# The call for each power: of a client, with the name of a notebook instance, and what else an update sends.
_CALLS: Mapping[Power, Callable[[SageMakerClient, str, dict[str, Any]], Any]] = {
    Power.DESCRIBE: lambda client, name, _: client.describe_notebook_instance(NotebookInstanceName=name),
    Power.START: lambda client, name, _: client.start_notebook_instance(NotebookInstanceName=name),
    Power.CHANGE_TYPE: lambda client, name, sent: client.update_notebook_instance(NotebookInstanceName=name, **sent),
    Power.STOP: lambda client, name, _: client.stop_notebook_instance(NotebookInstanceName=name),
}


class Cloud:
    """The way to AWS, safe to use from many threads at once. All calls block: they belong on a worker."""

    def __init__(self, access_key: Callable[[str], AccessKey] | None = None) -> None:
        """Make no call yet. `access_key` returns the access key in the keyring for a profile, or raises TrayError."""
        self._sessions = Sessions(access_key)
        self._freshening = threading.Lock()
        self._sign_ins = SignIns(self._sessions)
        self.looking = Looking(self._sessions)
        self.price_list = PriceList(self._sessions)
        self.assignments = Assignments(self._sessions)

    @property
    def schedules(self) -> Schedules:
        """What stops notebook instances at planned times in EventBridge Scheduler; few profiles use it."""
        from tray.aws.schedules import Schedules

        return Schedules(self._sessions)

    def scopes(self, profile: str, signer: Signer, regions: Sequence[str]) -> tuple[Scope, ...]:
        """Return the scopes of a profile: one for each of `regions`, or else for its AWS profile's own region.

        :raises TrayError: the AWS profile doesn't exist, or has no region and none is given
        """
        if regions:
            return tuple(Scope(profile, region, signer) for region in regions)
        found = next((known for known in read_aws_profiles() if AwsProfile(known.name) == signer), None)
        # The AWS profile's region takes precedence over AWS_REGION and AWS_DEFAULT_REGION. botocore's order is the
        # reverse, but these variables would move every profile of the tray to one region.
        region = (found and found.region) or self._own_region(profile, signer)
        if region is None:
            from tray.aws.errors.settings import why_no_region

            if isinstance(signer, AwsProfile) and (reason := why_no_region(signer.name)):
                raise reason
            raise TrayError(
                "no-region",
                kind=Kind.CONFIGURATION,
                aws_profile=Scope(profile, "", signer).aws_profile,
                profile=profile,
            )
        return (Scope(profile, region, signer),)

    def list_notebooks(self, scope: Scope, name_contains: str = "") -> tuple[Notebook, ...]:
        """Return all pages of the notebook instances at `scope`, sorted by name.

        :raises TrayError: AWS can't be reached, or refuses
        """
        filters: dict[str, Any] = {"NameContains": name_contains} if name_contains else {}
        answers = self._call(scope, "ListNotebookInstances", lambda client: list(pages(client, filters)))
        summaries = [summary for page in answers for summary in page["NotebookInstances"]]
        # One that is made or renamed between two pages moves the others, and one of them is in both.
        each = filter(None, (notebook_of(scope, summary) for summary in summaries))
        found = tuple({notebook.arn: notebook for notebook in each}.values())
        if summaries and not found:
            log.warning(
                "%s, %s: none of %d notebook instances makes sense", scope.profile, scope.region, len(summaries)
            )
        return found

    def find_notebooks(self, scope: Scope, name: str) -> tuple[Notebook, ...]:
        """Return the notebook instance called `name` at `scope`, in a tuple of none or one.

        :raises TrayError: AWS can't be reached or refuses; or (usage) no notebook instance can have that name
        """
        check_notebook_name(name)
        return tuple(found for found in self.list_notebooks(scope, name) if found.name == name)

    def create_presigned_url(self, notebook: Notebook, view: View, session_seconds: int) -> AuthorizedUrl:
        """Return a presigned URL that opens `notebook` in `view` for `session_seconds`.

        The URL is valid for 5 minutes and leads to a SageMaker notebook host: see `check_notebook_url`.

        :raises TrayError: the length is out of bounds (before any call), AWS can't be reached or refuses, or the URL
            leads elsewhere
        """
        check_session_seconds(session_seconds)
        scope = notebook.scope
        answer, meta, signed_until = self._call(
            scope,
            "CreatePresignedNotebookInstanceUrl",
            lambda client: (
                text_in(
                    client.create_presigned_notebook_instance_url(
                        NotebookInstanceName=notebook.name, SessionExpirationDurationInSeconds=session_seconds
                    ),
                    "AuthorizedUrl",
                ),
                client.meta,
                self._sessions.signs_until(scope.signer, scope.region),
            ),
            resource=notebook.arn,
        )
        url = check_notebook_url(
            AuthorizedUrl(answer, signed_until),
            region=scope.region,
            partition=meta.partition,
            endpoint_url=meta.endpoint_url,
        )
        return with_view(url, view)

    def describe(self, notebook: Notebook) -> Details:
        """Return what AWS tells of a notebook instance beside what the list tells.

        :raises TrayError: AWS can't be reached, or refuses
        """
        answer = self._call(
            notebook.scope,
            Power.DESCRIBE.value,
            lambda client: _CALLS[Power.DESCRIBE](client, notebook.name, {}),
            resource=notebook.arn,
        )
        return details_of(answer)

    def tag(self, notebook: Notebook, key: str) -> str:
        """Return the value of a notebook instance's tag, on one line; empty if it has no such tag.

        :raises TrayError: AWS can't be reached, or refuses
        """
        answer = self._call(
            notebook.scope,
            "ListTags",
            lambda client: checked(client.list_tags(ResourceArn=notebook.arn, MaxResults=_MOST_TAGS), "Tags"),
            resource=notebook.arn,
        )
        return tag_of(answer, key)

    def start_log(self, notebook: Notebook) -> tuple[str, ...]:
        """Return the last lines that a notebook instance's lifecycle script printed at its start; none if it has none.

        What looks secret is left out.

        :raises TrayError: AWS can't be reached, or refuses, as the profile may not read logs
        """
        from tray.aws.service_model import LOGS

        answer = self._call(
            notebook.scope,
            "GetLogEvents",
            lambda client: client.get_log_events(
                logGroupName=LOG_GROUP,
                logStreamName=f"{notebook.name}/LifecycleConfigOnStart",
                limit=MOST_LOG_LINES,
                startFromHead=False,
            ),
            service=LOGS,
        )
        return log_lines_of(answer)

    def start(self, notebook: Notebook) -> None:
        """Start a notebook instance, which then starts for some minutes.

        :raises TrayError: AWS can't be reached or refuses, or the notebook instance is neither stopped nor failed
        """
        self._change(notebook, Power.START)

    def change_type(self, notebook: Notebook, instance_type: str) -> None:
        """Give a stopped notebook instance another instance type; it is Updating for some seconds then.

        Only the type is sent: any other member would change more than the user chose.

        :raises TrayError: AWS can't be reached or refuses, or the notebook instance is not stopped
        """
        self._change(notebook, Power.CHANGE_TYPE, InstanceType=instance_type)

    def move_platform(self, notebook: Notebook, platform: str) -> None:
        """Move a stopped notebook instance to another platform; it is Updating for a while then. Nothing undoes it.

        Only the platform is sent: any other member would change more than the user chose.

        :raises TrayError: AWS can't be reached or refuses, or the notebook instance is not stopped
        """
        self._change(notebook, Power.CHANGE_TYPE, PlatformIdentifier=platform)

    def stop(self, notebook: Notebook) -> None:
        """Stop a notebook instance, which then stops for a while: whatever runs in it ends.

        :raises TrayError: AWS can't be reached or refuses, or the notebook instance is not InService
        """
        self._change(notebook, Power.STOP)

    def may(self, scope: Scope, power: Power, name: str) -> bool | None:
        """Return whether the profile may do something with notebook instances called like `name`; None if unclear.

        AWS checks the permission before it looks for the notebook instance: so one is named that there can't be.
        """
        missing = f"{name[:40]}-{secrets.token_hex(8)}"

        try:
            self._call(scope, power.value, lambda client: _CALLS[power](client, missing, {}), missing)
        except TrayError as error:
            return _MEANING.get(error.problem.kind, _MEANING.get(error.problem.code))
        return None

    def check_signing(self, scope: Scope) -> None:
        """Get the credentials that sign at `scope`, and call nothing with them.

        :raises TrayError: there are none, or they can't be fetched
        """
        self._call(scope, "ListNotebookInstances", lambda _: None, way=self._sessions.signing)

    def warm(self, scope: Scope) -> None:
        """Open the connection that a click on a notebook instance at `scope` will use, unless it is already open.

        The call lists one notebook instance. This prepares the credentials and the TLS connection, and needs no
        permission beyond that for listing. A failure is ignored here: the click will report it.
        """
        if self._sessions.is_warm(scope.signer, scope.region):
            return
        with suppress(TrayError):
            self._call(scope, "ListNotebookInstances", lambda client: client.list_notebook_instances(MaxResults=1))

    def keep_fresh(self) -> None:
        """Refresh credentials that expire before the next check, so that no click waits for them; cheap if none do.

        A worker calls this after a refresh. It never prompts the user, and starts no refresh after a minute.
        """
        if self._freshening.acquire(blocking=False):
            try:
                self._sessions.keep_fresh(60)
            finally:
                self._freshening.release()

    def forget_changed_config(self) -> None:
        """Use the AWS config and credentials files as they are now, if they have changed."""
        self._sessions.forget_changed_config()

    def close_connections(self) -> None:
        """Close the connections that are kept; the next calls open new ones.

        Call this after the computer has slept. The other side has dropped the connections by then, and a call on
        each of them would wait until it times out.
        """
        self._sessions.close_connections()

    def sign_in_for(self, signer: Signer) -> SignIn | None:
        """Return the sign-in that a signer needs next; None if no sign-in helps it.

        A browser sign-in that still holds is skipped if the signer also needs another sign-in.

        :raises TrayError: (configuration) the AWS config can't be read, or what it says of the sign-in doesn't work
        """
        return self._sign_ins.needed_by(signer)

    def is_signed_in(self, sign_in: SignIn) -> bool:
        """Whether a browser sign-in is valid; botocore refreshes it first if necessary. Never prompts the user.

        :raises TrayError: (configuration) as `sign_in_for`
        """
        return self._sign_ins.holds(sign_in)

    def sign_in(self, sign_in: SignIn, prompts: SignInPrompts, *, device: bool = False) -> None:
        """Have the user sign in, for as long as that takes; the next calls of all profiles that need it work.

        Call this only when the user asked for it, and for one sign-in at a time.
        With `device`, the user is shown a code, and the browser doesn't return to this computer.

        :raises SignInCancelled: the user cancelled
        :raises TrayError: the sign-in failed
        """
        self._sign_ins.run(sign_in, prompts, device=device)

    def sign_in_fingerprint(self) -> object:
        """Return a value that changes when any of the user's programs has signed in. Costs a few `stat` calls."""
        from tray.aws.credentials.token_store import sign_in_fingerprint

        return sign_in_fingerprint()

    def _change(self, notebook: Notebook, power: Power, **sent: str) -> None:
        """Make a call whose answer has no members."""
        self._call(
            notebook.scope,
            power.value,
            lambda client: acknowledged(_CALLS[power](client, notebook.name, sent)),
            resource=notebook.arn,
        )

    def _call(
        self,
        scope: Scope,
        operation: str,
        call: Callable[[Any], T],
        resource: str = "",
        service: str = SAGEMAKER,
        way: Callable[[Signer, str, str, str], AbstractContextManager[Any]] | None = None,
    ) -> T:
        from tray.aws.botocore_patches.limits import within
        from tray.aws.errors.translation import translated

        try:
            with (
                translated(scope, operation, resource),
                within(_CALL_SECONDS),
                (way or self._sessions.client)(scope.signer, scope.region, operation, service) as client,
            ):
                return call(client)
        except TrayError as error:
            if error.problem.kind is Kind.SIGN_IN:
                self._raise_weighed(error, scope)
            raise

    def _raise_weighed(self, error: TrayError, scope: Scope) -> NoReturn:
        """Raise what a refusal of credentials means, by what else is known of their signer, and note it."""
        from botocore.exceptions import ClientError

        from tray.aws.errors.weighed import access_key_refused, region_not_enabled

        if error.problem.code in _AMBIGUOUS and self._sessions.accepted_elsewhere(scope.signer, scope.region):
            # The credentials are good: they are kept, and no sign-in is offered.
            raise region_not_enabled(scope, error) from error.__cause__
        if isinstance(error.__cause__, ClientError):
            self._sessions.refused(scope.signer)
        self._sessions.forget(scope.signer)
        if isinstance(scope.signer, StoredKey):
            raise access_key_refused(scope.signer) from error
        if error.problem.code in _AMBIGUOUS and isinstance(scope.signer, AwsProfile):
            self._check_keys(error, scope.signer)
        raise error.mended_by(self._sign_ins.mending(error, scope.signer)) from error.__cause__

    @staticmethod
    def _check_keys(error: TrayError, signer: AwsProfile) -> None:
        """Raise what is wrong with the form of the access keys that AWS refused, if that is the cause."""
        from tray.aws.errors.settings import wrong_keys

        of_keys = dict(error.problem.places).get("how", "keys") in ("keys", "mfa")
        signature = error.problem.code == "signature-refused"
        if of_keys and (wrong := wrong_keys(signer.name, signature=signature)):
            raise wrong.of_request(error.problem.request_id) from error.__cause__

    def _own_region(self, profile: str, signer: Signer) -> str | None:
        from tray.aws.errors.translation import translated

        scope = Scope(profile, "", signer)
        with translated(scope, "ListNotebookInstances"):
            region = self._sessions.own_region(signer)
            # botocore returns the setting's value, even if it has another type.
            if region is not None and not isinstance(region, str):
                raise TypeError("region")
            return (region or "").strip() or None
