"""Calls whose answers say nothing of a profile's credentials: most refusals mean that it isn't meant for them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from tray.aws.calls.sessions import SAGEMAKER

if TYPE_CHECKING:
    from tray.aws.calls.sessions import Sessions
    from tray.model.notebooks import Scope

T = TypeVar("T")

# The time limit of a visit, with all attempts and pages.
VISIT_SECONDS = 20.0


def visit(sessions: Sessions, scope: Scope, operation: str, call: Callable[[Any], T], service: str = SAGEMAKER) -> T:
    """Return what `call` returns, given a client of a service in a scope's region. Blocks.

    :raises TrayError: AWS refuses or can't be reached, which says nothing of the credentials
    """
    from tray.aws.botocore_patches.limits import within
    from tray.aws.errors.translation import translated

    with (
        translated(scope, operation),
        within(VISIT_SECONDS),
        sessions.visitor(scope.signer, scope.region, service) as client,
    ):
        return call(client)
