"""The check of a profile's sign-in: the call that the tray makes, with no surface that could ask the user."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tray.cli.doctor.checks import Check, CheckState
from tray.model.problems import Kind, TrayError

if TYPE_CHECKING:
    from tray.aws.cloud import Cloud
    from tray.model.notebooks import Scope


def name_of(profile: str) -> str:
    """Return what the check of a profile is called."""
    return f"sign-in {profile}"


def sign_in(cloud: Cloud, scopes: Sequence[Scope]) -> list[Check]:
    """List the notebook instances at each of a profile's scopes; one check for all that go the same way wrong."""
    name = name_of(scopes[0].profile)
    found: dict[Check, list[str]] = {}
    listed = 0
    for scope in scopes:
        try:
            listed += len(cloud.list_notebooks(scope))
        except TrayError as error:
            throttled = error.problem.kind is Kind.THROTTLED
            check = Check.of(name, error.problem, CheckState.WARNING if throttled else CheckState.FAILED)
            found.setdefault(check, []).append(scope.region)
            if error.problem.kind is Kind.SIGN_IN:
                break  # it is the same everywhere
    if found:
        return list(found)
    regions = ", ".join(scope.region for scope in scopes)
    instances = "notebook instance" if listed == 1 else "notebook instances"
    return [Check(name, CheckState.OK, f"AWS accepts it: {listed} {instances} in {regions}")]
