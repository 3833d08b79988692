"""botocore's exceptions and AWS's error codes in the user's words. The only place that translates them.

`codes.py` has the table of AWS's codes, `connection.py` what fails before AWS answers, and `garbled.py` knows answers
that make no sense.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from botocore import exceptions as b
from botocore.parsers import ResponseParserError

from tray.aws.botocore_patches.limits import AnswerTooLongError
from tray.aws.botocore_patches.release import unknown_botocore
from tray.aws.config_checks import refused_files, unread_files, why_missing
from tray.aws.errors.codes import words_of
from tray.aws.errors.connection import connection_error, proxy_refused, unknown_region
from tray.aws.errors.garbled import OF_PARSING, GarbledAnswerError, was_in, was_parsing
from tray.aws.errors.refusals import OF_CREDENTIALS, Refusal, failing, one_line, sign_in, throttled, where
from tray.aws.errors.settings import (
    address_set_by,
    device_of_another,
    empty_source,
    explanation,
    incomplete,
    refused_setting,
    section_of,
    source_without_credentials,
    why_no_credentials,
    wrong_device,
    wrong_role,
    wrong_setting,
)
from tray.model.problems import Kind, TrayError
from tray.model.sign_in import Method, SignIn

if TYPE_CHECKING:
    from tray.model.notebooks import Scope


class MfaCodeNeeded(Exception):  # noqa: N818 - no failure, but a question that waits for the user
    """The role of an AWS profile needs a code of the MFA device `serial`, and the user can't be asked now."""

    def __init__(self, aws_profile: str, serial: str) -> None:
        super().__init__(aws_profile)
        self.aws_profile = aws_profile
        self.serial = serial


# Of a status that says the same without one of these codes.
_TOO_MANY = 429
_SERVER_ERROR = 500
# An answer that says that AWS gave up waiting for the request, or for itself ("Common Errors" of each API reference).
_PASSING = frozenset({"RequestTimeout", "RequestTimeoutException", "RequestAbortedException", "ServiceUnavailable"})

# A foreign message is cut as soon as it comes in, because patterns search it and a menu shows it.
_LONGEST_MESSAGE = 2000
# Longer than the UUID that AWS gives to a request.
_LONGEST_ID = 64

_LONGEST_CODE = 100

# Providers whose errors quote a service's answer, which may hold credentials.
_QUOTING = ("container-role", "iam-role", "custom-process")

# The codes with which a service that gives credentials refuses settings, such as those of a role.
_OF_SETTINGS = frozenset({"ValidationError", "ValidationException", "InvalidParameterValue", "InvalidRequestException"})


@contextmanager
def translated(scope: Scope, operation: str, resource: str = "") -> Iterator[None]:
    """Inside the block, turn exceptions of AWS and botocore into a TrayError about `scope`.

    `operation` is the API's name for the call, and also the IAM action. `resource` is the object of the call.
    """
    try:
        yield
    except (b.BotoCoreError, b.ClientError, ResponseParserError, GarbledAnswerError, MfaCodeNeeded) as error:
        raise translate(error, scope, operation, resource) from error
    except ImportError as error:
        if (error.name or "").partition(".")[0] != "botocore":
            raise
        raise unknown_botocore(str(error)) from error
    except Exception as error:
        if isinstance(error, OF_PARSING) and was_parsing(error):
            raise translate(GarbledAnswerError(), scope, operation, resource) from error
        # botocore doesn't check most settings: a number with letters in it, for example, raises Python's ValueError.
        if (wrong := explanation(error, scope.aws_profile)) is not None:
            raise wrong from error
        if isinstance(error, RecursionError) and was_in(error, "botocore.credentials"):
            # A role that builds on a role that builds on a role, a thousand of them.
            raise _configuration(error, scope) from error
        if isinstance(error, RuntimeError) and was_in(error, "botocore.credentials"):
            raise sign_in("credentials-expired", scope) from error  # those that were just given have expired already
        if isinstance(error, OF_PARSING) and was_in(error, "botocore.credentials", "botocore.tokens"):
            # `from None`, because the error may quote the credentials.
            raise translate(GarbledAnswerError(), scope, operation, resource) from None
        raise


