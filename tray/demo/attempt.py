"""What every call of a service goes through: the fault that is set for it, the record, and the latency."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from tray.demo.faults import Fault, Faults, Trouble
from tray.demo.protocol import ApiError
from tray.demo.recorder import Call, Recorder
from tray.demo.web import Delivery, Response

if TYPE_CHECKING:
    from tray.demo.world import World


@dataclass(slots=True)
class Attempt:
    """A call: what the record says of it. `parameters` has only what is no secret."""

    operation: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    account_id: str = ""
    region: str = ""
    caller: str = ""


@dataclass(frozen=True, slots=True)
class Desk:
    """What all sign-in services share."""

    world: World
    faults: Faults
    recorder: Recorder

    def serve(
        self,
        attempt: Attempt,
        do: Callable[[], Response],
        refuse: Callable[[ApiError], Response],
        identify: Callable[[], None] = lambda: None,
        words: Callable[[Fault], str] = lambda fault: fault.message,
    ) -> Response:
        """Identify the caller, meet the fault that is set or do what is asked, and record it.

        `identify` may fill in who calls and from where, and raise `ApiError` as `do` may: `refuse` words both. `words`
        says what an error that is set as a fault says.
        """
        error = ""
        try:
            identify()
            fault = self.faults.strike(attempt.operation, attempt.account_id, attempt.region)
            error = fault.trouble.value if fault else ""
            response = _meet(fault, words) if fault else do()
        except ApiError as refusal:
            error = refusal.code
            response = refuse(refusal)
        self.recorder.record(
            Call(
                at=self.world.clock(),
                operation=attempt.operation,
                account_id=attempt.account_id,
                region=attempt.region,
                caller=attempt.caller,
                parameters=attempt.parameters,
                error=error,
            )
        )
        return replace(response, after_seconds=self.faults.latency_seconds(attempt.operation))


def _meet(fault: Fault, words: Callable[[Fault], str]) -> Response:
    match fault.trouble:
        case Trouble.DROP:
            return Response(0, delivery=Delivery.DROPPED)
        case Trouble.HANG:
            return Response(0, delivery=Delivery.HANGING)
        case Trouble.GARBAGE:
            return Response(200, {"Content-Type": "text/html"}, b"<!doctype html><title>Proxy</title>")
        case Trouble.ERROR:
            raise ApiError(fault.code, words(fault), fault.status)
