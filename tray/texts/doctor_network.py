"""What `notebook-tray doctor` says of sign-ins and the way to AWS."""

from __future__ import annotations

from collections.abc import Sequence

from tray.texts.language import _, joined, plural
from tray.texts.lengths import duration
from tray.texts.problems.connection import bundle


def accepted(instances: int, regions: Sequence[str]) -> str:
    """Return that AWS accepts a profile's credentials, and the number of notebook instances."""
    return plural(
        "AWS accepts it: {number} notebook instance in {regions}",
        "AWS accepts it: {number} notebook instances in {regions}",
        instances,
        regions=joined(regions),
    )


def may_all() -> str:
    """Return that a profile may start, stop and describe notebook instances."""
    return _("It may start, stop and describe notebook instances.")


def may_not(actions: Sequence[str]) -> str:
    """Return what a profile may not do with notebook instances, by the IAM actions that it would take."""
    return _(
        "It may list notebook instances; for the rest, an administrator can allow {actions}.", actions=joined(actions)
    )


def permissions_unclear() -> str:
    """Return that it could not be found out what a profile may do."""
    return _("AWS did not say.")


def needs_profile() -> str:
    """Return that the check needs a profile."""
    return _("Needs a profile.")


def needs_region() -> str:
    """Return that the check needs a profile and its region."""
    return _("Needs a profile with a region.")


def needs_answer() -> str:
    """Return that the check needs an answer from AWS."""
    return _("Needs an answer of AWS.")


def needs_region_to_ask() -> str:
    """Return that the check needs a region."""
    return _("Needs a region to ask.")


def answered(address: str, milliseconds: int) -> str:
    """Return that a region answered."""
    return _("{address} answered in {milliseconds} ms.", address=address, milliseconds=milliseconds)


def clock_agrees() -> str:
    """Return that the clock is right."""
    return _("Agrees with AWS's.")


def clock_is(ahead_seconds: float, refused: bool) -> tuple[str, str]:
    """Return that the clock is wrong, whether AWS refuses what is signed with it, and what to do."""
    amount = duration(ahead_seconds)
    match ahead_seconds > 0, refused:
        case True, True:
            what = _("This computer's clock is {amount} ahead: AWS refuses what is signed with it.", amount=amount)
        case False, True:
            what = _("This computer's clock is {amount} behind: AWS refuses what is signed with it.", amount=amount)
        case True, False:
            what = _("This computer's clock is {amount} ahead.", amount=amount)
        case _behind:
            what = _("This computer's clock is {amount} behind.", amount=amount)
    return what, _("Have this computer's date, time and time zone set automatically, in its settings.")


def through(address: str, source: str, has_password: bool) -> str:
    """Return a proxy, with the variable that names it, if any; without an address, return that there is no proxy."""
    if not address:
        return _("no proxy")
    match bool(source), has_password:
        case True, True:
            return _("{address} ({source}, with a user name and a password)", address=address, source=source)
        case True, False:
            return _("{address} ({source})", address=address, source=source)
        case False, True:
            return _("{address} (the system's settings, with a user name and a password)", address=address)
        case _settings:
            return _("{address} (the system's settings)", address=address)


def asked_through(ways: Sequence[str]) -> str:
    """Return which proxies the calls to AWS take."""
    return _("AWS is asked through {ways}.", ways=joined(ways))


def proxy_problem(title: str, ways: Sequence[str]) -> str:
    """Return a problem with a proxy on one line."""
    return _("{title}: AWS is asked through {ways}.", title=title, ways=joined(ways))


def no_proxy(unused: str) -> str:
    """Return that no proxy is used; `unused` names a variable that is set nevertheless."""
    return _("None is used ({name} does not apply).", name=unused) if unused else _("None is used.")


def without_tls() -> str:
    """Return that there are no certificates to look at."""
    return _("The endpoint is asked without TLS.")


def trusted_by(setting: str, aws_profile: str, issuer: str | None) -> str:
    """Return what trusts AWS's certificate, and who issued it.

    :param setting: what names a file of certificates, empty where the system's own store is used
    """
    names = bundle(setting, aws_profile)
    if setting and issuer:
        return _("Trusted by {bundle}, issued by “{issuer}”.", bundle=names, issuer=issuer)
    if setting:
        return _("Trusted by {bundle}.", bundle=names)
    if issuer:
        return _("Trusted by the system's certificate store, issued by “{issuer}”.", issuer=issuer)
    return _("Trusted by the system's certificate store.")
