"""Signing in with the code of an MFA device: it is asked for on the user's click alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.aws.errors.translation import translated
from tray.aws.values import Place
from tray.errors import TrayError
from tray.model.signer import AwsProfile
from tray.signin import MfaQuestion, SignIn, SignInCancelled

if TYPE_CHECKING:
    from tray.aws.calls.sessions import Sessions
    from tray.aws.credentials.mfa import Ask
    from tray.signin import Surface


def sign_in_with_mfa(sessions: Sessions, sign_in: SignIn, surface: Surface) -> None:
    """Ask for the code of `sign_in` (Method.MFA), as often as it is wrong, and keep what AWS gives for it.

    For a worker: blocks for as long as the person takes.

    :raises SignInCancelled: the person cancelled
    :raises TrayError: AWS can't be asked, or refuses for another reason than the code
    """

    def ask(question: MfaQuestion) -> str:
        if surface.cancelled:
            raise SignInCancelled
        return surface.mfa_code(question)

    try:
        _have_asked(sessions, sign_in, ask)
    except TrayError as error:
        surface.mfa_done(error.problem)
        raise
    except SignInCancelled:
        surface.mfa_done(None)
        raise
    surface.mfa_done(None)


def _have_asked(sessions: Sessions, sign_in: SignIn, ask: Ask) -> None:
    signer = AwsProfile(sign_in.key)
    place = Place(sign_in.name, "", signer)
    with translated(place, "AssumeRole"):
        identity = sessions.asking(signer, ask)
        place = Place(sign_in.name, identity.own_region or _home_region(identity.mfa_serial), signer)
    with translated(place, "AssumeRole"):
        identity.credentials(place.region)
    sessions.forget_all()


def _home_region(serial: str) -> str:
    """Return a region of the device's partition, to ask STS in for a profile that names none."""
    partition = serial.split(":")[1] if serial.startswith("arn:") else "aws"
    return {"aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"}.get(partition, "us-east-1")
