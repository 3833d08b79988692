"""The user's profiles and those of an administrator's policy, as one store.

An administrator's profile is not in the keyring, and nothing that the policy says of it can be changed. What it leaves
open (session length, view, when something counts as left running, when what runs is stopped, whether it is listed) is
the user's, and kept in the state folder. The keyring keeps all that the user has configured, what the policy hides too.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from tray.fleet.files.state_file import StateFile, state_folder
from tray.fleet.profiles.policy_watch import PolicyWatch
from tray.model.lengths import (
    MAXIMUM_LEFT_RUNNING_HOURS,
    MAXIMUM_SESSION_SECONDS,
    MINIMUM_SESSION_SECONDS,
    View,
)
from tray.model.policy import STOP_HABITS
from tray.model.policy_refusals import check_allowed, fixed
from tray.model.problems import Kind, Problem, TrayError
from tray.model.schedule_role import is_schedule_role
from tray.model.times_of_day import is_time_of_day
from tray.settings.profiles.ledger import Progress, unwatched
from tray.settings.profiles.many import ManyChanged
from tray.settings.profiles.model import Profile, ProfileProblem, StoredProfiles
from tray.settings.profiles.slots import already
from tray.settings.profiles.store import ProfileStore

if TYPE_CHECKING:
    from pathlib import Path

    from keyring.backend import KeyringBackend

    from tray.model.access_keys import AccessKey
    from tray.model.new_profiles import NewProfile
    from tray.model.policy import Policy

FILE_NAME = "policy-profiles.json"
_MOST = 500
# Above any number of changes of the keyring: a change of the policy is another generation, too.
_STEP = 1 << 40

Choices = Mapping[str, Mapping[str, Any]]
"""What the user has set of the administrator's profiles, by their names."""


def policy_of(store: ProfileStore) -> PolicyWatch:
    """Return where the policy of a store is read; without one of its own (the demo's), none is."""
    return store.policy if isinstance(store, PolicedStore) else PolicyWatch(lambda: (), lambda: 0)


