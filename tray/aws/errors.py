"""botocore's exceptions and AWS's error codes in the person's words. The only place that translates them."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from botocore import exceptions as b
from botocore.parsers import ResponseParserError

from tray.errors import Kind, TrayError

if TYPE_CHECKING:
    from tray.aws.values import Place


class MfaCodeNeeded(Exception):  # noqa: N818 - not a failure of the program: a question nobody is there to answer
    """A profile's role asks for an MFA code, and there is nobody to ask."""


class GarbledAnswerError(Exception):
    """An answer lacks what AWS always puts into it: something between here and AWS answered in its place."""


_SIGN_IN_CODES = {
    "ExpiredToken",
    "ExpiredTokenException",
    "RequestExpired",
    "UnrecognizedClientException",
    "InvalidClientTokenId",
    "InvalidToken",
    "InvalidGrantException",
    "UnauthorizedException",
}
_SIGNATURE_CODES = {
    "InvalidSignatureException",
    "SignatureDoesNotMatch",
    "RequestTimeTooSkewed",
    "AuthFailure",
}
_DENIED_CODES = {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "ForbiddenException"}
THROTTLING_CODES = {
    "Throttling",
    "ThrottlingException",
    "ThrottledException",
    "TooManyRequestsException",
    "RequestLimitExceeded",
    "RequestThrottled",
}


@contextmanager
def translated(place: Place, operation: str, resource: str = "") -> Iterator[None]:
    """Raise what AWS or botocore raises inside as a TrayError about `place`.

    `operation` is the API's name for the call (it is the IAM action too), `resource` what it was asked for.
    """
    try:
        yield
    except (b.BotoCoreError, b.ClientError, ResponseParserError, GarbledAnswerError, MfaCodeNeeded) as error:
        raise translate(error, place, operation, resource) from error


def translate(error: Exception, place: Place, operation: str, resource: str = "") -> TrayError:
    """Return `error` in the person's words."""
    if isinstance(error, b.ClientError):
        return _client_error(error, place, operation, resource)
    for kinds, words in _BY_CLASS:
        if isinstance(error, kinds):
            return words(error, place)
    return TrayError(
        "AWS call failed",
        f"{operation} for {_where(place)} failed: {_plain(error)}",
        "Try again; if it stays, the log has the details.",
    )


def _client_error(error: b.ClientError, place: Place, operation: str, resource: str) -> TrayError:
    details = error.response.get("Error", {})
    code = details.get("Code", "unknown error")
    said = details.get("Message", "").strip()
    if code in _SIGN_IN_CODES:
        return _sign_in(place, f"AWS no longer accepts the credentials of the AWS profile “{place.aws_profile}”")
    if code in _SIGNATURE_CODES:
        return TrayError(
            "Signature refused",
            f"AWS refused the signature of the AWS profile “{place.aws_profile}”: {said or code}",
            "Check this computer's clock, then the profile's access key and secret.",
            kind=Kind.SIGN_IN,
        )
    if code in _DENIED_CODES:
        return TrayError(
            "Access denied",
            f"The AWS profile “{place.aws_profile}” may not do sagemaker:{operation} in {place.region}.",
            f"Ask your administrator for the IAM action sagemaker:{operation} on {resource or '*'}.",
            kind=Kind.DENIED,
        )
    if code in THROTTLING_CODES:
        return TrayError(
            "AWS is limiting requests",
            f"AWS answered {_where(place)} with “{said or code}”: too many requests to this account at once.",
            "Nothing to do: it is tried again at the next refresh.",
            kind=Kind.THROTTLED,
        )
    if code == "ResourceLimitExceeded":
        return TrayError(
            "Instance limit reached",
            f"{_where(place)}: {said or code}",
            "Stop another notebook instance, or ask your administrator to raise the service quota.",
        )
    return TrayError(
        "AWS refused",
        f"{operation} for {resource or _where(place)}: {said or code}",
        "Refresh to see the notebook instance's present state, and try again.",
    )


def _sign_in(place: Place, what: str) -> TrayError:
    return TrayError(
        "Signing in needed",
        f"{what} (profile “{place.profile}”).",
        f"Sign in again the way you do for the AWS CLI, for example: aws sso login --profile {place.aws_profile}",
        kind=Kind.SIGN_IN,
    )


def _signed_out(_error: Exception, place: Place) -> TrayError:
    return _sign_in(place, f"The sign-in of the AWS profile “{place.aws_profile}” is missing or has expired")


