"""What AWS profiles lack, and settings of AWS profiles that botocore can't use."""

from __future__ import annotations

from tray.texts.language import _
from tray.texts.problems.table import Words, advice, problem, sentences, then_again
from tray.texts.reading import Reading, reading
from tray.texts.shell import Argument, command, option, typed


@problem
def login_over(aws_profile: str) -> Words:
    return Words(
        _("Signing in needed"),
        _(
            "The AWS profile “{aws_profile}” is signed in to with `aws login`, and that has expired or is missing.",
            aws_profile=aws_profile,
        ),
        _("Run: {command}", command=typed("aws", "login", *option("--profile", aws_profile))),
    )


@problem
def no_credentials(aws_profile: str, some: bool, said: str = "") -> Words:
    """`some` says whether there are any that can't be used, `said` what botocore says of them."""
    message = _("The AWS profile “{aws_profile}” has no credentials.", aws_profile=aws_profile)
    if some:
        message = _("The AWS profile “{aws_profile}” has no usable credentials.", aws_profile=aws_profile)
    remedy = _(
        "Complete it in the AWS config and credentials files, or choose “Add a profile…” in the menu: an access key"
        " from there is kept in the keyring."
    )
    if reading() is Reading.COMMAND:
        remedy = _(
            "Complete it in the AWS config and credentials files, or keep an access key in the keyring: {command}",
            command=command("profiles", "add", "NAME", "--access-key", "--region", "REGION"),
        )
    return Words(_("No credentials"), sentences(message, _("It said: {said}", said=said) if said else ""), remedy)


@problem
def credential_source_empty(aws_profile: str, source: str, section: str, path: str, line: int | None) -> Words:
    """`source` is the `credential_source`, in a section of a file: Environment, Ec2InstanceMetadata or EcsContainer."""
    places: dict[str, object] = {"aws_profile": aws_profile, "source": source, "section": section, "path": path}
    message = _(
        "The AWS profile “{aws_profile}” takes its credentials from where credential_source of [{section}] says"
        " ({source}; {path}), and there are none.",
        **places,
    )
    if line is not None:
        message = _(
            "The AWS profile “{aws_profile}” takes its credentials from where credential_source of [{section}] says"
            " ({source}; {path}, line {line}), and there are none.",
            line=line,
            **places,
        )
    if source != "Environment":
        remedy = _(
            "Only a machine of AWS' with a role has such. On this computer, write source_profile in place of"
            " credential_source."
        )
    elif reading() is Reading.COMMAND:
        remedy = _("Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment.")
    else:
        remedy = _(
            "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY where Notebook Tray is started from, and start it anew."
        )
    return Words(_("No credentials"), message, remedy)


@advice
def device_of_another(aws_profile: str, other: str) -> str:
    """`other` is the AWS profile that has an MFA device."""
    return _(
        "If the role asks for an MFA code: copy mfa_serial from the AWS profile “{other}” to “{aws_profile}”, which is"
        " the one that is read.",
        other=other,
        aws_profile=aws_profile,
    )


def mfa_remedy() -> str:
    """Return where the code of an MFA device is asked for. What one command is given, no other has."""
    if reading() is Reading.COMMAND:
        return _("At a terminal, “list” and “open” ask for the code themselves.")
    return _("Choose “Enter the MFA code for …” in the menu.")


@problem
def mfa_code_needed(role_profile: str, aws_profile: str, serial: str) -> Words:
    """`role_profile` is the AWS profile whose role asks for the code; `aws_profile` is the one that uses that role."""
    places = {"role_profile": role_profile, "aws_profile": aws_profile, "serial": serial}
    message = _(
        "The role of the AWS profile “{role_profile}” (which “{aws_profile}” goes through) asks for a code of the MFA"
        " device {serial}.",
        **places,
    )
    if role_profile == aws_profile:
        message = _(
            "The role of the AWS profile “{role_profile}” asks for a code of the MFA device {serial}.", **places
        )
    return Words(
        _("MFA code needed"),
        message,
        mfa_remedy(),
    )


