"""Sign-ins: which one a profile needs, whether it is still valid, and how the user signs in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.aws.config import readable_aws_files
from tray.aws.credentials.token_store import TokenStanding, token_state
from tray.aws.errors.settings import explained
from tray.aws.signin.ways import browser_settings, sign_in_to, sign_ins_of
from tray.model.identity_center import CenterRole
from tray.model.problems import TrayError
from tray.model.sign_in import Method
from tray.model.signer import AwsProfile

if TYPE_CHECKING:
    from tray.aws.calls.sessions import Sessions
    from tray.aws.config import AwsFiles
    from tray.model.prompts import SignInPrompts
    from tray.model.sign_in import SignIn
    from tray.model.signer import Signer


class SignIns:
    """The sign-ins of the AWS config and their state. Safe to use from many threads; imports botocore when needed."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def needed_by(self, signer: Signer) -> SignIn | None:
        """Return the sign-in that a signer needs next; None if no sign-in helps it.

        :raises TrayError: (configuration) the AWS config can't be read, or what it says of the sign-in doesn't work
        """
        files = readable_aws_files()
        all_of_it = _all_of(signer, files)
        for sign_in in all_of_it[:-1]:
            if sign_in.method is not Method.BROWSER:
                return sign_in
            state = token_state(browser_settings(sign_in, files))
            if state.standing is not TokenStanding.VALID and not state.refreshable:
                return sign_in
        return all_of_it[-1] if all_of_it else None

    def mending(self, error: TrayError, signer: Signer) -> SignIn | None:
        """Return the sign-in that mends a failure of a profile's calls, if any does.

        :raises TrayError: (configuration) nothing can be signed in to, for what the AWS config says of the sign-in
        """
        from tray.aws.errors.translation import MfaCodeNeeded

        try:
            if not isinstance(error.__cause__, MfaCodeNeeded):
                return next(iter(_all_of(signer, readable_aws_files())), None)
            # If the role builds on a browser sign-in that has expired, the user needs that before the code.
            needed = self.needed_by(signer)
            return needed if needed and needed.method is Method.BROWSER else error.problem.sign_in
        except TrayError:
            if error.problem.code == "signed-out":
                raise
            return error.problem.sign_in  # the next call reports what is wrong with the AWS config

    def holds(self, sign_in: SignIn) -> bool:
        """Whether a browser sign-in is valid; botocore refreshes it first if necessary. Never prompts the user.

        :raises TrayError: (configuration) as `needed_by`
        """
        settings = browser_settings(sign_in, readable_aws_files())
        state = token_state(settings)
        if state.standing is not TokenStanding.EXPIRED or not state.refreshable:
            return state.standing is TokenStanding.VALID
        from botocore.exceptions import BotoCoreError, ClientError

        from tray.aws.botocore_patches.sso import refresh_token
        from tray.aws.credentials.token_store import token_cache

        try:
            with explained(settings.aws_profile):
                session = self._sessions.session(settings.aws_profile, sign_in.center)
                refresh_token(session, token_cache(), settings.aws_profile)
        except (BotoCoreError, ClientError):
            return False
        return token_state(settings).standing is TokenStanding.VALID

    def run(self, sign_in: SignIn, prompts: SignInPrompts, *, device: bool = False) -> None:
        """Have the user sign in. The caller makes sure that the same sign-in does not run twice at once.

        :raises SignInCancelled: the user cancelled
        :raises TrayError: the sign-in failed
        """
        if sign_in.method is Method.MFA:
            from tray.aws.signin.mfa import sign_in_with_mfa

            sign_in_with_mfa(self._sessions, sign_in, prompts)
            return
        from tray.aws.signin.sign_in import sign_in_by_browser

        settings = browser_settings(sign_in, readable_aws_files())
        session = self._sessions.session(settings.aws_profile, sign_in.center)
        sign_in_by_browser(session, sign_in, settings, prompts, device=device)


def _all_of(signer: Signer, files: AwsFiles) -> tuple[SignIn, ...]:
    if isinstance(signer, CenterRole):
        return (sign_in_to(signer.center, files),)
    return sign_ins_of(signer.name, files) if isinstance(signer, AwsProfile) else ()
