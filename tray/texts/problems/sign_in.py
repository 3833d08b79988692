"""What goes wrong while a user signs in to AWS."""

from __future__ import annotations

from tray.texts.language import _
from tray.texts.lengths import duration
from tray.texts.problems.table import Words, problem, sentences, then_again
from tray.texts.reading import Reading, reading
from tray.texts.shell import command


def _again() -> str:
    if reading() is Reading.COMMAND:
        return _("Run it again: {command}", command=command("signin"))
    return _("Choose it again in the menu.")


@problem
def sign_in_timed_out(name: str, why: str, minutes: int = 0) -> Words:
    match why:
        case "browser":
            what = _(
                "Signing in to “{name}” was given up: nobody came back from the sign-in page within {minutes} minutes.",
                name=name,
                minutes=minutes,
            )
        case "confirmed":
            what = _("Signing in to “{name}” was given up: nobody confirmed the code before it expired.", name=name)
        case _allowed:
            what = _("Signing in to “{name}” was given up: nobody allowed it before the code expired.", name=name)
    return Words(_("Sign-in timed out"), what, _again())


@problem
def sign_in_begins_anew(name: str) -> Words:
    return Words(
        _("Once more"),
        _("AWS does not know this program any more, and “{name}” is signed in to anew.", name=name),
        _("Go on in the page that opens now."),
    )


@problem
def sign_in_client_unknown(name: str) -> Words:
    return Words(
        _("Sign-in refused"),
        _("AWS does not know this program, which has just registered for “{name}”.", name=name),
        _again(),
    )


@problem
def sign_in_declined(name: str) -> Words:
    return Words(
        _("Sign-in declined"),
        _("Access for “{name}” was denied on the sign-in page.", name=name),
        sentences(_again(), _("Then choose to allow access.")),
    )


@problem
def sign_in_page_refused(name: str, said: str) -> Words:
    message = _("The sign-in page for “{name}” answered: nothing.", name=name)
    if said:
        message = _("The sign-in page for “{name}” answered: {said}.", name=name, said=said)
    return Words(_("Sign-in refused"), message, _again())


@problem
def sign_in_refused(name: str, said: str) -> Words:
    message = _("AWS refused to sign you in to “{name}”: no reason.", name=name)
    if said:
        message = _("AWS refused to sign you in to “{name}”: {said}.", name=name, said=said)
    return Words(_("Sign-in refused"), message, _again())


@problem
def sign_in_registration_refused(name: str, region: str, said: str) -> Words:
    return Words(
        _("Sign-in refused"),
        _(
            "IAM Identity Center in {region} let no program register to sign in to “{name}”: {said}.",
            name=name,
            region=region,
            said=said,
        ),
        sentences(_("Ask your administrator whether a rule forbids RegisterClient, or try it again later."), _again()),
    )


@problem
def sign_in_region_wrong(name: str, region: str, url: str, section: str) -> Words:
    """`section` is that of the AWS config file; empty if no file names the sign-in."""
    return Words(
        _("Wrong sign-in region"),
        _(
            "There is no IAM Identity Center for “{name}” in {region} with the start URL {url}.",
            name=name,
            region=region,
            url=url,
        ),
        _("Correct sso_region ({region}) or sso_start_url of {section}.", region=region, section=section)
        if section
        else _("Correct the start URL or its region: your administrator knows them, or the address of your portal."),
    )


@problem
def no_such_center() -> Words:
    return Words(
        _("No such sign-in"),
        _("No region of AWS has an IAM Identity Center with this start URL."),
        _("Compare it with the address of your access portal, or ask your administrator for it."),
    )


@problem
def no_center_told() -> Words:
    return Words(
        _("Region not found"),
        _("No region of AWS could be asked whether it has your IAM Identity Center."),
        _("Check the network connection, or name the region yourself."),
    )


@problem
def signed_out_of_center(name: str) -> Words:
    return Words(
        _("Signed out"),
        _("You are not signed in to “{name}”, or not any more.", name=name),
        _("Sign in again."),
    )


@problem
def sign_in_clock_wrong(name: str, ahead_seconds: float) -> Words:
    places = {"amount": duration(ahead_seconds), "name": name}
    message = _("This computer's clock is {amount} behind: a sign-in to “{name}” would not be good.", **places)
    if ahead_seconds > 0:
        message = _("This computer's clock is {amount} ahead: a sign-in to “{name}” would not be good.", **places)
    return Words(
        _("Clock is wrong"),
        message,
        sentences(
            _("Set the date, the time and the time zone in the system's settings, best automatically."), _again()
        ),
    )


@problem
def sign_in_not_kept(name: str, path: str, reason: str) -> Words:
    return Words(
        _("Sign-in not kept"),
        sentences(
            _("The sign-in to “{name}” can't be written to {path}: {reason}.", name=name, path=path, reason=reason),
            _("It ends with this command.")
            if reading() is Reading.COMMAND
            else _("It holds until Notebook Tray ends, and for no other program."),
        ),
        _("Make room, or make the folder writable for you."),
    )


@problem
def sign_in_not_written(path: str, reason: str) -> Words:
    return Words(
        _("Sign-ins can't be kept"),
        _(
            "Renewed sign-ins can't be written to {path}: {reason}. They hold until Notebook Tray ends.",
            path=path,
            reason=reason,
        ),
        _("Make room, or make the folder writable for you."),
    )


@problem
def sign_in_not_aws(name: str, region: str) -> Words:
    return Words(
        _("Not an answer of AWS"),
        _("What answered for “{name}” in {region} is not AWS: its answer makes no sense.", name=name, region=region),
        sentences(_("A sign-in page of the network or a proxy may be in between: open any web page."), _again()),
    )


@problem
def sign_in_failed(name: str, error: str, section: str) -> Words:
    return Words(
        _("Sign-in failed"),
        _("Signing in to “{name}” failed: {error}.", name=name, error=error),
        _("Check {section}. The log has the details.", section=section) if section else _("The log has the details."),
    )


@problem
def sign_in_scopes_unknown(name: str, scopes: str, section: str) -> Words:
    return Words(
        _("Sign-in refused"),
        _("IAM Identity Center does not know what “{name}” asks for: {scopes}.", name=name, scopes=scopes),
        _("Correct sso_registration_scopes of {section}.", section=section)
        if section
        else _("Ask your administrator whether a rule forbids it."),
    )


@problem
def sign_ins_throttled(name: str) -> Words:
    return Words(
        _("AWS is limiting requests"),
        _("AWS has had too many sign-ins to “{name}” at once.", name=name),
        sentences(_("Wait a minute."), _again()),
    )


@problem
def nothing_signs_in_to(name: str, config: str) -> Words:
    return Words(
        _("Nothing to sign in to"),
        _("No AWS profile signs in to “{name}” any more.", name=name),
        sentences(_("See what {config} says.", config=config), then_again()),
    )


@problem
def too_many_codes(codes: int, aws_profile: str, serial: str) -> Words:
    return Words(
        _("Too many codes"),
        _("{codes} codes for the AWS profile “{aws_profile}” were not taken.", codes=codes, aws_profile=aws_profile),
        _(
            "Check that the device is {serial} and that its clock is right.",
            serial=serial,
        ),
    )
