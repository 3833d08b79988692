"""The layout of our pages: one for all, without content from other sites. The one script looks again. Pure."""

from __future__ import annotations

import base64
import hashlib
from html import escape
from http import HTTPStatus
from typing import TYPE_CHECKING

from tray.texts import pages as texts
from tray.web.answer import PageAnswer

if TYPE_CHECKING:
    from tray.model.problems import Problem

_STYLE = """
:root { color-scheme: light dark; --paper: #fff; --desk: #f3f4f7; --ink: #1c2333; --soft: #565f73; --line: #d5d9e2;
  --accent: #0b6fb8; --on-accent: #fff; --alarm: #a3231f }
@media (prefers-color-scheme: dark) {
  :root { --paper: #1d222d; --desk: #12151c; --ink: #eceff5; --soft: #a9b2c3; --line: #3a4252; --accent: #6db5ee;
    --on-accent: #10151d; --alarm: #ff9a92 } }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: var(--desk); color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif }
main { box-sizing: border-box; width: min(34rem, 92vw); margin: 1rem 0; padding: 2.2rem 2.4rem;
  background: var(--paper); border: 1px solid var(--line); border-top: 4px solid var(--accent); border-radius: 10px }
h1 { margin: 0 0 .6rem; font-size: 1.45rem; line-height: 1.25; overflow-wrap: anywhere }
p { margin: .5rem 0; color: var(--soft); overflow-wrap: anywhere }
p b { color: var(--ink) }
p.product { margin: 0 0 .4rem; font-size: .9rem; font-weight: 600 }
[role=alert] { color: var(--alarm); font-weight: 600 }
label { display: block; margin: 1.2rem 0 .3rem; font-weight: 600 }
input[name=code] { box-sizing: border-box; width: 11rem; padding: .45rem .7rem;
  font: 1.5rem/1.3 ui-monospace, monospace; letter-spacing: .22em; color: var(--ink); background: var(--paper);
  border: 1px solid var(--soft); border-radius: 6px }
output { display: block; margin: 1rem 0; font: 700 2rem/1.3 ui-monospace, monospace; letter-spacing: .12em;
  user-select: all }
form { margin: 1.2rem 0 0 }
button, a.button { display: inline-block; margin: .9rem .6rem 0 0; padding: .5rem 1.2rem; font: inherit;
  font-weight: 600; text-decoration: none; border: 1px solid var(--accent); border-radius: 6px; cursor: pointer;
  background: var(--accent); color: var(--on-accent) }
button.other { background: none; color: var(--ink); border-color: var(--soft) }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
""".strip()

# Looks again without a reload, which would take the focus away and have a screen reader begin anew (WCAG 2.2.1, 3.2.5):
# the content is replaced once the server has another one. `meta refresh` is for browsers without scripts.
_SCRIPT = """
"use strict";
(async () => {
  const seconds = Number(document.documentElement.dataset.again);
  let main = document.querySelector("main"), shown = main.innerHTML, failures = 0;
  while (failures < 5) {
    await new Promise((resume) => setTimeout(resume, seconds * 1000));
    try {
      const text = await (await fetch(location.href, { cache: "no-store" })).text();
      const next = new DOMParser().parseFromString(text, "text/html");
      failures = 0;
      const now = document.adoptNode(next.querySelector("main"));
      if (now.innerHTML === shown) continue;
      shown = now.innerHTML;
      document.title = next.title;
      main.replaceWith(now);
      main = now;
      const heading = main.querySelector("h1");
      heading.tabIndex = -1;
      heading.focus();
      if (!next.documentElement.dataset.again) return;
    } catch { failures += 1; }
  }
})();
""".strip()

_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_SCRIPT_HASH = base64.b64encode(hashlib.sha256(_SCRIPT.encode()).digest()).decode()
_HEADERS = (
    ("Content-Type", "text/html; charset=utf-8"),
    (
        "Content-Security-Policy",
        f"default-src 'none'; style-src 'sha256-{_HASH}'; script-src 'sha256-{_SCRIPT_HASH}'; connect-src 'self'; "
        f"form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    ),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
)


def page(
    title: str, body: str, *, status: HTTPStatus = HTTPStatus.OK, refresh_seconds: int = 0, last: bool = False
) -> PageAnswer:
    """Return a page; `body` is HTML already. With `refresh_seconds`, the browser asks again after so long.

    The page's referrer policy lets a form say that it came from this page, and tells other sites nothing.
    """
    refresh = again = script = ""
    if refresh_seconds:
        refresh = f'<noscript><meta http-equiv="refresh" content="{refresh_seconds}"></noscript>'
        again = f' data-again="{refresh_seconds}"'
        script = f"<script>{_SCRIPT}</script>"
    text = (
        f'<!doctype html><html lang="{texts.html_language()}"{again}><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">{refresh}'
        f"<title>{escape(texts.page_title(title))}</title><style>{_STYLE}</style></head>"
        f'<body><main><p class="product">{escape(texts.product())}</p><h1>{escape(title)}</h1>{body}</main>'
        f"{script}</body></html>\n"
    )
    return PageAnswer(status, text.encode(), _HEADERS, referrer_policy="same-origin", last=last)


def ending(problem: Problem | None) -> PageAnswer:
    """Return the last page of a sign-in. It says that the sign-in is done, or what went wrong and what to do."""
    if problem is None:
        title, message = texts.signed_in()
        return page(title, paragraphs(message, texts.close_this()), last=True)
    alert = f'<p role="alert">{escape(problem.message)}</p>'
    return page(problem.title, alert + paragraphs(problem.remedy, texts.close_this()), last=True)


def refusal(status: HTTPStatus, words: tuple[str, str]) -> PageAnswer:
    """Return a page that refuses a request; `words` are its title and text."""
    title, message = words
    return page(title, paragraphs(message), status=status)


def for_strangers() -> PageAnswer:
    """Return the page that a program of another user gets."""
    return refusal(HTTPStatus.FORBIDDEN, texts.not_for_this_user())


def paragraphs(*each: str) -> str:
    """Return plain texts as paragraphs in HTML."""
    return "".join(f"<p>{escape(text)}</p>" for text in each)
