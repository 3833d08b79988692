"""What the page shows, as values that JSON has: pure functions of a snapshot.

Ten thousand notebook instances are sent as short lists, which name their place (a profile's region) by its number.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from tray.app_pages.shared import lines
from tray.app_pages.shared.files import as_json
from tray.menu import words
from tray.menu.needs import lines_for_the_user
from tray.menu.power import starting_words
from tray.menu.stop_plans import running_words
from tray.menu.stuck import stuck_words
from tray.model.arns import notebook_arn
from tray.texts.lengths import age, session_length

if TYPE_CHECKING:
    from tray.fleet.snapshot import Notebook, Snapshot

Seen = tuple["Notebook", ...]
"""A notebook instance as each profile sees it; the first of them opens it."""

# So many rows are made and encoded at once: what ten thousand need besides would stay in the process's heap for long.
_AT_ONCE = 64


@dataclass(frozen=True, slots=True)
class Change:
    """What a page doesn't show yet: with `whole` all there is, else what has changed and the ARNs of what has gone."""

    seen: Sequence[Seen]
    gone: Sequence[str] = ()
    whole: bool = False

    def encoded(self) -> Iterator[str]:
        """Yield the pieces of a JSON object with `whole`, `gone`, `rows` and `places`.

        A place is a profile, a region, an account, and the beginning of the ARNs there. A row is the number of its
        place, a name, a status, an instance type, the time of its last change in seconds since the epoch (or null),
        the other profiles that see it, and the end of its ARN: SageMaker writes the name in lower case there. The last
        two are left out where they tell nothing.
        """
        places: dict[tuple[str, str], int] = {}
        named: list[tuple[str, str, str, str]] = []
        yield f'{{"whole":{json.dumps(self.whole)},"gone":{json.dumps(list(self.gone))},"rows":['
        for start in range(0, len(self.seen), _AT_ONCE):
            rows = [_row(each, places, named) for each in self.seen[start : start + _AT_ONCE]]
            yield f"{',' if start else ''}{as_json(rows)[1:-1]}"
        yield f'],"places":{as_json(named)}}}'


def _row(seen: Seen, places: dict[tuple[str, str], int], named: list[tuple[str, str, str, str]]) -> tuple[object, ...]:
    first = seen[0]
    start = first.arn[: len(first.arn) - len(first.name)]
    key = (first.scope.profile, start)
    if (number := places.get(key)) is None:
        number = places[key] = len(named)
        parts = notebook_arn(first.arn)
        account = parts.account if parts is not None else ""
        named.append((first.scope.profile, first.scope.region, account, start))
    changed = int(first.modified.timestamp()) if first.modified is not None else None
    row = (number, first.name, str(first.status), first.instance_type, changed)
    others, end = [each.scope.profile for each in seen[1:]], first.arn[len(start) :]
    if end != first.name:
        return (*row, others, end)
    return (*row, others) if others else row


def change(before: Sequence[Seen] | None, after: Sequence[Seen]) -> Change | None:
    """Return what to send to a page that shows `before` (None: nothing yet); None if it is the same as `after`."""
    if before is None:
        return Change(after, whole=True)
    if before is after:
        return None
    if len(before) == len(after):  # mostly, a refresh finds the same ones in the same order
        changed = [new for old, new in zip(before, after, strict=True) if new is not old and new != old]
        if not changed:
            return None
        if len(changed) <= len(after) // 2 and {old[0].arn for old in before} == {new[0].arn for new in after}:
            return Change(changed)
    known = {seen[0].arn: seen for seen in before}
    found = {seen[0].arn for seen in after}
    gone = [arn for arn in known if arn not in found]
    changed = [seen for seen in after if known.get(seen[0].arn) != seen]
    if len(changed) + len(gone) > len(after) // 2:
        return Change(after, whole=True)
    return Change(changed, gone) if changed or gone else None


def owners(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[str]:
    """Yield the pieces of a JSON object with `owners`, by ARN, that a page doesn't know yet; with `all`, of all."""
    whole = not before.keys() <= after.keys()
    news = ((arn, owner) for arn, owner in after.items() if whole or before.get(arn) != owner)
    yield f'{{"all":{json.dumps(whole)},"owners":{{'
    begun = False
    while some := dict(islice(news, _AT_ONCE)):
        yield f"{',' if begun else ''}{as_json(some)[1:-1]}"
        begun = True
    yield "}}"


def around(snapshot: Snapshot, now: float) -> dict[str, Any]:
    """Return all that the page shows besides the rows.

    :param now: seconds since the epoch
    """
    return {
        "state": words.state_line(snapshot, now),
        "top": lines.shown(lines_for_the_user(snapshot, now)),
        "inPlaceOfStatus": {
            **running_words(snapshot.listing.notebooks, snapshot.sessions, snapshot.stop_plans, now),
            **stuck_words(snapshot.listing.notebooks, now),
            **starting_words(snapshot.starts, now),
        },
        "awaited": [each.command.arn for each in snapshot.starts if each.command.opens is not None],
        "profiles": {
            each.name: [
                each.view.value,
                each.session_seconds,
                session_length(each.session_seconds),
                each.left_running_hours,
            ]
            for each in snapshot.listing.profiles
        },
        "stale": [
            [each.scope.profile, each.scope.region, age(now - each.listed_at)]
            for each in snapshot.listing.scopes
            if each.problem is not None and each.listed_at is not None and each.notebooks
        ],
        "read": snapshot.listing.updated_at is not None
        or (snapshot.listing.keyring_read and not snapshot.listing.profiles),
        "owner_tag": snapshot.owner_tag,
    }
