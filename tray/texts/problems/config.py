"""What is wrong with the AWS config, and with the programs that it names."""

from __future__ import annotations

from tray.texts.language import _, enumerated
from tray.texts.problems.table import Words, problem, sentences, then_again


@problem
def sign_in_regions_differ(first: str, other: str, first_region: str, other_region: str, config: str) -> Words:
    return Words(
        _("AWS config not complete"),
        _(
            "The AWS profiles “{first}” and “{other}” sign in to the same start URL with different regions:"
            " {first_region} and {other_region}.",
            first=first,
            other=other,
            first_region=first_region,
            other_region=other_region,
        ),
        _("Set sso_region to the same region in both, in {config}.", config=config),
    )


@problem
def aws_profiles_go_in_circles(aws_profile: str, circle: str, config: str) -> Words:
    return Words(
        _("AWS config not complete"),
        _("The AWS profile “{aws_profile}” builds on itself: {circle}.", aws_profile=aws_profile, circle=circle),
        _("Correct source_profile of one of them in {config}.", config=config),
    )


@problem
def no_sso_session(session: str, aws_profile: str, header: str, config: str, near: str = "") -> Words:
    """`header` is the session's name as it is written in the header of a section; `near` one that may be meant."""
    if near:
        return Words(
            _("AWS config not complete"),
            _(
                "The sso-session “{session}” of the AWS profile “{aws_profile}” is not in the AWS config. Did you mean"
                " {near}?",
                session=session,
                aws_profile=aws_profile,
                near=near,
            ),
            _(
                "Correct sso_session of the AWS profile “{aws_profile}” in {config}, or add [sso-session {header}]"
                " there.",
                aws_profile=aws_profile,
                config=config,
                header=header,
            ),
        )
    return Words(
        _("AWS config not complete"),
        _(
            "The sso-session “{session}” of the AWS profile “{aws_profile}” is not in the AWS config.",
            session=session,
            aws_profile=aws_profile,
        ),
        _("Add [sso-session {header}] to {config}.", header=header, config=config),
    )


@problem
def aws_settings_differ(
    aws_profile: str, session: str, setting: str, own: str, its: str, header: str, config: str
) -> Words:
    return Words(
        _("AWS config not complete"),
        _(
            "The AWS profile “{aws_profile}” and its sso-session “{session}” differ in {setting}: {own} and {its}.",
            aws_profile=aws_profile,
            session=session,
            setting=setting,
            own=own,
            its=its,
        ),
        _(
            "Remove {setting} from [profile {header}] in {config}.",
            setting=setting,
            header=header,
            config=config,
        ),
    )


@problem
def aws_settings_missing(aws_profile: str, session: str, missing: tuple[str, ...], header: str, config: str) -> Words:
    """`session` is the sso-session that lacks the settings; empty if the profile itself lacks them."""
    places = {"aws_profile": aws_profile, "session": session, "missing": enumerated(missing), "config": config}
    places["header"] = header
    message = _("The AWS profile “{aws_profile}” lacks {missing}.", **places)
    remedy = _("Add it to [profile {header}] in {config}.", **places)
    if session:
        message = _("The sso-session “{session}” of the AWS profile “{aws_profile}” lacks {missing}.", **places)
        remedy = _("Add it to [sso-session {header}] in {config}.", **places)
    return Words(_("AWS config not complete"), message, remedy)


@problem
def credential_process_failed(
    aws_profile: str, program: str, what: str, said: str = "", exit_status: int = 0, seconds: str = "", time: str = ""
) -> Words:
    """The program works, but gave no credentials this time."""
    places: dict[str, object] = {"aws_profile": aws_profile, "program": program}
    match what:
        case "ended":
            message = _(
                "The credential_process of the AWS profile “{aws_profile}” ({program}) was ended, as it took more than"
                " {seconds} s.",
                seconds=seconds,
                **places,
            )
        case "expired":
            message = _(
                "The credential_process of the AWS profile “{aws_profile}” ({program}) gave credentials that expired"
                " already, at {time}.",
                time=time,
                **places,
            )
        case "told":
            message = _(
                "The credential_process of the AWS profile “{aws_profile}” ({program}) gave no credentials.", **places
            )
        case _status:
            message = _(
                "The credential_process of the AWS profile “{aws_profile}” ({program}) failed (exit status"
                " {exit_status}).",
                exit_status=exit_status,
                **places,
            )
    return Words(
        _("Credential process failed"),
        sentences(message, _said(said)),
        sentences(_("Sign in the way that this program asks for."), then_again()),
    )


