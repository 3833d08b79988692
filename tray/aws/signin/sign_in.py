"""A sign-in in the browser, from the user's click to the token that every program of theirs can use."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from tray.aws.credentials.token_store import Registration, Token, write_token
from tray.aws.signin.authorization_code import NoLoopbackError, sign_in_with_code
from tray.aws.signin.device_code import sign_in_with_device_code
from tray.aws.signin.oidc import Oidc
from tray.aws.signin.problems import CodeNotOffered, RegistrationRefused, not_kept, unknown_client
from tray.model.sign_in import SignInCancelled

if TYPE_CHECKING:
    from botocore.session import Session

    from tray.aws.credentials.browser_settings import BrowserSettings
    from tray.model.prompts import SignInPrompts
    from tray.model.sign_in import SignIn

    Keep = Callable[[Token, Registration], None]

log = logging.getLogger(__name__)


def sign_in_by_browser(
    session: Session, sign_in: SignIn, settings: BrowserSettings, prompts: SignInPrompts, *, device: bool = False
) -> None:
    """Have the user sign in, and write the token where botocore, the AWS CLI and every SDK look for it.

    The sign-in uses an authorization code if there are an sso-session and a loopback and AWS offers it. Otherwise, or
    with `device`, the user is shown a device code.

    :raises SignInCancelled: the user cancelled
    :raises TrayError: the sign-in failed
    """
    if prompts.cancelled:
        raise SignInCancelled

    def keep(token: Token, registration: Registration) -> None:
        try:
            write_token(settings, token, registration)
        except OSError as error:
            raise not_kept(sign_in, error) from error

    oidc = Oidc(session, sign_in, settings)
    try:
        if not device and settings.session_name:
            try:
                _with_code(oidc, sign_in, settings, prompts, keep)
                return
            except NoLoopbackError as error:
                log.info("no loopback to come back to (%r): signing in with a code", error.__cause__)
            except CodeNotOffered as error:
                # Rules of some firewalls and administrators allow only the older way.
                log.info("no client for authorization codes (%r): signing in with a code", error.__cause__)
        sign_in_with_device_code(oidc, sign_in, prompts, keep)
    except RegistrationRefused as error:
        raise unknown_client(sign_in) from error


def _with_code(oidc: Oidc, sign_in: SignIn, settings: BrowserSettings, prompts: SignInPrompts, keep: Keep) -> None:
    try:
        sign_in_with_code(oidc, sign_in, settings, prompts, keep)
    except RegistrationRefused:
        sign_in_with_code(oidc, sign_in, settings, prompts, keep, anew=True)
