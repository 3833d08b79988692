"""What a look at a notebook instance's own Jupyter has found: whether anyone works there, as far as Jupyter tells."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum

# JupyterLab asks its server for something every 10 s while its tab is visible (seen on jupyter_server 1.24 and 2.21).
SCREEN_SECONDS = 30
# A kernel that nothing has ever connected to stays `starting`, and one that lacked the memory does for some seconds.
STARTING_SECONDS = 120
# `Date` has whole seconds, and the answers of one look are some seconds apart.
_AHEAD = timedelta(seconds=60)
_LONGEST_TIME = 40
_EARLIEST = datetime(2017, 1, 1, tzinfo=UTC)


class Reason(Enum):
    """Why it can't be told whether anyone works there."""

    UNREACHABLE = "unreachable"  # no connection, or one that broke off
    SLOW = "slow"  # no whole answer within the time
    PROXY = "proxy"  # the proxy refused, or is of a kind that isn't spoken here
    CERTIFICATE = "certificate"
    REFUSED = "refused"  # 401 or 403: the network isn't allowed, or the session has ended
    ELSEWHERE = "elsewhere"  # a redirect to another host, to a sign-in page for example
    NOT_JUPYTER = "not-jupyter"  # something other than Jupyter's data, such as a page of the gate before it
    TOO_LONG = "too-long"
    ODD = "odd"  # data of another form than that of the Jupyter servers known
    STARTING = "starting"  # a kernel has been starting for too long


@dataclass(frozen=True, slots=True)
class Activity:
    """What one look has found. All times are the server's, in UTC; `answered_at` is when it answered.

    `busy` kernels run something since about `busy_since`, and `page_attached` says whether a page is connected to one
    of them; `starting` counts those between states. `last_sign` is the latest sign of work: without a busy kernel,
    nothing that Jupyter sees has worked since; None if nothing is there that could. `open_on_screen` is a visible page
    that asks by itself, with or without anybody in front of it. `terminals` may have jobs, which Jupyter doesn't see.
    With an `unknown` reason, nothing but what is given may be relied on; busy kernels that were seen are never withheld
    for such a reason.
    """

    answered_at: datetime | None = None
    busy: int = 0
    busy_since: datetime | None = None
    page_attached: bool = False
    starting: int = 0
    last_sign: datetime | None = None
    open_on_screen: bool = False
    terminals: int = 0
    unknown: Reason | None = None

    @property
    def quiet(self) -> bool:
        """Whether nothing speaks for work: no kernel, no page on a screen, no terminal, and nothing that is unknown."""
        return not (self.unknown or self.busy or self.starting or self.open_on_screen or self.terminals)

    @property
    def quiet_seconds(self) -> float | None:
        """For how many seconds there has been no sign of work; None where anything may speak for work.

        That is a busy or starting kernel, a page on a screen, a terminal, or whatever is unknown.
        """
        if not self.quiet or self.answered_at is None or self.last_sign is None:
            return None
        return max(0.0, (self.answered_at - self.last_sign).total_seconds())

    def text(self, now: datetime) -> str:
        """Return what was found in one line, in the user's language, with times of the clock of `now`.

        `now` has a time zone, in which the times are told; those of another day have a date.
        """
        from tray.texts import activity as words
        from tray.texts.clock import hours_and_minutes

        def clock_time(at: datetime | None) -> str:
            local = (at or now).astimezone(now.tzinfo)
            date = "" if local.date() == now.date() else f"{local:%Y-%m-%d}"
            return words.clock_time(hours_and_minutes(local.hour, local.minute), date)

        if self.busy:
            return words.running(self.busy, clock_time(self.busy_since), self.page_attached)
        if self.unknown:
            return words.cannot_be_told(self.unknown.value)
        if self.open_on_screen:
            return words.open_on_screen(clock_time(self.last_sign) if self.last_sign else "", self.terminals > 0)
        return words.no_sign(clock_time(self.last_sign), self.terminals > 0)


