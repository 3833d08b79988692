"""What goes wrong on the way to AWS, in the user's words: network, names, proxy, certificates, time."""

from __future__ import annotations

import errno
import functools
import os
import re
import socket
import ssl
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from botocore import exceptions as b

from tray.aws.config import profile_settings
from tray.aws.errors.network import certificate_issuer, proxy_for
from tray.model.problems import Kind, TrayError

if TYPE_CHECKING:
    from tray.model.notebooks import Scope

_NO_ROUTE = {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EADDRNOTAVAIL, 10051, 10065, 10050, 10049}
# http.client's words, and urllib3's after them.
_TUNNEL_REFUSED = re.compile(r"Tunnel connection failed: (\d{3})(?: ([\w -]*))?")
# The hosts from which botocore gets credentials; where they are is set apart from where the notebook instances are.
_OF_CREDENTIALS = re.compile(r"(?:portal\.sso|oidc|sts|signin)(?:-fips)?\.([a-z]{2,4}-[a-z0-9-]+-\d+)\.")
# OpenSSL's X509_V_ERR_CERT_NOT_YET_VALID and X509_V_ERR_CERT_HAS_EXPIRED, and Windows' CERT_E_EXPIRED.
_OUT_OF_DATE = {9, 10, 0x800B0101, 0x800B0101 - 2**32}
_AT_NEXT_REFRESH = "It is tried again at the next refresh."
# An inspected network fails at every scope and refresh: one look a host is enough for a minute.
_KNOWN_SECONDS = 60

_issuers: dict[tuple[str, int], tuple[float, str | None]] = {}


def connection_error(error: Exception, scope: Scope) -> TrayError:
    """Return a failure to reach AWS in the user's words.

    Where a certificate is not trusted, looks who issued it, which blocks for at most 5 s.
    """
    causes = list(_causes(error))
    if tunnel := _first(_TUNNEL_REFUSED, causes):
        return proxy_refused(int(tunnel[1]), scope, (tunnel[2] or "").strip())
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
            return _unreachable(
                scope,
                "No network",
                f"This computer has no way to {_host(error) or _sagemaker(scope)} (profile “{scope.profile}”).",
                f"Check the network and the VPN. {_AT_NEXT_REFRESH}",
            )
    if isinstance(error, b.ConnectTimeoutError | b.ReadTimeoutError):
        where = _host(error) or _sagemaker(scope)
        what = "did not answer in time" if isinstance(error, b.ReadTimeoutError) else "can't be reached in time"
        return _unreachable(
            scope,
            "AWS doesn't answer",
            f"{where} {what} (profile “{scope.profile}”){_through(error)}.",
            f"Check the network, the VPN and the proxy settings (HTTPS_PROXY). {_AT_NEXT_REFRESH}",
        )
    refused = any(isinstance(cause, ConnectionRefusedError) for cause in causes)
    return _unreachable(
        scope,
        "AWS can't be reached",
        f"{_host(error) or _sagemaker(scope)} {'refused' if refused else 'broke off'} the connection"
        f" (profile “{scope.profile}”){_through(error)}.",
        f"Check the network, the VPN and the proxy settings (HTTPS_PROXY). {_AT_NEXT_REFRESH}",
    )


def proxy_refused(status: int, scope: Scope, reason: str = "") -> TrayError:
    """Return what a proxy says in place of AWS: 407, it wants a password; another, it doesn't let it through."""
    if status == 407:
        return _unreachable(
            scope,
            "Proxy wants a password",
            f"The proxy before {_sagemaker(scope)} (profile “{scope.profile}”) wants a user name and a password, or"
            " refused those that were given.",
            "Set HTTPS_PROXY=http://USER:PASSWORD@HOST:PORT, with special characters percent-encoded, and start again.",
        )
    if not known_region(scope.region):
        return unknown_region(scope)
    return _unreachable(
        scope,
        "Proxy refused",
        f"The proxy does not let this computer through to {_sagemaker(scope)} (profile “{scope.profile}”):"
        f" {status}{f' {reason}' if reason else ''}.",
        f"Ask your administrator to allow the hosts of AWS in it, or except them in NO_PROXY. {_AT_NEXT_REFRESH}",
    )


def unknown_region(scope: Scope) -> TrayError:
    """Return that a scope's region doesn't exist."""
    return TrayError(
        "Unknown region",
        f"“{scope.region}” is no AWS region that can be reached (profile “{scope.profile}”).",
        f"Check the spelling: notebook-tray profiles set {scope.profile} --region REGION",
        kind=Kind.CONFIGURATION,
    )


def known_region(region: str) -> bool:
    """Whether the installed botocore knows `region`; it words a failure, and never refuses a region by itself."""
    known = _known_regions()
    return region in known or not known


@functools.cache
def _known_regions() -> frozenset[str]:
    """Read them once: a computer that is offline asks for every scope."""
    from tray.aws.botocore_patches.regions import regions_in
    from tray.aws.service_model import ENDPOINT_PREFIX, shared_loader

    return regions_in(shared_loader().load_data("endpoints"), ENDPOINT_PREFIX)


def _wrong_region(error: Exception, scope: Scope) -> TrayError | None:
    found = _OF_CREDENTIALS.match(_host(error))
    if found is None:
        return None if known_region(scope.region) else unknown_region(scope)
    if known_region(found[1]):
        return None
    return TrayError(
        "Unknown region",
        f"“{found[1]}” is no AWS region that can be reached: the {scope.signer} gets its credentials there.",
        "Correct sso_region or region of the profile, or of its sso-session, in the AWS config file.",
        kind=Kind.CONFIGURATION,
    )