class PolicedStore(ProfileStore):
    """A `ProfileStore` whose profiles are as the policy has them. Every method may block, as there.

    :param policy: where the policy is read; each reading of the profiles looks whether it has changed
    :param choices: the file with what the user has set of the administrator's profiles
    """

    def __init__(
        self,
        backend: KeyringBackend | None = None,
        lock_path: Path | None = None,
        on_wait: Callable[[], object] | None = None,
        *,
        policy: PolicyWatch | None = None,
        choices: Path | None = None,
    ) -> None:
        super().__init__(backend, lock_path, on_wait)
        self.policy = policy or PolicyWatch()
        path = choices or state_folder() / FILE_NAME
        self._choices = StateFile(path, "what is set of the administrator's profiles")
        self._stamping = threading.Lock()
        self._stamped: tuple[Policy, Choices] | None = None
        self._stamp = 0

    def load(self, *, ask: bool = True) -> StoredProfiles:
        """See `ProfileStore.load`. Where only the administrator's profiles count, the keyring is not opened."""
        policy = self.policy.look()
        own = super().load(ask=ask) if policy.limits.own_profiles else StoredProfiles()
        return self._policed(own, policy)

    def generation(self, *, ask: bool = True) -> int:
        """See `ProfileStore.generation`."""
        policy = self.policy.look()
        own = super().generation(ask=ask) if policy.limits.own_profiles else 0
        return own + self._stamp_of(policy, self._chosen(policy))

    def without_keyring(self) -> tuple[Profile, ...]:
        """Return the profiles that are known before the keyring can be read. Reads a file."""
        policy = self.policy.look()
        return self._policed(StoredProfiles(), policy).profiles

    def access_key(self, name: str, *, ask: bool = True) -> AccessKey:
        """See `ProfileStore.access_key`."""
        check_allowed(self.policy.look(), "access_keys")
        return super().access_key(name, ask=ask)

    def edit(
        self,
        change: Callable[[Mapping[str, Profile]], Mapping[str, Profile]],
        access_keys: Mapping[str, AccessKey] = MappingProxyType({}),
    ) -> StoredProfiles:
        """See `ProfileStore.edit`. `change` gets the administrator's profiles too, and none that the policy hides."""
        policy = self.policy.look()
        theirs = {each.name: each for each in self._theirs(policy) if not self._is_hidden(each.name, policy)}
        fixed_names = {each.name for each in policy.profiles}
        given = {each.name: each for each in policy.profiles}
        chosen: dict[str, dict[str, Any]] = {}

        def changed(own: Mapping[str, Profile]) -> Mapping[str, Profile]:
            seen = {name: each for name, each in own.items() if name not in fixed_names}
            wanted = dict(change(MappingProxyType({**theirs, **(seen if policy.limits.own_profiles else {})})))
            for name, before in theirs.items():
                after = wanted.pop(name, None)
                if after is None:
                    raise fixed(name)
                if after != before:
                    new = _open_values(before, _checked(before, after, policy), given[name])
                    chosen.update({name: new} if new else {})
            if not policy.limits.own_profiles:
                if wanted:
                    check_allowed(policy, "own_profiles")
                return own
            if access_keys or any(each.access_key_id for name, each in wanted.items() if name not in own):
                check_allowed(policy, "access_keys")
            for after in wanted.values():
                if after.name in fixed_names:
                    raise already(after.name)
            kept: dict[str, Profile] = {}
            for name, each in own.items():
                if name not in seen:
                    kept[name] = each
                elif name in wanted:
                    kept[name] = wanted.pop(name)
            return {**kept, **wanted}

        if policy.limits.own_profiles:
            stored = super().edit(changed, access_keys)
        else:
            changed({})
            stored = StoredProfiles()
        self._store_choices(chosen)
        return self._policed(stored, policy)

    def change(
        self, name: str, transform: Callable[[Profile], Profile], access_key: AccessKey | None = None
    ) -> StoredProfiles:
        """See `ProfileStore.change`."""
        policy = self.policy.look()
        theirs = next((each for each in self._theirs(policy) if each.name == name), None)
        if theirs is not None:
            if access_key is not None:
                raise fixed(name)
            changed_to = _checked(theirs, transform(theirs), policy)
            given = policy.profile(name)
            new = _open_values(theirs, changed_to, given) if given is not None else {}
            chosen = {**self._chosen(policy).get(name, {}), **new}
            if given is not None and _effective(given, chosen, policy) != changed_to:
                raise fixed(name)  # what is set for every profile may pass it by
            self._store_choices({name: new} if new else {})
            return self.load()
        check_allowed(policy, "own_profiles")

        def changed(profile: Profile) -> Profile:
            after = transform(profile)
            if after.name != name and policy.profile(after.name) is not None:
                raise already(after.name)
            if after.access_key_id and after.access_key_id != profile.access_key_id:
                check_allowed(policy, "access_keys")
            return after

        if access_key is not None:
            check_allowed(policy, "access_keys")
        return self._policed(super().change(name, changed, access_key), policy)

    def check(self, name: str) -> StoredProfiles:
        """See `ProfileStore.check`."""
        return self._mark(name, hidden=False)

    def uncheck(self, name: str) -> StoredProfiles:
        """See `ProfileStore.uncheck`."""
        return self._mark(name, hidden=True)

    def remove(self, name: str) -> StoredProfiles:
        """See `ProfileStore.remove`."""
        policy = self.policy.look()
        self._refuse_theirs(name, policy)
        check_allowed(policy, "own_profiles")
        return self._policed(super().remove(name), policy)

    def add_many(self, profiles: Sequence[Profile], progress: Progress = unwatched) -> ManyChanged:
        """See `ProfileStore.add_many`."""
        policy = self.policy.look()
        check_allowed(policy, "own_profiles")
        taken = {each.name: already(each.name) for each in profiles if policy.profile(each.name) is not None}
        outcome = super().add_many([each for each in profiles if each.name not in taken], progress)
        outcome.refused.update(taken)
        return outcome

    def change_many(
        self, names: Sequence[str], transform: Callable[[Profile], Profile], progress: Progress = unwatched
    ) -> ManyChanged:
        """See `ProfileStore.change_many`."""
        policy = self.policy.look()
        theirs = [name for name in names if policy.profile(name) is not None]
        own = [name for name in names if policy.profile(name) is None]
        if own:
            check_allowed(policy, "own_profiles")
        outcome = super().change_many(own, transform, progress) if own else ManyChanged()
        for name in theirs:
            try:
                self.change(name, transform)
                outcome.done[name] = None
            except TrayError as error:
                outcome.refused[name] = error
        return outcome

    def remove_many(self, names: Sequence[str], progress: Progress = unwatched) -> ManyChanged:
        """See `ProfileStore.remove_many`."""
        policy = self.policy.look()
        theirs = {name: fixed(name) for name in names if policy.profile(name) is not None}
        own = [name for name in names if name not in theirs]
        if own:
            check_allowed(policy, "own_profiles")
        outcome = super().remove_many(own, progress) if own else ManyChanged()
        outcome.refused.update(theirs)
        return outcome

    def _mark(self, name: str, *, hidden: bool) -> StoredProfiles:
        policy = self.policy.look()
        if policy.profile(name) is not None:
            self._store_choices({name: {"hidden": hidden}})
            return self.load()
        check_allowed(policy, "own_profiles")
        return self._policed((super().uncheck if hidden else super().check)(name), policy)

    def _refuse_theirs(self, name: str, policy: Policy) -> None:
        if policy.profile(name) is not None:
            raise fixed(name)

    def _policed(self, own: StoredProfiles, policy: Policy) -> StoredProfiles:
        """Return the profiles as the policy has them: the administrator's first."""
        chosen = self._chosen(policy)
        theirs = [(each, _effective(each, chosen.get(each.name, {}), policy)) for each in policy.profiles]
        names = {each.name for each in policy.profiles}

        def seen(profiles: Sequence[Profile]) -> tuple[Profile, ...]:
            if not policy.limits.own_profiles:
                return ()
            keys = policy.limits.access_keys
            shown = (each for each in profiles if each.name not in names and (keys or not each.access_key_id))
            return tuple(_limited(each, policy) for each in shown)

        problems = own.problems if policy.limits.own_profiles else ()
        if policy.limits.own_profiles and not policy.limits.access_keys:
            problem = Problem.of("policy-forbids", Kind.CONFIGURATION, what="access_keys")
            problems += tuple(ProfileProblem(each.name, problem) for each in own.profiles if each.access_key_id)
        hidden = {new.name for new, _ in theirs if chosen.get(new.name, {}).get("hidden")}
        return StoredProfiles(
            (*(each for new, each in theirs if new.name not in hidden), *seen(own.profiles)),
            (*(each for new, each in theirs if new.name in hidden), *seen(own.unchecked)),
            problems,
            own.generation + self._stamp_of(policy, chosen),
        )

    def _theirs(self, policy: Policy) -> tuple[Profile, ...]:
        chosen = self._chosen(policy)
        return tuple(_effective(each, chosen.get(each.name, {}), policy) for each in policy.profiles)

    def _is_hidden(self, name: str, policy: Policy) -> bool:
        return bool(self._chosen(policy).get(name, {}).get("hidden"))

    def _stamp_of(self, policy: Policy, chosen: Choices) -> int:
        """Return what a generation has besides that of the keyring: 0 until a policy was seen."""
        with self._stamping:
            now = (policy, chosen)
            if self._stamped is None and not policy.set_by:
                return 0
            if now != self._stamped:
                self._stamped = now
                self._stamp += _STEP
            return self._stamp

    def _chosen(self, policy: Policy) -> Choices:
        return _read(self._choices.stored()) if policy.profiles else {}

    def _store_choices(self, new: Choices) -> None:
        if not new:
            return
        try:
            with self._choices.alone():
                known = dict(_read(self._choices.readable()))
                for name, values in new.items():
                    # The latest come last: they stay where there are too many.
                    known[name] = {**known.pop(name, {}), **values}
                self._choices.store(dict([*known.items()][-_MOST:]), "policy-choice-not-kept")
        except OSError as error:
            raise self._choices.refusal("policy-choice-not-kept", error) from error


