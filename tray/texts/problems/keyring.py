"""What goes wrong with the keyring, and with the items in it."""

from __future__ import annotations

from tray.texts.language import _
from tray.texts.problems.table import Words, by_itself, problem, sentences, then_again
from tray.texts.reading import Reading, reading
from tray.texts.shell import Argument, command
from tray.texts.visible import visible


def _while(doing: str) -> str:
    """Return what was being done, as a sentence."""
    match doing:
        case "opening":
            return _("This was found while opening the keyring.")
        case "reading":
            return _("This was found while reading the profiles.")
        case "storing":
            return _("This was found while storing the profiles.")
        case "removing":
            return _("This was found while removing an item of the profiles.")
        case "finding":
            return _("This was found while looking for the keyring.")
        case _looking:
            return _("This was found while looking at the profiles.")


def install(system: str) -> str:
    """Return how to install a keyring; `system` is as in sys.platform."""
    match system:
        case "darwin":
            return _("Open Keychain Access and check that the login keychain is there and unlocked.")
        case "win32":
            return _("Check in Services that the Credential Manager service (VaultSvc) is running.")
        case _linux:
            return _(
                "Start your password manager, if it keeps your keyring (such as KeePassXC). Else install gnome-keyring"
                " or KWallet (Debian: sudo apt install gnome-keyring), then log in to the desktop again."
            )


@problem
def keyring_locked(doing: str) -> Words:
    what = _("The keyring stayed locked: the request to unlock it was dismissed, or there was no screen to show it on.")
    return Words(
        _("Keyring locked"),
        sentences(what, _while(doing)),
        _("Unlock the keyring, with its password manager or by logging in to the desktop, or try again."),
    )


@problem
def keyring_locked_unasked(doing: str) -> Words:
    return Words(
        _("Keyring locked"),
        sentences(_("The keyring is locked."), _while(doing)),
        _("Unlock the keyring with its password manager, or by logging in to the desktop.")
        if reading() is Reading.COMMAND
        else _("Choose Refresh, and unlock it where you are asked to."),
    )


@problem
def keyring_items_unasked(doing: str) -> Words:
    what = _("The keyring is open, but asks before it gives out what is stored in it.")
    return Words(
        _("Keyring locked"),
        sentences(what, _while(doing)),
        _("Try a command that reads the profiles, and allow the access to all items where you are asked.")
        if reading() is Reading.COMMAND
        else _("Choose Refresh, and allow the access where you are asked: for all items, and with “Remember”."),
    )


@problem
def keyring_silent(doing: str) -> Words:
    what = _("The keyring runs, but does not answer.")
    return Words(
        _("Keyring does not answer"),
        sentences(what, _while(doing)),
        sentences(
            by_itself(),
            _(
                "If it stays so, end the program that keeps the keyring and start it anew, or log out of the desktop"
                " and in again."
            ),
        ),
    )


@problem
def keyring_waited_for() -> Words:
    return Words(
        _("The keyring has not answered yet"),
        _("The profiles are being read from the keyring, which takes long: what is shown is what was known before."),
        _("If a window asks you to unlock the keyring, answer there."),
    )


@problem
def keyring_unanswered(doing: str) -> Words:
    what = _("The keyring asked for leave in a window, and nobody answered for 5 minutes.")
    return Words(
        _("Keyring waits for an answer"),
        sentences(what, _while(doing)),
        sentences(_("Look for that window, also behind others."), then_again()),
    )


@problem
def keyring_declined(doing: str) -> Words:
    what = _("The keyring asked whether an item may be deleted, and that was declined.")
    return Words(
        _("Deletion declined"),
        sentences(what, _while(doing)),
        _(
            "Try again, and allow it. Notebook Tray deletes only its own items. In KeePassXC, the question can be"
            " switched off under Secret Service Integration."
        ),
    )


@problem
def keyring_lacks_method(doing: str, method: str) -> Words:
    what = _(
        "The program that keeps the keyring can't do what every keyring has to ({method} of the Secret Service).",
        method=method,
    )
    return Words(
        _("Keyring not usable"),
        sentences(what, _while(doing)),
        _("Update that program, or use another one: GNOME Keyring, KWallet or KeePassXC."),
    )


