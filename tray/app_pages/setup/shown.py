"""What the page shows, as values that JSON has and entries like the menu's: pure functions of a snapshot."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from tray.fleet.snapshot import Phase, Source
from tray.menu.entries import Entry, text
from tray.menu.finding import choices, found_line, search_facts
from tray.menu.signing_in import cancel_label, sign_in_label
from tray.model import commands as c
from tray.model.notebooks import NotebookStatus
from tray.model.profile_names import fault_of
from tray.model.short_text import short_text
from tray.texts import finding as finding_texts
from tray.texts import identity_center as centers
from tray.texts import set_up as texts
from tray.texts.reading import Reading, read_as
from tray.texts.stop_plans import habits

if TYPE_CHECKING:
    from tray.fleet.snapshot import Listing, Notebook, Profile, ScopeState, Snapshot
    from tray.model.new_profiles import FromFile, SetUpFile
    from tray.model.problems import Problem
    from tray.model.sign_in import SignIn

# How many of what a new profile has can be opened at once; all others are on the page of all notebook instances.
_MOST_OPENED = 3
# What was added is shown for so many profiles, and so many more names or sections are named.
_MOST_RESULTS = 20
_MOST_NAMED = 20


def found_profiles(snapshot: Snapshot) -> dict[str, Any]:
    """Return the profiles of the AWS config, and of each whether it is configured (`added`), hidden, or `new`.

    Those whose names no profile can have are `unusable`. `problems` are why there may be more than these.
    """
    listing = snapshot.listing
    added, hidden = (
        signed_by_aws_profiles(listing, listing.profiles),
        signed_by_aws_profiles(listing, listing.unchecked),
    )

    def state(name: str) -> str:
        if name in added:
            return "added"
        if name in hidden:
            return "hidden"
        return "new" if fault_of(name) is None else "unusable"

    return {
        "read": listing.keyring_read,
        "profiles": [[name, state(name)] for name in listing.aws_profiles],
        "problems": [_standing(problem) for source, problem in listing.problems if isinstance(source, Source)],
    }


def signed_by_aws_profiles(listing: Listing, profiles: Iterable[Profile]) -> dict[str, Profile]:
    """Return which of these profiles sign as an AWS profile does, by the names of the AWS profiles."""
    profiles = tuple(profiles)
    roles = {each.center_role: each for each in profiles if each.center_role is not None}
    same = {name: roles[role] for name, role in listing.aws_roles if role in roles}
    return same | {each.aws_profile: each for each in profiles if each.aws_profile}


def _standing(problem: Problem) -> list[str]:
    with read_as(Reading.STANDING):
        return [problem.title, problem.message, problem.remedy]


def results(snapshot: Snapshot, added: Iterable[str]) -> tuple[Entry, ...]:
    """Return what became of each profile that was added, and what can be done next."""
    names = tuple(added)
    refused = dict(snapshot.additions.refused)
    # What the user has to do something about comes first.
    in_order = (*(each for each in names if each in refused), *(each for each in names if each not in refused))
    made = ((name, entry) for name in in_order if (entry := _result(snapshot, name, refused)) is not None)
    shown = dict(islice(made, _MOST_RESULTS))
    if not shown:
        return ()
    left = [each for each in names if each in refused and each not in shown]
    rest = (Entry("more-refused", texts.more_refused(len(left)), children=_named(left)),) if left else ()
    return (*_config(snapshot), *shown.values(), *rest, Entry("all", texts.show_all(), c.ShowNotebooks()))


def _named(names: Sequence[str]) -> tuple[Entry, ...]:
    more = len(names) - _MOST_NAMED
    return (text("names", texts.names([*map(short_text, names[:_MOST_NAMED])], more=max(0, more))),)


def _config(snapshot: Snapshot) -> tuple[Entry, ...]:
    """Return what was written to the AWS config file, or why nothing was; nothing if that wasn't asked for."""
    if any(isinstance(task.command, c.WriteAwsConfig) for task in snapshot.tasks.under_way):
        return (Entry("config", centers.config_title(), children=(text("now", centers.config_writing()),)),)
    problem, written = snapshot.additions.unwritten, snapshot.additions.written
    if problem is not None:
        unwritten = (text("message", problem.message), text("remedy", problem.remedy))
        return (Entry("config", problem.title, children=unwritten),)
    if written is None:
        return ()
    if not written.sections:
        return (Entry("config", centers.config_title(), children=(text("had", centers.config_had_all(written.path)),)),)
    sections = [f"[{each}]" for each in written.sections[:_MOST_NAMED]]
    more = max(0, len(written.sections) - _MOST_NAMED)
    said = (
        text("written", centers.config_written(written.path, sections, more=more)),
        text("backup", centers.config_backup(written.backup) if written.backup else centers.config_new()),
    )
    return (Entry("config", centers.config_title(), children=said),)


