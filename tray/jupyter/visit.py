"""A visit to a notebook instance's Jupyter by a presigned URL: over its cookies, without counting as activity."""

from __future__ import annotations

import ipaddress
import json
import re
import urllib.request
from datetime import UTC, datetime, timedelta
from email.message import Message
from email.utils import parsedate_to_datetime
from http.cookiejar import CookieJar
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

from tray.about import __version__
from tray.jupyter.connection import Answer, Connection, Origin
from tray.jupyter.errors import CannotAskError, NotYetError
from tray.jupyter.network import Network
from tray.model.activity import Activity, Reason, activity_of, is_status

if TYPE_CHECKING:
    from tray.model.notebooks import AuthorizedUrl

MOST_REDIRECTS = 5

# Without it, jupyter_server counts an API request as activity (`APIHandler.update_api_activity`).
_UNCOUNTED = "?no_track_activity=1"
# The pages of the Jupyter servers known, by their first segment after the server's base URL.
_PAGES = frozenset(
    ("lab", "doc", "tree", "notebooks", "consoles", "terminals", "edit", "view", "files", "nbclassic", "retro", "login")
)
_MOST_COOKIES, _LONGEST_COOKIE = 30, 4096
_ATTRIBUTES = frozenset({"domain", "expires", "httponly", "path", "samesite", "secure"})
_MAX_AGE = re.compile(r"-?[0-9]{1,15}")
_LONGEST_DATE = 64
# Ages are by the answer's own clock; one that is so far off would make a kernel of this morning seem idle for days.
_FAR_OFF = timedelta(days=1)
_LONGEST_ADDRESS = 8192


def look(url: AuthorizedUrl, network: Network | None = None) -> Activity:
    """Return whether anyone works behind `url`, at the cost of one landing and three GETs; unknown rather than raise.

    None of them counts as activity. Uses the presigned URL up. Blocks for 10 s a request at most, besides DNS.
    """
    with Visit(url, network) as visit:
        return visit.look()