def activity_of(status: object, kernels: object, terminals: object, answered_at: datetime) -> Activity:
    """Return what Jupyter's answers to `/api/status`, `/api/kernels` and `/api/terminals` tell, as parsed JSON.

    `answered_at` is the `Date` of the answer, as ages are those of the server's clock. Whatever is not as expected
    makes the whole unknown, and never idle; only a kernel that surely is busy is told all the same.
    """
    try:
        latest = answered_at.astimezone(UTC) + _AHEAD
    except OverflowError:
        return Activity(unknown=Reason.ODD)
    seen = [_kernel(each, latest) for each in kernels] if isinstance(kernels, list) else [None]
    busy = [each for each in seen if each is not None and each.state == "busy"]
    if busy:
        return Activity(
            answered_at,
            busy=len(busy),
            busy_since=min(each.last_activity for each in busy),
            page_attached=any(each.connections for each in busy),
            last_sign=max(each.last_activity for each in busy),
            terminals=len(terminals) if isinstance(terminals, list) else 0,
        )
    server = _status(status, latest)
    known = [each for each in seen if each is not None]
    times = [_time_of(each, latest) for each in terminals] if isinstance(terminals, list) else [None]
    signs = [at for at in times if at is not None]
    # Fewer kernels than the server has just counted: something was not shown.
    if server is None or len(known) < len(seen) or len(signs) < len(times) or len(known) < server.kernels:
        return Activity(answered_at, unknown=Reason.ODD)
    signs += [each.last_activity for each in known]
    starting = [each for each in known if each.state != "idle"]
    stuck = timedelta(seconds=STARTING_SECONDS)
    # The server counts its start and every kernel's and terminal's activity as its own: what is later was a page.
    by_a_page = server.last_activity > max([server.started, *signs])
    on_screen = by_a_page and answered_at - server.last_activity < timedelta(seconds=SCREEN_SECONDS)
    return Activity(
        answered_at,
        starting=len(starting),
        # Without kernels and terminals: nothing at all has happened since, unless a page goes on asking.
        last_sign=max(signs, default=None if on_screen else server.last_activity),
        open_on_screen=on_screen,
        terminals=len(times),
        unknown=Reason.STARTING if any(answered_at - each.last_activity > stuck for each in starting) else None,
    )


def is_status(answer: object) -> bool:
    """Return whether parsed JSON is what a Jupyter server answers to `/api/status`: only then it is ready."""
    return (
        isinstance(answer, dict)
        and all(isinstance(answer.get(name), str) for name in ("started", "last_activity"))
        and all(_is_count(answer.get(name)) for name in ("kernels", "connections"))
    )


@dataclass(frozen=True, slots=True)
class _Server:
    started: datetime
    last_activity: datetime
    kernels: int


@dataclass(frozen=True, slots=True)
class _Kernel:
    state: str
    last_activity: datetime
    connections: int


# As jupyter_client and jupyter_server name them. A dead kernel works no more; the others are between states.
_STATES = {
    "busy": "busy",
    "idle": "idle",
    "dead": "idle",
    **dict.fromkeys(("starting", "restarting", "autorestarting", "terminating"), "starting"),
}


def _status(answer: object, latest: datetime) -> _Server | None:
    if not isinstance(answer, dict) or not is_status(answer):
        return None
    started, last_activity = _time(answer["started"], latest), _time(answer["last_activity"], latest)
    if started is None or last_activity is None:
        return None
    return _Server(started, last_activity, answer["kernels"])


def _kernel(entry: object, latest: datetime) -> _Kernel | None:
    at = _time_of(entry, latest)
    if at is None or not isinstance(entry, dict) or not _is_count(entry.get("connections")):
        return None
    given = entry.get("execution_state")
    state = _STATES.get(given) if isinstance(given, str) else None
    return _Kernel(state, at, entry["connections"]) if state is not None else None


def _time_of(entry: object, latest: datetime) -> datetime | None:
    return _time(entry.get("last_activity"), latest) if isinstance(entry, dict) else None


def _time(text: object, latest: datetime) -> datetime | None:
    """Return an ISO 8601 time with a zone, in UTC; None for anything else, and for what is still to come.

    A time before there were notebook instances is none: some programs write the year 1 for “never”.
    """
    if not isinstance(text, str) or len(text) > _LONGEST_TIME:
        return None
    try:
        time = datetime.fromisoformat(text)
        time = time.astimezone(UTC) if time.tzinfo is not None else time
    except (ValueError, OverflowError):
        return None
    return time if time.tzinfo is not None and _EARLIEST <= time <= latest else None


def _is_count(number: object) -> bool:
    return isinstance(number, int) and not isinstance(number, bool) and number >= 0
