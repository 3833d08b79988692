"""How calls are looked at more closely than in the demo: signatures, faults, IAM, latencies, and the record."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from tests.support.endpoint.faults import Fault, Faults, Trouble
from tests.support.endpoint.iam import Iam
from tests.support.endpoint.recorder import Call, Recorder
from tests.support.endpoint.signature import authenticate
from tray.demo.attempt import Attempt, Desk
from tray.demo.protocol import ApiError
from tray.demo.web import Delivery, Request, Response
from tray.demo.world import Principal, World, partition_of

# What SageMaker says with a code when a fault gives no words of its own.
_USUAL_WORDS = {
    "ThrottlingException": "Rate exceeded",
    "ExpiredTokenException": "The security token included in the request is expired",
    "UnrecognizedClientException": "The security token included in the request is invalid.",
    "ResourceLimitExceeded": (
        "The account-level service limit 'ml.t3.medium for notebook instance usage' is 0 Instances, with current "
        "utilization of 0 Instances and a request delta of 1 Instances. Please use AWS Service Quotas to "
        "request an increase for this quota. If AWS Service Quotas is not available, contact AWS support to request "
        "an increase for this quota."
    ),
    "InternalFailure": "The request processing has failed because of an unknown error, exception or failure.",
    "ServiceUnavailable": "The request has failed due to a temporary failure of the server.",
}


class StrictDesk(Desk):
    """Believes no signature that it has not checked."""

    def __init__(self, world: World, iam: Iam, faults: Faults, recorder: Recorder) -> None:
        super().__init__(world)
        self._iam = iam
        self._faults = faults
        self._recorder = recorder

    def caller(self, request: Request, service: str) -> tuple[Principal, str]:
        """Return who signed, and the region.

        :raises ApiError: see `authenticate`
        """
        principal, signature = authenticate(request, self.world, service)
        return principal, signature.region

    def serve(
        self,
        attempt: Attempt,
        do: Callable[[], Response],
        refuse: Callable[[ApiError], Response],
        identify: Callable[[], None] = lambda: None,
    ) -> Response:
        """Let the answer take as long as it is to."""
        response = super().serve(attempt, do, refuse, identify)
        return replace(response, after_seconds=self._faults.latency_seconds(attempt.operation))

    def perform(self, attempt: Attempt, do: Callable[[], Response]) -> Response:
        """Meet the fault that is set, or what IAM says, or do what is asked."""
        if fault := self._faults.strike(attempt.operation, attempt.account_id, attempt.region):
            return _meet(fault, attempt)

        def permitted() -> Response:
            if attempt.service and self._iam.denies(f"{attempt.service}:{attempt.operation}", attempt.caller):
                raise ApiError("AccessDeniedException", _denial(attempt))
            return do()

        return super().perform(attempt, permitted)

    def note(self, attempt: Attempt) -> None:
        """Record it."""
        self._recorder.record(
            Call(
                at=self.world.clock(),
                operation=attempt.operation,
                account_id=attempt.account_id,
                region=attempt.region,
                caller=attempt.caller,
                parameters=attempt.parameters,
                error=attempt.error,
            )
        )


def _meet(fault: Fault, attempt: Attempt) -> Response:
    attempt.error = fault.trouble.value
    match fault.trouble:
        case Trouble.DROP:
            return Response(0, delivery=Delivery.DROPPED)
        case Trouble.HANG:
            return Response(0, delivery=Delivery.HANGING)
        case Trouble.GARBAGE:
            return Response(200, {"Content-Type": "text/html"}, b"<!doctype html><title>Proxy</title>")
        case Trouble.ERROR:
            raise ApiError(fault.code, fault.message or _usual_words(fault.code, attempt), fault.status)


def _usual_words(code: str, attempt: Attempt) -> str:
    if not attempt.service:
        return ""  # another service's
    return _denial(attempt) if code == "AccessDeniedException" else _USUAL_WORDS.get(code, "")


def _denial(attempt: Attempt) -> str:
    action = f"{attempt.service}:{attempt.operation}"
    return (
        f"User: {attempt.caller} is not authorized to perform: {action} on resource: {_resource(attempt)} because no "
        f"identity-based policy allows the {action} action"
    )


def _resource(attempt: Attempt) -> str:
    given = attempt.parameters
    prefix = f"arn:{partition_of(attempt.region)}:{attempt.service}:{attempt.region}:{attempt.account_id}"
    if attempt.service == "account":
        return f"arn:{partition_of(attempt.region)}:account::{attempt.account_id}:account"
    if attempt.service == "scheduler":
        return f"{prefix}:schedule/default/{given.get('Name', '*')}"
    if attempt.service == "logs":
        return f"{prefix}:log-group:{given.get('logGroupName')}:log-stream:{given.get('logStreamName')}"
    return f"{prefix}:notebook-instance/{str(given.get('NotebookInstanceName', '*')).lower()}"
