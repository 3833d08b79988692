"""What goes wrong while a user signs in through IAM Identity Center, in the user's words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from botocore import exceptions as b
from botocore.parsers import ResponseParserError

from tray.aws.errors.connection import connection_error, known_region
from tray.aws.errors.network import clock_words
from tray.aws.errors.refusals import one_line
from tray.aws.errors.translation import GarbledAnswerError
from tray.model.notebooks import Scope
from tray.model.problems import Kind, TrayError
from tray.model.signer import AwsProfile

if TYPE_CHECKING:
    from tray.aws.credentials.browser_settings import BrowserSettings
    from tray.model.sign_in import CallbackAnswer, SignIn

AGAIN = "Choose it again in the menu, or run: notebook-tray signin"

_THROTTLED = {"SlowDownException", "TooManyRequestsException", "ThrottlingException"}
_REGION = {"InvalidRequestException", "InvalidRequestRegionException"}


class RegistrationRefused(Exception):  # noqa: N818 - mended by registering anew
    """AWS does not know the client (any more) as which we asked."""


class StillPending(Exception):  # noqa: N818 - no failure: nobody has decided yet
    """The user has not decided yet; with `slower`, we ask too often."""

    def __init__(self, *, slower: bool) -> None:
        super().__init__()
        self.slower = slower


def timed_out(sign_in: SignIn, what: str) -> TrayError:
    """Return that the user took too long; `what` happened within which time."""
    return _failed(sign_in, "Sign-in timed out", f"Signing in to “{sign_in.name}” was given up: {what}.", AGAIN)


def begins_anew(sign_in: SignIn) -> TrayError:
    """Return, for the page that the user came back to, that another one is opened."""
    return _failed(
        sign_in,
        "Once more",
        f"AWS does not know this program any more, and “{sign_in.name}” is signed in to anew.",
        "Go on in the page that opens now.",
    )


def unknown_client(sign_in: SignIn) -> TrayError:
    """Return that registering anew didn't help."""
    what = f"AWS does not know this program, which has just registered for “{sign_in.name}”."
    return _failed(sign_in, "Sign-in refused", what, AGAIN)


def declined(sign_in: SignIn) -> TrayError:
    """Return that the user, or an administrator's rule, refused."""
    return _failed(
        sign_in,
        "Sign-in declined",
        f"Access for “{sign_in.name}” was denied on the sign-in page.",
        f"{AGAIN}; then choose to allow access.",
    )


def came_back_with(answer: CallbackAnswer, sign_in: SignIn, settings: BrowserSettings) -> Exception:
    """Return what the sign-in page sent the browser back with, where that is no code."""
    if answer.error == "access_denied":
        return declined(sign_in)
    if answer.error in ("invalid_client", "unauthorized_client"):
        return RegistrationRefused()
    if answer.error == "invalid_request":
        return wrong_region(sign_in, settings)
    said = one_line(answer.description) or one_line(answer.error) or "nothing"
    return _failed(sign_in, "Sign-in refused", f"The sign-in page for “{sign_in.name}” answered: {said}.", AGAIN)


def wrong_region(sign_in: SignIn, settings: BrowserSettings) -> TrayError:
    """Return that there is no such IAM Identity Center in the region."""
    return TrayError(
        "Wrong sign-in region",
        f"There is no IAM Identity Center for “{sign_in.name}” in {settings.region} with the start URL"
        f" {settings.start_url}.",
        f"Correct sso_region ({settings.region}) or sso_start_url of {settings.section}.",
        kind=Kind.CONFIGURATION,
        sign_in=sign_in,
    )


def clock_is_wrong(sign_in: SignIn, difference_seconds: float) -> TrayError:
    """Return that signing in would come to nothing, since this computer's clock is off."""
    return TrayError(
        "Clock is wrong",
        f"This computer's clock is {clock_words(difference_seconds)}: a sign-in to “{sign_in.name}” would not be good.",
        "Set the date, the time and the time zone in the system's settings, best automatically; then sign in again.",
        sign_in=sign_in,
    )


