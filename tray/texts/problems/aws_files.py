"""What is wrong with the AWS files and the settings in them: which, where, and what would be right."""

from __future__ import annotations

from collections.abc import Sequence

from tray.texts.language import _, joined
from tray.texts.problems.table import Words, problem, sentences
from tray.texts.reading import Reading, reading


@problem
def aws_config_unreadable(
    path: str,
    what: str,
    line: int | None,
    name: str = "",
    error: str = "",
    encoding: str = "",
    of_credentials: bool = False,
) -> Words:
    """`what` is one of `parse_errors`' causes; `name` a section's or setting's, `encoding` the one that is read.

    `of_credentials` says that it is the credentials file, where a section is called by the profile's name alone.
    """
    places: dict[str, object] = {"path": path, "line": line, "name": name, "encoding": encoding}
    write = _("Write it with sections, [default] or [profile NAME], and name = value in each line below.")
    if of_credentials:
        write = _("Write it with sections, [default] or [NAME], and name = value in each line below.")
    remedy = _("Correct the file; every section is [name] and every setting name = value.")
    match what:
        case "bom":
            message = _(
                "The file {path} begins with a byte order mark (BOM): neither the AWS CLI nor Notebook Tray reads it.",
                **places,
            )
            remedy = _("Save it as UTF-8 without BOM; Notepad and other editors offer that.")
        case "utf-16":
            message = _("The file {path} is UTF-16, which neither the AWS CLI nor Notebook Tray reads.", **places)
            remedy = _("Save it as UTF-8 without BOM; PowerShell's “>” writes UTF-16.")
        case "zeros":
            message = _(
                "The file {path} is damaged: from line {line} on, it holds zeros in place of text, as after a crash.",
                **places,
            )
            remedy = _("Put it back from a backup, or write it anew.")
        case "conflict":
            message = _("The file {path} has the marks of a merge conflict, from line {line} on.", **places)
            remedy = _("Keep one of the two versions between the marks, and remove the marks.")
        case "header":
            message = _("The file {path} has a section without a name or without “]”, in line {line}.", **places)
        case "encoding":
            message = _("The file {path} is not in {encoding}: line {line} has a character of another.", **places)
            remedy = _("Save it as {encoding}, or write that line without accents.", **places)
        case "section-twice":
            message = _("The file {path} has the section [{name}] twice, again in line {line}.", **places)
            remedy = _("Put the settings of both into one section.")
        case "setting-twice" if name:
            message = _("The file {path} has {name} twice in one section, again in line {line}.", **places)
            remedy = _("Remove one of the two lines.")
        case "setting-twice":
            message = _("The file {path} has a setting twice in one section, again in line {line}.", **places)
            remedy = _("Remove one of the two lines.")
        case "no-section":
            message = _("The file {path} has a setting before the first section, in line {line}.", **places)
            remedy = _("Begin the file with a section: [default] or [profile NAME].")
            if of_credentials:
                remedy = _("Begin the file with a section: [default] or [NAME].")
        case "json" | "html" | "yaml":
            message = _("The file {path} is {form}, and no file of the AWS CLI.", form=what.upper(), **places)
            remedy = write
        case "csv":
            message = _(
                "The file {path} is the list of access keys that the console of AWS gives (CSV), and no file of the AWS"
                " CLI.",
                **places,
            )
            remedy = write
        case "shell":
            message = _("The file {path} has commands for a shell, and is no file of the AWS CLI.", **places)
            remedy = sentences(write, _("The names are aws_access_key_id and so on, without “export”."))
        case "nested" if line is not None:
            message = _(
                "The file {path} can't be read: line {line} is indented below a setting without a value, and is itself"
                " not name = value.",
                **places,
            )
            remedy = _("Write the value in the line of its setting, or name = value in each line that is indented.")
        case _other if line is not None:
            message = _("The file {path} can't be read: line {line} is not name = value.", **places)
        case _system:
            message = _("The file {path} can't be read: {error}.", path=path, error=error)
            remedy = _("Let yourself read it, or name another file: it is given by AWS_CONFIG_FILE where that is set.")
    return Words(_("AWS config unreadable"), message, remedy)