def translate(error: Exception, scope: Scope, operation: str, resource: str = "") -> TrayError:
    """Return `error` in the user's words. May block for 5 s: see `connection_error`."""
    if isinstance(error, b.ClientError):
        return _refused(error, scope, operation, resource).of_request(_request_id(error))
    if isinstance(error, b.HTTPClientError) and _not_sendable(error):
        return TrayError(
            "credentials-malformed", kind=Kind.CONFIGURATION, aws_profile=scope.aws_profile, profile="", part=""
        )
    if isinstance(error, b.HTTPClientError) and _too_long(error):
        return _garbled(error, scope)
    for kinds, words in _BY_CLASS:
        if isinstance(error, kinds):
            return words(error, scope)
    if wrong := wrong_setting(error, scope.aws_profile):
        return wrong
    return TrayError("aws-call-failed", operation=operation, said=_plain(error), **where(scope))


def _refused(error: b.ClientError, scope: Scope, operation: str, resource: str) -> TrayError:
    details = error.response.get("Error", {})
    answer: Mapping[str, Any] = error.response.get("ResponseMetadata", {})
    own = error.operation_name or operation
    refusal = Refusal(
        scope,
        own,
        resource if own == operation else "",
        # Both may be None: an empty element of XML is.
        one_line(str(details.get("Code") or "unknown error"), _LONGEST_CODE),
        str(details.get("Message") or "")[:_LONGEST_MESSAGE].strip(),
        answer.get("HTTPHeaders", {}),
    )
    if words := words_of(refusal):
        if words.problem.kind is Kind.DENIED and own in OF_CREDENTIALS:
            if wrong := wrong_role(scope.aws_profile):
                return wrong
            if own == "AssumeRole" and (other := device_of_another(scope.aws_profile)):
                return words.advised("device-of-another", aws_profile=scope.aws_profile, other=other)
        return words
    if not details.get("Code") and not details.get("Message"):
        return _garbled(error, scope)
    if refusal.code.isdecimal():  # botocore uses the HTTP status for an answer without a code: a page not from AWS
        return proxy_refused(407, scope) if refusal.code == "407" else _garbled(error, scope)
    status = answer.get("HTTPStatusCode", 0)
    if status == _TOO_MANY:
        return throttled(refusal)
    if status >= _SERVER_ERROR or refusal.code in _PASSING:
        return failing(refusal)
    said = one_line(refusal.said) or refusal.code
    if own in OF_CREDENTIALS and refusal.code in _OF_SETTINGS:
        return _of_settings(error, scope, said)
    return TrayError("aws-refused", operation=own, resource=refusal.resource, said=said, **where(scope))


def _not_sendable(error: b.HTTPClientError) -> bool:
    """Whether a header could not be written. Only headers with credentials have text from outside the program.

    The credentials may be those with which a role is assumed, which botocore doesn't show. http.client's message quotes
    the header.
    """
    cause = error.kwargs.get("error")
    return isinstance(cause, UnicodeEncodeError) or (
        isinstance(cause, ValueError) and str(cause).startswith("Invalid header value")
    )


def _too_long(error: b.HTTPClientError) -> bool:
    return isinstance(error.kwargs.get("error"), AnswerTooLongError)


def _request_id(error: b.ClientError) -> str:
    return one_line(str(error.response.get("ResponseMetadata", {}).get("RequestId", "")))[:_LONGEST_ID]


def _signed_out(_error: Exception, scope: Scope) -> TrayError:
    return sign_in("signed-out", scope)


def _login_over(_error: Exception, scope: Scope) -> TrayError:
    return TrayError("login-over", kind=Kind.SIGN_IN, aws_profile=scope.aws_profile)


def _no_credentials(error: Exception, scope: Scope) -> TrayError:
    if isinstance(error, b.NoCredentialsError) and (problem := next(iter(unread_files()), None)):
        return TrayError.of(problem)  # the error's text may hold credentials
    if isinstance(error, b.NoCredentialsError) and scope.aws_profile and (why := why_no_credentials(scope.aws_profile)):
        return why
    provider = str(getattr(error, "kwargs", {}).get("provider", ""))
    if provider and (empty := empty_source(scope.aws_profile, provider)):
        return empty
    said = "" if isinstance(error, b.NoCredentialsError) else _detail(error)
    some = not isinstance(error, b.NoCredentialsError)
    return TrayError("no-credentials", kind=Kind.SIGN_IN, aws_profile=scope.aws_profile, some=some, said=said)


def _detail(error: Exception) -> str:
    """Return botocore's words for what is wrong with credentials; empty if they may quote credentials."""
    provider = str(getattr(error, "kwargs", {}).get("provider", ""))
    return "" if provider in _QUOTING else one_line(_plain(error))