def _proxy(error: Exception, causes: list[BaseException], scope: Scope) -> TrayError:
    # The masked URL of botocore still shows passwords that occur elsewhere in it: nothing before the host is taken.
    masked = str(getattr(error, "kwargs", {}).get("proxy_url", ""))
    address = masked.rpartition("@")[2].rpartition("//")[2].partition("/")[0]
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        why = "its name can't be found"
    elif any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes):
        why = "its certificate is not trusted"
    elif any(isinstance(cause, TimeoutError) for cause in causes):
        why = "it doesn't answer"
    else:
        why = "no connection to it can be made"
    return _unreachable(
        scope,
        "Proxy can't be reached",
        f"The proxy {address} before {_sagemaker(scope)} (profile “{scope.profile}”) can't be used: {why}.",
        "Check HTTPS_PROXY, or the proxy in the system's settings, and the VPN. A script for automatic configuration"
        f" (PAC) is not run: name the proxy itself. {_AT_NEXT_REFRESH}",
    )


def _name(error: Exception, scope: Scope) -> TrayError:
    return _unreachable(
        scope,
        "Name not found",
        f"The name {_host(error) or _sagemaker(scope)} can't be found (DNS; profile “{scope.profile}”).",
        "Check the network and the VPN. Where only a proxy leads out, set HTTPS_PROXY, or the proxy in the system's"
        f" settings; a script for automatic configuration (PAC) is not run. {_AT_NEXT_REFRESH}",
    )


def _certificate(error: Exception, causes: list[BaseException], scope: Scope) -> TrayError:
    host = _host(error)
    for cause in causes:
        if isinstance(cause, FileNotFoundError):
            return TrayError(
                "Certificates not found",
                f"The file of certificates that {bundle_named_by(scope) or 'is set'} names is not there"
                f" (profile “{scope.profile}”).",
                "Correct it, or remove it: then the system's own certificates are trusted.",
                kind=Kind.CONFIGURATION,
            )
    refused = next((cause for cause in causes if isinstance(cause, ssl.SSLCertVerificationError)), None)
    if refused is None:
        return _unreachable(
            scope,
            "No secure connection",
            f"What answers for {host or _sagemaker(scope)} (profile “{scope.profile}”) speaks no TLS that is good.",
            "A proxy or a sign-in page of the network may be in between: open any web page, then refresh.",
        )
    issuer = _issuer(error)
    by = f"issued by “{issuer}”" if issuer else "whose issuer could not be read"
    if getattr(refused, "verify_code", 0) in _OUT_OF_DATE:
        return _unreachable(
            scope,
            "Certificate out of date",
            f"The certificate of {host} (profile “{scope.profile}”), {by}, is not valid at the time that this"
            " computer's clock shows.",
            f"Check this computer's date and time. {_AT_NEXT_REFRESH}",
        )
    bundle = bundle_named_by(scope)
    instead = f", and it is not in the file that {bundle} names, which is all that is trusted" if bundle else ""
    whose = f"“{issuer}”" if issuer else "the issuer"
    add = f"that file ({bundle})" if bundle else "the system's certificate store, or set AWS_CA_BUNDLE to it"
    return _unreachable(
        scope,
        "Certificate not trusted",
        f"{host} (profile “{scope.profile}”) answers with a certificate {by}, which this computer does not trust"
        f"{instead}.",
        f"If {whose} is your company's, which inspects connections, have its certificate added to {add}. Otherwise,"
        " use another network.",
    )


def bundle_named_by(scope: Scope) -> str:
    """Return what names the certificates that are trusted instead of the system's, in botocore's order; "" if none."""
    if os.environ.get("AWS_CA_BUNDLE"):
        return "AWS_CA_BUNDLE"
    if profile_settings(scope.aws_profile).get("ca_bundle"):
        return f"ca_bundle of the {scope.signer}"
    return "REQUESTS_CA_BUNDLE" if os.environ.get("REQUESTS_CA_BUNDLE") else ""


def _issuer(error: Exception) -> str | None:
    parts = urlsplit(_url(error))
    if not parts.hostname:
        return None
    key = parts.hostname, parts.port or 443
    found = _issuers.get(key)
    if found is None or time.monotonic() - found[0] > _KNOWN_SECONDS:
        found = _issuers[key] = time.monotonic(), certificate_issuer(*key)
    return found[1]


def _unreachable(_scope: Scope, title: str, message: str, remedy: str) -> TrayError:
    return TrayError(title, message, remedy, kind=Kind.UNREACHABLE)


def _through(error: Exception) -> str:
    url = _url(error)
    proxy = proxy_for(url) if url else None
    return f", asked through the proxy {proxy.address} ({proxy.source})" if proxy else ""


def _url(error: Exception) -> str:
    return str(getattr(error, "kwargs", {}).get("endpoint_url") or "")


def _host(error: Exception) -> str:
    return urlsplit(_url(error)).hostname or ""


def _sagemaker(scope: Scope) -> str:
    return f"SageMaker in {scope.region}"


def _first(pattern: re.Pattern[str], causes: list[BaseException]) -> re.Match[str] | None:
    return next(
        (found for cause in causes if isinstance(cause, OSError) and (found := pattern.search(str(cause)))), None
    )


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and what it is made of: botocore and urllib3 wrap each other's in their own, each in its way."""
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