@problem
def aws_file_not_read(path: str, what: str, reason: str, variable: str) -> Words:
    """`what` is one of `config_checks`' causes; `variable` the one that names the file, if one does."""
    match what:
        case "folder":
            message = _("{path} is a folder and not a file: nothing is read from it.", path=path)
            remedy = _("Remove the folder, or put the file in its place.")
        case "pipe":
            message = _("{path} is a pipe or a device and not a file: nothing is read from it.", path=path)
            remedy = _("Put a file in its place.")
        case "link":
            message = _("{path} is a link to a file that is not there.", path=path)
            remedy = _("Put the file where the link leads to, or remove the link.")
        case "missing":
            message = _("The file {path} is not there.", path=path)
            remedy = _("Put it there.")
        case "utf-16":
            message = _("The file {path} is UTF-16, which neither the AWS CLI nor Notebook Tray reads.", path=path)
            remedy = _("Save it as UTF-8 without BOM; PowerShell's “>” writes UTF-16.")
        case _system:
            message = _("The file {path} can't be read: {reason}.", path=path, reason=reason)
            remedy = _("Let yourself read it, as by: chmod u+r (Linux, macOS) or its properties (Windows).")
    if variable:
        message = sentences(message, _("{variable} names it.", variable=variable))
        remedy = sentences(remedy, _("Or correct {variable}.", variable=variable))
    return Words(_("AWS config not read"), message, remedy)


@problem
def aws_section_not_read(what: str, path: str, line: int, section: str, instead: str) -> Words:
    """`what` is one of `config_checks`' causes; `instead` the header that would be read."""
    places: dict[str, object] = {"section": section, "path": path, "line": line, "instead": instead}
    message = _("The section [{section}] is not read ({path}, line {line}).", **places)
    match what:
        case "blank":
            remedy = _("A name with a blank in it has quotation marks: {instead}", **places)
        case "twice":
            message = _(
                "The section [{section}] is not read ({path}, line {line}): {instead} further down means the same.",
                **places,
            )
            remedy = _("Put the settings of both into one section.")
        case "all":
            message = _(
                "The section [{section}] is no profile ({path}, line {line}): its settings go for all sections.",
                **places,
            )
            remedy = _("If it is meant as the default profile, write {instead}.", **places)
        case "credentials":
            message = _(
                "The section [{section}] is taken for a profile of that whole name ({path}, line {line}): in this file"
                " the word “profile” is part of it.",
                **places,
            )
            remedy = _("Write {instead}.", **places)
        case "of-config":
            message = _(
                "The section [{section}] is taken for a profile of that name ({path}, line {line}).",
                **places,
            )
            remedy = _("Move it to {instead}.", **places)
        case "indented":
            remedy = _(
                "Remove the blanks before it and before its settings: with them, all are part of the setting above."
            )
        case "prefix":
            remedy = _("If it is meant as a profile, write {instead}.", **places)
        case _:
            remedy = _("Write {instead}.", **places)
    return Words(_("AWS config: section not read"), message, remedy)


