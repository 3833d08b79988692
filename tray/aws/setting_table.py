"""Every setting that botocore reads, from the AWS files and the environment, and which values of it work: one table.

`tests/unit/test_aws_setting_table.py` compares the table with the installed botocore, and fails if botocore has a new
setting. The table itself refuses nothing, because the AWS CLI accepts what botocore accepts: it names the cause after
botocore has failed, and tells the doctor what would fail. Only files on which botocore would wait for ever are refused
beforehand.

What each setting means: https://docs.aws.amazon.com/sdkref/latest/guide/settings-reference.html
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

# A setting's value as botocore parses it: text, or the lines that are indented below it.
Value = str | Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Rule:
    """The values that work. `wants` is a code of the texts that describes them, with `choices`, `least` and `most`."""

    wants: str
    allows: Callable[[str], bool]
    choices: tuple[str, ...] = ()
    least: int = 0
    most: int = 0
    nested: bool = False  # whether indented lines below it work too

    def fits(self, value: Value) -> bool:
        """Whether a value works."""
        return self.allows(value) if isinstance(value, str) else self.nested


@dataclass(frozen=True, slots=True)
class AwsSetting:
    """A setting: its name in the files, the variables that take precedence over it, and its rule.

    `name` is empty if only a variable sets it. The value of a `secret` setting is never shown. An `of_credentials`
    setting is also read from the profile that a role builds on; an `of_session` setting also from an sso-session. A
    setting `inside` another stands in the indented lines below the other.
    """

    name: str
    rule: Rule
    variables: tuple[str, ...] = ()
    secret: bool = False
    of_credentials: bool = False
    of_session: bool = False
    inside: str = ""


def one_of(*choices: str, exactly: bool = False, empty: bool = False) -> Rule:
    """Return the rule of a setting with a few possible values, in upper or lower case unless `exactly`."""
    known = {*choices, *([""] if empty else [])}
    return Rule("one-of", lambda value: (value if exactly else value.lower()) in known, choices)


def whole_number(least: int | None = None, most: int | None = None) -> Rule:
    """Return the rule of a number, as Python's `int` reads it."""

    def allows(value: str) -> bool:
        try:
            number = int(value)
        except ValueError:
            return False
        return (least is None or number >= least) and (most is None or number <= most)

    return Rule("whole-number", allows, least=least or 0, most=most or 0)


def _is_url(value: str) -> bool:
    # botocore doesn't check this, but urllib3 can't connect to an address without a host.
    if not _has_host(value):
        return False
    try:
        parts = urlsplit(value)
        return parts.scheme in ("http", "https") and parts.port != 0
    except ValueError:
        return False


def _has_host(value: str) -> bool:
    # As botocore's `is_valid_endpoint_url`.
    if re.search(r"[\t\r\n]", value):
        return False
    try:
        host = urlsplit(value).hostname or ""
    except ValueError:
        return False
    labels = re.fullmatch(r"((?!-)[A-Za-z\d-]{1,63}(?<!-)\.)*((?!-)[A-Za-z\d-]{1,63}(?<!-))\.?", host)
    address = re.fullmatch(r"[0-9a-f:.%]+", host) if ":" in host else None
    return bool(labels or address)


def _is_of_a_container(value: str) -> bool:
    if not _has_host(value):
        return False
    parts = urlsplit(value)
    host = parts.hostname or ""
    here = host in ("169.254.170.2", "169.254.170.23", "fd00:ec2::23", "localhost", "::1") or host.startswith("127.")
    return parts.scheme == "https" or here


def _is_writable(value: str) -> bool:
    path = Path(value)
    try:
        return stat.S_ISREG(path.stat().st_mode) and os.access(path, os.W_OK)
    except FileNotFoundError:
        return os.access(path.parent, os.W_OK)
    except (OSError, ValueError):
        return False


def _is_header_file(value: str) -> bool:
    if not _is_text_file(value):
        return False
    with Path(value).open(newline="") as file:
        return not re.search(r"[\r\n]", file.read(1 << 20))


