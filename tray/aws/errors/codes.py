"""AWS's error codes: which words go with which code of which call.

Each row of the table gives the words for some error codes of some calls. The first row that fits is used.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from tray.aws.errors.refusals import (
    GONE_CODES,
    Refusal,
    clock,
    denied,
    disabled,
    expired,
    failing,
    gone_notebook,
    identity_token,
    limit,
    no_role,
    not_running,
    retired_platform,
    signature,
    throttled,
    unrecognised,
    wrong_status,
)
from tray.model.problems import TrayError

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

_Words = Callable[[Refusal], TrayError | None]


@dataclass(frozen=True, slots=True)
class _Row:
    """The words for some codes of some calls (of all, if none is named). If the words give None, later rows follow."""

    codes: frozenset[str]
    words: _Words
    operations: frozenset[str] = frozenset()

    def fits(self, code: str, operation: str) -> bool:
        """Whether the row is for this code of this call."""
        return code in self.codes and (not self.operations or operation in self.operations)


# IncompleteSignature is the answer to a key with a blank or a quotation mark in it, or to an empty one; a missing token
# is the answer to a signature that AWS doesn't take for one.
_SIGNATURE = frozenset(
    {
        *("InvalidSignatureException", "SignatureDoesNotMatch", "RequestTimeTooSkewed", "AuthFailure"),
        *("IncompleteSignature", "IncompleteSignatureException", "InvalidSignature"),
        *("MissingAuthenticationToken", "MissingAuthenticationTokenException"),
    }
)
_BY_TOKEN = frozenset({"AssumeRoleWithWebIdentity"})
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
    _Row(_SIGNATURE | {"RequestExpired", "RequestInTheFuture"}, clock),
    _Row(_SIGNATURE | {"RequestInTheFuture"}, signature),
    _Row(frozenset({"UnrecognizedClientException", "InvalidClientTokenId", "InvalidAccessKeyId"}), unrecognised),
    _Row(
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
    _Row(frozenset({"InvalidIdentityToken", "IDPRejectedClaim"}), identity_token, _BY_TOKEN),
    _Row(frozenset({"IDPCommunicationError"}), failing, _BY_TOKEN),
    # These codes concern the client that is registered for the sign-in: a new sign-in registers another client.
    _Row(
        frozenset({"InvalidClientException", "UnauthorizedClientException", "AccessDeniedException"}),
        expired,
        frozenset({"CreateToken", "CreateOAuth2Token"}),
    ),
    _Row(
        frozenset({"ForbiddenException", "AccessDeniedException", "ResourceNotFoundException"}),
        no_role,
        frozenset({"GetRoleCredentials"}),
    ),
    _Row(
        frozenset(
            {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "ForbiddenException", "NotAuthorized"}
        ),
        denied,
    ),
    _Row(frozenset({"RegionDisabledException", "OptInRequired"}), disabled),
    _Row(frozenset(THROTTLING_CODES), throttled),
    _Row(frozenset({"ResourceLimitExceeded"}), limit),
    _Row(frozenset({"ValidationException"}) | GONE_CODES, gone_notebook, _ABOUT_ONE),
    _Row(frozenset({"ValidationException"}), not_running, frozenset({"CreatePresignedNotebookInstanceUrl"})),
    _Row(frozenset({"ValidationException"}), retired_platform, frozenset({"StartNotebookInstance"})),
    _Row(
        frozenset({"ValidationException"}),
        wrong_status,
        frozenset({"StartNotebookInstance", "StopNotebookInstance", "UpdateNotebookInstance"}),
    ),
)


# Services, and what stands in for them, word their codes in more ways than any list has. The table's rows come first:
# UnauthorizedException, for example, means an expired sign-in.
_KINDS: tuple[tuple[re.Pattern[str], _Words], ...] = (
    (re.compile(r"throttl|too.?many.?requests|rate.?(limit.?)?exceeded|slow.?down", re.IGNORECASE), throttled),
    (re.compile(r"access.?denied|not.?authorized|unauthorized|forbidden", re.IGNORECASE), denied),
    (
        re.compile(r"internal.?(server|service)?.?(error|failure|exception)|unavailable|time.?out", re.IGNORECASE),
        failing,
    ),
)
# AWS's own words for too many calls, whatever the code: a LimitExceededException is for a quota, or for a rate.
_TOO_FAST = re.compile(r"Rate exceeded|Too Many Requests", re.IGNORECASE)


def words_of(refusal: Refusal) -> TrayError | None:
    """Return the words for a code of a call; None if the table has none, and the code says nothing by itself."""
    for row in _ROWS:
        if row.fits(refusal.code, refusal.operation) and (words := row.words(refusal)):
            return words
    if _TOO_FAST.match(refusal.said):
        return throttled(refusal)
    return next((words(refusal) for pattern, words in _KINDS if pattern.search(refusal.code)), None)
