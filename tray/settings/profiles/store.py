"""The store of the profiles in the OS keyring: it reads them, and makes each change completely or not at all."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from tray.model.problems import ExitStatus, TrayError
from tray.settings.profiles import ledger
from tray.settings.profiles.codec import ItemRest
from tray.settings.profiles.errors import LOCKED, Doing, translated, unasked
from tray.settings.profiles.index import DamagedError
from tray.settings.profiles.items import Items, opened
from tray.settings.profiles.ledger import Contents, Progress, Wanted, all_of, of_names, shared_with, unwatched
from tray.settings.profiles.limits import CALL_SECONDS, PROMPT_SECONDS, CallLimits
from tray.settings.profiles.lock import default_lock_path, exclusive
from tray.settings.profiles.many import ManyChanged, adding, changing, removing
from tray.settings.profiles.slots import (
    Slot,
    already,
    drafted,
    no_key,
    refuse_doubles,
    slots_of,
    stored_of,
    unknown,
)

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

    from tray.model.access_keys import AccessKey
    from tray.settings.profiles.model import Profile, StoredProfiles
    from tray.settings.profiles.packs import Draft

# How often a reader that has met a writer reads again before it takes the lock.
_ATTEMPTS = 10
# A working keyring answers in a fraction of a second.
_WAIT_SECONDS = 2.5


class ProfileStore:
    """The user's profiles. Several stores, threads and processes may use the same keyring at once.

    The store looks for the keyring at the first use. Every method may block, even until the user has unlocked the
    keyring, so the icon's thread may call none of them. Every method raises TrayError (keyring) when the keyring can't
    be used or its index is damaged.

    :param backend: a keyring to use in place of the system's
    :param lock_path: the lock file, which must be the same for all programs that share the keyring
    :param on_wait: called on another thread, once, when the keyring has kept a caller waiting for 2.5 s
    """

    def __init__(
        self,
        backend: KeyringBackend | None = None,
        lock_path: Path | None = None,
        on_wait: Callable[[], object] | None = None,
    ) -> None:
        self._backend = backend
        self._limits = CallLimits()
        self._on_wait = on_wait
        self._lock_path = lock_path or default_lock_path()
        self._stayed_locked = False

    def load(self, *, ask: bool = True) -> StoredProfiles:
        """Return all profiles, as they were at one moment.

        :param ask: whether the user may be asked to unlock the keyring: False unless the user began this action
        """
        with self._open(ask) as items:
            contents = _read_beside_writers(items)
            if contents is None:
                with self._lock():
                    contents = _read(items)
        return stored_of(contents)

    def without_keyring(self) -> tuple[Profile, ...]:
        """Return the profiles that are known before the keyring can be read: of the user's, none."""
        return ()

    def generation(self, *, ask: bool = True) -> int:
        """Return the generation of the stored profiles: while it is the same, `load` returns the same.

        This costs two reads of the keyring, however many profiles there are. `ask` is as in `load`.
        """
        with self._open(ask) as items:
            try:
                found = ledger.read_generation(items)
            except DamagedError:
                found = None
            if found is None:
                with self._lock():
                    found = _read(items).index.generation
        return found

    def access_key(self, name: str, *, ask: bool = True) -> AccessKey:
        """Return the access key of the profile `name`, with its secret: only for the worker that signs.

        `ask` is as in `load`.

        :raises TrayError: (usage) there is no such profile, or it has no access key
        """
        with self._open(ask) as items:
            contents = _read_beside_writers(items, name)
            if contents is None:
                with self._lock():
                    contents = _read(items, name)
        for slot in slots_of(contents):
            if slot.problem is not None:
                raise TrayError.of(slot.problem, ExitStatus.KEYRING)
            if slot.kept is not None and slot.kept.access_key is not None:
                return slot.kept.access_key
        raise no_key(name)

    def edit(
        self,
        change: Callable[[Mapping[str, Profile]], Mapping[str, Profile]],
        access_keys: Mapping[str, AccessKey] = MappingProxyType({}),
    ) -> StoredProfiles:
        """Store the profiles that `change` returns, all of them or none, and return what is stored afterwards.

        `access_keys` holds, by profile name, access keys that replace the stored ones. A profile without an
        `access_key_id` keeps no access key.

        `change` gets every readable profile by name, in order, and returns the profiles to store. A profile that it
        leaves out is removed, and one that it adds comes last; a profile whose name differs from its key is renamed.
        `change` runs under the lock, so it must not use the store. Profiles that can't be read stay as they are.

        Unchecked profiles stay too, and `change` doesn't see them. If it adds a profile with the name and the AWS
        profile of an unchecked one, the unchecked profile is checked again: with its former configuration, unless the
        added profile sets more than these two.

        :raises TrayError: (usage) a profile is over 1,280 characters, or two profiles would have the same name
        """

        def plan(slots: Sequence[Slot]) -> list[Draft]:
            readable = {slot.entry.name: slot.profile for slot in slots if slot.profile and not slot.unchecked}
            wanted = dict(change(MappingProxyType(readable)))
            drafts = []
            for slot in slots:
                if slot.profile is None:
                    drafts.append(slot.unchanged())
                elif slot.unchecked:
                    new = wanted.pop(slot.entry.name, None)
                    drafts.append(slot.back(new, access_keys.get(slot.entry.name)) if new else slot.unchanged())
                elif profile := wanted.pop(slot.entry.name, None):
                    key = access_keys.get(profile.name)
                    same = profile == slot.profile and (key is None or key == slot.access_key)
                    drafts.append(slot.unchanged() if same else slot.changed(profile, key))
            for name, profile in wanted.items():
                if name != profile.name:
                    raise ValueError(f"a new profile has the key {name!r} and the name {profile.name!r}")
                drafts.append(drafted(profile, ItemRest(access_key=access_keys.get(name))))
            refuse_doubles(drafts, slots)
            return drafts

        return stored_of(self._transact(plan))

    def add(self, profile: Profile, access_key: AccessKey | None = None) -> StoredProfiles:
        """Add `profile`, with its access key if it signs with one.

        :raises TrayError: (usage) there is a profile with this name, or `profile` is over 1,280 characters
        """

        def adding(profiles: Mapping[str, Profile]) -> Mapping[str, Profile]:
            if profile.name in profiles:
                raise already(profile.name)
            return {**profiles, profile.name: profile}

        return self.edit(adding, _keyed(profile.name, access_key))

    def put(self, profile: Profile) -> StoredProfiles:
        """Add `profile`, or replace the profile with the same name.

        :raises TrayError: (usage) `profile` is over 1,280 characters, or the profile with its name can't be read
        """
        return self.edit(lambda profiles: {**profiles, profile.name: profile})

    def change(
        self, name: str, transform: Callable[[Profile], Profile], access_key: AccessKey | None = None
    ) -> StoredProfiles:
        """Store what `transform` makes of the profile `name`. `transform` may change the name.

        `access_key` replaces the stored access key, if the profile keeps its name.

        An unchecked profile stays so.

        :raises TrayError: (usage) there is no readable profile `name`, or the result is refused as by `edit`
        """

        def plan(slots: Sequence[Slot]) -> list[Draft]:
            readable = [slot.entry.name for slot in slots if slot.profile]
            if name not in readable:
                raise unknown(name, readable)
            drafts = []
            for slot in slots:
                changed = transform(slot.profile) if slot.profile and slot.entry.name == name else slot.profile
                same = changed == slot.profile and (access_key is None or slot.entry.name != name)
                drafts.append(slot.unchanged() if same or changed is None else slot.changed(changed, access_key))
            refuse_doubles(drafts, slots)
            return drafts

        return stored_of(self._transact(plan))

    def uncheck(self, name: str) -> StoredProfiles:
        """Keep the configuration of the profile `name`, but list it no longer; a missing profile is not made."""
        return stored_of(
            self._transact(
                lambda slots: [
                    slot.marked(unchecked=True) if slot.entry.name == name else slot.unchanged() for slot in slots
                ]
            )
        )

    def check(self, name: str) -> StoredProfiles:
        """List the unchecked profile `name` again, as it was configured; a missing profile is not made."""
        return stored_of(
            self._transact(
                lambda slots: [
                    slot.marked(unchecked=False) if slot.entry.name == name else slot.unchanged() for slot in slots
                ]
            )
        )

    def remove(self, name: str) -> StoredProfiles:
        """Remove the profile `name`, even if it can't be read.

        :raises TrayError: (usage) there is no profile with that name
        """

        def plan(slots: Sequence[Slot]) -> list[Draft]:
            names = [slot.entry.name for slot in slots]
            if name not in names:
                raise unknown(name, names)
            return [slot.unchanged() for slot in slots if slot.entry.name != name]

        return stored_of(self._transact(plan))

    def add_many(self, profiles: Sequence[Profile], progress: Progress = unwatched) -> ManyChanged:
        """Add profiles in one change; return the result for each. A refused profile doesn't stop the others."""
        outcome = ManyChanged()
        self._transact(adding(profiles, outcome), progress, of_names(profile.name for profile in profiles))
        return outcome

    def change_many(
        self, names: Sequence[str], transform: Callable[[Profile], Profile], progress: Progress = unwatched
    ) -> ManyChanged:
        """Replace each profile by the result of `transform`, in one change; return the result for each."""
        outcome = ManyChanged()
        self._transact(changing(names, transform, outcome), progress, of_names(names))
        return outcome

    def remove_many(self, names: Sequence[str], progress: Progress = unwatched) -> ManyChanged:
        """Remove profiles in one change, even those that can't be read; return the result for each."""
        outcome = ManyChanged()
        self._transact(removing(names, outcome), progress, shared_with(names))
        return outcome

    def erase(self) -> int:
        """Delete every item of this program from the keyring; return how many profiles there were.

        This also works if the items can't be read: none is kept, so none has to be whole.
        """
        with self._open() as items, self._lock():
            try:
                before = _read(items)
            except TrayError as error:
                if error.problem.code not in ("index-damaged", "index-newer"):
                    raise
                before = None
            ledger.erase(items, before)
        return len(before.index.entries) if before is not None else 0

    def _transact(
        self,
        plan: Callable[[Sequence[Slot]], list[Draft]],
        progress: Progress = unwatched,
        wanted: Wanted = all_of,
    ) -> Contents:
        """Make a change, and return what is stored then. Only the `wanted` items are read."""
        # The keyring is opened before the lock is taken: while it asks the user to unlock it, no other process waits.
        with self._open() as items:
            items.prepare()
            with self._lock():
                before = _read(items, wanted=wanted)
                slots = slots_of(before)
                drafts = plan(slots)
                if drafts == [slot.unchanged() for slot in slots] and not before.salvaged:
                    return before
                return ledger.commit(items, before, drafts, progress)

    @contextmanager
    def _open(self, ask: bool = True) -> Iterator[Items]:
        with self._told_of_waits():
            backend = self._backend or self._find()
            # Some keyrings ask the user themselves (macOS' Keychain, KWallet): another look would ask the user again.
            if not ask and self._stayed_locked and not hasattr(backend, "session"):
                raise unasked(Doing.LOOKING)
            try:
                with opened(backend, ask=ask, limited=self._limited) as items:
                    yield items
            except TrayError as error:
                self._stayed_locked = error.problem.code in LOCKED
                raise
            self._stayed_locked = False

    def _find(self) -> KeyringBackend:
        # Imported here, because keyring and its backend are slow to import, and not needed to show the icon.
        from tray.settings.profiles.backend import shared_backend

        with translated(Doing.FINDING):
            # The limit is needed because this imports any module that the user has chosen, and asks the session bus.
            self._backend = self._limits.within(CALL_SECONDS, shared_backend)
        return self._backend

    def _limited(self, call: Callable[[], Any]) -> Any:
        # Except on Windows, a keyring may ask the user in the middle of any call.
        return self._limits.within(CALL_SECONDS if sys.platform == "win32" else PROMPT_SECONDS, call)

    @contextmanager
    def _told_of_waits(self) -> Iterator[None]:
        if self._on_wait is None:
            yield
            return
        timer = threading.Timer(_WAIT_SECONDS, self._tell_of_wait)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _tell_of_wait(self) -> None:
        on_wait, self._on_wait = self._on_wait, None
        if on_wait is not None:
            on_wait()

    def _lock(self) -> AbstractContextManager[None]:
        return exclusive(self._lock_path)


def _read_beside_writers(items: Items, only: str | None = None) -> Contents | None:
    """Return the contents, read without the lock; None if only the lock can tell a writer from a damaged index."""
    seen: int | None = None
    for _ in range(_ATTEMPTS):
        try:
            contents = ledger.read(items, only)
        except DamagedError:
            return None
        if contents.is_whole:
            return contents
        if contents.index.generation == seen:
            return None  # the item is really missing: no writer has removed it meanwhile
        seen = contents.index.generation
    return None


def _read(items: Items, only: str | None = None, wanted: Wanted = all_of) -> Contents:
    """Return the contents; the caller holds the lock."""
    try:
        try:
            return ledger.read(items, only, wanted)
        except DamagedError:
            return ledger.salvaged(items, only)
    except DamagedError:
        raise ledger.damaged() from None


def _keyed(name: str, access_key: AccessKey | None) -> Mapping[str, AccessKey]:
    return {name: access_key} if access_key is not None else {}