@problem
def keyring_nothing_open(doing: str) -> Words:
    return Words(
        _("No keyring open"),
        sentences(
            _(
                "KeePassXC runs, but the database with the profiles is not open in it, or not shared with other"
                " programs."
            ),
            _while(doing),
        ),
        sentences(
            _(
                "Open the database with your profiles in KeePassXC. If it is open, share it: Database, Database"
                " Settings, Secret Service Integration."
            ),
            then_again(),
        ),
    )


@problem
def keyring_without_collection(doing: str) -> Words:
    what = _(
        "The keyring has no place to store anything yet: the request to make one was dismissed, or there was no screen"
        " to show it on."
    )
    return Words(
        _("Keyring not set up"),
        sentences(what, _while(doing)),
        _(
            "Log in to the desktop once with your password, or make a keyring there with its password manager (GNOME:"
            " Passwords and Keys), and set it as the default one."
        ),
    )


@problem
def keyring_collection_gone(doing: str) -> Words:
    what = _("The keyring with the profiles was closed, locked or deleted while it was in use.")
    return Words(_("Keyring closed"), sentences(what, _while(doing)), sentences(_("Open it."), then_again()))


@problem
def no_logon_keyring(doing: str, number: int) -> Words:
    what = _("Windows has no Credential Manager in this logon session (error {number}).", number=number)
    return Words(
        _("No keyring here"),
        sentences(what, _while(doing)),
        _(
            "Run Notebook Tray from the desktop, not over the network or as a scheduled task. If it is so on the"
            " desktop, a policy forbids to store passwords: ask your administrator."
        ),
    )


@problem
def keyring_item_too_long(doing: str, number: int) -> Words:
    return Words(
        _("Item too long for the keyring"),
        sentences(_("Windows refused an item as too long (error {number}).", number=number), _while(doing)),
        _("Shorten the profile: fewer regions, or shorter names."),
    )


@problem
def keyring_not_reachable(doing: str, system: str) -> Words:
    return Words(
        _("Keyring not reachable"),
        sentences(_("The keyring did not answer: it is not running, or it has just stopped."), _while(doing)),
        install(system),
    )


@problem
def keyring_lacks_package(doing: str, error: str) -> Words:
    what = _(
        "KWallet can't encrypt what is stored ({error}): the OpenSSL plugin of its library QCA is not installed.",
        error=error,
    )
    return Words(
        _("Keyring lacks a package"),
        sentences(what, _while(doing)),
        _(
            "Install it (Debian 12: sudo apt install libqca-qt5-2-plugins; elsewhere the package with qca-ossl), then"
            " log in to the desktop again."
        ),
    )


@problem
def keyring_refused(doing: str, error: str = "", number: int | None = None) -> Words:
    what = _("The keyring refused ({error}).", error=error)
    if number is not None:
        what = _("The keyring refused (error {number}).", number=number)
    return Words(
        _("Keyring refused"),
        sentences(what, _while(doing)),
        _("Try again. If it stays so, open the keyring's password manager and look whether it works there."),
    )


@problem
def no_keyring(doing: str, system: str) -> Words:
    return Words(_("No keyring"), sentences(_("No keyring was found on this system."), _while(doing)), install(system))


@problem
def keyring_without_bus(doing: str) -> Words:
    what = _("The keyring is reached over the desktop's session bus, and there is no session bus that can be reached.")
    return Words(
        _("No keyring here"),
        sentences(what, _while(doing)),
        _(
            "Run Notebook Tray in the desktop session, as its user: with su or sudo, the way to the keyring is closed."
            " Over ssh, the keyring is there while the same user is logged in to the desktop."
        ),
    )


@problem
def keyring_choice_does_not_work(error: str, file: str) -> Words:
    """`file` is the file that chooses the keyring; empty if the environment chooses it."""
    message = _(
        "The keyring chosen by the environment variable PYTHON_KEYRING_BACKEND can't be loaded ({error}).", error=error
    )
    if file:
        message = _("The keyring chosen by the file {file} can't be loaded ({error}).", file=file, error=error)
    return Words(_("Keyring choice does not work"), message, _undo(file, ""))


@problem
def keyring_setting_wrong(setting: str, value: str, example: str, schemes: tuple[str, ...] = ()) -> Words:
    """`schemes` are the values that would do; without any, the setting is a path such as `example`."""
    value = visible(value)
    if schemes:
        return Words(
            _("Keyring setting wrong"),
            _(
                "The environment variable {setting} is “{value}”, which the keyring doesn't know.",
                setting=setting,
                value=value,
            ),
            _("Unset {setting}, or set it to one of these: {values}.", setting=setting, values=", ".join(schemes)),
        )
    return Words(
        _("Keyring setting wrong"),
        _(
            "The environment variable {setting} is “{value}”, which is no path of a keyring.",
            setting=setting,
            value=value,
        ),
        _("Unset {setting}, or set it to a path such as {path}.", setting=setting, path=example),
    )


