"""What goes wrong while a user signs in through IAM Identity Center, in the user's words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from botocore import exceptions as b
from botocore.parsers import ResponseParserError

from tray.aws.credentials.token_store import token_folder
from tray.aws.errors.connection import connection_error
from tray.aws.errors.garbled import GarbledAnswerError, was_parsing
from tray.aws.errors.refusals import one_line
from tray.aws.errors.settings import explanation, wrong_setting
from tray.aws.regions import known_region
from tray.model.notebooks import Scope
from tray.model.problems import Kind, TrayError
from tray.model.signer import AwsProfile

if TYPE_CHECKING:
    from tray.aws.credentials.browser_settings import BrowserSettings
    from tray.model.sign_in import CallbackAnswer, SignIn

_THROTTLED = {"SlowDownException", "TooManyRequestsException", "ThrottlingException"}
_REGION = {"InvalidRequestException", "InvalidRequestRegionException"}


class RegistrationRefused(Exception):  # noqa: N818 - a new registration mends it
    """AWS does not know (or no longer knows) the client that the tray registered."""


class CodeNotOffered(Exception):  # noqa: N818 - another way of signing in mends it
    """AWS registers no client for authorization codes. The exception's cause is the refusal, in the user's words."""


class StillPending(Exception):  # noqa: N818 - no failure: the user has not decided yet
    """The user has not decided yet. `slower`: the program asks too often."""

    def __init__(self, *, slower: bool) -> None:
        super().__init__()
        self.slower = slower


def timed_out(sign_in: SignIn, why: str, **places: Any) -> TrayError:
    """Return the error for a user who took too long; `why` is a code that the texts know."""
    return _failed(sign_in, "sign-in-timed-out", why=why, **places)


def begins_anew(sign_in: SignIn) -> TrayError:
    """Return the error for the page that the user came back to: it says that another page opens."""
    return _failed(sign_in, "sign-in-begins-anew")


def unknown_client(sign_in: SignIn) -> TrayError:
    """Return the error for a client that AWS doesn't know even after a new registration."""
    return _failed(sign_in, "sign-in-client-unknown")


def declined(sign_in: SignIn) -> TrayError:
    """Return the error for a sign-in that the user, or an administrator's rule, refused."""
    return _failed(sign_in, "sign-in-declined")


def came_back_with(answer: CallbackAnswer, sign_in: SignIn, settings: BrowserSettings) -> Exception:
    """Return the exception for an answer of the sign-in page that is no code."""
    if answer.error == "access_denied":
        return declined(sign_in)
    if answer.error in ("invalid_client", "unauthorized_client"):
        return RegistrationRefused()
    if answer.error == "invalid_request":
        return wrong_region(sign_in, settings)
    return _failed(sign_in, "sign-in-page-refused", said=one_line(answer.description) or one_line(answer.error))


def wrong_region(sign_in: SignIn, settings: BrowserSettings) -> TrayError:
    """Return the error for a region that doesn't have this IAM Identity Center."""
    return _failed(
        sign_in,
        "sign-in-region-wrong",
        Kind.CONFIGURATION,
        region=settings.region,
        url=settings.start_url,
        section=settings.section,
    )


def clock_is_wrong(sign_in: SignIn, difference_seconds: float) -> TrayError:
    """Return the error for a wrong clock of this computer, with which a sign-in would not work."""
    return _failed(sign_in, "sign-in-clock-wrong", Kind.OTHER, ahead_seconds=difference_seconds)


def not_kept(sign_in: SignIn, error: OSError) -> TrayError:
    """Return the error for a sign-in that could not be written to its file."""
    # The error offers no sign-in: the user has just signed in, and this process uses the token until it ends.
    return TrayError(
        "sign-in-not-kept",
        name=sign_in.name,
        path=str(error.filename or token_folder()),
        reason=error.strerror or type(error).__name__,
    )


