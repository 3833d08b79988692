"""The part of the page that adds profiles for roles of IAM Identity Center: its addresses, and what it remembers."""

from __future__ import annotations

import asyncio
import itertools
import secrets
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse, Response

from tray.app_pages.setup.shown import names_in_use
from tray.app_pages.shared.asked import ChoiceError, text_of
from tray.model import commands as c
from tray.model.identity_center import CenterRole
from tray.model.new_profiles import NewProfile
from tray.model.problems import Kind, Problem, TrayError
from tray.model.profile_names import free_name

if TYPE_CHECKING:
    from tray.fleet.snapshot import Snapshot
    from tray.model.center import Center
    from tray.model.centers import CenterForms
    from tray.model.identity_center import Account
    from tray.model.sign_in import SignIn

# Of so many Identity Centers it is known what they have given; of each, the roles of so many accounts.
_MOST_CENTERS = 4
_MOST_ACCOUNTS = 2000
# As the page has it (`MOST_CHOSEN` in `accounts.js`).
_MOST_CHOSEN = 100
_LONGEST_NAME = 100

_Values = dict[str, Any]


@dataclass(slots=True)
class Known:
    """What an Identity Center has given to the page: the accounts by number, and the roles of those that were asked."""

    sign_in: SignIn
    center: Center
    accounts: Mapping[str, Account] = field(default_factory=dict)
    roles: dict[str, tuple[str, ...]] = field(default_factory=dict)


class Centers:
    """Answers for this part of the page; on the server's thread.

    :param do: carries out what the user chooses, and returns at once
    :param added: notes which profiles the user adds
    """

    def __init__(
        self,
        snapshot: Callable[[], Snapshot],
        do: Callable[[c.Command], object],
        forms: CenterForms,
        added: Callable[[tuple[NewProfile, ...]], object],
    ) -> None:
        self._snapshot = snapshot
        self._do = do
        self._forms = forms
        self._added = added
        self._known: dict[str, Known] = {}

    async def begin(self, values: _Values) -> Response:
        """Have the user sign in to the Identity Center of a start URL, unless the sign-in still holds.

        With `anew`, in any case: AWS may have ended a sign-in that looks valid here.
        """
        start_url, region = text_of(values, "start_url", 2000).strip(), text_of(values, "region", 100).strip()
        try:
            sign_in, holds = await asyncio.wrap_future(self._forms.sign_in(start_url, region))
        except TrayError as error:
            return _refused(error.problem)
        assert sign_in.center is not None  # noqa: S101 - for the type checker
        number = secrets.token_hex(8)
        self._known = {
            **dict(list(self._known.items())[1 - _MOST_CENTERS :]),
            number: Known(sign_in, sign_in.center),
        }
        holds = holds and values.get("anew") is not True
        if not holds:
            self._do(c.BeginSignIn(sign_in))
        return JSONResponse({"center": number, "region": sign_in.center.region, "holds": holds, "name": sign_in.name})

    async def cancel(self, values: _Values) -> Response:
        """End a sign-in that waits for the user."""
        self._do(c.CancelSignIn(self._of(values).sign_in))
        return JSONResponse({}, HTTPStatus.ACCEPTED)

    async def accounts(self, values: _Values) -> Response:
        """Return the accounts that the user may use."""
        known = self._of(values)
        try:
            found = await asyncio.wrap_future(self._forms.accounts(known.center))
        except TrayError as error:
            return _refused(error.problem)
        known.accounts = {each.id: each for each in found}
        added = with_profiles(known.center, self._snapshot())
        return JSONResponse({"accounts": [[each.id, each.name] for each in found], "added": added})

    async def roles(self, values: _Values) -> Response:
        """Return the roles that the user has in an account."""
        known, account = self._of(values), text_of(values, "account", 100)
        if account not in known.accounts or len(known.roles) >= _MOST_ACCOUNTS:
            raise ChoiceError("not an account")
        try:
            found = await asyncio.wrap_future(self._forms.roles(known.center, account))
        except TrayError as error:
            return _refused(error.problem)
        known.roles[account] = found
        return JSONResponse({"roles": list(found)})

    async def add(self, values: _Values) -> Response:
        """Configure profiles for the roles that the user has chosen."""
        known = self._of(values)
        chosen = chosen_roles(values, known, with_profiles(known.center, self._snapshot()))
        given = text_of(values, "region", 100).strip() or known.center.region
        try:
            any_region = values.get("any_region") is True
            region = await asyncio.wrap_future(self._forms.region(given, allow_unknown=any_region))
            profiles = new_profiles(known, chosen, region, names_in_use(self._snapshot()))
        except TrayError as error:
            return _refused(error.problem)
        self._added(profiles)
        self._do(c.AddProfiles(profiles))
        if values.get("write") is True:
            self._do(c.WriteAwsConfig(profiles))
        return JSONResponse({"added": [each.name for each in profiles]}, HTTPStatus.ACCEPTED)

    def now(self, snapshot: Snapshot) -> dict[str, Any]:
        """Return of each sign-in what a page shows of it: three values.

        Whether it waits for the user; else what went wrong with the last, if it did; and with which accounts and roles
        profiles sign in there: `ACCOUNT ROLE`, those that are hidden included.
        """
        return {
            number: [*_state(known.sign_in, snapshot), with_profiles(known.center, snapshot)]
            for number, known in self._known.items()
        }

    def _of(self, values: _Values) -> Known:
        known = self._known.get(text_of(values, "center", 100))
        if known is None:
            raise ChoiceError("no such sign-in")
        return known


