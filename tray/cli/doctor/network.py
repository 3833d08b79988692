"""Checks of the way to AWS: each region, the clock, the proxy, the certificates."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from tray.cli.doctor.checks import Check, CheckState

if TYPE_CHECKING:
    from tray.aws.calls.connectivity import Connectivity
    from tray.model.notebooks import Scope

CLOCK, PROXY, CERTIFICATES = "clock", "proxy", "certificates"

# AWS refuses a signature that is older or newer (IAM User Guide, "Signature Version 4", five minutes).
_REFUSED_SECONDS = 5 * 60
# From here on it is worth a word: the clock isn't set by anything, or will soon be off by more.
_OFF_SECONDS = 60


def region_name(scope: Scope) -> str:
    """Return what the check of a region is called."""
    return f"region {scope.region}"


def region_check(found: Connectivity) -> Check:
    """Return whether a region answered."""
    name = region_name(found.scope)
    if found.problem is not None:
        return Check.of(name, found.problem)
    return Check(name, CheckState.OK, f"{_address(found)} answered in {found.milliseconds} ms.")


def clock_check(reaches: Sequence[Connectivity]) -> Check:
    """Return whether this computer's clock is AWS's, by the answers."""
    from tray.aws.errors.network import clock_words

    told = [found.clock_ahead_seconds for found in reaches if found.clock_ahead_seconds is not None]
    if not told:
        return Check(CLOCK, CheckState.SKIPPED, "Needs an answer of AWS.")
    ahead = min(told, key=abs)  # an answer that was long on its way makes the clock look ahead
    remedy = "Have this computer's date, time and time zone set automatically, in its settings."
    if abs(ahead) < _OFF_SECONDS:
        return Check(CLOCK, CheckState.OK, "Agrees with AWS's.")
    if abs(ahead) < _REFUSED_SECONDS:
        return Check(CLOCK, CheckState.WARNING, f"This computer's clock is {clock_words(ahead)}.", remedy)
    what = f"This computer's clock is {clock_words(ahead)}: AWS refuses what is signed with it."
    return Check(CLOCK, CheckState.FAILED, what, remedy)


def proxy_check(reaches: Sequence[Connectivity]) -> Check:
    """Return through which proxy AWS is asked, and whether it lets us through."""
    from tray.aws.errors.network import proxy_for

    if not reaches:
        return Check(PROXY, CheckState.SKIPPED, "Needs a region to ask.")
    ways: dict[str, None] = {}
    for found in reaches:
        used = proxy_for(found.url)
        password = ", with a user name and a password" if used and used.has_password else ""
        ways[f"{used.address} ({used.source}{password})" if used else "no proxy"] = None
    through = ", ".join(ways)
    problem = next((r.problem for r in reaches if r.problem and r.problem.title.startswith("Proxy ")), None)
    if problem is not None:
        return Check(PROXY, CheckState.FAILED, f"{problem.title}: AWS is asked through {through}.", problem.remedy)
    if through == "no proxy":
        set_to = next((name for name in ("HTTPS_PROXY", "https_proxy") if os.environ.get(name)), "")
        return Check(PROXY, CheckState.OK, f"None is used ({set_to} does not apply)." if set_to else "None is used.")
    return Check(PROXY, CheckState.OK, f"AWS is asked through {through}.")


def certificates_check(reaches: Sequence[Connectivity]) -> Check:
    """Return whose certificates AWS answers with, and whether they are trusted. Asks for one once more."""
    from urllib.parse import urlsplit

    from tray.aws.errors.connection import bundle_named_by
    from tray.aws.errors.network import certificate_issuer

    secure = [found for found in reaches if found.secure]
    if not secure:
        why = "Needs a region to ask." if not reaches else "The endpoint is asked without TLS."
        return Check(CERTIFICATES, CheckState.SKIPPED, why)
    for found in secure:
        if found.problem is not None and found.problem.title.startswith("Certificate"):
            return Check.of(CERTIFICATES, found.problem)
    answered = next((found for found in secure if found.problem is None), None)
    if answered is None:
        return Check(CERTIFICATES, CheckState.SKIPPED, "Needs an answer of AWS.")
    issuer = certificate_issuer(answered.host, urlsplit(answered.url).port or 443)
    trusted = bundle_named_by(answered.scope) or "the system's certificate store"
    by = f", issued by “{issuer}”" if issuer else ""
    return Check(CERTIFICATES, CheckState.OK, f"Trusted by {trusted}{by}.")


def _address(found: Connectivity) -> str:
    from urllib.parse import urlsplit

    parts = urlsplit(found.url)
    return f"{found.host}:{parts.port}" if parts.port else found.host
