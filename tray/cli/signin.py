"""`notebook-tray signin`."""

from __future__ import annotations

import sys
from concurrent.futures import wait
from typing import TYPE_CHECKING

import click

from tray.cli.completion import profile_names
from tray.cli.output import complain, say
from tray.cli.refresh import tell_signed_in
from tray.cli.stores import profile_store
from tray.model.problems import ExitStatus, TrayError
from tray.model.sign_in import Method, SignInCancelled
from tray.model.signer import AwsProfile
from tray.texts import commands as texts
from tray.texts import help as helps
from tray.texts.language import joined

if TYPE_CHECKING:
    from tray.aws.cloud import Cloud
    from tray.cli.terminal import TerminalSurface
    from tray.model.sign_in import SignIn
    from tray.model.signer import Signer

_LOOK_SECONDS = 0.2
# A cancelled command ends within a second. This part of it is for open pages to say that the sign-in was cancelled.
_CANCEL_SECONDS = 0.7

Needed = dict["SignIn", list[str]]


@click.command(help=helps.command("signin"))
@click.argument("profile", required=False, shell_complete=profile_names)
@click.option("--device", is_flag=True, help=helps.option("device"))
def signin(profile: str | None, device: bool) -> None:
    """Be `notebook-tray signin`."""
    from tray.aws.cloud import Cloud
    from tray.cli.terminal import TerminalSurface

    cloud = Cloud()
    needed, failed = _needed(cloud, profile)
    if not needed and not failed:
        say(texts.nothing_to_sign_in(profile))
    done = 0
    try:
        for sign_in, names in needed.items():
            try:
                _sign_in(cloud, sign_in, TerminalSurface(), device=device)
            except TrayError as error:
                complain(error.problem, joined(names))
                failed = True
                continue
            done += 1
            say(_done(sign_in, names))
    finally:
        if done:
            tell_signed_in()
    if failed:
        sys.exit(ExitStatus.REFUSED)


def _done(sign_in: SignIn, names: list[str]) -> str:
    if sign_in.method is Method.MFA:  # what a code gives is never written
        return texts.code_is_good(names)
    return texts.signed_in(sign_in.name, names)


def _needed(cloud: Cloud, profile: str | None) -> tuple[Needed, bool]:
    """Return the sign-ins needed, with their profiles, and whether some profiles could not be examined."""
    needed: Needed = {}
    failed = False
    for name, signer in _profiles(profile):
        try:
            sign_in = cloud.sign_in_for(signer)
            # A sign-in for a profile that the user names is always done anew, as by `aws sso login`.
            if sign_in is None or (profile is None and _is_idle(cloud, sign_in)):
                continue
        except TrayError as error:
            complain(error.problem, name)
            failed = True
            continue
        needed.setdefault(sign_in, []).append(name)
    return needed, failed


def _is_idle(cloud: Cloud, sign_in: SignIn) -> bool:
    """Whether this command need not sign in: the sign-in still holds, or only the tray's memory keeps what it gives."""
    return sign_in.method is Method.MFA or cloud.is_signed_in(sign_in)


def _profiles(name: str | None) -> list[tuple[str, Signer]]:
    """Return profiles and their signers.

    :raises TrayError: (usage) nothing is called `name`; or the keyring or the AWS config can't be read
    """
    from tray.aws.config import read_aws_profiles

    aws_profiles = [known.name for known in read_aws_profiles()]
    try:
        stored = profile_store().load()
    except TrayError:
        if name is not None and name in aws_profiles:
            return [(name, AwsProfile(name))]  # whatever the keyring has
        raise
    if name is None:
        for unreadable in stored.problems:
            complain(unreadable.problem, unreadable.name)
        return [(each.name, each.signer) for each in stored.profiles]
    for each in stored.profiles:
        if each.name == name:
            return [(name, each.signer)]
    if name in aws_profiles:
        return [(name, AwsProfile(name))]
    known = sorted({*(each.name for each in stored.profiles), *aws_profiles})
    raise TrayError("nothing-to-sign-in-to", status=ExitStatus.USAGE, profile=name, known=tuple(known))


def _sign_in(cloud: Cloud, sign_in: SignIn, prompts: TerminalSurface, *, device: bool) -> None:
    """Sign in on a separate thread, so that this thread handles Ctrl-C at once, even if the network hangs.

    :raises TrayError: the sign-in failed
    :raises click.Abort: the user cancelled
    """
    from tray.runtime.workers import Workers

    if sign_in.method is Method.MFA:
        # On this thread: a prompt on an abandoned thread would leave the terminal without echo.
        try:
            cloud.sign_in(sign_in, prompts)
        except SignInCancelled:
            raise click.Abort from None
        return
    running = Workers("signin", 1).submit(lambda: cloud.sign_in(sign_in, prompts, device=device))
    try:
        while not running.done():
            wait((running,), _LOOK_SECONDS)
        running.result()
    except SignInCancelled:
        raise click.Abort from None
    except KeyboardInterrupt:
        prompts.cancel()
        wait((running,), _CANCEL_SECONDS)
        raise click.Abort from None
