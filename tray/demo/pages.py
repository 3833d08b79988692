"""The pages that a browser is shown where there is no JupyterLab to show."""

from __future__ import annotations

from datetime import datetime, timedelta
from html import escape
from typing import TYPE_CHECKING

from tray.demo.links import LINK_SECONDS, Link
from tray.texts.lengths import session_length

if TYPE_CHECKING:
    from tray.model.lengths import View

# No script, no outside address: the styles below are all that a page loads.
PAGE_HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
}

_STYLE = """
:root { color-scheme: light dark; --paper: #fff; --desk: #f3f4f7; --ink: #1c2333; --soft: #5b6478; --line: #e3e6ec;
  --accent: #0b7a75 }
@media (prefers-color-scheme: dark) {
  :root { --paper: #1d222d; --desk: #12151c; --ink: #eceff5; --soft: #a2abbd; --line: #303746; --accent: #4fc4bd } }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: var(--desk); color: var(--ink);
  font: 16px/1.5 system-ui, sans-serif }
main { box-sizing: border-box; width: min(34rem, 92vw); padding: 2.2rem 2.4rem; background: var(--paper);
  border: 1px solid var(--line); border-top: 4px solid var(--accent); border-radius: 10px;
  box-shadow: 0 8px 30px rgb(0 0 0 / 8%) }
h1 { margin: 0 0 .4rem; font-size: 1.45rem; line-height: 1.25; overflow-wrap: anywhere }
p { margin: .4rem 0; color: var(--soft) }
dl { margin: 1.4rem 0 1rem; display: grid; grid-template-columns: auto 1fr; gap: .5rem 1.4rem;
  padding-top: 1.2rem; border-top: 1px solid var(--line) }
dt { color: var(--soft) }
dd { margin: 0; font-weight: 600; overflow-wrap: anywhere }
""".strip()


def opened_page(link: Link, view: View, now: datetime, hint: str) -> str:
    """Return the page that stands in for JupyterLab: what was opened, where, for how long, until when.

    `now` has the time zone for the end of the session; `hint` says why the browser shows this page.
    """
    until = now + timedelta(seconds=link.session_seconds)
    facts = {
        "Notebook instance": link.name,
        "Region": link.region,
        "Account": link.account_id,
        "View": view.label,
        "Session": session_length(link.session_seconds),
        "Until": f"{until:%H:%M}" if until.date() == now.date() else f"{until:%H:%M, %d %B}",
    }
    rows = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in facts.items())
    return page(
        f"{link.name} is open",
        f"<dl>{rows}</dl><p>At AWS, {escape(view.label)} would be here now. {escape(hint)}</p>",
    )


def link_refused_page() -> str:
    """Return the page for a presigned URL that is used up or too old; AWS shows its sign-in page there."""
    return page(
        "This link is used up or has expired",
        f"<p>A presigned URL opens a notebook instance once, within {LINK_SECONDS // 60} minutes of its "
        "creation.</p><p>Open the notebook instance again from the tray: each time it makes a new link.</p>",
    )


def not_running_page(name: str, status: str) -> str:
    """Return the page for a valid presigned URL whose notebook instance has stopped meanwhile."""
    return page(
        f"{name} is not running",
        f"<p>Its status is {escape(status)}. Start it, wait until it is InService, and open it again.</p>",
    )


def session_ended_page() -> str:
    """Return the page for a browser without a running session."""
    return page(
        "Your session has ended",
        "<p>A session lasts as long as was chosen when the notebook instance was opened.</p>"
        "<p>Open the notebook instance again from the tray.</p>",
    )


def page(title: str, body: str, style: str = "", head: str = "") -> str:
    """Return a page with a heading; `body` and `head` are HTML, and `style` follows the style of all pages."""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"{head}"
        f"<title>{escape(title)}</title><style>{_STYLE}{style}</style></head>"
        f"<body><main><h1>{escape(title)}</h1>{body}</main></body></html>\n"
    )
