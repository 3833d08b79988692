"""The check of a profile's sign-in: the call that the tray makes, without prompts that could ask the user."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tray.cli.doctor.checks import Check, CheckState
from tray.model.power import Power
from tray.model.problems import Kind, TrayError
from tray.texts import doctor as texts
from tray.texts import doctor_network as network_texts

if TYPE_CHECKING:
    from tray.aws.cloud import Cloud
    from tray.model.notebooks import Scope


def sign_in(cloud: Cloud, scopes: Sequence[Scope]) -> list[Check]:
    """List the notebook instances in each of a profile's scopes; scopes with the same problem share one check."""
    name = texts.sign_in(scopes[0].profile)
    found: dict[Check, list[str]] = {}
    listed, named = 0, ""
    for scope in scopes:
        try:
            notebooks = cloud.list_notebooks(scope)
            listed += len(notebooks)
            named = named or next((each.name for each in notebooks if scope == scopes[0]), "")
        except TrayError as error:
            throttled = error.problem.kind is Kind.THROTTLED
            check = Check.of(name, error.problem, CheckState.WARNING if throttled else CheckState.FAILED)
            found.setdefault(check, []).append(scope.region)
            if error.problem.kind is Kind.SIGN_IN:
                break  # the other scopes have the same problem
    if found:
        return list(found)
    accepted = Check(name, CheckState.OK, network_texts.accepted(listed, [scope.region for scope in scopes]))
    return [accepted, *([_permissions(cloud, scopes[0], named)] if named else [])]


def _permissions(cloud: Cloud, scope: Scope, name: str) -> Check:
    """Ask whether the profile may start, stop and describe a notebook instance with such a name; nothing is changed."""
    may = {power: cloud.may(scope, power, name) for power in (Power.DESCRIBE, Power.START, Power.STOP)}
    title = texts.permissions(scope.profile)
    if missing := [f"sagemaker:{power.value}" for power, allowed in may.items() if allowed is False]:
        # Who only opens notebook instances needs none of these, so that nothing is wrong.
        return Check(title, CheckState.OK, network_texts.may_not(missing))
    if not all(may.values()):
        return Check(title, CheckState.SKIPPED, network_texts.permissions_unclear())
    return Check(title, CheckState.OK, network_texts.may_all())
