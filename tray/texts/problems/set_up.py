"""An administrator's file or link that says what to configure."""

from __future__ import annotations

from typing import Protocol

from tray.texts.language import _, plural
from tray.texts.problems.table import Words, problem


class _Why(Protocol):
    """A problem, as far as it is worded in that of another one."""

    @property
    def message(self) -> str: ...

    @property
    def remedy(self) -> str: ...


def _ask_for_another() -> str:
    return _("Ask whoever gave you the file for another one.")


@problem
def profiles_refused(reasons: tuple[tuple[str, _Why], ...], more: int) -> Words:
    """`reasons` are names, each with what is wrong; `more` are not among them."""
    said = [_("{name}: {reason}", name=name, reason=why.message) for name, why in reasons]
    if more:
        said.append(plural("{number} more was not added.", "{number} more were not added.", more))
    number = len(reasons) + more
    return Words(
        plural("{number} profile not added", "{number} profiles not added", number),
        " ".join(said),
        " ".join(dict.fromkeys(why.remedy for _name, why in reasons)),
    )


@problem
def setup_file_unreadable(path: str, reason: str) -> Words:
    return Words(
        _("File not read"),
        _("{path} can't be read: {reason}.", path=path, reason=reason),
        _("Check the name, and whether you may read the file."),
    )


@problem
def setup_file_too_long(most: int) -> Words:
    return Words(
        _("File too long"),
        _("A set-up file has {most} KiB at most, and this one is longer.", most=most),
        _("Check that it is the right file or link."),
    )


@problem
def setup_file_long_line(line: int, most: int) -> Words:
    return Words(
        _("Not a set-up file"),
        _("Line {line} has more than {most} characters.", line=line, most=f"{most:,}"),
        _("Check that it is the right file or link."),
    )


@problem
def setup_file_not_toml(line: int, column: int) -> Words:
    """`line` and `column` are 0 where nobody knows the place."""
    message = _("This is no TOML file.")
    if line:
        message = _("This is no TOML file: line {line}, column {column} can't be read.", line=line, column=column)
    return Words(_("Not a set-up file"), message, _("Check that it is the right file or link."))


@problem
def setup_file_has_secret(key: str) -> Words:
    return Words(
        _("The file may hold a secret"),
        _("“{key}” looks like a secret. A set-up file goes to many and must hold none, so nothing was taken.", key=key),
        _("Tell whoever gave you the file to take it out, and to replace the secret if it is one."),
    )


@problem
def setup_file_wrong(key: str, wanted: str) -> Words:
    """`wanted` is one of `number`, `switch`, `table`, `tables`, `text`, `texts` and `view`."""
    message = {
        "number": _("“{key}” has to be a number.", key=key),
        "switch": _("“{key}” has to be true or false.", key=key),
        "table": _("“{key}” has to be a table: [{key}].", key=key),
        "tables": _("“{key}” has to be a list of tables: [[{key}]].", key=key),
        "text": _("“{key}” has to be a text in quotation marks.", key=key),
        "texts": _("“{key}” has to be a list of texts in quotation marks.", key=key),
        "view": _("“{key}” has to be “lab” or “classic”.", key=key),
    }[wanted]
    return Words(_("Wrong value in the file"), message, _ask_for_another())


@problem
def setup_file_twice(profile: str) -> Words:
    return Words(
        _("Twice in the file"),
        _("The file has the profile “{profile}” more than once.", profile=profile),
        _ask_for_another(),
    )


@problem
def setup_file_newer(version: int) -> Words:
    return Words(
        _("File for a newer Notebook Tray"),
        _("The file has the version {version}, which this Notebook Tray doesn't know.", version=version),
        _("Install a newer Notebook Tray."),
    )


@problem
def setup_file_empty() -> Words:
    return Words(
        _("No profiles in the file"),
        _("The file names no profile: it has no [[profiles]]."),
        _("Check that it is the right file or link."),
    )


@problem
def setup_file_many(number: int, most: int) -> Words:
    return Words(
        _("Too many profiles in the file"),
        plural(
            "The file has {number} profile, and may have {most}.",
            "The file has {number} profiles, and may have {most}.",
            number,
            most=most,
        ),
        _ask_for_another(),
    )


@problem
def setup_link_refused() -> Words:
    return Words(
        _("Not an https link"),
        _("Only a whole link that begins with https:// is fetched, without a user's name in it."),
        _("Copy the link again, or download the file and choose it."),
    )


@problem
def setup_link_failed(host: str, why: str, status_code: int) -> Words:
    """`why` is one of `status`, `certificate`, `slow` and `unreachable`."""
    message = {
        "status": _("{host} answered with {status} in place of the file.", host=host, status=status_code),
        "certificate": _("The certificate of {host} is not trusted on this computer.", host=host),
        "slow": _("{host} did not send the file in time.", host=host),
        "unreachable": _("{host} can't be reached.", host=host),
    }[why]
    return Words(
        _("The link could not be fetched"),
        message,
        _("Open the link in the browser; if that works, download the file and choose it."),
    )


@problem
def setup_file_role_incomplete(key: str) -> Words:
    return Words(
        _("Role incomplete"),
        _("A role of IAM Identity Center in the set-up file lacks “{key}”.", key=key),
        _("Tell your administrator: it needs sso_start_url, sso_region, sso_account_id and sso_role_name."),
    )