def not_kept(sign_in: SignIn, error: OSError) -> TrayError:
    """Return that a sign-in could not be written down."""
    return TrayError(
        "Sign-in not kept",
        f"The sign-in to “{sign_in.name}” can't be written to {error.filename}: {error.strerror}.",
        f"Make room, or make the folder writable for you. {AGAIN}",
        sign_in=sign_in,
    )


@contextmanager
def translated(sign_in: SignIn, settings: BrowserSettings) -> Iterator[None]:
    """Raise what the sso-oidc client raises inside in the user's words.

    :raises RegistrationRefused: what mends it is to register anew
    :raises StillPending: the user has not decided yet
    :raises TrayError: anything else
    """
    try:
        yield
    except b.ClientError as error:
        raise _refused(error, sign_in, settings) from error
    except (ResponseParserError, GarbledAnswerError):
        # Without what it came from: a parser's error quotes the answer, which may be a token.
        raise TrayError(
            "Not an answer of AWS",
            f"What answered for “{sign_in.name}” in {settings.region} is not AWS: its answer makes no sense.",
            "A sign-in page of the network or a proxy may be in between: open any web page, then sign in again.",
            kind=Kind.UNREACHABLE,
            sign_in=sign_in,
        ) from None
    except b.EndpointConnectionError as error:
        if not known_region(settings.region):
            raise wrong_region(sign_in, settings) from error
        raise _unreachable(error, sign_in, settings) from error
    except (b.ConnectionError, b.HTTPClientError) as error:
        raise _unreachable(error, sign_in, settings) from error
    except b.InvalidRegionError as error:
        raise wrong_region(sign_in, settings) from error
    except b.BotoCoreError as error:
        raise _failed(
            sign_in,
            "Sign-in failed",
            f"Signing in to “{sign_in.name}” failed: {type(error).__name__}.",
            f"Check {settings.section}. The log has the details.",
        ) from error


def _refused(error: b.ClientError, sign_in: SignIn, settings: BrowserSettings) -> Exception:
    code = str(error.response.get("Error", {}).get("Code", ""))
    polled_too_often = code == "SlowDownException" and error.operation_name == "CreateToken"
    if code == "AuthorizationPendingException" or polled_too_often:
        return StillPending(slower=polled_too_often)
    if code == "AccessDeniedException":
        return declined(sign_in)
    if code == "ExpiredTokenException":
        return timed_out(sign_in, "nobody allowed it before the code expired")
    if code in ("InvalidClientException", "UnauthorizedClientException"):
        return RegistrationRefused()
    if code in _REGION and error.operation_name != "CreateToken":
        return wrong_region(sign_in, settings)
    if code == "InvalidScopeException":
        return TrayError(
            "Sign-in refused",
            f"IAM Identity Center does not know what “{sign_in.name}” asks for: {' '.join(settings.scopes)}.",
            f"Correct sso_registration_scopes of {settings.section}.",
            kind=Kind.CONFIGURATION,
            sign_in=sign_in,
        )
    if code in _THROTTLED:
        return TrayError(
            "AWS is limiting requests",
            f"AWS has had too many sign-ins to “{sign_in.name}” at once.",
            f"Wait a minute. {AGAIN}",
            kind=Kind.THROTTLED,
            sign_in=sign_in,
        )
    said = one_line(str(error.response.get("error_description") or error.response.get("Error", {}).get("Message", "")))
    what = f"AWS refused to sign you in to “{sign_in.name}”: {said or code or 'no reason'}."
    return _failed(sign_in, "Sign-in refused", what, AGAIN)


def _unreachable(error: Exception, sign_in: SignIn, settings: BrowserSettings) -> TrayError:
    found = connection_error(error, Scope(sign_in.name, settings.region, AwsProfile(settings.aws_profile))).problem
    remedy = found.remedy.replace("It is tried again at the next refresh.", "Then sign in again.")
    return TrayError(found.title, found.message, remedy, kind=found.kind, sign_in=sign_in)


def _failed(sign_in: SignIn, title: str, message: str, remedy: str) -> TrayError:
    return TrayError(title, message, remedy, kind=Kind.SIGN_IN, sign_in=sign_in)