@problem
def aws_setting_wrong(
    setting: str,
    value: str | None,
    nested: bool,
    section: str,
    path: str,
    line: int | None,
    variable: str,
    wants: str,
    choices: Sequence[str],
    least: int,
    most: int,
    near: str = "",
    said: str = "",
) -> Words:
    """`value` is None where it may not be shown; `variable` is the one that sets it, where no file does.

    `said` is what AWS says of it, where AWS alone knows which values it takes.
    """
    places: dict[str, object] = {"setting": setting, "value": value, "section": section, "path": path, "line": line}
    places["variable"] = variable
    if variable and value is None:
        message = _("The environment variable {variable} has a value that can't be used.", **places)
    elif variable and not value:
        message = _("The environment variable {variable} is empty.", **places)
    elif variable:
        message = _("The environment variable {variable} is “{value}”.", **places)
    elif line is None:
        message = _in_file(nested, value, places)
    else:
        message = _in_line(nested, value, places)
    hint = _("Did you mean {near}?", near=near) if near else ""
    if variable and reading() is Reading.COMMAND:
        remedy = _("Correct or unset {variable} in the environment.", **places)
    elif variable:
        remedy = _("Correct or unset {variable} where Notebook Tray is started from, and start it anew.", **places)
    else:
        remedy = _("Correct {setting} in [{section}] in {path}.", **places)
    return Words(
        _("AWS config: {setting} doesn't work", setting=setting),
        sentences(
            message, _wanted(wants, choices, least, most), hint, _("AWS says: “{why}”.", why=said) if said else ""
        ),
        remedy,
    )


def _in_line(nested: bool, value: str | None, places: dict[str, object]) -> str:
    if nested:
        return _(
            "The setting {setting} of [{section}] is made a section of its own by indented lines below it ({path}, line"
            " {line}).",
            **places,
        )
    if value is None:
        return _("The setting {setting} of [{section}] has a value that can't be used ({path}, line {line}).", **places)
    if not value:
        return _("The setting {setting} of [{section}] is empty ({path}, line {line}).", **places)
    return _("The setting {setting} of [{section}] is “{value}” ({path}, line {line}).", **places)


def _in_file(nested: bool, value: str | None, places: dict[str, object]) -> str:
    if nested:
        return _(
            "The setting {setting} of [{section}] is made a section of its own by indented lines below it ({path}).",
            **places,
        )
    if value is None:
        return _("The setting {setting} of [{section}] has a value that can't be used ({path}).", **places)
    if not value:
        return _("The setting {setting} of [{section}] is empty ({path}).", **places)
    return _("The setting {setting} of [{section}] is “{value}” ({path}).", **places)


def _wanted(wants: str, choices: Sequence[str], least: int, most: int) -> str:
    match wants:
        case "one-of":
            return _("It can be: {choices}.", choices=joined(tuple(choices)))
        case "whole-number" if least and most:
            return _("It has to be a whole number from {least} to {most}.", least=least, most=most)
        case "whole-number" if least:
            return _("It has to be a whole number from {least} on.", least=least)
        case "whole-number":
            return _("It has to be a whole number.")
        case "url":
            return _("It has to be an address with http:// or https:// and a host.")
        case "container":
            return _("It has to be an address with https://, or one of this computer or of AWS's container service.")
        case "path":
            return _("It has to begin with “/”.")
        case "key-log":
            return _("It has to be a file that can be written.")
        case "region":
            return _("It has to be a region as AWS names it, for example eu-west-1.")
        case "file":
            return _("It has to be a text file that is there, can be read, and is not empty.")
        case "header-file":
            return _("It has to be a text file of one line, without a line break at its end, that can be read.")
        case "certificates":
            return _("It has to be a file of certificates in PEM format that is there and can be read.")
        case "certificate":
            return _("It has to be a file with a certificate and its key in PEM format, without a password.")
        case "of-a-service":
            return _("It belongs in an indented line below the name of a service, such as sagemaker.")
        case "nested":
            return _("Its settings belong in indented lines below it.")
        case "role":
            return _("It has to be the ARN of a role, as arn:aws:iam::111122223333:role/NAME.")
        case "external-id":
            return _("It has to be 2 to 1224 letters, digits and characters of +=,.@:/-, without quotation marks.")
        case "mfa-device":
            return _(
                "It has to be the serial number of a device that shows codes, or the ARN of an authenticator app, as"
                " arn:aws:iam::111122223333:mfa/NAME. Security keys and passkeys (u2f) show no code; IAM lets you"
                " register an app beside them."
            )
        case "account":
            return _("It has to be the 12 digits of an account, leading zeros included, without hyphens.")
        case "permission-set":
            return _(
                "It has to be the name of a permission set, as Analyst of AWSReservedSSO_Analyst_…, without quotation"
                " marks."
            )
        case "session-name":
            return _("It has to be 2 to 64 letters, digits and characters of =,.@-_+.")
        case "profile":
            return _("There is no such profile.")
        case "sso-session":
            return _("There is no such sso-session.")
        case "services":
            return _("There is no such services section, or nothing is in it.")
        case "no-circle":
            return _("That profile builds on this one again: they go in circles.")
        case "key-part":
            return _(
                "It has to be as AWS gave it: without quotation marks around it, blanks in it or a comment behind it."
            )
        case "key-id":
            return _("It has to be 16 capitals and digits or more, as AWS gave it: AKIA… for example.")
        case "secret-length":
            return _("It has to be 40 characters long, as AWS gave it, and is {number} long.", number=least)
        case "no-token":
            return _("No session token goes with an access key that begins with AKIA: remove it, or renew both.")
        case "printable":
            return _("It has to be letters, digits and signs of ASCII, without blanks.")
        case "time":
            return _("It has to be a time, as 2030-01-31T12:00:00Z.")
        case "filled":
            return _("It has to say something.")
        case _text:
            return ""


