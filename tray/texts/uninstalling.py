"""What `notebook-tray uninstall` prints and asks."""

from __future__ import annotations

from tray.texts.language import _, joined, plural


def nothing_kept() -> str:
    """Return that there is nothing to take away."""
    return _("Notebook Tray keeps nothing on this computer.")


def will_be_removed(parts: list[str]) -> str:
    """Return what will be taken away, in lines."""
    return "\n".join((_("This will be removed:"), *(f"  {part}" for part in parts)))


def remove_all() -> str:
    """Return the question whether to go on."""
    return _("Remove all of it?")


def needs_yes() -> str:
    """Return that there is nobody to ask."""
    return _("There is no terminal to ask on: say --yes to remove it.")


def tray_ended() -> str:
    """Return that the running copy has ended."""
    return _("Notebook Tray was running and has ended.")


def remove_the_program() -> str:
    """Return what is left to do."""
    return _(
        "The program itself is removed by what installed it: pipx uninstall notebook-tray, say. Sign-ins of the AWS CLI"
        " and the AWS config stay as they are."
    )


def profiles_in_keyring(names: list[str]) -> str:
    """Return the profiles in the keyring."""
    if not names:
        return _("What is left of profiles in the keyring")
    return plural(
        "{number} profile in the keyring: {names}",
        "{number} profiles in the keyring: {names}",
        len(names),
        names=joined(names[:10]) if len(names) <= 10 else joined([*names[:10], "…"]),
    )


def unreadable_profiles() -> str:
    """Return the profiles in the keyring where they can't be read."""
    return _("Profiles in the keyring that can't be read")


def start_at_login(place: str) -> str:
    """Return the entry that starts the program at login."""
    return _("The start at login: {place}", place=place)


def among_applications(place: str) -> str:
    """Return the entry among the user's applications, with its icons."""
    return _("The entry among the applications: {place}", place=place)


def name_in_notifications(place: str) -> str:
    """Return the entry that gives Windows the program's name and picture for its notifications."""
    return _("The name in Windows' notifications: {place}", place=place)


def list_of_schedules(path: str) -> str:
    """Return the file that lists the schedules in AWS."""
    return _("The list of the schedules in AWS: {path}", path=path)


def kept_for_another_try(name: str) -> str:
    """Return that something is kept, because schedules stay in AWS."""
    return _("{name}: kept for another try to take the schedules away", name=name)


def folder(path: str) -> str:
    """Return a folder of the program's own."""
    return _("The folder {path}", path=path)
