"""botocore's exceptions and AWS's error codes in the user's words. The only place that translates them.

Each row of the table gives the words for some error codes of some calls. The first row that fits is used. Failures
before AWS answers are in `connection.py`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore import exceptions as b
from botocore.parsers import ResponseParserError

from tray.aws.botocore_patches.limits import AnswerTooLongError
from tray.aws.botocore_patches.release import unknown_botocore
from tray.aws.config_checks import refused_files, unread_files, why_missing
from tray.aws.errors.connection import connection_error, proxy_refused, unknown_region
from tray.aws.errors.refusals import (
    OF_CREDENTIALS,
    Refusal,
    clock,
    denied,
    disabled,
    expired,
    failing,
    gone_notebook,
    limit,
    no_role,
    not_running,
    one_line,
    retired_platform,
    sign_in,
    signature,
    throttled,
    unrecognised,
    where,
    wrong_status,
)
from tray.aws.errors.settings import (
    explanation,
    incomplete,
    section_of,
    why_no_credentials,
    wrong_device,
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


class GarbledAnswerError(Exception):
    """An answer lacks a member that AWS always puts into it: something on the network answered in place of AWS."""


# Those that botocore tries again as throttled (`ThrottledRetryableChecker` in `botocore/retries/standard.py`), but for
# one: a LimitExceededException is for a quota, which no waiting changes.
THROTTLING_CODES = {
    "Throttling",
    "ThrottlingException",
    "ThrottledException",
    "RequestThrottledException",
    "TooManyRequestsException",
    "ProvisionedThroughputExceededException",
    "TransactionInProgressException",
    "RequestLimitExceeded",
    "BandwidthLimitExceeded",
    "RequestThrottled",
    "SlowDown",
    "SlowDownException",
    "PriorRequestNotComplete",
    "EC2ThrottledException",
}

# Of a status that says the same without one of these codes.
_TOO_MANY = 429
_SERVER_ERROR = 500
# An answer that says that AWS gave up waiting for the request, or for itself ("Common Errors" of each API reference).
_PASSING = frozenset({"RequestTimeout", "RequestTimeoutException", "RequestAbortedException", "ServiceUnavailable"})

# A foreign message is cut as soon as it comes in, because patterns search it and a menu shows it.
_LONGEST_MESSAGE = 2000
# Longer than the UUID that AWS gives to a request.
_LONGEST_ID = 64

# Where botocore looks up the code of a refusal, which may be of any type.
_OF_REFUSALS = ("botocore.endpoint", "_add_modeled_error_fields")

# Python's exceptions for an answer that botocore's parsers don't expect.
_OF_PARSING = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)

_LONGEST_CODE = 100

_READS_ANSWERS = frozenset(
    f"botocore.{module}"
    for module in ("parsers", "errorfactory", "retryhandler", "retries.standard", "retries.special")
)

# Providers whose errors quote a service's answer, which may hold credentials.
_QUOTING = ("container-role", "iam-role", "custom-process")

# The codes with which a service that gives credentials refuses settings, such as those of a role.
_OF_SETTINGS = frozenset({"ValidationError", "ValidationException", "InvalidParameterValue", "InvalidRequestException"})

Words = Callable[[Refusal], TrayError | None]


@dataclass(frozen=True, slots=True)
class Row:
    """The words for some codes of some calls (of all, if none is named). If the words give None, later rows follow."""

    codes: frozenset[str]
    words: Words
    operations: frozenset[str] = frozenset()

    def fits(self, code: str, operation: str) -> bool:
        """Whether the row is for this code of this call."""
        return code in self.codes and (not self.operations or operation in self.operations)


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
        if isinstance(error, _OF_PARSING) and was_parsing(error):
            raise translate(GarbledAnswerError(), scope, operation, resource) from error
        # botocore doesn't check most settings: a number with letters in it, for example, raises Python's ValueError.
        if (wrong := explanation(error, scope.aws_profile)) is not None:
            raise wrong from error
        if isinstance(error, RecursionError) and _was_in(error, "botocore.credentials"):
            # A role that builds on a role that builds on a role, a thousand of them.
            raise _configuration(error, scope) from error
        if isinstance(error, RuntimeError) and _was_in(error, "botocore.credentials"):
            raise sign_in("credentials-expired", scope) from error  # those that were just given have expired already
        if isinstance(error, _OF_PARSING) and _was_in(error, "botocore.credentials", "botocore.tokens"):
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
        one_line(str(details.get("Code", "unknown error")), _LONGEST_CODE),
        str(details.get("Message", ""))[:_LONGEST_MESSAGE].strip(),
        answer.get("HTTPHeaders", {}),
    )
    for row in _ROWS:
        if row.fits(refusal.code, own) and (words := row.words(refusal)):
            return words
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


def _was_in(error: BaseException, *modules: str) -> bool:
    """Whether one of these modules raised the error, or called what did."""
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_globals.get("__name__") in modules:
            return True
        trace = trace.tb_next
    return False


def was_parsing(error: BaseException) -> bool:
    """Whether botocore's code for answers raised the error: it trusts that members have the model's types.

    Beside the parser, that is what looks up an error's code, in order to raise it or to try again.
    """
    module = function = ""
    trace = error.__traceback__
    while trace is not None:
        code, module = trace.tb_frame.f_code, str(trace.tb_frame.f_globals.get("__name__"))
        if module in _READS_ANSWERS or (module, code.co_name) == _OF_REFUSALS:
            return True
        function, trace = code.co_name, trace.tb_next
    # The place where botocore first uses the parsed answer, which may be no mapping.
    return (module, function) == ("botocore.endpoint", "_do_get_response")


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
        profile=scope.profile,
        serial=error.serial,
    )


def _no_crt(_error: Exception, scope: Scope) -> TrayError:
    return TrayError("no-common-runtime", kind=Kind.CONFIGURATION, aws_profile=scope.aws_profile)


def _gone(_error: Exception, scope: Scope) -> TrayError:
    if problem := why_missing(scope.aws_profile):
        return TrayError.of(problem)
    return TrayError("aws-profile-gone", kind=Kind.CONFIGURATION, aws_profile=scope.aws_profile, profile=scope.profile)


def _configuration(error: Exception, scope: Scope) -> TrayError:
    return _of_settings(error, scope, _plain(error))


def _of_settings(error: Exception, scope: Scope, said: str) -> TrayError:
    if wrong := wrong_setting(error, scope.aws_profile):
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


def _garbled(_error: Exception, scope: Scope) -> TrayError:
    return TrayError("not-aws", kind=Kind.UNREACHABLE, **where(scope))


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


# IncompleteSignature is the answer to a key with a blank or a quotation mark in it, or to an empty one; a missing token
# is the answer to a signature that AWS doesn't take for one.
_SIGNATURE = frozenset(
    {
        *("InvalidSignatureException", "SignatureDoesNotMatch", "RequestTimeTooSkewed", "AuthFailure"),
        *("IncompleteSignature", "IncompleteSignatureException", "InvalidSignature"),
        *("MissingAuthenticationToken", "MissingAuthenticationTokenException"),
    }
)
_ABOUT_ONE = frozenset(
    {
        "DescribeNotebookInstance",
        "StartNotebookInstance",
        "StopNotebookInstance",
        "UpdateNotebookInstance",
        "CreatePresignedNotebookInstanceUrl",
    }
)

_ROWS = (
    Row(_SIGNATURE | {"RequestExpired", "RequestInTheFuture"}, clock),
    Row(_SIGNATURE | {"RequestInTheFuture"}, signature),
    Row(frozenset({"UnrecognizedClientException", "InvalidClientTokenId", "InvalidAccessKeyId"}), unrecognised),
    Row(
        frozenset(
            {
                "ExpiredToken",
                "ExpiredTokenException",
                "RequestExpired",
                "InvalidToken",
                "TokenRefreshRequired",
                "InvalidGrantException",
                "UnauthorizedException",
            }
        ),
        expired,
    ),
    # These codes concern the client that is registered for the sign-in: a new sign-in registers another client.
    Row(
        frozenset({"InvalidClientException", "UnauthorizedClientException", "AccessDeniedException"}),
        expired,
        frozenset({"CreateToken", "CreateOAuth2Token"}),
    ),
    Row(
        frozenset({"ForbiddenException", "AccessDeniedException", "ResourceNotFoundException"}),
        no_role,
        frozenset({"GetRoleCredentials"}),
    ),
    Row(
        frozenset(
            {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "ForbiddenException", "NotAuthorized"}
        ),
        denied,
    ),
    Row(frozenset({"RegionDisabledException", "OptInRequired"}), disabled),
    Row(frozenset(THROTTLING_CODES), throttled),
    Row(frozenset({"ResourceLimitExceeded"}), limit),
    Row(frozenset({"ValidationException"}), gone_notebook, _ABOUT_ONE),
    Row(frozenset({"ValidationException"}), not_running, frozenset({"CreatePresignedNotebookInstanceUrl"})),
    Row(frozenset({"ValidationException"}), retired_platform, frozenset({"StartNotebookInstance"})),
    Row(
        frozenset({"ValidationException"}),
        wrong_status,
        frozenset({"StartNotebookInstance", "StopNotebookInstance", "UpdateNotebookInstance"}),
    ),
)

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
    ((b.InvalidRegionError, b.NoRegionError), lambda _error, scope: unknown_region(scope)),
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