def _limited(profile: Profile, policy: Policy) -> Profile:
    """Return a profile of the user's within the limits."""
    limits = policy.limits
    within = replace(profile, session_seconds=limits.length(profile.session_seconds), view=limits.view(profile.view))
    if not limits.stop:
        within = replace(within, stop_at="", stop_when_idle_hours=0, stop_at_logout=False, schedule_role="")
    return within if within != profile else profile


def _effective(new: NewProfile, chosen: Mapping[str, Any], policy: Policy) -> Profile:
    """Return a profile of the administrator's: what it says, else what the user has set, else the default."""
    from tray.fleet.profiles.adding import profile_of  # few computers have a policy

    view = chosen.get("view")
    filled = replace(
        new,
        session_seconds=new.session_seconds or chosen.get("session_seconds", 0),
        view=new.view if new.view is not None or view is None else View(view),
        left_running_hours=chosen.get("left_running_hours")
        if new.left_running_hours is None
        else new.left_running_hours,
        **{habit: getattr(new, habit) or chosen.get(habit, getattr(new, habit)) for habit in STOP_HABITS},
    )
    return _limited(profile_of(filled), policy)


def _checked(before: Profile, after: Profile, policy: Policy) -> Profile:
    """Return what becomes of an administrator's profile.

    :raises TrayError: something was changed that the policy has set
    """
    given = policy.profile(before.name)
    kept = replace(
        after,
        session_seconds=before.session_seconds,
        view=before.view,
        left_running_hours=before.left_running_hours,
        **{habit: getattr(before, habit) for habit in STOP_HABITS},
    )
    if given is None or kept != before:
        raise fixed(before.name)
    return after