def _no_credentials(error: Exception, place: Place) -> TrayError:
    what = "no credentials" if isinstance(error, b.NoCredentialsError) else "no usable credentials"
    return TrayError(
        "Signing in needed",
        f"The AWS profile “{place.aws_profile}” has {what}.",
        "Sign in to it, or complete it in the AWS config and credentials files"
        f" (aws configure --profile {place.aws_profile}).",
        kind=Kind.SIGN_IN,
    )


def _mfa(_error: Exception, place: Place) -> TrayError:
    return TrayError(
        "MFA code needed",
        f"The role of the AWS profile “{place.aws_profile}” asks for an MFA code, which can't be given here yet.",
        "Use a profile that signs in through IAM Identity Center or a credential_process.",
        kind=Kind.SIGN_IN,
    )


def _gone(_error: Exception, place: Place) -> TrayError:
    return TrayError(
        "AWS profile not found",
        f"The AWS profile “{place.aws_profile}” is not in the AWS config and credentials files (any more).",
        f"Put it back there, or name another one: notebook-tray profiles set {place.profile} --aws-profile NAME",
        kind=Kind.CONFIGURATION,
    )


def _configuration(error: Exception, place: Place) -> TrayError:
    return TrayError(
        "AWS config not understood",
        f"The settings of the AWS profile “{place.aws_profile}” don't work: {_plain(error)}",
        "Correct the profile in the AWS config file.",
        kind=Kind.CONFIGURATION,
    )


def _region(_error: Exception, place: Place) -> TrayError:
    return TrayError(
        "Unknown region",
        f"“{place.region}” is no AWS region that can be reached (profile “{place.profile}”).",
        f"Check the spelling: notebook-tray profiles set {place.profile} --region REGION",
        kind=Kind.CONFIGURATION,
    )


def _unreachable(error: Exception, place: Place) -> TrayError:
    if isinstance(error, b.EndpointConnectionError) and not _known_region(place.region):
        return _region(error, place)
    return TrayError(
        "AWS can't be reached",
        f"No connection to {_where(place)}: {_plain(error)}",
        "Check the network, the VPN and the proxy settings (HTTPS_PROXY); it is tried again at the next refresh.",
        kind=Kind.UNREACHABLE,
    )


def _garbled(_error: Exception, place: Place) -> TrayError:
    return TrayError(
        "Not an answer of AWS",
        f"What answered for {_where(place)} is not AWS: its answer makes no sense.",
        "A sign-in page of the network or a proxy may be in between: open any web page, then refresh.",
        kind=Kind.UNREACHABLE,
    )


def _certificate(error: Exception, place: Place) -> TrayError:
    return TrayError(
        "Certificate not trusted",
        f"The secure connection to {_where(place)} failed: {_plain(error)}",
        "Where a company proxy inspects connections, set AWS_CA_BUNDLE or ca_bundle to its certificate.",
        kind=Kind.UNREACHABLE,
    )


def _known_region(region: str) -> bool:
    """Whether the installed botocore knows `region`; it words a failure, and never refuses a region by itself."""
    return region in _known_regions()


@functools.cache
def _known_regions() -> frozenset[str]:
    """Read them once: a computer that is offline asks for every place."""
    from botocore.regions import EndpointResolver

    from tray.aws.models import ENDPOINT_PREFIX, shared_loader

    resolver = EndpointResolver(shared_loader().load_data("endpoints"))
    return frozenset(
        region
        for partition in resolver.get_available_partitions()
        for region in resolver.get_available_endpoints(ENDPOINT_PREFIX, partition, allow_non_regional=True)
    )


def _where(place: Place) -> str:
    return f"SageMaker in {place.region} (profile “{place.profile}”)"


def _plain(error: Exception) -> str:
    # botocore's own messages name endpoints, files and settings, never a key or a URL's query; one line is enough.
    return str(error).strip().splitlines()[0][:300] if str(error).strip() else type(error).__name__


# The first class that fits wins: subclasses stand above their bases.
_BY_CLASS: tuple[tuple[type[Exception] | tuple[type[Exception], ...], Callable[[Exception, Place], TrayError]], ...] = (
    (MfaCodeNeeded, _mfa),
    ((ResponseParserError, GarbledAnswerError), _garbled),
    ((b.SSOTokenLoadError, b.UnauthorizedSSOTokenError, b.TokenRetrievalError, b.SSOError), _signed_out),
    ((b.NoCredentialsError, b.PartialCredentialsError, b.CredentialRetrievalError), _no_credentials),
    (b.ProfileNotFound, _gone),
    ((b.InvalidRegionError, b.NoRegionError), _region),
    (b.SSLError, _certificate),
    ((b.ConnectionError, b.HTTPClientError), _unreachable),
    (
        (b.ConfigParseError, b.InvalidConfigError, b.ConfigNotFound, b.MissingDependencyException),
        _configuration,
    ),
)
