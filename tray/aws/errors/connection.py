"""What goes wrong on the way to AWS, in the user's words: network, names, proxy, certificates, time."""

from __future__ import annotations

import errno
import os
import re
import socket
import ssl
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from botocore import exceptions as b

from tray.aws.config import profile_settings
from tray.aws.errors.network import certificate_issuer, exception_meant, proxy_asks_for, proxy_for
from tray.aws.errors.settings import wrong_address, wrong_certificates, wrong_region
from tray.aws.regions import known_region, nearest_region
from tray.model.problems import Kind, TrayError

if TYPE_CHECKING:
    from tray.model.notebooks import Scope

_NO_ROUTE = {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EADDRNOTAVAIL, 10051, 10065, 10050, 10049}
# The words are http.client's, which urllib3 repeats.
_TUNNEL_REFUSED = re.compile(r"Tunnel connection failed: (\d{3})(?: ([\w -]{0,60}))?")
# The hosts from which botocore gets credentials. Their region is set separately from that of the notebook instances.
_OF_CREDENTIALS = re.compile(r"(?:portal\.sso|oidc|sts|signin)(?:-fips)?\.([a-z]{2,4}-[a-z0-9-]+-\d+)\.")
# OpenSSL's X509_V_ERR_CERT_NOT_YET_VALID and X509_V_ERR_CERT_HAS_EXPIRED, and Windows' CERT_E_EXPIRED.
_OUT_OF_DATE = {9, 10, 0x800B0101, 0x800B0101 - 2**32}
# On a network that inspects TLS, every scope fails at every refresh: one look per host and minute is enough.
_KNOWN_SECONDS = 60

_issuers: dict[tuple[str, int], tuple[float, str | None]] = {}
_ways: dict[str, tuple[float, frozenset[str]]] = {}


def connection_error(error: Exception, scope: Scope) -> TrayError:
    """Return a failure to reach AWS in the user's words.

    If a certificate is not trusted, the function finds out who issued it, and blocks for at most 5 s.
    """
    if wrong := wrong_address(scope.aws_profile):
        return wrong
    if not isinstance(error, b.EndpointConnectionError | b.ConnectTimeoutError | b.ReadTimeoutError) and (
        wrong := wrong_certificates(scope.aws_profile, bundle_named_by(scope)[0])
    ):
        return wrong  # without usable certificates, no secure connection is possible
    if unusable := _unusable_proxy(error, scope):
        return unusable
    causes = list(_causes(error))
    if tunnel := _first(_TUNNEL_REFUSED, causes):
        return proxy_refused(int(tunnel[1]), scope, (tunnel[2] or "").strip(), _url(error))
    if isinstance(error, b.ProxyConnectionError):
        return _proxy(error, causes, scope)
    if isinstance(error, b.SSLError):
        return _certificate(error, causes, scope)
    if isinstance(error, b.EndpointConnectionError) and (region := _wrong_region(error, scope)):
        return region
    for cause in causes:
        if isinstance(cause, socket.gaierror):
            return _name(error, scope)
        if isinstance(cause, OSError) and cause.errno in _NO_ROUTE:
            return _unreachable("no-network", scope, host=_host(error))
    places: dict[str, Any] = {"host": _host(error), **_through(error)}
    if isinstance(error, b.ConnectTimeoutError | b.ReadTimeoutError):
        return _unreachable("no-answer", scope, connected=isinstance(error, b.ReadTimeoutError), **places)
    refused = any(isinstance(cause, ConnectionRefusedError) for cause in causes)
    return _unreachable("unreachable", scope, refused=refused, **places)


def proxy_refused(status: int, scope: Scope, reason: str = "", url: str = "") -> TrayError:
    """Return the failure that a proxy answered in place of AWS: 407 asks for a sign-in, another status refuses.

    Of a 407, the function finds out by which way the proxy wants to be signed in to, and blocks for at most 5 s.
    `url` is what was asked; empty for SageMaker's own.
    """
    if status == 407:
        asked = _ways_into_proxy(url or _of_sagemaker(scope))
        if asked and "basic" not in asked:
            places = {"ways": ", ".join(sorted(asked)), **_excepted(url, scope)}
            return _unreachable("proxy-wants-sign-in", scope, again=False, **places)
        return _unreachable("proxy-wants-password", scope, again=False, **_excepted(url, scope))
    if not known_region(scope.region):
        return unknown_region(scope)
    return _unreachable("proxy-refused", scope, answer=f"{status} {reason}".strip(), **_excepted(url, scope))


def unknown_region(scope: Scope) -> TrayError:
    """Return the error for a region that doesn't exist, and say where the region is set if the AWS profile sets it."""
    near = nearest_region(scope.region)
    if profile_settings(scope.aws_profile).get("region") == scope.region:
        return wrong_region(scope.aws_profile, scope.region, near)
    return TrayError("unknown-region", kind=Kind.CONFIGURATION, region=scope.region, profile=scope.profile, near=near)


def _wrong_region(error: Exception, scope: Scope) -> TrayError | None:
    found = _OF_CREDENTIALS.match(_host(error))
    if found is None:
        return None if known_region(scope.region) else unknown_region(scope)
    if known_region(found[1]):
        return None
    places: dict[str, Any] = {"region": found[1], "aws_profile": scope.aws_profile, "profile": scope.profile}
    return TrayError("unknown-sign-in-region", kind=Kind.CONFIGURATION, **places)