@contextmanager
def translated(sign_in: SignIn, settings: BrowserSettings) -> Iterator[None]:
    """Inside the block, turn exceptions of the sso-oidc client into the user's words.

    :raises RegistrationRefused: a new registration mends it
    :raises StillPending: the user has not decided yet
    :raises TrayError: anything else
    """
    try:
        yield
    except b.ClientError as error:
        raise _refused(error, sign_in, settings) from error
    except (b.SSOTokenLoadError, b.UnauthorizedSSOTokenError, b.TokenRetrievalError) as error:
        raise _failed(sign_in, "signed-out-of-center") from error
    except (ResponseParserError, GarbledAnswerError):
        # `from None`, because a parser's error quotes the answer, which may be a token.
        raise _failed(sign_in, "sign-in-not-aws", Kind.UNREACHABLE, region=settings.region) from None
    except b.EndpointConnectionError as error:
        if not known_region(settings.region):
            raise wrong_region(sign_in, settings) from error
        raise _unreachable(error, sign_in, settings) from error
    except (b.ConnectionError, b.HTTPClientError) as error:
        raise _unreachable(error, sign_in, settings) from error
    except b.InvalidRegionError as error:
        raise wrong_region(sign_in, settings) from error
    except b.BotoCoreError as error:
        if wrong := wrong_setting(error, settings.aws_profile):
            raise wrong from error
        kind = type(error).__name__
        raise _failed(sign_in, "sign-in-failed", error=kind, section=settings.section) from error
    except Exception as error:
        if was_parsing(error):
            raise _failed(sign_in, "sign-in-not-aws", Kind.UNREACHABLE, region=settings.region) from None
        if (wrong := explanation(error, settings.aws_profile)) is None:
            raise
        raise wrong from error


def _refused(error: b.ClientError, sign_in: SignIn, settings: BrowserSettings) -> Exception:
    code = str(error.response.get("Error", {}).get("Code", ""))
    polled_too_often = code == "SlowDownException" and error.operation_name == "CreateToken"
    if code == "AuthorizationPendingException" or polled_too_often:
        return StillPending(slower=polled_too_often)
    registering = error.operation_name == "RegisterClient"  # no page was shown yet, and no client is known
    if code == "AccessDeniedException" and not registering:
        return declined(sign_in)
    if code == "ExpiredTokenException" and not registering:
        return timed_out(sign_in, "allowed")
    if code in ("InvalidClientException", "UnauthorizedClientException") and not registering:
        return RegistrationRefused()
    if code in _REGION and error.operation_name != "CreateToken":
        return wrong_region(sign_in, settings)
    if code == "InvalidScopeException":
        scopes = " ".join(settings.scopes)
        return _failed(sign_in, "sign-in-scopes-unknown", Kind.CONFIGURATION, scopes=scopes, section=settings.section)
    if code == "UnauthorizedException":
        return _failed(sign_in, "signed-out-of-center")
    if code in _THROTTLED:
        return _failed(sign_in, "sign-ins-throttled", Kind.THROTTLED)
    said = one_line(str(error.response.get("error_description") or error.response.get("Error", {}).get("Message", "")))
    if registering:
        return _failed(sign_in, "sign-in-registration-refused", region=settings.region, said=said or code)
    return _failed(sign_in, "sign-in-refused", said=said or code)


def _unreachable(error: Exception, sign_in: SignIn, settings: BrowserSettings) -> TrayError:
    found = connection_error(error, Scope(sign_in.name, settings.region, AwsProfile(settings.aws_profile))).problem
    advice = ("then-sign-in-again", ()) if found.advice else None  # in place of what a refresh does by itself
    return TrayError.of(replace(found, sign_in=sign_in, advice=advice))


def _failed(sign_in: SignIn, code: str, kind: Kind = Kind.SIGN_IN, **places: Any) -> TrayError:
    return TrayError(code, kind=kind, sign_in=sign_in, name=sign_in.name, **places)