def _is_region(value: str) -> bool:
    # botocore's `validate_region_name`, except that it accepts an empty name, for which it then finds no endpoint.
    return re.fullmatch(r"(?![0-9]+$)(?!-)[a-zA-Z0-9-]{1,63}(?<!-)", value) is not None


def is_endless(value: str) -> bool:
    """Whether a path leads to a pipe, a socket or a device, on which a reader may wait for ever."""
    try:
        mode = Path(value).stat().st_mode
    except (OSError, ValueError):
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


def _is_file(value: str) -> bool:
    path = Path(value)
    try:
        if not path.is_file():
            return False
        with path.open("rb") as file:
            return bool(file.read(1))
    except (OSError, ValueError):
        return False


def _is_text_file(value: str) -> bool:
    if not _is_file(value):
        return False
    try:
        # botocore reads it as text, in the encoding of the system.
        with Path(value).open() as file:
            return bool(file.read(1 << 20).strip())
    except (OSError, ValueError):
        return False


def _is_bundle(value: str) -> bool:
    import ssl

    if is_endless(value) or not value.strip():
        return False
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        if Path(value).is_dir():
            return True
        context.load_verify_locations(value)
    except (OSError, ValueError):
        return False
    return bool(context.get_ca_certs()) or bool(context.cert_store_stats()["x509"])


def _is_certificate(value: str) -> bool:
    # The key must be in the same file: botocore also takes a separate key file, but not from the AWS config.
    import ssl

    if is_endless(value):
        return False
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        context.load_cert_chain(value, password=lambda: "")
    except (OSError, ValueError):
        return False
    return True


# Any value works: botocore takes an unknown one as "no", or reads the setting for other services.
FREE = Rule("text", lambda _: True, nested=True)
ANY = Rule("text", lambda _: True)
FILLED = Rule("filled", lambda value: bool(value.strip()))
# The value goes into an HTTP header.
PRINTABLE = Rule("printable", lambda value: value.isascii() and value.isprintable() and " " not in value)
# A part of an access key. For botocore, quotation marks around it and a comment behind it are part of the value, and
# AWS then knows no such key. Nothing is said of the other letters: services other than AWS have keys in these files.
KEY_PART = Rule("key-part", lambda value: bool(re.fullmatch(r"[^\s\"']([^\s]*[^\s\"'])?", value)))
KEY_ID = Rule("key-part", lambda value: PRINTABLE.allows(value) and KEY_PART.allows(value))
KEY_PART_OR_NOTHING = Rule("key-part", lambda value: not value or KEY_ID.allows(value))
URL = Rule("url", _is_url)
URL_OR_NOTHING = Rule("url", lambda value: not value or _is_url(value))
HOST_OR_NOTHING = Rule("url", lambda value: not value or _has_host(value))
REGION = Rule("region", _is_region)
TRUE_OR_FALSE = one_of("true", "false")
# Paths that botocore uses as they are: it expands no “~” and no variables in them.
TOKEN_FILE = Rule("file", lambda value: not value or _is_text_file(value))
GIVEN_FILE = Rule("file", _is_text_file)
# A file for a header: botocore accepts not even a line break at its end.
HEADER_FILE = Rule("header-file", _is_header_file)
# botocore's `ContainerMetadataFetcher`.
CONTAINER = Rule("container", lambda value: _is_of_a_container(value))
PATH = Rule("path", lambda value: not value or value.startswith("/"))
# /dev/null and similar paths are allowed, because a user who names one means it.
KEY_LOG = Rule("key-log", lambda value: not value or value.startswith("/dev/") or _is_writable(value))
BUNDLE = Rule("certificates", _is_bundle)
CERTIFICATE = Rule("certificate", _is_certificate)
# What AssumeRole takes: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html. Another service than
# AWS' numbers no accounts.
ARN = Rule(
    "role",
    lambda value: bool(
        re.fullmatch(r"arn:(aws[a-z-]*:iam::[0-9]{12}|(?!aws)[a-z0-9-]+:iam::[^:\s]*):role/[^\s\"']+", value)
    ),
)
EXTERNAL_ID = Rule("external-id", lambda value: bool(re.fullmatch(r"[\w+=,.@:/-]{2,1224}", value, re.ASCII)))
# Of a security key or a passkey (u2f), no role takes a code: "FIDO security keys … can't be used with the AWS CLI".
# https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_enable_fido.html
MFA_DEVICE = Rule("mfa-device", lambda value: bool(re.fullmatch(r"(?!.*:u2f/)[\w+=/:,.@-]{9,256}", value, re.ASCII)))
# GetRoleCredentials takes no other. A number loses its leading zeros in some programs.
ACCOUNT = Rule("account", lambda value: bool(re.fullmatch(r"[0-9]{12}", value)))
PERMISSION_SET = Rule(
    "permission-set", lambda value: bool(re.fullmatch(r"(?!AWSReservedSSO_)[\w+=,.@-]{1,64}", value, re.ASCII))
)
# The setting's value is the lines below it; botocore ignores text beside its name.
SECTION = Rule("nested", lambda value: bool(value), nested=True)
ONLY_SECTION = Rule("nested", lambda _: False, nested=True)
LEGACY_OR_REGIONAL = one_of("legacy", "regional", exactly=True)
CHECKSUMS = one_of("when_supported", "when_required")

