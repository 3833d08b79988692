"""`notebook-tray completion`, and the names that a shell completes.

The names come from the running copy, which knows them: a shell waits for each completion, and AWS or the keyring may
take seconds. If no copy runs, only commands and options are completed.
"""

from __future__ import annotations

import click
from click.shell_completion import (
    BashComplete,
    CompletionItem,
    FishComplete,
    ShellComplete,
    ZshComplete,
    add_completion_class,
    get_completion_class,
)

from tray.cli.output import say
from tray.texts import help as helps

SHELLS = ("bash", "zsh", "fish")
# The variable by which the shell asks for completions; click derives its name from the program's name.
VARIABLE = "_NOTEBOOK_TRAY_COMPLETE"

# What click's scripts (8.1 to 8.5, `shell_completion.py`) do with a name that has a blank, a comma or a sign of the
# shell's in it: bash takes it apart, expands a `*` in it, and would put it unquoted into the line; fish cuts it.
_MENDED = {
    "bash": (
        ("read type value", "read -r type value"),
        (
            "COMPREPLY+=($value)",
            # Inside quotation marks that the user has begun, the name is put as it is.
            r"""[[ ${COMP_WORDS[COMP_CWORD]} == [\"\']* ]] || printf -v value %q "$value"; COMPREPLY+=("$value")""",
        ),
    ),
    "fish": (('string split "," $completion', 'string split --max 1 "," $completion'),),
}

_PROGRAM = "notebook-tray"
_PATIENCE_SECONDS = 0.5


class _Complete(ShellComplete):
    """What click (8.1 to 8.5) does not do with `--option=value`, of which it completes the value alone."""

    def get_completion_args(self) -> tuple[list[str], str]:
        """Return the words before the one to complete, and that one; none where no shell asks."""
        try:
            return super().get_completion_args()
        except (KeyError, ValueError):
            return [], ""

    def get_completions(self, args: list[str], incomplete: str) -> list[CompletionItem]:
        """Return completions that take the place of the whole word."""
        found = super().get_completions(args, incomplete)
        option, equals, _ = incomplete.partition("=")
        if not (equals and option.startswith("--")):
            return found
        return [CompletionItem(f"{option}={each.value}", each.type, each.help) for each in found]


class _Bash(_Complete, BashComplete):
    """bash takes a word apart at each `=`, and replaces what is behind it."""

    def get_completion_args(self) -> tuple[list[str], str]:
        args, incomplete = super().get_completion_args()
        return [each for each in args if each != "="], incomplete


class _Zsh(_Complete, ZshComplete):
    pass


class _Fish(_Complete, FishComplete):
    pass


def complete_as_here() -> None:
    """Have click complete in this process as is said above."""
    for each in (_Bash, _Zsh, _Fish):
        add_completion_class(each)


@click.command(help=helps.command("completion"))
@click.argument("shell", type=click.Choice(SHELLS))
def completion(shell: str) -> None:
    """Run `notebook-tray completion`."""
    found = get_completion_class(shell)
    assert found is not None  # noqa: S101 - for the type checker: click has one for each of the shells
    # click's own `source` is not used, because it runs bash for its version; a bash too old says so when it reads this.
    made = found(click.get_current_context().find_root().command, {}, _PROGRAM, VARIABLE)
    script = made.source_template % made.source_vars()
    for clicks, ours in _MENDED.get(shell, ()):
        script = script.replace(clicks, ours)
    say(script)


def notebook_names(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the known notebook instances of the running copy whose names begin with `incomplete`."""
    return _beginning("notebooks", incomplete)


def profile_names(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the known profiles of the running copy whose names begin with `incomplete`."""
    return _beginning("profiles", incomplete)


def _beginning(kind: str, incomplete: str) -> list[CompletionItem]:
    from tray.desktop.single_instance.client import known_names

    names = known_names(_PATIENCE_SECONDS).get(kind, ())
    # A line break or a tab in a name would be read as another completion.
    return [CompletionItem(name) for name in names if name.startswith(incomplete) and name.isprintable()]
