"""`notebook-tray profiles list`: the configured profiles, as a table or as JSON."""

from __future__ import annotations

import sys

import click

from tray.cli.identity_center import kind_of, role_json, signs_with
from tray.cli.output import complain, print_json, problem_json, say, table, terminal_width
from tray.cli.stores import policy_watch, profile_store
from tray.model.access_keys import cut
from tray.model.problems import ExitStatus
from tray.texts import commands as texts
from tray.texts import help as helps
from tray.texts import policy as policy_texts
from tray.texts.language import joined
from tray.texts.lengths import session_length


@click.command("list", help=helps.command("profiles list"))
@click.option("--json", "as_json", is_flag=True, help=helps.option("json"))
def list_(as_json: bool) -> None:
    """Be `notebook-tray profiles list`."""
    stored = profile_store().load()
    theirs = {each.name for each in policy_watch().now.profiles}
    if as_json:
        print_json(
            {
                "profiles": [
                    {
                        "name": p.name,
                        "credentials": kind_of(p),
                        "aws_profile": p.aws_profile or None,
                        "access_key": cut(p.access_key_id) if p.access_key_id else None,
                        "identity_center": role_json(p),
                        "regions": list(p.regions),
                        "session_seconds": p.session_seconds,
                        "view": p.view.value,
                        "left_running_hours": p.left_running_hours,
                        "set_by_administrator": p.name in theirs,
                        "stop_at": p.stop_at or None,
                        "stop_when_idle_hours": p.stop_when_idle_hours,
                        "stop_at_logout": p.stop_at_logout,
                        "schedule_role": p.schedule_role or None,
                    }
                    for p in stored.profiles
                ],
                "unchecked": [p.name for p in stored.unchecked],
                "problems": [problem_json(bad.problem, bad.name or None, None) for bad in stored.problems],
            }
        )
    else:
        if stored.profiles:
            rows = [
                (
                    p.name,
                    signs_with(p),
                    joined(p.regions) or texts.own_region(),
                    session_length(p.session_seconds),
                    p.view.label,
                )
                for p in stored.profiles
            ]
            say(table(texts.profile_headings(), rows, terminal_width()))
            if named := [p.name for p in stored.profiles if p.name in theirs]:
                say(policy_texts.profiles_set(named), err=True)
        elif not stored.problems and not stored.unchecked:
            say(texts.no_profiles_yet(), err=True)
        if stored.unchecked:
            say(texts.unchecked([p.name for p in stored.unchecked]), err=True)
        for bad in stored.problems:
            complain(bad.problem, bad.name)
    if stored.problems:
        sys.exit(ExitStatus.KEYRING)