def plan(read: SetUpFile, snapshot: Snapshot) -> dict[str, Any]:
    """Return what a file would add, as the page shows it."""
    taken = names_in_use(snapshot)
    return {
        "profiles": [_planned(each, taken, snapshot.listing.aws_profiles) for each in read.profiles],
        "ignored": texts.ignored(read.ignored) if read.ignored else "",
    }


def names_in_use(snapshot: Snapshot) -> frozenset[str]:
    """Return the names of all configured profiles, those that are hidden or can't be read included."""
    listing = snapshot.listing
    unreadable = (subject for subject, _ in listing.problems if isinstance(subject, str))
    return frozenset((*(each.name for each in (*listing.profiles, *listing.unchecked)), *unreadable))


def _planned(each: FromFile, taken: Iterable[str], aws_profiles: Sequence[str]) -> dict[str, Any]:
    if each.profile is None or each.problem is not None:
        why = each.problem
        return {"name": each.name, "state": "refused", "notes": [f"{why.message} {why.remedy}"] if why else []}
    new = each.profile
    view = new.view.label if new.view is not None else ""
    signs = new.center_role
    role = centers.role_at(signs.role, signs.account, signs.center.host) if signs else ""
    details = texts.details(
        new.aws_profile,
        role,
        new.regions,
        new.session_seconds,
        view,
        new.left_running_hours,
        habits(new.stop_at, new.stop_when_idle_hours, new.stop_at_logout),
        schedule_role=new.schedule_role,
    )
    shown = {"name": each.name, "details": details}
    if each.name in taken:
        return {**shown, "state": "exists", "notes": []}
    lacks = new.aws_profile and new.aws_profile not in aws_profiles
    notes = [texts.no_aws_profile(new.aws_profile)] if lacks else []
    if each.unknown_region is not None:
        return {**shown, "state": "doubtful", "notes": [*notes, each.unknown_region.message]}
    return {**shown, "state": "new", "notes": notes}


def _result(snapshot: Snapshot, name: str, refused: Mapping[str, Problem]) -> Entry | None:
    listing, tasks = snapshot.listing, snapshot.tasks
    key, adding = f"result/{name}", Entry(f"result/{name}", name, children=(text("now", texts.adding()),))
    if any(_adds(task.command, name) for task in tasks.under_way):
        return adding
    profile = listing.profile(name)
    if profile is not None:
        return Entry(key, name, children=tuple(_of_profile(snapshot, profile)))
    if name in refused:
        return Entry(key, short_text(name), children=tuple(_words(refused[name])))
    if tasks.notice is not None and _adds(tasks.notice.command, name):
        return Entry(key, name, children=tuple(_words(tasks.notice.problem)))
    return adding if listing.phase is not Phase.RESTING else None


def _adds(command: c.Command, name: str) -> bool:
    if isinstance(command, c.AddProfiles):
        return any(each.name == name for each in command.profiles)
    return isinstance(command, c.AddWithKey) and command.profile.name == name


def _words(problem: Problem) -> Iterable[Entry]:
    yield text("title", problem.title)
    yield text("message", problem.message)
    yield text("remedy", problem.remedy)