class Visit:
    """One visit. Its cookies are a bearer secret as the URL is: they are in memory only, and go to one host only.

    That host is the URL's own: https, and on loopback also http, as in the demo, on any port. For one thread at a time.
    """

    __slots__ = ("_connection", "_cookies", "_network", "_next", "_origin", "_root", "_start")

    def __init__(self, url: AuthorizedUrl, network: Network | None = None) -> None:
        self._network = network or Network()
        self._next = url.reveal()
        self._start = ""
        self._origin: Origin | None = None
        self._connection: Connection | None = None
        self._cookies = CookieJar()
        self._root: str | None = None

    def __enter__(self) -> Visit:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return "Visit(…)"

    def __reduce__(self) -> str:
        raise TypeError("a visit is not pickled")

    def look(self) -> Activity:
        """Return whether anyone works there; what can't be told is unknown, with the reason. Raises nothing."""
        try:
            self._land()
            status, date = self._asked("api/status")
            kernels, _ = self._asked("api/kernels")
        except (CannotAskError, NotYetError) as error:
            return Activity(unknown=error.reason)
        failure: Reason | None = None
        terminals: object = None
        try:
            terminals, _ = self._asked("api/terminals")
        except (CannotAskError, NotYetError) as error:
            failure = error.reason
        answered_at = _time(date)
        if answered_at is None or abs(answered_at - datetime.now(UTC)) > _FAR_OFF:
            return Activity(unknown=Reason.ODD)
        found = activity_of(status, kernels, terminals, answered_at)
        # A busy kernel is told all the same; else the reason is that of the answer that is missing.
        return found if failure is None or found.busy else Activity(answered_at, unknown=failure)

    def is_ready(self) -> bool:
        """Return whether Jupyter itself answers, at the cost of one GET; the first time, and until it works, also of a
        landing. Blocks for 10 s a request at most, besides DNS.

        No connection, 5xx, a redirect, and a page are: not yet.

        :raises CannotAskError: it can't be asked from this computer, now or later
        """
        try:
            self._land()
            answer, _ = self._asked("api/status")
        except NotYetError:
            return False
        finally:
            self.close()  # the next question is seconds away, and who knows how long the gate keeps a connection
        return is_status(answer)

    def close(self) -> None:
        """Close the connection. The cookies stay, so that the visit can go on."""
        if self._connection is not None:
            self._connection.close()

    def _land(self) -> None:
        """Go where the presigned URL leads, and find the root of the Jupyter there; once.

        A landing that breaks off goes on where it was, since the URL may be used up by then.
        """
        if self._root is not None:
            return
        for _ in range(MOST_REDIRECTS + 1):
            answer = self._get(self._next, accept="text/html", whole=False)
            if (target := self._redirect(answer)) is None:
                break
            self._next = target
        else:
            raise NotYetError(Reason.NOT_JUPYTER)
        if answer.status in (401, 403):
            raise CannotAskError(Reason.REFUSED)
        if answer.status >= 500 and not len(self._cookies):
            raise NotYetError(Reason.NOT_JUPYTER)
        self._root = root_of(self._start, urlsplit(self._next).path)

    def _asked(self, path: str) -> tuple[object, str]:
        """Return an answer of Jupyter's API as parsed JSON, and its `Date`.

        :raises CannotAskError: not allowed, or a redirect to another host
        :raises NotYetError: anything but JSON
        """
        assert self._origin is not None  # noqa: S101 - landing has set it
        url = f"{self._origin.scheme}://{self._origin.authority}{self._root}{path}{_UNCOUNTED}"
        answer = self._get(url, accept="application/json", whole=True)
        self._redirect(answer, base=url)
        if answer.status in (401, 403):
            raise CannotAskError(Reason.REFUSED)
        if answer.status != 200 or answer.headers.get_content_type() != "application/json":
            raise NotYetError(Reason.NOT_JUPYTER)
        try:
            # RecursionError: lists within lists, thousands deep.
            return json.loads(answer.body), answer.headers.get("Date", "")
        except (ValueError, RecursionError):
            pass
        raise NotYetError(Reason.ODD)

    def _get(self, url: str, *, accept: str, whole: bool) -> Answer:
        origin = self._allowed(url)
        if self._connection is None or origin != self._origin:
            self.close()
            self._connection, self._origin = Connection(origin, self._network), origin
        parts = urlsplit(url)
        target = urlunsplit(("", "", parts.path or "/", parts.query, ""))
        headers = {"Accept": accept, "User-Agent": f"notebook-tray/{__version__}"}
        asked = urllib.request.Request(url)  # noqa: S310 - what the jar reads; nothing opens it
        self._cookies.add_cookie_header(asked)
        if cookies := asked.get_header("Cookie"):
            headers["Cookie"] = cookies
        answer = self._connection.get(target, headers, whole=whole)
        self._cookies.extract_cookies(_Cookies(answer.headers), asked)  # type: ignore[arg-type] # all that it reads
        return answer

    def _allowed(self, url: str) -> Origin:
        """Return whom a URL leads to.

        :raises CannotAskError: to another host than the presigned URL, or to an address that the cookies may not go to
        """
        try:
            parts = urlsplit(url)
            scheme, host, port = parts.scheme, (parts.hostname or "").lower(), parts.port
            origin = Origin(scheme, host, port or {"https": 443, "http": 80}[scheme])
        except (ValueError, LookupError):
            origin = None
        if origin is not None and not self._start:
            self._start = parts.path or "/"
            if host and "@" not in parts.netloc and (scheme == "https" or _is_loopback(host)):
                return origin
        elif origin is not None and self._origin is not None and "@" not in parts.netloc:
            same = self._origin if scheme == "https" else Origin("http", self._origin.host, origin.port)
            if origin == same and self._origin.scheme == scheme:
                return origin
        raise CannotAskError(Reason.ELSEWHERE)

    def _redirect(self, answer: Answer, base: str = "") -> str | None:
        """Return where an answer redirects to on the same host; None if it is no redirect.

        :raises CannotAskError: it redirects to another host
        """
        location = answer.headers.get("Location", "")
        if answer.status not in (301, 302, 303, 307, 308) or not location:
            return None
        target = ""
        if len(location) <= _LONGEST_ADDRESS:
            try:
                # What a URL can't have is quoted, and what is quoted stays.
                target = urljoin(base or self._next, quote(location, safe="%/:=&?~#+!$,;'@()*[]-._"))
            except ValueError:
                target = ""
        self._allowed(target)
        return target


class _Cookies:
    """What a cookie jar reads of an answer: its head, here with no more cookies than a notebook instance sets.

    Of what it can't read (`version` without a value, a `max-age` of 400 digits) http.cookiejar writes a traceback to
    standard error, and takes none of the answer's cookies. It gets those attributes alone that cookies have (RFC 6265).
    """

    def __init__(self, headers: Message) -> None:
        self._headers = Message()
        for value in (headers.get_all("Set-Cookie") or [])[:_MOST_COOKIES]:
            if len(value) <= _LONGEST_COOKIE:
                cookie, *attributes = value.split(";")
                self._headers.add_header("Set-Cookie", ";".join([cookie, *filter(_is_readable, attributes)]))

    def info(self) -> Message:
        return self._headers


def _is_readable(attribute: str) -> bool:
    name, _, value = attribute.partition("=")
    name = name.strip().lower()
    return name in _ATTRIBUTES or (name == "max-age" and _MAX_AGE.fullmatch(value.strip()) is not None)


def root_of(start: str, end: str) -> str:
    """Return the base URL's path of the Jupyter whose page is at the path `end`, with a slash at its end.

    `start` is the presigned URL's path: a notebook instance that is called `lab` is no page, where names are in paths.
    """
    base = start.rstrip("/")
    below = end == base or end.startswith(f"{base}/")
    before = base if below else ""
    segments = end[len(before) :].strip("/").split("/")
    for at, segment in enumerate(segments):
        if segment in _PAGES:
            return "/".join([before, *segments[:at], ""])
    return f"{base}/" if below else f"{end.rstrip('/')}/"


def _time(date: Any) -> datetime | None:
    if not isinstance(date, str) or len(date) > _LONGEST_DATE:
        return None
    try:
        found = parsedate_to_datetime(date)
        # RFC 5322's “-0000” is UTC without saying where.
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
