"""Checks of the way to AWS: each region, the clock, the proxy, the certificates."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from tray.cli.doctor.checks import Check, CheckState
from tray.texts import doctor as texts
from tray.texts import doctor_network as network_texts

if TYPE_CHECKING:
    from tray.aws.calls.connectivity import Connectivity
    from tray.model.problems import Problem

_PROXY = ("proxy-refused", "proxy-unreachable", "proxy-unusable", "proxy-wants-password", "proxy-wants-sign-in")
_CERTIFICATES = ("certificate-not-trusted", "certificate-out-of-date")

# AWS refuses a signature that is off by more than this (IAM User Guide, "Signature Version 4", five minutes).
_REFUSED_SECONDS = 5 * 60
# A warning begins here: nothing sets the clock, or it will soon be off by more.
_OFF_SECONDS = 60


def region_check(found: Connectivity) -> Check:
    """Return whether a region answered."""
    name = texts.region(found.scope.region)
    if found.problem is not None:
        return Check.of(name, found.problem)
    return Check(name, CheckState.OK, network_texts.answered(_address(found), found.milliseconds))


def clock_check(reaches: Sequence[Connectivity]) -> Check:
    """Return whether this computer's clock agrees with AWS' clock, by the times in the answers."""
    told = [found.clock_ahead_seconds for found in reaches if found.clock_ahead_seconds is not None]
    if not told:
        return Check(texts.clock(), CheckState.SKIPPED, network_texts.needs_answer())
    ahead = min(told, key=abs)  # an answer that was long on its way makes the clock look ahead
    if abs(ahead) < _OFF_SECONDS:
        return Check(texts.clock(), CheckState.OK, network_texts.clock_agrees())
    if abs(ahead) < _REFUSED_SECONDS:
        return Check(texts.clock(), CheckState.WARNING, *network_texts.clock_is(ahead, refused=False))
    return Check(texts.clock(), CheckState.FAILED, *network_texts.clock_is(ahead, refused=True))


def proxy_check(reaches: Sequence[Connectivity]) -> Check:
    """Return which proxy the calls to AWS take, and whether the proxy lets them through."""
    from tray.aws.errors.network import proxy_for

    if not reaches:
        return Check(texts.proxy(), CheckState.SKIPPED, network_texts.needs_region_to_ask())
    ways: dict[tuple[str, str, bool], None] = {}
    for found in reaches:
        used = proxy_for(found.url)
        ways[(used.address, used.source, used.has_password) if used else ("", "", False)] = None
    through = [network_texts.through(*way) for way in ways]
    problem = next((r.problem for r in reaches if r.problem and r.problem.code in _PROXY), None)
    if problem is not None:
        return Check(
            texts.proxy(), CheckState.FAILED, network_texts.proxy_problem(problem.title, through), problem.remedy
        )
    if not any(address for address, *_ in ways):
        set_to = next((name for name in ("HTTPS_PROXY", "https_proxy") if os.environ.get(name)), "")
        return Check(texts.proxy(), CheckState.OK, network_texts.no_proxy(set_to))
    return Check(texts.proxy(), CheckState.OK, network_texts.asked_through(through))


def certificates_check(reaches: Sequence[Connectivity]) -> Check:
    """Return who issued the certificates of AWS' answers, and whether they are trusted. Fetches one once more."""
    from urllib.parse import urlsplit

    from tray.aws.errors.connection import bundle_named_by
    from tray.aws.errors.network import certificate_issuer

    secure = [found for found in reaches if found.secure]
    if not secure:
        why = network_texts.needs_region_to_ask() if not reaches else network_texts.without_tls()
        return Check(texts.certificates(), CheckState.SKIPPED, why)
    for found in secure:
        if found.problem is not None and _of_certificates(found.problem):
            return Check.of(texts.certificates(), found.problem)
    answered = next((found for found in secure if found.problem is None), None)
    if answered is None:
        return Check(texts.certificates(), CheckState.SKIPPED, network_texts.needs_answer())
    issuer = certificate_issuer(answered.host, urlsplit(answered.url).port or 443)
    return Check(
        texts.certificates(), CheckState.OK, network_texts.trusted_by(*bundle_named_by(answered.scope), issuer)
    )


def _of_certificates(problem: Problem) -> bool:
    """Whether certificates are what is wrong: one that is not trusted, or the file of those that are."""
    wants = dict(problem.places).get("wants") if problem.code == "aws-setting-wrong" else None
    return problem.code in _CERTIFICATES or wants in ("certificates", "certificate")


def _address(found: Connectivity) -> str:
    from urllib.parse import urlsplit

    parts = urlsplit(found.url)
    return f"{found.host}:{parts.port}" if parts.port else found.host