@problem
def config_not_written(path: str, reason: str) -> Words:
    return Words(
        _("AWS config not written"),
        _("{path} can't be written: {reason}. It is as it was.", path=path, reason=reason),
        _("Make room, or make the file and its folder writable for you."),
    )


@problem
def credentials_incomplete(aws_profile: str, missing: str, section: str, path: str, line: int | None) -> Words:
    """`missing` is what botocore says is missing, by name; the place is that of what is there."""
    places: dict[str, object] = {"aws_profile": aws_profile, "missing": missing, "section": section, "path": path}
    places["line"] = line
    message = _("The AWS profile “{aws_profile}” lacks {missing}.", **places)
    if line is not None:
        message = _("The AWS profile “{aws_profile}” lacks {missing} in [{section}] ({path}, line {line}).", **places)
    return Words(_("AWS config not complete"), message, _("Add it to [{section}] in {path}.", **places))


@problem
def aws_setting_unread(aws_profile: str, setting: str, near: str, section: str, path: str, line: int | None) -> Words:
    """`near` is the setting that may be meant."""
    places: dict[str, object] = {"aws_profile": aws_profile, "setting": setting, "near": near, "section": section}
    places |= {"path": path, "line": line}
    message = _("The AWS profile “{aws_profile}” has no credentials. Nothing reads its setting {setting}.", **places)
    if line is not None:
        message = _(
            "The AWS profile “{aws_profile}” has no credentials. Nothing reads the setting {setting} of [{section}]"
            " ({path}, line {line}).",
            **places,
        )
    return Words(
        _("AWS config not complete"),
        sentences(message, _("Did you mean {near}?", near=near)),
        _("Correct {setting} in [{section}] in {path}.", **places),
    )


@problem
def environment_incomplete(aws_profile: str, missing: str) -> Words:
    """`missing` is the variable that is not set beside the others."""
    remedy = _("Set {missing} where Notebook Tray is started from, and start it anew.", missing=missing)
    if reading() is Reading.COMMAND:
        remedy = _("Set {missing} in the environment.", missing=missing)
    return Words(
        _("AWS config not complete"),
        _(
            "The AWS profile “{aws_profile}” takes its credentials from the environment, which lacks {missing}.",
            aws_profile=aws_profile,
            missing=missing,
        ),
        remedy,
    )


@problem
def botocore_data_broken(path: str, variable: str) -> Words:
    """`variable` is the one that names the folder; empty where it is the user's own of botocore."""
    message = _("The file {path}, with data for botocore, is not as botocore needs it.", path=path)
    if variable:
        message = sentences(message, _("{variable} leads to it.", variable=variable))
    return Words(_("AWS data not readable"), message, _("Remove it, or replace it by the one of the same release."))
