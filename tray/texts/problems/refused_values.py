"""What a profile can't have: values that the user gives, and that are refused."""

from __future__ import annotations

from tray.texts.language import _
from tray.texts.lengths import session_length
from tray.texts.problems.table import Words, problem, sentences
from tray.texts.reading import Reading, reading
from tray.texts.shell import command


@problem
def session_length_outside(seconds: int) -> Words:
    return Words(
        _("Session length refused"),
        _("A session of {length} is outside what SageMaker allows.", length=session_length(seconds)),
        _session_lengths(),
    )


@problem
def no_session_length(given: str) -> Words:
    return Words(_("Session length refused"), _("“{given}” is not a session length.", given=given), _session_lengths())


@problem
def left_running_refused(given: str, most: int) -> Words:
    return Words(
        _("Number of hours refused"),
        _("“{given}” is no number of hours after which a notebook instance counts as left running.", given=given),
        _("Choose whole hours from 1 to {most}, or 0 for never.", most=most),
    )


@problem
def schedule_role_refused(given: str) -> Words:
    return Words(
        _("Role refused"),
        _("“{given}” is not the ARN of an IAM role.", given=given),
        _("An ARN of a role looks like this: arn:aws:iam::111122223333:role/StopNotebooks"),
    )


def _session_lengths() -> str:
    return _("Choose from 30m to 12h (30 minutes to 12 hours), for example 30m, 90m, 2h or 12h.")


@problem
def secret_refused() -> Words:
    return Words(
        _("Access key refused"),
        _("The secret access key is empty, or holds a space or a character that no key has."),
        _copy_anew(),
    )


@problem
def session_token_refused() -> Words:
    return Words(
        _("Access key refused"), _("The session token holds a space or a character that no token has."), _copy_anew()
    )


@problem
def session_token_missing() -> Words:
    remedy = _("Copy the session token too: it is given together with the secret.")
    if reading() is Reading.COMMAND:
        remedy = _("Give the session token too, with --session-token: it is given together with the secret.")
    return Words(
        _("Access key refused"), _("A key that begins with ASIA is temporary, and needs its session token."), remedy
    )


@problem
def value_missing(field: str) -> Words:
    """`field` is one of `name`, `key_id`, `secret` and `region`."""
    message = {
        "name": _("The profile has no name yet."),
        "key_id": _("The access key ID is missing."),
        "secret": _("The secret access key is missing."),
        "region": _("The region is missing."),
    }[field]
    return Words(_("Something is missing"), message, _("Fill in this field."))


@problem
def key_id_refused(length: int) -> Words:
    return Words(
        _("Access key refused"),
        _("An access key's id has 16 to 128 letters and digits; this one ({length}) is none.", length=length),
        _copy_anew(),
    )


def _copy_anew() -> str:
    return _("Copy id and secret anew from where the access key was made.")


@problem
def two_kinds_of_credentials(profile: str) -> Words:
    return Words(
        _("Two kinds of credentials"),
        _(
            "The profile “{profile}” names more than one of an AWS profile, an access key and a role of IAM Identity"
            " Center.",
            profile=profile,
        ),
        _("Choose one of them: --aws-profile, --access-key or --sso-start-url."),
    )


@problem
def no_region_for_key(profile: str) -> Words:
    return Words(
        _("No region"),
        _(
            "The profile “{profile}” has an access key of its own, and no AWS profile to name a region.",
            profile=profile,
        ),
        _("Say which: --region REGION") if reading() is Reading.COMMAND else _("Choose at least one region."),
    )


@problem
def no_region_for_role(profile: str) -> Words:
    return Words(
        _("No region"),
        _(
            "The profile “{profile}” has a role of IAM Identity Center, and no AWS profile to name a region.",
            profile=profile,
        ),
        _("Say which: --region REGION") if reading() is Reading.COMMAND else _("Choose at least one region."),
    )


@problem
def start_url_refused(url: str) -> Words:
    return Words(
        _("Start URL refused"),
        _("“{url}” is not the start URL of an IAM Identity Center.", url=url)
        if url
        else _("The start URL is missing."),
        _("Copy the address of your access portal, for example https://example.awsapps.com/start."),
    )