def with_profiles(center: Center, snapshot: Snapshot) -> list[str]:
    """Return with which accounts and roles of an Identity Center profiles sign in, as `ACCOUNT ROLE`: pure."""
    roles = (each.center_role for each in (*snapshot.listing.profiles, *snapshot.listing.unchecked))
    return sorted(f"{each.account} {each.role}" for each in roles if each is not None and each.center == center)


def chosen_roles(values: _Values, known: Known, there: Collection[str] = ()) -> list[tuple[str, str]]:
    """Return the accounts with their roles that the user has chosen, each once: pure.

    :param there: with which there are profiles already, as `ACCOUNT ROLE`: another page may have added them meanwhile
    :raises ChoiceError: one of them was not offered, there are too many, or none is left
    """
    given = values.get("roles")
    if not isinstance(given, list) or not 0 < len(given) <= _MOST_CHOSEN:
        raise ChoiceError("no roles")
    chosen: dict[tuple[str, str], None] = {}
    for each in given:
        if not (isinstance(each, list) and len(each) == 2 and all(isinstance(part, str) for part in each)):
            raise ChoiceError("no role")
        account, role = each
        # Roles of an account that was taken away are still known when the accounts are listed anew.
        if account not in known.accounts or role not in known.roles.get(account, ()):
            raise ChoiceError("not offered")
        if f"{account} {role}" not in there:
            chosen[account, role] = None
    if not chosen:
        raise ChoiceError("nothing to add")
    return list(chosen)


def new_profiles(
    known: Known, chosen: Iterable[tuple[str, str]], region: str, taken: Iterable[str]
) -> tuple[NewProfile, ...]:
    """Return the profiles for accounts and roles, under free names: pure.

    A profile is called like its account; like account and role, where several roles of one account are chosen.

    :raises TrayError: (usage) a role can't be kept
    """
    used = set(taken)
    by_account = {account: [*roles] for account, roles in itertools.groupby(sorted(chosen), key=lambda each: each[0])}
    found = []
    for account, roles in by_account.items():
        of = known.accounts.get(account)  # listed anew meanwhile, perhaps without it
        name = (of.name if of is not None else "") or account
        for _, role in roles:
            free = free_name((f"{name} {role}" if len(roles) > 1 else name)[:_LONGEST_NAME].strip(), used)
            used.add(free)
            found.append(NewProfile(free, regions=(region,), center_role=CenterRole(known.center, account, role)))
    return tuple(found)


def _state(sign_in: SignIn, snapshot: Snapshot) -> list[Any]:
    if sign_in in snapshot.tasks.sign_ins:
        return [True, ""]
    notice = snapshot.tasks.notice
    if notice is None or notice.command != c.BeginSignIn(sign_in):
        return [False, ""]
    problem = notice.problem
    # What mends a failed sign-in is another one, for which the page has a button.
    return [False, problem.message if problem.kind is Kind.SIGN_IN else f"{problem.message} {problem.remedy}"]


def _refused(problem: Problem) -> Response:
    """Tell what is wrong, and beside which field to say so."""
    # What mends a sign-in that is over is another one, for which the page has a button.
    said = problem.message if problem.kind is Kind.SIGN_IN else f"{problem.message} {problem.remedy}"
    region = problem.code in ("region-refused", "region-not-known", "no-center-told")
    return JSONResponse(
        {
            "refused": said,
            "field": "region" if region else "start_url",
            "unknown_region": problem.code == "region-not-known",
            "signs_in": problem.kind is Kind.SIGN_IN,
        }
    )
