"""What AWS refuses, and calls to AWS that fail."""

from __future__ import annotations

from tray.texts.language import _
from tray.texts.lengths import duration
from tray.texts.problems.credentials import mfa_remedy
from tray.texts.problems.table import Words, by_itself, problem, sentences, then_again
from tray.texts.reading import Reading, reading
from tray.texts.shell import Argument, command, option, typed


@problem
def no_region(aws_profile: str, profile: str) -> Words:
    return Words(
        _("No region"),
        _(
            "The AWS profile “{aws_profile}” names no region, and the profile “{profile}” none either.",
            aws_profile=aws_profile,
            profile=profile,
        ),
        _("Say which: {command}", command=command("profiles", "set", Argument(profile), "--region", "REGION"))
        if reading() is Reading.COMMAND
        else _("Choose one under “Settings…” in the menu."),
    )


@problem
def stored_key_refused(key: str, profile: str) -> Words:
    return Words(
        _("Access key refused"),
        _(
            "AWS doesn't accept the access key {key} of the profile “{profile}”, which is kept in the keyring: it is"
            " wrong, deleted or expired.",
            key=key,
            profile=profile,
        ),
        _("Give it another one: {command}", command=command("profiles", "set", Argument(profile), "--access-key", "ID"))
        if reading() is Reading.COMMAND
        else _("Give it another one under “Settings…” in the menu."),
    )


@problem
def no_instance_name(name: str) -> Words:
    return Words(
        _("Not a notebook instance's name"),
        _("No notebook instance can be called “{name}”: only letters, digits and hyphens, at most 63.", name=name),
        _("See the names with: {command}", command=command("list")),
    )


@problem
def unknown_botocore(version: str, feature: str) -> Words:
    """`feature` is one of the names below, or what botocore lacks, in Python's words."""
    match feature:
        case "profiles":
            what = _("the credentials of AWS profiles can't be looked for")
        case "config":
            what = _("the AWS config can't be read")
        case "mfa":
            what = _("codes of MFA devices can't be asked for")
        case _said:
            what = feature
    return Words(
        _("Another botocore is needed"),
        _(
            "The installed botocore ({version}) is a release that Notebook Tray does not know: {what}.",
            version=version,
            what=what,
        ),
        _("Install Notebook Tray anew, with the releases that it asks for: pipx reinstall notebook-tray."),
    )


@problem
def aws_call_failed(operation: str, region: str, profile: str, said: str) -> Words:
    return Words(
        _("AWS call failed"),
        _(
            "{operation} for SageMaker in {region} (profile “{profile}”) failed: {said}",
            operation=operation,
            region=region,
            profile=profile,
            said=said,
        ),
        _("Try again; if it stays, the log has the details."),
    )


@problem
def aws_refused(operation: str, resource: str, region: str, profile: str, said: str) -> Words:
    message = _(
        "{operation} for SageMaker in {region} (profile “{profile}”): {said}",
        operation=operation,
        region=region,
        profile=profile,
        said=said,
    )
    if resource:
        message = _("{operation} for {resource}: {said}", operation=operation, resource=resource, said=said)
    return Words(
        _("AWS refused"), message, _("Look at the reason that AWS gives; if it is no help, ask your administrator.")
    )


@problem
def clock_wrong(ahead_seconds: float, region: str, profile: str) -> Words:
    places = {"amount": duration(ahead_seconds), "region": region, "profile": profile}
    message = _(
        "This computer's clock is {amount} behind: AWS refused SageMaker in {region} (profile “{profile}”) for it.",
        **places,
    )
    if ahead_seconds > 0:
        message = _(
            "This computer's clock is {amount} ahead: AWS refused SageMaker in {region} (profile “{profile}”) for it.",
            **places,
        )
    return Words(
        _("Clock is wrong"),
        message,
        sentences(
            _("Set the date, the time and the time zone in the system's settings, best automatically."), then_again()
        ),
    )


@problem
def signature_refused(aws_profile: str, profile: str, said: str) -> Words:
    message = _("AWS refused the signature of the profile “{profile}”: {said}", profile=profile, said=said)
    if aws_profile:
        message = _(
            "AWS refused the signature of the AWS profile “{aws_profile}”: {said}", aws_profile=aws_profile, said=said
        )
    return Words(
        _("Signature refused"),
        message,
        _("Check the profile's access key and secret, then this computer's clock."),
    )


def _title(how: str, otherwise: str) -> str:
    """Return that a sign-in is needed; where there is nothing to sign in to, what is said `otherwise`."""
    return otherwise if how in ("keys", "nothing", "token") else _("Signing in needed")