# The rules for files that botocore opens: a path that is no regular file is refused before botocore opens it.
FILES = (TOKEN_FILE, GIVEN_FILE, HEADER_FILE, BUNDLE, CERTIFICATE)

# The services that are asked for notebook instances or for credentials, by their names in the AWS files.
ENDPOINTS = ("sagemaker", "sts", "sso", "sso_oidc", "signin")


def _credential(name: str, rule: Rule, *, secret: bool = False, variables: tuple[str, ...] = ()) -> AwsSetting:
    return AwsSetting(name, rule, variables, secret=secret, of_credentials=True)


# The settings of botocore's configprovider.py. Their `variables` take precedence over the files, in this order.
_OF_SESSIONS = (
    AwsSetting("region", REGION),
    AwsSetting("", ANY, ("AWS_DEFAULT_REGION", "AWS_REGION")),
    AwsSetting("ca_bundle", BUNDLE, ("AWS_CA_BUNDLE",)),
    AwsSetting("max_attempts", whole_number(1), ("AWS_MAX_ATTEMPTS",)),
    AwsSetting("retry_mode", one_of("legacy", "standard", "adaptive", exactly=True), ("AWS_RETRY_MODE",)),
    AwsSetting(
        "defaults_mode",
        one_of("legacy", "auto", "standard", "in-region", "cross-region", "mobile"),
        ("AWS_DEFAULTS_MODE",),
    ),
    AwsSetting(
        "sts_regional_endpoints",
        one_of("legacy", "regional", exactly=True, empty=True),
        ("AWS_STS_REGIONAL_ENDPOINTS",),
    ),
    AwsSetting("use_fips_endpoint", FREE, ("AWS_USE_FIPS_ENDPOINT",)),
    AwsSetting("use_dualstack_endpoint", FREE, ("AWS_USE_DUALSTACK_ENDPOINT",)),
    AwsSetting("ignore_configured_endpoint_urls", FREE, ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",)),
    AwsSetting(
        "account_id_endpoint_mode", one_of("preferred", "disabled", "required"), ("AWS_ACCOUNT_ID_ENDPOINT_MODE",)
    ),
    AwsSetting("request_checksum_calculation", CHECKSUMS, ("AWS_REQUEST_CHECKSUM_CALCULATION",)),
    AwsSetting("response_checksum_validation", CHECKSUMS, ("AWS_RESPONSE_CHECKSUM_VALIDATION",)),
    AwsSetting(
        "request_min_compression_size_bytes", whole_number(1, 1048576), ("AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES",)
    ),
    AwsSetting("disable_request_compression", FREE, ("AWS_DISABLE_REQUEST_COMPRESSION",)),
    AwsSetting("metadata_service_timeout", whole_number(), ("AWS_METADATA_SERVICE_TIMEOUT",)),
    AwsSetting("metadata_service_num_attempts", whole_number(), ("AWS_METADATA_SERVICE_NUM_ATTEMPTS",)),
    AwsSetting("ec2_metadata_service_endpoint", HOST_OR_NOTHING, ("AWS_EC2_METADATA_SERVICE_ENDPOINT",)),
    AwsSetting(
        "ec2_metadata_service_endpoint_mode", one_of("ipv4", "ipv6"), ("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE",)
    ),
    AwsSetting("ec2_metadata_v1_disabled", FREE, ("AWS_EC2_METADATA_V1_DISABLED",)),
    AwsSetting("imds_use_ipv6", FREE, ("AWS_IMDS_USE_IPV6",)),
    AwsSetting("s3_disable_express_session_auth", TRUE_OR_FALSE, ("AWS_S3_DISABLE_EXPRESS_SESSION_AUTH",)),
    AwsSetting("auth_scheme_preference", ANY, ("AWS_AUTH_SCHEME_PREFERENCE",)),
    AwsSetting("sigv4a_signing_region_set", FREE, ("AWS_SIGV4A_SIGNING_REGION_SET",)),
    AwsSetting("endpoint_discovery_enabled", FREE, ("AWS_ENDPOINT_DISCOVERY_ENABLED",)),
    AwsSetting("disable_host_prefix_injection", FREE, ("AWS_DISABLE_HOST_PREFIX_INJECTION",)),
    AwsSetting("tcp_keepalive", FREE, ("BOTOCORE_TCP_KEEPALIVE",)),
    AwsSetting("parameter_validation", FREE),
    AwsSetting("sdk_ua_app_id", PRINTABLE, ("AWS_SDK_UA_APP_ID",)),
    AwsSetting("csm_enabled", FREE, ("AWS_CSM_ENABLED",)),
    AwsSetting("csm_host", FILLED, ("AWS_CSM_HOST",)),
    AwsSetting("csm_port", whole_number(1, 65535), ("AWS_CSM_PORT",)),
    AwsSetting("csm_client_id", FREE, ("AWS_CSM_CLIENT_ID",)),
    AwsSetting("data_path", FREE, ("AWS_DATA_PATH",)),
    AwsSetting("api_versions", ONLY_SECTION),
    AwsSetting("s3", SECTION),
    AwsSetting("s3_use_arn_region", FREE, ("AWS_S3_USE_ARN_REGION",)),
    AwsSetting("s3_us_east_1_regional_endpoint", LEGACY_OR_REGIONAL, ("AWS_S3_US_EAST_1_REGIONAL_ENDPOINT",)),
    AwsSetting("us_east_1_regional_endpoint", LEGACY_OR_REGIONAL, inside="s3"),
    AwsSetting("", ANY, ("AWS_S3_DISABLE_MULTIREGION_ACCESS_POINTS",)),
    AwsSetting("proxy_ca_bundle", BUNDLE),
    AwsSetting("proxy_client_cert", CERTIFICATE),
    AwsSetting("proxy_use_forwarding_for_https", FREE),
    # The paths of the files: errors in these variables are reported as errors of the files.
    AwsSetting("", ANY, ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE")),
    AwsSetting("", ANY, ("AWS_PROFILE", "AWS_DEFAULT_PROFILE")),
)

# The settings of botocore's credentials.py, tokens.py and signin.
_OF_CREDENTIALS = (
    _credential("role_arn", ARN, variables=()),
    _credential("source_profile", Rule("profile", lambda _: True)),
    _credential("credential_source", one_of("Environment", "Ec2InstanceMetadata", "EcsContainer", exactly=True)),
    _credential("web_identity_token_file", TOKEN_FILE),
    _credential(
        "role_session_name",
        Rule("session-name", lambda value: bool(re.fullmatch(r"[\w+=,.@-]{2,64}", value, re.ASCII))),
    ),
    _credential("external_id", EXTERNAL_ID, secret=True),
    _credential("mfa_serial", MFA_DEVICE),
    _credential("duration_seconds", whole_number(900, 43200)),
    _credential("credential_process", FILLED, secret=True),
    _credential("aws_access_key_id", KEY_ID, secret=True),
    _credential("aws_secret_access_key", KEY_PART, secret=True),
    _credential("aws_session_token", KEY_PART_OR_NOTHING, secret=True),
    _credential("aws_security_token", PRINTABLE, secret=True),
    _credential("aws_account_id", ANY),
    _credential("login_session", ANY),
    _credential("sso_account_id", ACCOUNT),
    _credential("sso_role_name", PERMISSION_SET),
    _credential("sso_session", FILLED),
    AwsSetting("sso_start_url", URL, of_credentials=True, of_session=True),
    AwsSetting("sso_region", REGION, of_credentials=True, of_session=True),
    AwsSetting("sso_registration_scopes", ANY, of_session=True),
    # botocore reads these only for `credential_source`, because the tray always names a profile.
    AwsSetting("", PRINTABLE, ("AWS_ACCESS_KEY_ID", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN"), secret=True),
    AwsSetting("", ANY, ("AWS_SECRET_ACCESS_KEY", "AWS_ACCOUNT_ID"), secret=True),
    AwsSetting("", Rule("time", lambda value: not value or _is_time(value)), ("AWS_CREDENTIAL_EXPIRATION",)),
    AwsSetting("", CONTAINER, ("AWS_CONTAINER_CREDENTIALS_FULL_URI",)),
    AwsSetting("", PATH, ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",)),
    AwsSetting("", PRINTABLE, ("AWS_CONTAINER_AUTHORIZATION_TOKEN",), secret=True),
    AwsSetting("", GIVEN_FILE, ("AWS_CREDENTIAL_FILE",)),
    AwsSetting("", HEADER_FILE, ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",)),
    AwsSetting("", TOKEN_FILE, ("BOTO_CONFIG",)),
    AwsSetting("", ANY, ("AWS_EC2_METADATA_DISABLED", "AWS_LOGIN_CACHE_DIRECTORY")),
    # botocore never reads these if a profile is named.
    AwsSetting("", ANY, ("AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_ROLE_ARN", "AWS_ROLE_SESSION_NAME")),
)

# Variables of the environment that control botocore and accept any value.
_OF_THE_ENVIRONMENT = (
    AwsSetting("", ANY, ("AWS_EXECUTION_ENV", "AWS_LAMBDA_FUNCTION_NAME", "BOTO_DISABLE_CRT")),
    AwsSetting("", ANY, ("BOTOCORE_EXPERIMENTAL__PLUGINS",)),
    AwsSetting("", ANY, ("BOTO_EXPERIMENTAL__ADD_PROXY_HOST_HEADER", "BOTO_EXPERIMENTAL__NO_EMPTY_CONTINUE")),
    AwsSetting("", BUNDLE, ("REQUESTS_CA_BUNDLE",)),
    AwsSetting("", KEY_LOG, ("SSLKEYLOGFILE",)),
)

# `setting_faults` reads these settings by separate rules: the service decides which of them counts.
_ELSEWHERE = (
    AwsSetting("services", FILLED),
    AwsSetting("endpoint_url", URL_OR_NOTHING, ("AWS_ENDPOINT_URL",)),
)

SETTINGS: tuple[AwsSetting, ...] = (*_ELSEWHERE, *_OF_SESSIONS, *_OF_CREDENTIALS, *_OF_THE_ENVIRONMENT)


def _is_time(value: str) -> bool:
    from tray.aws.botocore_patches.times import parse_time

    try:
        parse_time(value)
    except (ValueError, OverflowError):
        return False
    return True
