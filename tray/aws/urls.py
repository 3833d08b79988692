"""Presigned URLs: which URLs the program may open, and how a URL asks for a view."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from tray.model.lengths import View
from tray.model.notebooks import AuthorizedUrl
from tray.model.problems import TrayError

# The domains of notebook instances, by partition. The Amazon section of the Public Suffix List, which AWS itself
# maintains, has notebook.REGION and notebook-fips.REGION under these domains.
_NOTEBOOK_DOMAINS = {
    "aws": ("sagemaker.aws",),
    "aws-us-gov": ("sagemaker.aws",),
    "aws-cn": ("sagemaker.com.cn",),
}

# The characters of a URL (RFC 3986, appendix A). Of others, parsers make what they like: urlsplit leaves out line ends
# and tabs, lower() turns a Kelvin sign into a k, and browsers take a backslash for a slash.
_CHARACTERS = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+")
_AUTHORITY = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+)(?::[0-9]*)?")
# Several times what AWS's have, and what web servers take.
_LONGEST = 16 * 1024


def is_plain(url: str) -> bool:
    """Whether `url` has the characters of a URL and no others, and no more of them than any address has.

    What is checked of such a URL is true of what is sent: no program reads another URL in it.
    """
    return len(url) <= _LONGEST and _CHARACTERS.fullmatch(url) is not None


def is_loopback(url: str) -> bool:
    """Whether `url` leads to this computer itself, whichever program reads it."""
    if not is_plain(url):
        return False
    try:
        host = _host_in(urlsplit(url).netloc)
        return host == "localhost" or ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _host_in(authority: str) -> str:
    """Return the host in the authority of a URL; empty if there is more in it than a host and a port.

    urlsplit finds a host in any text with a bracket in it, and readers disagree where a user name ends.
    """
    found = _AUTHORITY.fullmatch(authority)
    return found[1].lower() if found else ""


def with_view(url: AuthorizedUrl, view: View) -> AuthorizedUrl:
    """Return `url` so that it opens in `view`.

    JupyterLab is asked for with `view=lab` in the query, as the AWS console does; with nothing added, a notebook
    instance opens the classic Jupyter home.
    """
    if view is View.CLASSIC:
        return url
    parts = urlsplit(url.reveal())
    if ("view", "lab") in parse_qsl(parts.query, keep_blank_values=True):
        return url
    # AWS's query is kept to the letter, because a token may change if it is decoded and encoded again.
    query = "&".join(filter(None, [parts.query, urlencode({"view": "lab"})]))
    return AuthorizedUrl(urlunsplit(parts._replace(query=query)), url.signed_until)


def check_notebook_url(url: AuthorizedUrl, *, region: str, partition: str, endpoint_url: str) -> AuthorizedUrl:
    """Return `url` if it leads to a SageMaker notebook instance's own host.

    A browser is sent there with a secret in the address. The URL must therefore be plain (`is_plain`), and have https,
    the default port, no user name, and a host of `region` in the domain of `partition`. AWS publishes no domain for
    some partitions (the isolated ones, and the European Sovereign Cloud): there, the host must have the same form under
    the partition's own DNS suffixes, which belong to AWS. Loopback http is accepted only if the endpoint that gave the
    URL is on loopback.

    :raises TrayError: the URL leads anywhere else; the message names the host and never the query
    """
    try:
        if not is_plain(url.reveal()):
            raise ValueError("not the characters of a URL")
        parts = urlsplit(url.reveal())
        host, port = _host_in(parts.netloc), parts.port
    except ValueError:
        raise _refused("", partition) from None
    if is_loopback(endpoint_url) and is_loopback(url.reveal()) and parts.scheme == "http":
        return url
    domains = "|".join(map(re.escape, _domains(partition)))
    expected = domains and rf"[a-z0-9]([a-z0-9-]*[a-z0-9])?\.notebook(-fips)?\.{re.escape(region)}\.({domains})"
    if parts.scheme != "https" or port not in (None, 443) or not expected or not re.fullmatch(expected, host):
        raise _refused(f"{parts.scheme or '?'}://{host or parts.hostname or '?'}", partition)
    return url


def _domains(partition: str) -> tuple[str, ...]:
    if partition in _NOTEBOOK_DOMAINS:
        return _NOTEBOOK_DOMAINS[partition]
    from tray.aws.service_model import dns_suffixes

    return tuple(f"{service}{suffix}" for suffix in dns_suffixes(partition) for service in ("sagemaker.", ""))


def _refused(where: str, partition: str) -> TrayError:
    return TrayError("link-refused", where=where, partition=partition)