@problem
def credentials_expired(aws_profile: str, profile: str, how: str) -> Words:
    message = _("AWS no longer accepts the credentials of the profile “{profile}”.", profile=profile)
    if aws_profile:
        message = _(
            "AWS no longer accepts the credentials of the AWS profile “{aws_profile}” (profile “{profile}”).",
            aws_profile=aws_profile,
            profile=profile,
        )
    return Words(
        _title(how, _("Credentials expired")),
        message,
        _how_to_sign_in(how, aws_profile, profile),
    )


@problem
def credentials_unknown(aws_profile: str, profile: str, region: str, how: str, optional: bool = False) -> Words:
    """`optional` says whether an account has the region only once it has enabled it."""
    places = {"aws_profile": aws_profile, "region": region, "profile": profile}
    message = _(
        "AWS does not know the credentials of the profile “{profile}” in {region}: they are expired or revoked, or this"
        " region is not enabled for the account.",
        **places,
    )
    if aws_profile:
        message = _(
            "AWS does not know the credentials of the AWS profile “{aws_profile}” in {region}: they are expired or"
            " revoked, or this region is not enabled for the account (profile “{profile}”).",
            **places,
        )
    return Words(
        _title(how, _("Credentials refused")),
        message,
        sentences(
            _("Ask your administrator whether the account has enabled {region}: it doesn't by itself.", region=region)
            if optional
            else "",
            _how_to_sign_in(how, aws_profile, profile),
        ),
    )


@problem
def signed_out(aws_profile: str, profile: str, how: str) -> Words:
    message = _("The sign-in of the profile “{profile}” is missing or has expired.", profile=profile)
    if aws_profile:
        message = _(
            "The sign-in of the AWS profile “{aws_profile}” is missing or has expired (profile “{profile}”).",
            aws_profile=aws_profile,
            profile=profile,
        )
    return Words(
        _title(how, _("Signed out")),
        message,
        _how_to_sign_in(how, aws_profile, profile),
    )


def _how_to_sign_in(how: str, aws_profile: str, profile: str) -> str:
    match how:
        case "mfa":  # a command would keep what it gives for itself
            return mfa_remedy()
        case "browser":
            if reading() is Reading.COMMAND:
                return _("Run: {command}", command=command("signin", Argument(profile)))
            return _("Choose “Sign in to …” in the menu.")
        case "login":
            return _("Sign in again: {command}", command=typed("aws", "login", *option("--profile", aws_profile)))
        case "process":
            return sentences(
                _("Sign in with the program that gives this profile its credentials (credential_process)."),
                then_again(),
            )
        case "token":
            return sentences(
                _(
                    "Have the program that writes the token file of the AWS profile “{aws_profile}”"
                    " (web_identity_token_file) write a new one.",
                    aws_profile=aws_profile,
                ),
                then_again(),
            )
        case "nothing":
            return _(
                "Check what the AWS config file says of the sign-in of the AWS profile “{aws_profile}”.",
                aws_profile=aws_profile,
            )
        case _keys:
            return _(
                "Renew the access keys of the AWS profile “{aws_profile}” in the AWS credentials file, or sign in with"
                " the program of your company that writes them there.",
                aws_profile=aws_profile,
            )


@problem
def identity_token_refused(aws_profile: str, path: str, said: str) -> Words:
    """`path` is the file of the token, with which the AWS profile takes its role."""
    return Words(
        _("Identity token refused"),
        _(
            "AWS refuses the token in {path}, by which the AWS profile “{aws_profile}” takes its role: {said}",
            path=path,
            aws_profile=aws_profile,
            said=said,
        ),
        _(
            "Have the program that writes this file write a new one; if AWS refuses that, too, ask your administrator"
            " whether the role's trust policy knows its identity provider."
        ),
    )


@problem
def no_permission_set(aws_profile: str, profile: str, role: str, account: str) -> Words:
    if not aws_profile:
        return Words(
            _("Access denied"),
            _(
                "The sign-in of the profile “{profile}” gives no access to the role “{role}” in the account {account}.",
                profile=profile,
                role=role,
                account=account,
            ),
            _(
                "Ask your administrator to assign you the permission set “{role}” for the account {account} in IAM"
                " Identity Center, or remove the profile.",
                role=role,
                account=account,
            ),
        )
    return Words(
        _("Access denied"),
        _(
            "The sign-in of the AWS profile “{aws_profile}” (profile “{profile}”) gives no access to the role “{role}”"
            " in the account {account}.",
            aws_profile=aws_profile,
            profile=profile,
            role=role,
            account=account,
        ),
        _(
            "Ask your administrator to assign you the permission set “{role}” for the account {account} in IAM Identity"
            " Center, or correct sso_role_name and sso_account_id in the AWS config file.",
            role=role,
            account=account,
        ),
    )


