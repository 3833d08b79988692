"""Changes of many profiles, stored as one change; a bad name doesn't stop the others. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tray.model.problems import ExitStatus, TrayError
from tray.settings.profiles.slots import Slot, already, drafted, unknown, unreadable

if TYPE_CHECKING:
    from tray.settings.profiles.model import Profile
    from tray.settings.profiles.packs import Draft


@dataclass(frozen=True, slots=True)
class ManyChanged:
    """The result of a change: the names for which it was made, and the reasons for the others, each in order."""

    done: dict[str, None] = field(default_factory=dict)
    refused: dict[str, TrayError] = field(default_factory=dict)


def adding(profiles: Iterable[Profile], outcome: ManyChanged) -> Callable[[Sequence[Slot]], list[Draft]]:
    """Return the change that adds profiles; a profile that already exists is refused, and stays as it is."""

    def plan(slots: Sequence[Slot]) -> list[Draft]:
        places = {slot.entry.name: at for at, slot in enumerate(slots)}
        drafts = [slot.unchanged() for slot in slots]
        for profile in profiles:
            at = places.setdefault(profile.name, len(drafts))
            try:
                if at == len(drafts):
                    drafts.append(drafted(profile))
                elif at < len(slots) and slots[at].unchecked:
                    drafts[at] = slots[at].back(profile, None)
                else:
                    raise (unreadable if at < len(slots) and slots[at].problem else already)(profile.name)
                outcome.done[profile.name] = None
            except TrayError as error:
                if places[profile.name] == len(drafts):
                    del places[profile.name]
                outcome.refused[profile.name] = error
        return drafts

    return plan


def removing(names: Iterable[str], outcome: ManyChanged) -> Callable[[Sequence[Slot]], list[Draft]]:
    """Return the change that removes profiles, also those that can't be read."""

    def plan(slots: Sequence[Slot]) -> list[Draft]:
        _sort_out(dict.fromkeys(names), [slot.entry.name for slot in slots], outcome)
        return [slot.unchanged() for slot in slots if slot.entry.name not in outcome.done]

    return plan


def changing(
    names: Iterable[str], transform: Callable[[Profile], Profile], outcome: ManyChanged
) -> Callable[[Sequence[Slot]], list[Draft]]:
    """Return the change that replaces each profile by the result of `transform`; the name stays."""

    def plan(slots: Sequence[Slot]) -> list[Draft]:
        wanted = dict.fromkeys(names)
        _sort_out(wanted, [slot.entry.name for slot in slots], outcome)
        drafts = []
        for slot in slots:
            draft = slot.unchanged()
            if slot.entry.name in outcome.done:
                try:
                    draft = _changed(slot, transform)
                except TrayError as error:
                    del outcome.done[slot.entry.name]
                    outcome.refused[slot.entry.name] = error
            drafts.append(draft)
        return drafts

    return plan


def _changed(slot: Slot, transform: Callable[[Profile], Profile]) -> Draft:
    if slot.profile is None:
        raise TrayError.of(slot.problem, ExitStatus.KEYRING) if slot.problem else unreadable(slot.entry.name)
    changed = transform(slot.profile)
    return slot.unchanged() if changed == slot.profile else slot.changed(changed, None)


def _sort_out(names: Iterable[str], known: Sequence[str], outcome: ManyChanged) -> None:
    there = frozenset(known)
    for name in names:
        if name in there:
            outcome.done[name] = None
        else:
            outcome.refused[name] = unknown(name, known)
