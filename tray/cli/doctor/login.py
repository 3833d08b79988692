"""The check of a profile's sign-in: the call that the tray makes, with no surface that could ask the person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tray.cli.doctor.checks import Check, State
from tray.errors import Kind, TrayError

if TYPE_CHECKING:
    from tray.aws.cloud import Cloud
    from tray.aws.values import Place


def name_of(profile: str) -> str:
    """Return what the check of a profile is called."""
    return f"sign-in {profile}"


def sign_in(cloud: Cloud, places: Sequence[Place]) -> list[Check]:
    """List the notebook instances at each of a profile's places; one check for all that go the same way wrong."""
    name = name_of(places[0].profile)
    found: dict[Check, list[str]] = {}
    listed = 0
    for place in places:
        try:
            listed += len(cloud.list_notebooks(place))
        except TrayError as error:
            throttled = error.problem.kind is Kind.THROTTLED
            check = Check.of(name, error.problem, State.WARNING if throttled else State.FAILED)
            found.setdefault(check, []).append(place.region)
            if error.problem.kind is Kind.SIGN_IN:
                break  # it is the same everywhere
    if found:
        return list(found)
    regions = ", ".join(place.region for place in places)
    instances = "notebook instance" if listed == 1 else "notebook instances"
    return [Check(name, State.OK, f"AWS accepts it: {listed} {instances} in {regions}")]