def _partial(error: Exception, scope: Scope) -> TrayError:
    assert isinstance(error, b.PartialCredentialsError)  # noqa: S101 - for the type checker
    return incomplete(error, scope)


def _mfa(error: Exception, scope: Scope) -> TrayError:
    assert isinstance(error, MfaCodeNeeded)  # noqa: S101 - for the type checker
    if wrong := wrong_device(error.aws_profile):
        return wrong
    return TrayError(
        "mfa-code-needed",
        kind=Kind.SIGN_IN,
        sign_in=SignIn(Method.MFA, error.aws_profile, error.aws_profile),
        role_profile=error.aws_profile,
        aws_profile=scope.aws_profile,
        serial=error.serial,
    )


def _no_crt(_error: Exception, scope: Scope) -> TrayError:
    return TrayError("no-common-runtime", kind=Kind.CONFIGURATION, aws_profile=scope.aws_profile)


def _gone(_error: Exception, scope: Scope) -> TrayError:
    if problem := why_missing(scope.aws_profile):
        return TrayError.of(problem)
    return TrayError("aws-profile-gone", kind=Kind.CONFIGURATION, aws_profile=scope.aws_profile, profile=scope.profile)


def _configuration(error: Exception, scope: Scope) -> TrayError:
    if isinstance(error, b.InvalidConfigError) and (lacks := source_without_credentials(scope.aws_profile)):
        return lacks
    return _of_settings(error, scope, _plain(error))


def _of_settings(error: Exception, scope: Scope, said: str) -> TrayError:
    if wrong := wrong_setting(error, scope.aws_profile) or refused_setting(said, scope.aws_profile):
        return wrong
    if problem := next(iter(refused_files()), None):
        return TrayError.of(problem)
    section, path, line = section_of(scope.aws_profile)
    return TrayError(
        "settings-not-understood",
        kind=Kind.CONFIGURATION,
        aws_profile=scope.aws_profile,
        said=said,
        section=section,
        path=path,
        line=line,
    )


def _no_region(error: Exception, scope: Scope) -> TrayError:
    # The region may be one where a sign-in or a role is asked for, and not the one that is listed.
    named = str(getattr(error, "kwargs", {}).get("region_name") or scope.region)
    return (wrong_setting(error, scope.aws_profile) if named != scope.region else None) or unknown_region(scope)


def _garbled(error: Exception, scope: Scope) -> TrayError:
    of_credentials = isinstance(error, b.ClientError) and error.operation_name in OF_CREDENTIALS
    address = {} if of_credentials else address_set_by(scope.aws_profile)
    return TrayError("not-aws", kind=Kind.UNREACHABLE, **address, **where(scope))


def _no_variant(error: Exception, scope: Scope) -> TrayError:
    if wrong := wrong_setting(error, scope.aws_profile):
        return wrong
    return TrayError(
        "no-such-endpoint",
        kind=Kind.CONFIGURATION,
        aws_profile=scope.aws_profile,
        said=_plain(error),
        **where(scope),
    )


def _plain(error: Exception) -> str:
    # botocore's own messages name endpoints, files and settings, never a key or a URL's query. Messages that quote
    # other libraries may name a proxy with its password.
    return one_line(re.sub(r"//[^/\s]*@", "//", str(error))) or type(error).__name__


# The first class that fits wins: subclasses stand above their bases.
_BY_CLASS: tuple[tuple[type[Exception] | tuple[type[Exception], ...], Callable[[Exception, Scope], TrayError]], ...] = (
    (MfaCodeNeeded, _mfa),
    ((ResponseParserError, GarbledAnswerError), _garbled),
    ((b.SSOTokenLoadError, b.UnauthorizedSSOTokenError, b.TokenRetrievalError, b.SSOError), _signed_out),
    (getattr(b, "LoginError", ()), _login_over),  # new in botocore 1.41
    (b.PartialCredentialsError, _partial),
    ((b.NoCredentialsError, b.CredentialRetrievalError), _no_credentials),
    (b.MissingDependencyException, _no_crt),
    (b.ProfileNotFound, _gone),
    ((b.InvalidRegionError, b.NoRegionError), _no_region),
    ((b.ConnectionError, b.HTTPClientError), connection_error),
    ((b.EndpointVariantError, b.EndpointProviderError), _no_variant),
    (
        (
            b.ConfigParseError,
            b.InvalidConfigError,
            b.InvalidProxiesConfigError,
            b.ConfigNotFound,
        ),
        _configuration,
    ),
)