@problem
def access_denied(
    aws_profile: str, key: str, profile: str, user: str, action: str, region: str, why: str, arn: str, explicitly: bool
) -> Words:
    """`key` is the access key that signs, if no AWS profile and no role does; `why` and `user` are AWS' words."""
    places = {"aws_profile": aws_profile, "key": key, "profile": profile, "user": user}
    places |= {"action": action, "region": region}
    match bool(key), bool(user):
        case True, True:
            what = _(
                "The access key {key} of the profile “{profile}” ({user}) may not do {action} in {region}.", **places
            )
        case True, False:
            what = _("The access key {key} of the profile “{profile}” may not do {action} in {region}.", **places)
        case False, True if not aws_profile:
            what = _("The profile “{profile}” ({user}) may not do {action} in {region}.", **places)
        case False, False if not aws_profile:
            what = _("The profile “{profile}” may not do {action} in {region}.", **places)
        case False, True:
            what = _("The AWS profile “{aws_profile}” ({user}) may not do {action} in {region}.", **places)
        case _profile:
            what = _("The AWS profile “{aws_profile}” may not do {action} in {region}.", **places)
    said = _("AWS says: “{why}”.", why=why) if why else ""
    remedy = _("Ask your administrator for the IAM action {action} on {arn}.", action=action, arn=arn)
    if explicitly:
        remedy = _(
            "Ask your administrator to lift what denies the IAM action {action} on {arn}.", action=action, arn=arn
        )
    elif action == "sts:AssumeRole":
        remedy = sentences(remedy, _("The role's trust policy must let you, too."))
    return Words(_("Access denied"), sentences(what, said), remedy)


@problem
def region_disabled(aws_profile: str, key: str, profile: str, region: str) -> Words:
    places = {"aws_profile": aws_profile, "key": key, "profile": profile, "region": region}
    message = _("The region {region} is not enabled for the account of the AWS profile “{aws_profile}”.", **places)
    if key:
        message = _(
            "The region {region} is not enabled for the account of the access key {key} of the profile “{profile}”.",
            **places,
        )
    elif not aws_profile:
        message = _("The region {region} is not enabled for the account of the profile “{profile}”.", **places)
    return Words(
        _("Region not enabled"),
        message,
        _(
            "Ask your administrator to enable it, or choose others: {command}",
            command=command("profiles", "set", Argument(profile), "--region", "REGION"),
        )
        if reading() is Reading.COMMAND
        else _("Ask your administrator to enable it, or choose others under “Settings…” in the menu."),
    )


@problem
def throttled(region: str, profile: str, said: str) -> Words:
    return Words(
        _("AWS is limiting requests"),
        _(
            "AWS answered SageMaker in {region} (profile “{profile}”) with “{said}”: too many requests to this account"
            " at once.",
            region=region,
            profile=profile,
            said=said,
        ),
        by_itself(),
    )


@problem
def aws_failing(operation: str, region: str, profile: str, said: str) -> Words:
    return Words(
        _("AWS fails to answer"),
        _(
            "AWS itself failed at {operation} in {region} (profile “{profile}”): {said}",
            operation=operation,
            region=region,
            profile=profile,
            said=said,
        ),
        sentences(by_itself(), _("AWS tells of outages on the page “AWS Health Dashboard”.")),
    )


@problem
def instance_limit(region: str, profile: str, said: str) -> Words:
    return Words(
        _("Instance limit reached"),
        _("SageMaker in {region} (profile “{profile}”): {said}", region=region, profile=profile, said=said),
        _("Stop another notebook instance, or ask your administrator to raise the service quota."),
    )


@problem
def instance_gone(resource: str, region: str, profile: str) -> Words:
    places = {"resource": resource, "region": region, "profile": profile}
    message = _("The notebook instance is no longer there (SageMaker in {region} (profile “{profile}”)).", **places)
    if resource:
        message = _("{resource} is no longer there (SageMaker in {region} (profile “{profile}”)).", **places)
    return Words(_("Notebook instance not found"), message, _("Choose another."))


@problem
def link_refused(where: str, partition: str) -> Words:
    """`where` is a scheme and a host; empty if the link is not a URL."""
    message = _(
        "The link that AWS returned leads to an address that is no URL, which is no SageMaker notebook host of the"
        " partition “{partition}”. It was not opened.",
        partition=partition,
    )
    if where:
        message = _(
            "The link that AWS returned leads to {where}, which is no SageMaker notebook host of the partition"
            " “{partition}”. It was not opened.",
            where=where,
            partition=partition,
        )
    return Words(
        _("Link refused"),
        message,
        _(
            "Check AWS_ENDPOINT_URL_SAGEMAKER and endpoint_url in the AWS config; if neither is set, tell your"
            " administrator."
        ),
    )
