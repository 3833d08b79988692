"""The profiles of the index with the content of their items: turns stored texts into values for readers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from tray.model.problems import ExitStatus, Kind, Problem, TrayError
from tray.settings.profiles import codec
from tray.settings.profiles.codec import ItemRest
from tray.settings.profiles.errors import keyring_error
from tray.settings.profiles.model import Profile, ProfileProblem, StoredProfiles
from tray.settings.profiles.packs import Draft, packs_of, text_of

if TYPE_CHECKING:
    from tray.model.access_keys import AccessKey
    from tray.settings.profiles.index import IndexEntry
    from tray.settings.profiles.ledger import Contents


@dataclass(frozen=True, slots=True)
class Slot:
    """An entry of the index with the content of its item: a profile; a fault; neither if there is no item."""

    entry: IndexEntry
    profile: Profile | None = None
    kept: ItemRest | None = None
    fault: Problem | None = None

    @classmethod
    def of(cls, entry: IndexEntry, text: str | None) -> Slot:
        """Return the slot for an entry of the index and the profile's text, None if its item is missing."""
        if text is None:
            return cls(entry)
        try:
            profile, kept = codec.decode(text, entry.name)
        except TrayError as error:
            return cls(entry, fault=error.problem)
        return cls(entry, profile, kept)

    @property
    def problem(self) -> Problem | None:
        """What keeps the profile from being read.

        It is made when it is asked for: a change of one of hundreds of profiles reads the items of a few.
        """
        return None if self.profile is not None else self.fault or _missing(self.entry.name).problem

    def unchanged(self) -> Draft:
        """Return the unchanged profile."""
        return Draft(self.entry.name, self.entry.number)

    @property
    def access_key(self) -> AccessKey | None:
        """The profile's access key, if it has one."""
        return self.kept.access_key if self.kept is not None else None

    @property
    def unchecked(self) -> bool:
        """Whether the user keeps the profile but doesn't list it."""
        return self.kept is not None and self.kept.unchecked

    def marked(self, *, unchecked: bool) -> Draft:
        """Return the profile unchecked, or checked; a profile that can't be read stays as it is."""
        if self.profile is None or self.kept is None or self.kept.unchecked == unchecked:
            return self.unchanged()
        return drafted(self.profile, replace(self.kept, unchecked=unchecked))

    def back(self, new: Profile, access_key: AccessKey | None) -> Draft:
        """Return an unchecked profile checked again: as `new`, or as it was if `new` only names it.

        :raises TrayError: (usage) `new` has another signer, and so is another profile
        """
        was = self.profile
        if was is None or (was.aws_profile, was.center_role) != (new.aws_profile, new.center_role):
            raise already(new.name)
        if new.aws_profile and new == Profile(new.name, new.aws_profile):
            new = was
        kept = replace(self.kept or ItemRest(), unchecked=False)
        return drafted(new, kept.with_key(access_key) if access_key else kept)

    def changed(self, profile: Profile, access_key: AccessKey | None) -> Draft:
        """Return another profile in its place, with another access key if there is one."""
        kept = self.kept or ItemRest()
        return drafted(profile, kept.with_key(access_key) if access_key else kept)


def slots_of(contents: Contents) -> list[Slot]:
    """Return the slots of all profiles, in order."""
    packs = packs_of(contents.texts)
    return [Slot.of(entry, text_of(entry, contents.texts, packs)) for entry in contents.index.entries]


def drafted(profile: Profile, kept: ItemRest | None = None) -> Draft:
    """Return the draft that stores a profile, with what is kept beside it.

    :raises TrayError: (usage) the profile is too long
    """
    return Draft(profile.name, codec.encode(profile, kept), alone=bool(profile.access_key_id))


def stored_of(contents: Contents) -> StoredProfiles:
    """Return the stored profiles."""
    slots = slots_of(contents)
    return StoredProfiles(
        profiles=tuple(slot.profile for slot in slots if slot.profile and not slot.unchecked),
        unchecked=tuple(slot.profile for slot in slots if slot.profile and slot.unchecked),
        problems=(
            *([ProfileProblem("", keyring_error("index-salvaged").problem)] if contents.salvaged else []),
            *(ProfileProblem(slot.entry.name, slot.problem) for slot in slots if slot.problem),
        ),
        generation=contents.index.generation,
    )


def refuse_doubles(drafts: Sequence[Draft], slots: Sequence[Slot]) -> None:
    """Refuse drafts with two profiles of one name.

    :raises TrayError: (usage) there would be two
    """
    seen: set[str] = set()
    for draft in drafts:
        if draft.name in seen:
            bad = any(slot.problem and slot.entry.name == draft.name for slot in slots)
            raise unreadable(draft.name) if bad else already(draft.name)
        seen.add(draft.name)


def no_key(name: str) -> TrayError:
    """Return the error for a profile that has no access key."""
    return _usage("no-access-key", profile=name)


def already(name: str) -> TrayError:
    """Return the error for a name that is taken."""
    return _usage("profile-exists", profile=name)


def unreadable(name: str) -> TrayError:
    """Return the error for the name of a profile that can't be read."""
    return _usage("unreadable-profile-exists", profile=name)


def unknown(name: str, names: Sequence[str]) -> TrayError:
    """Return the error for a name that is none of `names`."""
    return _usage("unknown-profile", profile=name, known=tuple(names))


def _missing(name: str) -> TrayError:
    return keyring_error("profile-missing", profile=name)


def _usage(code: str, **places: Any) -> TrayError:
    return TrayError(code, kind=Kind.CONFIGURATION, status=ExitStatus.USAGE, **places)
