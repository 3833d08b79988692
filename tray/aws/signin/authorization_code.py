"""Signs in through a browser that returns to loopback: OAuth's authorization code with PKCE (RFC 7636, RFC 8252)."""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Callable
from contextlib import ExitStack
from typing import TYPE_CHECKING

from tray.aws.signin.problems import RegistrationRefused, begins_anew, came_back_with, timed_out, unknown_client
from tray.model.problems import TrayError

if TYPE_CHECKING:
    from tray.aws.credentials.browser_settings import BrowserSettings
    from tray.aws.credentials.token_store import Registration, Token
    from tray.aws.signin.oidc import Oidc
    from tray.model.prompts import SignInPrompts
    from tray.model.sign_in import SignIn

    Keep = Callable[[Token, Registration], None]

# As long as the AWS CLI waits.
MOST_SECONDS = 600.0
# 86 characters of RFC 7636's 43 to 128.
_VERIFIER_BYTES = 64


class NoLoopbackError(Exception):
    """This machine's loopback can't be listened on."""


def pkce_pair() -> tuple[str, str]:
    """Return a code verifier and its S256 challenge (RFC 7636, 4.1 and 4.2)."""
    verifier = secrets.token_urlsafe(_VERIFIER_BYTES)
    digest = hashlib.sha256(verifier.encode("ascii")).digest()
    return verifier, base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")


def sign_in_with_code(
    oidc: Oidc, sign_in: SignIn, settings: BrowserSettings, prompts: SignInPrompts, keep: Keep, *, anew: bool = False
) -> None:
    """Have the user consent in the browser, `keep` the token, and then tell the user that the sign-in is done.

    With `anew`, another client is registered first.

    :raises NoLoopbackError: the browser could not come back
    :raises RegistrationRefused: AWS doesn't know the client any more
    :raises SignInCancelled: the user cancelled
    :raises TrayError: anything else
    """
    registration, was_kept = oidc.registration(for_code=True, anew=anew)
    state = secrets.token_urlsafe(32)
    with ExitStack() as listening:
        try:
            callback = listening.enter_context(prompts.callback(state))
        except OSError as error:
            raise NoLoopbackError from error
        verifier, challenge = pkce_pair()
        answer = None
        try:
            prompts.open(oidc.authorize_url(registration, callback.redirect_uri, state, challenge))
            answer = callback.wait(MOST_SECONDS)
        finally:
            if was_kept and answer is None:
                # If AWS doesn't know the client, its page shows an error, and the browser doesn't come back.
                oidc.forget_registration()
        if answer is None:
            raise timed_out(sign_in, "browser", minutes=round(MOST_SECONDS / 60))
        try:
            if answer.error or not answer.code:
                raise came_back_with(answer, sign_in, settings)
            keep(oidc.token_for_code(registration, answer.code, verifier, callback.redirect_uri), registration)
        except TrayError as error:
            callback.finish(error.problem)
            raise
        except RegistrationRefused:
            callback.finish((unknown_client if anew else begins_anew)(sign_in).problem)
            raise
        callback.finish(None)