@problem
def account_refused(account: str) -> Words:
    return Words(
        _("Account refused"),
        _("“{account}” is not the number of an AWS account.", account=account),
        _("Give its 12 digits, without hyphens."),
    )


@problem
def role_refused(role: str) -> Words:
    return Words(
        _("Role refused"),
        _("“{role}” is not the name of a role of IAM Identity Center.", role=role),
        _("Copy the name from your access portal, where it stands below the account."),
    )


@problem
def region_refused(region: str, near: str = "") -> Words:
    """`near` is the region that may be meant, or empty."""
    hint = _("Did you mean {near}?", near=near) if near else ""
    return Words(
        _("Region refused"),
        sentences(_("“{region}” is not the name of an AWS region.", region=region), hint),
        _("Name a region as AWS does, for example us-east-1 or eu-west-1."),
    )


@problem
def region_not_known(region: str, near: str, flag: bool) -> Words:
    """`near` is the region that may be meant, or empty; `flag` is whether the command takes others by an option."""
    message = _("“{region}” is no AWS region that Notebook Tray knows.", region=region)
    hint = _("Did you mean {near}?", near=near) if near else ""
    remedy = _("Correct it; where it is a new region of AWS's, add --allow-unknown-region.")
    if reading() is not Reading.COMMAND:
        remedy = _("Correct it. Where it is a new region of AWS's, keep it as it is.")
    elif not flag:
        give = command("profiles", "set", "NAME", "--region", region, "--allow-unknown-region")
        remedy = _("Correct it; where it is a new region of AWS's, give it to a profile first: {command}", command=give)
    return Words(_("Unknown region"), sentences(message, hint), remedy)


@problem
def name_refused(fault: str, of_aws_profile: bool, name: str, length: int, most: int) -> Words:
    """`fault` is one of `empty`, `long`, `unseen` and `spaced`."""
    message = {
        ("empty", False): _("The profile's name is empty."),
        ("empty", True): _("The AWS profile's name is empty."),
        ("long", False): _("The profile's name has {length} characters ({name}).", length=length, name=name),
        ("long", True): _("The AWS profile's name has {length} characters ({name}).", length=length, name=name),
        ("unseen", False): _("The profile's name holds a character that can't be seen ({name}).", name=name),
        ("unseen", True): _("The AWS profile's name holds a character that can't be seen ({name}).", name=name),
        ("spaced", False): _("The profile's name begins or ends with a space (“{name}”).", name=name),
        ("spaced", True): _("The AWS profile's name begins or ends with a space (“{name}”).", name=name),
    }[fault, of_aws_profile]
    return Words(
        _("Name refused"),
        message,
        _("Choose a name of 1 to {most} printable characters that neither begins nor ends with a space.", most=most),
    )


@problem
def profile_too_long(profile: str, needs: int, most: int, part: str, share: int, start: str, regions: int) -> Words:
    """`part` is the longest part of the profile; `start` is the beginning of that part, if it is a name."""
    places: dict[str, object] = {"profile": profile, "needs": f"{needs:,}", "most": f"{most:,}", "share": f"{share:,}"}
    first = _(
        "The profile “{profile}” needs {needs} characters and an item of the keyring holds {most}.",
        **places,
    )
    longest = {
        "name": _("The longest part is the profile's name (“{start}…”): {share}.", start=start, **places),
        "aws-profile": _("The longest part is the AWS profile's name (“{start}…”): {share}.", start=start, **places),
        "regions": _("The longest part is the list of its {regions} regions: {share}.", regions=regions, **places),
        "start-url": _("The longest part is its start URL: {share}.", **places),
        "secret": _("The longest part is the secret of its access key: {share}.", **places),
        "token": _("The longest part is its session token: {share}.", **places),
        "schedule-role": _("The longest part is the ARN of its role for EventBridge Scheduler: {share}.", **places),
        "newer": _("The longest part is what a newer Notebook Tray stored with it: {share}.", **places),
    }[part]
    remedy = _("Shorten it, or divide its regions between two profiles.")
    if part == "token":
        remedy = _(
            "Put temporary keys into the AWS credentials file instead: such a token fits into no keyring of Windows."
        )
    return Words(_("Profile too long"), f"{first} {longest}", remedy)