@problem
def keyring_forgets(backend: str, file: str | None, system: str) -> Words:
    return Words(
        _("Keyring switched off"),
        _("The keyring in use ({backend}) forgets whatever it is given, so no profile can be kept.", backend=backend),
        _undo(file, system),
    )


@problem
def keyring_keeps_nothing(backend: str, file: str | None, system: str) -> Words:
    return Words(
        _("Keyring switched off"),
        _("The keyring in use ({backend}) keeps nothing.", backend=backend),
        _undo(file, system),
    )


@problem
def keyring_in_plain_text(backend: str, file: str | None, system: str) -> Words:
    return Words(
        _("Keyring refused"),
        _(
            "The keyring in use ({backend}) writes to the disk in plain text. Profiles are never kept there.",
            backend=backend,
        ),
        _undo(file, system),
    )


def _undo(file: str | None, system: str) -> str:
    """Return how to undo the choice of a keyring in `file` (empty: in the environment; None: there is no choice)."""
    if file is None:
        return install(system)
    if file:
        return _("Remove the backend from the file {file}, so that the system's own keyring is used.", file=file)
    return _("Unset PYTHON_KEYRING_BACKEND, so that the system's own keyring is used.")


@problem
def profiles_in_use(seconds: str, path: str) -> Words:
    return Words(
        _("Profiles are in use"),
        _("Another Notebook Tray has been changing the profiles for {seconds} seconds.", seconds=seconds),
        _("See whether it waits for the keyring to be unlocked, then try again. The lock is {path}.", path=path),
    )


@problem
def profiles_not_lockable(path: str, reason: str) -> Words:
    return Words(
        _("Profiles can't be locked"),
        _("The lock file {path} can't be used: {reason}.", path=path, reason=reason),
        _("Make its folder writable for you. The file is always empty."),
    )


@problem
def index_newer() -> Words:
    return Words(
        _("Profiles made by a newer version"),
        _("A newer Notebook Tray stored the profiles in a way that this one can't read."),
        _("Update Notebook Tray. The profiles stay as they are until then."),
    )


@problem
def index_salvaged() -> Words:
    return Words(
        _("List of profiles damaged"),
        _(
            "The keyring's list of the profiles is damaged. The profiles shown are those whose own items are there:"
            " nothing was changed."
        ),
        _(
            "Look whether all of them are there. The next change of any profile writes the list anew, such as of its"
            " session length."
        ),
    )


@problem
def index_damaged() -> Words:
    return Words(
        _("Profiles unreadable"),
        _("The keyring's list of the profiles is damaged, and no profile was found in it. Nothing was changed."),
        _(
            "Restore the keyring from a backup. Or delete every item of notebook-tray in the keyring's password"
            " manager and add the profiles again."
        ),
    )


@problem
def profile_newer(profile: str) -> Words:
    return Words(
        _("Made by a newer version"),
        _("A newer Notebook Tray stored the profile “{profile}” in a way that this one can't read.", profile=profile),
        _("Update Notebook Tray. The profile stays as it is until then."),
    )


@problem
def profile_damaged(profile: str) -> Words:
    return Words(
        _("Profile unreadable"),
        _("What the keyring holds for the profile “{profile}” is damaged.", profile=profile),
        _remove_and_add(profile),
    )


@problem
def profile_missing(profile: str) -> Words:
    return Words(
        _("Profile missing"),
        _("The keyring no longer holds the item of the profile “{profile}”.", profile=profile),
        _remove_and_add(profile),
    )


@problem
def no_access_key(profile: str) -> Words:
    return Words(
        _("No access key"),
        _("The keyring holds no access key of the profile “{profile}” (any more).", profile=profile),
        _("Give it one: {command}", command=command("profiles", "set", Argument(profile), "--access-key", "ID"))
        if reading() is Reading.COMMAND
        else _("Give it one under “Settings…” in the menu."),
    )


def _remove_and_add(profile: str) -> str:
    if reading() is Reading.COMMAND:
        return _(
            "Remove the profile and add it again: {command}", command=command("profiles", "remove", Argument(profile))
        )
    return _("Remove it under “Settings…” in the menu, and add it again.")