def _open_values(before: Profile, after: Profile, given: NewProfile) -> dict[str, Any]:
    """Return what the user has changed of an administrator's profile, as far as the policy leaves it open.

    What is as it was is not among them: it may be what the policy limits it to, and not what the user has set.
    """
    values = {
        "session_seconds": (before.session_seconds, after.session_seconds, not given.session_seconds),
        "view": (before.view.value, after.view.value, given.view is None),
        "left_running_hours": (
            before.left_running_hours,
            after.left_running_hours,
            given.left_running_hours is None,
        ),
        **{habit: (getattr(before, habit), getattr(after, habit), not getattr(given, habit)) for habit in STOP_HABITS},
    }
    return {name: new for name, (old, new, is_open) in values.items() if is_open and new != old}


def _read(stored: Any) -> Choices:
    """Return what is stored and makes sense; the rest hides none of it."""
    if not isinstance(stored, dict):
        return {}
    views = [each.value for each in View]

    def fits(key: str, value: Any) -> bool:
        match key:
            case "session_seconds":
                return type(value) is int and MINIMUM_SESSION_SECONDS <= value <= MAXIMUM_SESSION_SECONDS
            case "view":
                return value in views
            case "stop_at":
                return isinstance(value, str) and is_time_of_day(value)
            case "schedule_role":
                return isinstance(value, str) and is_schedule_role(value)
            case "left_running_hours" | "stop_when_idle_hours":
                return type(value) is int and 0 <= value <= MAXIMUM_LEFT_RUNNING_HOURS
            case "stop_at_logout" | "hidden":
                return isinstance(value, bool)
        return False

    return {
        name: {key: value for key, value in values.items() if fits(key, value)}
        for name, values in [*stored.items()][-_MOST:]
        if isinstance(values, dict)
    }
