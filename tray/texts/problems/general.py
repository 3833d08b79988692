"""Errors in the program, and the reasons to refuse profiles and notebook instances."""

from __future__ import annotations

from tray.about import address
from tray.texts import stuck
from tray.texts.language import _, joined, plural
from tray.texts.lengths import session_length
from tray.texts.problems.power import start_it
from tray.texts.problems.table import Words, advice, problem, sentences
from tray.texts.reading import Reading, reading
from tray.texts.shell import command


@problem
def own_error() -> Words:
    return Words(_("That did not work"), _("It failed because of an error in Notebook Tray."), _report())


@problem
def sign_in_own_error() -> Words:
    return Words(_("That did not work"), _("Signing in failed because of an error in Notebook Tray."), _report())


@problem
def profile_listing_failed(profile: str) -> Words:
    return Words(
        _("Listing failed"),
        _("An error in Notebook Tray kept the profile “{profile}” from being listed.", profile=profile),
        _report(),
    )


@problem
def listing_failed(profile: str, region: str) -> Words:
    return Words(
        _("Listing failed"),
        _(
            "An error in Notebook Tray kept “{profile}” in {region} from being listed.",
            profile=profile,
            region=region,
        ),
        _report(),
    )


def _report() -> str:
    if reading() is Reading.COMMAND:
        return _("The log has the details. Please report it: {address}", address=address("Issues"))
    return _("Please report it: choose “Help” in the menu.")


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
def region_refused(region: str) -> Words:
    return Words(
        _("Region refused"),
        _("“{region}” is not the name of an AWS region.", region=region),
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
        "newer": _("The longest part is what a newer Notebook Tray stored with it: {share}.", **places),
    }[part]
    remedy = _("Shorten it, or divide its regions between two profiles.")
    if part == "token":
        remedy = _(
            "Put temporary keys into the AWS credentials file instead: such a token fits into no keyring of Windows."
        )
    return Words(_("Profile too long"), f"{first} {longest}", remedy)


@problem
def no_longer_there() -> Words:
    return Words(
        _("Notebook instance not found"),
        _("It is no longer there."),
        _("Choose another."),
    )


@problem
def not_running_any_more(name: str, region: str, profile: str, state: str) -> Words:
    """`state` is AWS's, empty where it doesn't say."""
    places = {"name": name, "region": region, "profile": profile, "state": state}
    message = _("The notebook instance “{name}” ({region}, profile “{profile}”) doesn't run any more.", **places)
    if state:
        message = _(
            "The notebook instance “{name}” ({region}, profile “{profile}”) doesn't run any more: it is {state}.",
            **places,
        )
    return Words(
        _("Not running any more"),
        message,
        sentences(_("It was stopped meanwhile."), start_it(name)),
    )


@problem
def not_running(name: str, region: str, profile: str, state: str, stuck_seconds: float = 0.0) -> Words:
    """`state` is the status as AWS writes it; `stuck_seconds` for how long, if that is far too long, else 0."""
    match state:
        case _any if stuck_seconds:
            remedy = stuck.remedy(stuck_seconds)
        case "Pending":
            remedy = _("It is starting, which takes 2 to 3 minutes as a rule: try again then.")
        case "Updating":
            remedy = _("It is being updated: start it when that is done.")
        case "Stopping":
            remedy = sentences(_("Wait until it has stopped."), start_it(name))
        case "Stopped" | "Failed":
            remedy = start_it(name)
        case "Deleting":
            remedy = _("It is being deleted: choose another.")
        case _other:
            remedy = _("Try again later.")
    return Words(
        _("Not running"),
        _(
            "The notebook instance “{name}” ({region}, profile “{profile}”) is {state}, not InService.",
            name=name,
            region=region,
            profile=profile,
            state=state,
        ),
        remedy,
    )


@problem
def no_clipboard() -> Words:
    return Words(
        _("No clipboard here"),
        _("Copying a link is not possible on this system yet."),
        _("Print it instead: {command}", command=command("open", "NAME", "--print-url")),
    )


@advice
def copy_link() -> str:
    return _("Or choose “Copy link” in the menu.")


@advice
def print_link(name: str) -> str:
    return _("Or print the link: {command}", command=command("open", name, "--print-url"))


@problem
def unknown_profile(profile: str, known: tuple[str, ...]) -> Words:
    remedy = _("Choose “Add a profile…” in the menu.")
    if known:
        remedy = _("Choose one of: {known}.", known=joined(known))
    elif reading() is Reading.COMMAND:
        remedy = _("Add one first with: {command}", command=command("profiles", "import", "NAME"))
    return Words(_("Unknown profile"), _("There is no profile “{profile}”.", profile=profile), remedy)


@problem
def profile_exists(profile: str) -> Words:
    remedy = _("Choose another name.")
    if reading() is Reading.COMMAND:
        change = command("profiles", "set", profile)
        remedy = _("Choose another name, or change that one with: {command}", command=change)
    return Words(_("Profile exists"), _("There is a profile “{profile}” already.", profile=profile), remedy)


@problem
def unreadable_profile_exists(profile: str) -> Words:
    return Words(
        _("Profile exists"),
        _("There is a profile “{profile}” already, and it can't be read.", profile=profile),
        _("Choose another name, or remove it first with: {command}", command=command("profiles", "remove", profile))
        if reading() is Reading.COMMAND
        else _("Choose another name, or remove that one first."),
    )


@problem
def notifications_not_kept(path: str, reason: str) -> Words:
    return Words(
        _("Your choice can't be kept"),
        _(
            "Which notifications you want can't be written to {path}: {reason}. It holds until Notebook Tray ends.",
            path=path,
            reason=reason,
        ),
        _("Make room, or make the folder writable for you. Then choose again."),
    )


@problem
def kept_not_stored(path: str, reason: str) -> Words:
    message = _("What you keep at the top can't be written to {path}: {reason}.", path=path, reason=reason)
    if reading() is Reading.COMMAND:
        remedy = _("Make room, or make the folder writable for you, and run the command again.")
        return Words(_("Your choice can't be kept"), message, remedy)
    held = _("It holds until Notebook Tray ends.")
    return Words(
        _("Your choice can't be kept"),
        sentences(message, held),
        _("Make room, or make the folder writable for you. Then choose again."),
    )


@problem
def enough_kept(names: tuple[str, ...]) -> Words:
    remedy = _("Uncheck “Keep at the top” for one of them first.")
    if reading() is Reading.COMMAND:
        remedy = _("First let go of one with: {command}", command=command("keep", "NAME", "--off"))
    return Words(
        _("No more at the top"),
        plural(
            "{number} notebook instance is kept at the top already: {names}.",
            "{number} notebook instances are kept at the top already: {names}.",
            len(names),
            names=joined(names),
        ),
        remedy,
    )


@problem
def not_kept(name: str, kept: tuple[str, ...]) -> Words:
    message = _("“{name}” is not kept at the top. Nothing is.", name=name)
    if kept:
        message = _("“{name}” is not kept at the top. These are: {kept}.", name=name, kept=joined(kept))
    return Words(_("Not kept at the top"), message, _("See them with: {command}", command=command("keep")))