@problem
def credentials_malformed(aws_profile: str, profile: str, part: str) -> Words:
    """`part` is `access-key`, `secret` or `session-token`, empty where that is not known.

    `aws_profile` is empty where an access key of the keyring signs, for `profile`.
    """
    name = {
        "access-key": _("access key id"),
        "secret": _("secret access key"),
        "session-token": _("session token"),
    }.get(part, _("access key or session token"))
    if not aws_profile:
        return Words(
            _("Credentials damaged"),
            _("The {part} of the profile “{profile}” holds a character that none has.", part=name, profile=profile),
            _("Give it anew: {command}", command=command("profiles", "set", Argument(profile), "--access-key", "ID"))
            if reading() is Reading.COMMAND
            else _("Give it anew under “Settings…” in the menu."),
        )
    return Words(
        _("Credentials damaged"),
        _(
            "The {part} of the AWS profile “{aws_profile}” holds a line break, a blank or another character that none"
            " has.",
            part=name,
            aws_profile=aws_profile,
        ),
        _("Copy it anew from where it was made, or have the program that gives it mended."),
    )


@problem
def no_common_runtime(aws_profile: str) -> Words:
    return Words(
        _("A part is missing"),
        _(
            "The AWS profile “{aws_profile}” was signed in to with `aws login` (login_session), which needs the AWS"
            " Common Runtime, and that is not installed.",
            aws_profile=aws_profile,
        ),
        _("Install it with: pipx install --force 'notebook-tray[login]' – or pip install 'botocore[crt]' beside it."),
    )


@problem
def aws_profile_gone(aws_profile: str, profile: str) -> Words:
    return Words(
        _("AWS profile not found"),
        _(
            "The AWS profile “{aws_profile}” is not in the AWS config and credentials files (any more).",
            aws_profile=aws_profile,
        ),
        _(
            "Put it back there, or name another one: {command}",
            command=command("profiles", "set", Argument(profile), "--aws-profile", "NAME"),
        )
        if reading() is Reading.COMMAND
        else _("Put it back there, or choose another one under “Settings…” in the menu."),
    )


@problem
def settings_not_understood(
    aws_profile: str, said: str, section: str = "", path: str = "", line: int | None = None
) -> Words:
    """`said` is botocore's; the place is that of the profile."""
    places: dict[str, object] = {"aws_profile": aws_profile, "said": said, "section": section, "path": path}
    message = _("The settings of the AWS profile “{aws_profile}” don't work: {said}", **places)
    if not aws_profile:
        message = _("The settings in the AWS config file don't work: {said}", said=said)
    remedy = _("Correct the profile in the AWS config file.")
    if line is not None:
        remedy = _("Correct [{section}] in {path}, from line {line} on.", line=line, **places)
    return Words(_("AWS config not understood"), message, remedy)


@problem
def not_aws(
    region: str, profile: str, setting: str = "", section: str = "", path: str = "", line: int | None = None
) -> Words:
    """`setting` leads the calls to another address than AWS': a variable, or a setting in a section of a file."""
    places: dict[str, object] = {"setting": setting, "section": section, "path": path, "line": line}
    what = _(
        "What answered for SageMaker in {region} (profile “{profile}”) is not AWS: its answer makes no sense.",
        region=region,
        profile=profile,
    )
    check = _("A sign-in page of the network or a proxy may be in between: open any web page.")
    if setting and section:
        named = _("The address is that of {setting} in [{section}] ({path}).", **places)
        if line is not None:
            named = _("The address is that of {setting} in [{section}] ({path}, line {line}).", **places)
        what = sentences(what, named)
        check = sentences(check, _("Otherwise correct {setting} in [{section}] in {path}.", **places))
    elif setting:
        what = sentences(what, _("The address is that of the environment variable {setting}.", **places))
        check = sentences(check, _("Otherwise correct {setting}.", **places))
    return Words(_("Not an answer of AWS"), what, sentences(check, then_again()))


@problem
def no_such_endpoint(region: str, aws_profile: str, profile: str, said: str) -> Words:
    places = {"region": region, "aws_profile": aws_profile, "profile": profile, "said": said}
    message = _("There is no endpoint of AWS in {region} as the AWS profile “{aws_profile}” wants it: {said}", **places)
    if not aws_profile:
        message = _("There is no endpoint of AWS in {region} as the profile “{profile}” wants it: {said}", **places)
    return Words(
        _("No such endpoint"),
        message,
        _(
            "Check use_fips_endpoint and use_dualstack_endpoint in the AWS config file, AWS_USE_FIPS_ENDPOINT and"
            " AWS_USE_DUALSTACK_ENDPOINT."
        ),
    )
