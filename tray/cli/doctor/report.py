"""The report as text and as JSON: pure functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from tray.cli.doctor.checks import Check, CheckState, is_well
from tray.texts import doctor as texts

# More checks than these with the same problem are one line; JSON has each.
MOST_EQUAL = 3

_SIGNS = {CheckState.OK: "✓", CheckState.WARNING: "!", CheckState.FAILED: "✗", CheckState.SKIPPED: "-"}


def as_text(versions: Mapping[str, str], checks: Sequence[Check]) -> str:
    """Return the report as text."""
    everything, checks = checks, together(checks)
    names = max(len(check.name) for check in checks)
    states = max(len(texts.state(state.value)) for state in CheckState)
    heads = max(len(name) for name in versions)
    lines = [f"{name.ljust(heads)}  {value}" for name, value in versions.items()]
    lines.append("")
    said: dict[str, str] = {}  # remedies, by which of the checks they were said for
    for check in checks:
        sign = _SIGNS[check.state]
        lines.append(f"{sign} {texts.state(check.state.value).ljust(states)}  {check.name.ljust(names)}  {check.what}")
        if check.remedy:
            first = said.setdefault(check.remedy, check.name)
            remedy = check.remedy if first == check.name else texts.as_for(first)
            lines.append(f"{' ' * (states + names + 6)}→ {remedy}")
    lines += ["", summary(everything)]
    return "\n".join(lines)


def together(checks: Sequence[Check]) -> list[Check]:
    """Return checks, those that found the same problem as many others as one, in the place of the first."""
    equal: dict[tuple[str, CheckState], list[Check]] = {}
    for check in checks:
        if check.code:
            equal.setdefault((check.code, check.state), []).append(check)
    shown = []
    for check in checks:
        same = equal.get((check.code, check.state), [])
        if len(same) <= MOST_EQUAL:
            shown.append(check)
        elif same[0] is check:
            what = f"{check.what} {texts.and_as_many(len(same) - 1)}"
            shown.append(replace(check, what=what, remedy=f"{check.remedy} {texts.see_each_check()}"))
    return shown


def summary(checks: Sequence[Check]) -> str:
    """Return the last line: all is well, or the number of problems."""
    count = {state: sum(check.state is state for check in checks) for state in CheckState}
    return texts.summary(
        count[CheckState.FAILED],
        count[CheckState.WARNING],
        count[CheckState.SKIPPED],
        count[CheckState.OK],
        len(checks),
    )


def as_json(versions: Mapping[str, str], checks: Sequence[Check]) -> dict[str, Any]:
    """Return the report for programs; `remedy` is null where there is nothing to do."""
    return {
        "well": is_well(checks),
        "versions": dict(versions),
        "checks": [
            {"name": check.name, "state": check.state.value, "what": check.what, "remedy": check.remedy or None}
            for check in checks
        ],
    }
