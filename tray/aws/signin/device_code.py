"""Signs in with a code that the user confirms in any browser, on any device: RFC 8628."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from tray.aws.signin.problems import RegistrationRefused, StillPending, timed_out
from tray.model.problems import Kind, TrayError
from tray.model.sign_in import DeviceCode, SignInCancelled

if TYPE_CHECKING:
    from tray.aws.credentials.token_store import Registration, Token
    from tray.aws.signin.oidc import DeviceAuthorization, Oidc
    from tray.model.prompts import SignInPrompts
    from tray.model.sign_in import SignIn

    Keep = Callable[[Token, Registration], None]

# RFC 8628, 3.5.
_SLOW_DOWN_SECONDS = 5
_LOOK_SECONDS = 0.25
# After this many failures in a row, the network is down.
_MOST_FAILURES = 3


def sign_in_with_device_code(oidc: Oidc, sign_in: SignIn, prompts: SignInPrompts, keep: Keep) -> None:
    """Show the user a code until it is confirmed, and `keep` the token.

    If AWS no longer knows the registration, a new one is made, once.

    :raises SignInCancelled: the user cancelled
    :raises RegistrationRefused: AWS doesn't know the new registration either
    :raises TrayError: anything else
    """
    registration, was_kept = oidc.registration(for_code=False)
    try:
        device = oidc.start_device(registration)
    except RegistrationRefused:
        if not was_kept:
            raise
        registration, _ = oidc.registration(for_code=False, anew=True)
        device = oidc.start_device(registration)
    shown = DeviceCode(device.user_code, device.url, device.complete_url, device.expires_in_seconds)
    with prompts.device_code(shown):
        keep(_confirmed(oidc, registration, device, sign_in, prompts), registration)


def _confirmed(
    oidc: Oidc, registration: Registration, device: DeviceAuthorization, sign_in: SignIn, prompts: SignInPrompts
) -> Token:
    give_up = time.monotonic() + device.expires_in_seconds
    interval, failures = float(device.poll_seconds), 0
    while True:
        _wait(min(time.monotonic() + interval, give_up), prompts)
        try:
            return oidc.token_for_device(registration, device.device_code)
        except StillPending as pending:
            failures = 0
            if pending.slower:
                interval += _SLOW_DOWN_SECONDS
        except TrayError as error:
            failures += 1
            if error.problem.kind is not Kind.UNREACHABLE or failures == _MOST_FAILURES:
                raise
        if time.monotonic() >= give_up:
            raise timed_out(sign_in, "confirmed")


def _wait(until: float, prompts: SignInPrompts) -> None:
    while True:
        if prompts.cancelled:
            raise SignInCancelled
        left = until - time.monotonic()
        if left <= 0:
            return
        time.sleep(min(left, _LOOK_SECONDS))