def _unusable_proxy(error: Exception, scope: Scope) -> TrayError | None:
    """Return what is wrong with the proxy's setting, where no network could make it work."""
    # Not every error of botocore has the call's address; that of the notebooks stands for it.
    url = _url(error) or _of_sagemaker(scope)
    proxy = proxy_for(url)
    if proxy is None or not proxy.fault:
        return None
    return _unreachable(
        "proxy-unusable", scope, again=False, address=proxy.address, source=proxy.source, fault=proxy.fault
    )


def _of_sagemaker(scope: Scope) -> str:
    return f"https://api.sagemaker.{scope.region}.amazonaws.com"


def _excepted(url: str, scope: Scope) -> dict[str, Any]:
    """Return, as places of a sentence, the exception from the proxy that isn't understood, and what it has to be."""
    entry, instead = exception_meant(url or _of_sagemaker(scope))
    return {"entry": entry, "instead": instead}


def _proxy(error: Exception, causes: list[BaseException], scope: Scope) -> TrayError:
    # botocore's masked URL can still show a password elsewhere in it: nothing before the host is used.
    masked = str(getattr(error, "kwargs", {}).get("proxy_url", ""))
    address = masked.rpartition("@")[2].rpartition("//")[2].partition("/")[0]
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        fault = "name"
    elif any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes):
        fault = "certificate"
    elif any(isinstance(cause, TimeoutError) for cause in causes):
        fault = "time"
    else:
        fault = "connection"
    return _unreachable("proxy-unreachable", scope, address=address, fault=fault, **_excepted(_url(error), scope))


def _name(error: Exception, scope: Scope) -> TrayError:
    return _unreachable("name-not-found", scope, host=_host(error))


def _certificate(error: Exception, causes: list[BaseException], scope: Scope) -> TrayError:
    host = _host(error)
    setting, aws_profile = bundle_named_by(scope)
    refused = next((cause for cause in causes if isinstance(cause, ssl.SSLCertVerificationError)), None)
    if refused is None:
        return _unreachable("no-secure-connection", scope, again=False, host=host)
    places: dict[str, Any] = {
        "kind": Kind.UNREACHABLE,
        "host": host,
        "profile": scope.profile,
        "issuer": _issuer(error) or "",
    }
    if getattr(refused, "verify_code", 0) in _OUT_OF_DATE:
        return TrayError("certificate-out-of-date", **places).advised("tried-again")
    return TrayError("certificate-not-trusted", setting=setting, aws_profile=aws_profile, **places)


def bundle_named_by(scope: Scope) -> tuple[str, str]:
    """Return the name of the setting that replaces the system's certificates, and the AWS profile that has the setting.

    The first setting in botocore's order counts. The name is empty if there is no such setting; the profile is empty if
    the setting is a variable, or if there is none.
    """
    if os.environ.get("AWS_CA_BUNDLE"):
        return "AWS_CA_BUNDLE", ""
    if profile_settings(scope.aws_profile).get("ca_bundle"):
        return "ca_bundle", scope.aws_profile
    return ("REQUESTS_CA_BUNDLE" if os.environ.get("REQUESTS_CA_BUNDLE") else ""), ""


def _ways_into_proxy(url: str) -> frozenset[str]:
    proxy = proxy_for(url)
    if proxy is None:
        return frozenset()
    found = _ways.get(proxy.address)
    if found is None or time.monotonic() - found[0] > _KNOWN_SECONDS:
        found = _ways[proxy.address] = time.monotonic(), proxy_asks_for(url)
    return found[1]


def _issuer(error: Exception) -> str | None:
    parts = urlsplit(_url(error))
    if not parts.hostname:
        return None
    key = parts.hostname, parts.port or 443
    found = _issuers.get(key)
    if found is None or time.monotonic() - found[0] > _KNOWN_SECONDS:
        found = _issuers[key] = time.monotonic(), certificate_issuer(*key)
    return found[1]


def _unreachable(code: str, scope: Scope, *, again: bool = True, **places: Any) -> TrayError:
    """Return the error for an unreachable AWS. With `again`, a refresh tries again, as the failure may have passed."""
    error = TrayError(code, kind=Kind.UNREACHABLE, region=scope.region, profile=scope.profile, **places)
    return error.advised("tried-again") if again else error


def _through(error: Exception) -> dict[str, str]:
    url = _url(error)
    proxy = proxy_for(url) if url else None
    return {"proxy": proxy.address, "source": proxy.source} if proxy else {"proxy": "", "source": ""}


def _url(error: Exception) -> str:
    return str(getattr(error, "kwargs", {}).get("endpoint_url") or "")


def _host(error: Exception) -> str:
    return urlsplit(_url(error)).hostname or ""


def _first(pattern: re.Pattern[str], causes: list[BaseException]) -> re.Match[str] | None:
    return next(
        (found for cause in causes if isinstance(cause, OSError) and (found := pattern.search(str(cause)))), None
    )


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and the errors inside it: botocore and urllib3 each wrap other errors in a different way."""
    seen: set[int] = set()
    to_see: list[object] = [error]
    while to_see:
        each = to_see.pop(0)
        if not isinstance(each, BaseException) or id(each) in seen:
            continue
        seen.add(id(each))
        yield each
        inner = getattr(each, "kwargs", {})
        to_see += [inner.get("error"), getattr(each, "reason", None), *each.args, each.__cause__, each.__context__]
