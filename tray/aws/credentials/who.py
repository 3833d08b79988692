"""Which settings of an AWS profile say who signs, and not how."""

from __future__ import annotations

# The settings of a profile that say who signs and how the AWS CLI prints: they don't change a client. All other
# settings might, including those of a later botocore: profiles share clients only if all others are equal.
_WHO = frozenset(
    {
        "aws_access_key_id",
        "aws_secret_access_key",
        "aws_session_token",
        "aws_security_token",
        "aws_account_id",
        "credential_process",
        "credential_source",
        "duration_seconds",
        "external_id",
        "login_session",
        "mfa_serial",
        "output",
        "region",
        "role_arn",
        "role_session_name",
        "source_profile",
        "web_identity_token_file",
    }
)
_WHO_PREFIXES = ("sso_", "cli_")


def says_who(setting: str) -> bool:
    """Whether a setting says who signs, or how the AWS CLI prints, and doesn't change a client."""
    return setting in _WHO or setting.startswith(_WHO_PREFIXES)