def _of_profile(snapshot: Snapshot, profile: Profile) -> Iterable[Entry]:
    listing = snapshot.listing
    states = [each for each in listing.scopes if each.scope.profile == profile.name]
    problems = {
        (problem.code, problem.places): problem
        for problem in (
            *(problem for subject, problem in listing.problems if subject == profile.name),
            *(each.problem for each in states if each.problem is not None),
        )
    }
    listed = [each for each in states if each.problem is None and each.listed_at is not None]
    waits = any(each.problem is None and each.listed_at is None for each in states)
    if waits or not (listed or problems):
        yield text("now", texts.looking())
        return
    counts = [(each.scope.region, len(each.notebooks)) for each in listed if each.notebooks]
    if counts:
        yield text("found", texts.found(counts))
    elif listed and not problems:
        yield text("none", texts.found_none([each.scope.region for each in listed]))
    for at, problem in enumerate(problems.values()):
        with read_as(Reading.STANDING):
            shown = [text(f"problem/{at}", texts.problem(problem.title, problem.message))]
            shown += [text(f"remedy/{at}", problem.remedy)] if problem.sign_in is None else []
        yield from shown
    sign_ins = [*dict.fromkeys(each.sign_in for each in problems.values() if each.sign_in is not None)]
    yield from _failed(snapshot, profile.name, sign_ins)
    yield from _sign_ins(snapshot, profile.name, sign_ins)
    yield from _opens(profile, listed)
    if not counts and listed:
        yield from _elsewhere(snapshot, profile.name)


def _failed(snapshot: Snapshot, name: str, sign_ins: Collection[SignIn]) -> Iterable[Entry]:
    """Yield why the last thing failed that the user did, if it was one of this profile's buttons."""
    notice = snapshot.tasks.notice
    match notice.command if notice is not None else None:
        case c.OpenNotebook() | c.StartNotebook() | c.FindNotebooks() | c.SetRegions() as command:
            is_of_it = command.profile == name
        case c.BeginSignIn(sign_in):
            is_of_it = sign_in in sign_ins
        case _:
            return
    if notice is not None and is_of_it:
        yield from _words(notice.problem)


def _sign_ins(snapshot: Snapshot, name: str, sign_ins: Iterable[SignIn]) -> Iterable[Entry]:
    for sign_in in sign_ins:
        if sign_in in snapshot.tasks.sign_ins:
            yield Entry(f"cancel/{sign_in.key}", cancel_label(sign_in), c.CancelSignIn(sign_in))
        else:
            yield Entry(f"sign-in/{sign_in.key}", sign_in_label(sign_in, (name,)), c.BeginSignIn(sign_in))


def _opens(profile: Profile, listed: Iterable[ScopeState]) -> Iterable[Entry]:
    startable = (NotebookStatus.STOPPED, NotebookStatus.FAILED)
    found = [each for state in listed for each in state.notebooks if each.running or each.status in startable]
    for notebook in sorted(found, key=lambda each: not each.running)[:_MOST_OPENED]:
        opens = _opening(profile, notebook)
        if notebook.running:
            yield Entry(f"open/{notebook.arn}", texts.open_notebook(notebook.name), opens)
        else:
            start = c.StartNotebook(profile.name, notebook.arn, opens)
            yield Entry(f"open/{notebook.arn}", texts.start_and_open(notebook.name), start)


def _opening(profile: Profile, notebook: Notebook) -> c.OpenNotebook:
    return c.OpenNotebook(profile.name, notebook.arn, profile.view, profile.session_seconds)


def _elsewhere(snapshot: Snapshot, name: str) -> Iterable[Entry]:
    """Yield the offer to look in all regions, or what is known of the search."""
    search = next((each for each in snapshot.searches if each.profile == name), None)
    if snapshot.tasks.is_under_way(c.FindNotebooks(name)):
        yield text("searching", finding_texts.looking(len(search.regions) if search is not None else 0, 0))
        return
    if search is None or not search.over:
        yield Entry("look", finding_texts.look(), c.FindNotebooks(name))
        return
    yield text("everywhere", found_line(search))
    for at, fact in enumerate(search_facts(search)):
        yield text(f"fact/{at}", fact)
    for label, command in choices(search):
        yield Entry(f"set/{'/'.join(command.regions)}", label, command)