@problem
def credential_process_broken(
    aws_profile: str,
    what: str,
    program: str = "",
    said: str = "",
    reason: str = "",
    missing: tuple[str, ...] = (),
    member: str = "",
    exit_status: int = 0,
) -> Words:
    """The program, or the setting, doesn't work. For `signal`, `exit_status` is the signal's number."""
    places: dict[str, object] = {"aws_profile": aws_profile, "program": program}
    remedy = _("Correct credential_process in the AWS config file, or the program that it names.")
    match what:
        case "command":
            message = _(
                "The credential_process of the AWS profile “{aws_profile}” is no command: its quotation marks don't"
                " match, or it is empty.",
                **places,
            )
        case "start":
            message = _(
                "The credential_process of the AWS profile “{aws_profile}” ({program}) can't be started: {reason}.",
                reason=reason,
                **places,
            )
        case "not-found":
            message = _(
                "The credential_process of the AWS profile “{aws_profile}” ({program}) can't be started: no folder of"
                " PATH has that program.",
                **places,
            )
            remedy = _(
                "Write the program's whole path in credential_process: a program that the desktop starts may have"
                " another PATH than a terminal."
            )
        case "shell":
            message = _(
                "The credential_process of the AWS profile “{aws_profile}” ({program}) is written for a shell, and none"
                " runs it: “~”, variables, pipes and redirections mean nothing there.",
                **places,
            )
            remedy = _("Put the command into a script, and name the script's whole path in credential_process.")
        case "interpreter":
            message = _(
                "The credential_process of the AWS profile “{aws_profile}” ({program}) is there, but not what its first"
                " line or its libraries ask for.",
                **places,
            )
            remedy = _("Install the program anew, or correct its first line: it may end with a Windows line end.")
        case "nothing-run":
            message = _(
                "The credential_process of the AWS profile “{aws_profile}” ({program}) failed (exit status"
                " {exit_status}): a program in it is not there or can't be run.",
                exit_status=exit_status,
                **places,
            )
        case "signal":
            message = _(
                "The credential_process of the AWS profile “{aws_profile}” ({program}) crashed or was ended (signal"
                " {signal}).",
                signal=exit_status,
                **places,
            )
        case "words":
            message = _(
                "The credential_process of the AWS profile “{aws_profile}” ({program}) printed other words beside its"
                " JSON object, or credentials in another form.",
                **places,
            )
            remedy = _(
                "Have the program print nothing but that object: warnings and colours belong on standard error, or"
                " nowhere."
            )
        case "json" if said:
            message = _(
                "The credential_process of the AWS profile “{aws_profile}” ({program}) printed no JSON object with"
                " credentials.",
                **places,
            )
            remedy = _(
                "If it asks you to sign in, do so in its own way. Otherwise correct credential_process in the AWS"
                " config file, or the program that it names."
            )
        case "json":
            message = _(
                "The credential_process of the AWS profile “{aws_profile}” ({program}) printed no JSON object with"
                " credentials.",
                **places,
            )
        case "version":
            message = _(
                "The credential_process of the AWS profile “{aws_profile}” ({program}) printed no “Version” of 1, the"
                " only one that is known.",
                **places,
            )
        case "missing":
            message = _missing(missing, places)
        case "expiration":
            message = _(
                "The credential_process of the AWS profile “{aws_profile}” ({program}) printed an Expiration that is no"
                " time.",
                **places,
            )
        case _text:
            message = _(
                "The credential_process of the AWS profile “{aws_profile}” ({program}) printed a {member} that is no"
                " text.",
                member=member,
                **places,
            )
    return Words(
        _("Credential process failed"),
        sentences(message, _said(said)),
        remedy,
    )


def _missing(missing: tuple[str, ...], places: dict[str, object]) -> str:
    if len(missing) > 1:
        return _(
            "The credential_process of the AWS profile “{aws_profile}” ({program}) printed no {first} and no {second}.",
            first=missing[0],
            second=missing[1],
            **places,
        )
    return _(
        "The credential_process of the AWS profile “{aws_profile}” ({program}) printed no {first}.",
        first="".join(missing),
        **places,
    )


def _said(said: str) -> str:
    return _("It said: {said}", said=said) if said else ""
