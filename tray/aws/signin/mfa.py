"""Signs in with the code of an MFA device. The program asks for the code only after the user's click."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.aws.errors.settings import wrong_device
from tray.aws.errors.translation import translated
from tray.model.notebooks import Scope
from tray.model.problems import TrayError
from tray.model.sign_in import MfaQuestion, SignIn, SignInCancelled
from tray.model.signer import AwsProfile

if TYPE_CHECKING:
    from tray.aws.calls.sessions import Sessions
    from tray.aws.credentials.mfa import Ask
    from tray.model.prompts import SignInPrompts


def sign_in_with_mfa(sessions: Sessions, sign_in: SignIn, prompts: SignInPrompts) -> None:
    """Ask for the code of `sign_in` (Method.MFA), again after each wrong code, and keep the credentials it yields.

    Call this on a worker: it blocks for as long as the user takes.

    :raises SignInCancelled: the user cancelled
    :raises TrayError: AWS can't be reached, or refuses for another reason than the code
    """

    def ask(question: MfaQuestion) -> str:
        if prompts.cancelled:
            raise SignInCancelled
        return prompts.mfa_code(question)

    try:
        _have_asked(sessions, sign_in, ask)
    except TrayError as error:
        prompts.mfa_done(error.problem)
        raise
    except SignInCancelled:
        prompts.mfa_done(None)
        raise
    prompts.mfa_done(None)


def _have_asked(sessions: Sessions, sign_in: SignIn, ask: Ask) -> None:
    if wrong := wrong_device(sign_in.key):
        raise wrong
    signer = AwsProfile(sign_in.key)
    scope = Scope(sign_in.name, "", signer)
    with translated(scope, "AssumeRole"):
        identity = sessions.asking(signer, ask)
        scope = Scope(sign_in.name, identity.own_region or _home_region(identity.mfa_serial), signer)
    with translated(scope, "AssumeRole"):
        identity.credentials(scope.region)
    sessions.forget_all()


def _home_region(serial: str) -> str:
    """Return a region of the device's partition, in which STS is asked if the profile names no region."""
    partition = serial.split(":")[1] if serial.startswith("arn:") else "aws"
    return {"aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"}.get(partition, "us-east-1")
