"""The pages on which a user allows or refuses what a client asks for. They need no script."""

from __future__ import annotations

from html import escape

from tray.demo.pages import PAGE_HEADERS, page
from tray.demo.web import LOOPBACK

# The answer to a form redirects to the client, which listens on loopback: Chromium checks form-action for that too.
CONSENT_HEADERS = PAGE_HEADERS | {
    "Content-Security-Policy": (
        f"{PAGE_HEADERS['Content-Security-Policy']}; form-action 'self' http://{LOOPBACK}:*; base-uri 'none'"
    )
}

_STYLE = """
form { display: flex; flex-wrap: wrap; gap: .8rem; margin: 1.6rem 0 0; align-items: end }
button { font: inherit; font-weight: 600; padding: .55rem 1.3rem; border-radius: 7px; cursor: pointer;
  border: 1px solid var(--accent); background: transparent; color: var(--ink) }
button[value=allow], button:only-of-type { background: #0b7a75; color: #fff }
button:focus-visible, input:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
label { display: grid; gap: .2rem; color: var(--soft) }
input { font: inherit; padding: .5rem .7rem; border-radius: 7px; border: 1px solid var(--soft);
  background: var(--paper); color: var(--ink); text-transform: uppercase }
strong { font-size: 1.6rem; letter-spacing: .12em; color: var(--ink) }
"""


def consent_page(client_name: str, user: str, start_url: str, ticket: str) -> str:
    """Return the page that asks whether a client may act for the user, with a button for each answer."""
    return page(
        f"Allow {client_name} to access your data?",
        f"<p>{escape(client_name)} asks to list the AWS accounts and roles of <b>{escape(user)}</b> and use them.</p>"
        f"<p>{escape(start_url)}</p>" + _decision("/authorize", "ticket", ticket, "Allow access", "Deny access"),
        _STYLE,
    )


def device_question_page(client_name: str, user_code: str) -> str:
    """Return the page that asks whether a code is the one that the user's program shows."""
    return page(
        "Confirm the code",
        f"<p>Is this the code that {escape(client_name)} shows?</p><p><strong>{escape(user_code)}</strong></p>"
        f"<p>If it isn't, or you didn't start a sign-in, deny it.</p>"
        + _decision("/device", "user_code", user_code, "Confirm and allow", "Deny access"),
        _STYLE,
    )


def device_code_page(complaint: str = "") -> str:
    """Return the page on which a user types a code."""
    alert = f'<p role="alert">{escape(complaint)}</p>' if complaint else ""
    return page(
        "Enter the code",
        f"<p>The program that you sign in to shows it.</p>{alert}"
        '<form method="get" action="/device"><label for="code">Code '
        '<input id="code" name="user_code" autocomplete="off" required autofocus></label>'
        '<button type="submit">Next</button></form>',
        _STYLE,
    )


def decided_page(*, allowed: bool) -> str:
    """Return the page after a decision on a device code, which has no address to return to."""
    if allowed:
        return page("Request approved", "<p>You can close this page and return to the program.</p>")
    return page("Request denied", "<p>The program was not signed in. You can close this page.</p>")


def broken_request_page(reason: str) -> str:
    """Return the page for a broken request, after which the browser must not be redirected to the client."""
    return page(
        "This sign-in can't go on",
        f"<p>{escape(reason)}.</p><p>Close this page and begin again in the program that opened it.</p>",
    )


def _decision(action: str, name: str, value: str, allow: str, deny: str) -> str:
    return (
        f'<form method="post" action="{action}"><input type="hidden" name="{name}" value="{escape(value)}">'
        f'<button type="submit" name="decision" value="allow">{escape(allow)}</button>'
        f'<button type="submit" name="decision" value="deny">{escape(deny)}</button></form>'
    )
