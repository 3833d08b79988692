"""Makes an administrator's policy of what its sources give: each value is checked by itself. Pure.

A value that can't be right is an error of its key, and all else counts. Of what can be forbidden (`allow_…`), such a
value forbids: whoever writes such a key wants to forbid. A source that can't be read as a whole sets nothing; whoever
has read it before may go on with what it set then (`fleet.profiles.policy_watch`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tray.model.lengths import View, parse_session_length
from tray.model.policy import FORBIDDING, NAMES, POLICY_SETTINGS, Document, Form, Given, Limits, Policy, PolicyError
from tray.model.problems import ExitStatus, Kind, TrayError
from tray.model.short_text import short_text
from tray.settings.setup_file import MOST_BYTES, MOST_PROFILES, OF_PROFILE, parsed, profile_in, refuse_secrets

if TYPE_CHECKING:
    from tray.model.new_profiles import NewProfile

_LONGEST_ADDRESS = 2048
# More errors than anybody reads, from a source that is nothing of the kind.
MOST_ERRORS = 50
# What begins a table, a list of tables, and a value, at the beginning of a line.
_HEAD = re.compile(r"\s*(\[\[?)\s*([\w.-]+)\s*\]")
_KEY = re.compile(r"""\s*["']?([\w-]+)["']?\s*[=.]""")
_LONG_TEXT = re.compile("\"\"\"|'''")


def given_in(document: Document) -> Given:
    """Return what a file gives; one that is no TOML, or too long, gives nothing and has its problem."""
    try:
        if len(document.data) > MOST_BYTES:
            raise _refused("setup-file-too-long", most=MOST_BYTES // 1024)
        values = parsed(document.data)
    except TrayError as error:
        return Given(document.where, problem=error.problem)
    return Given(document.where, values, lines_of(document.data.decode("utf-8-sig")))


def lines_of(text: str) -> Mapping[str, int]:
    """Return in which lines of a TOML text the keys are: `views`, `profiles[2]`, `profiles[2].view`. The first is 1.

    tomllib tells of no value where it was. Keys of tables in tables are not told.
    """
    found: dict[str, int] = {}
    counts: dict[str, int] = {}
    before, quoted = "", False
    for number, line in enumerate(text.split("\n"), 1):
        if not quoted:
            if head := _HEAD.match(line):
                name = head[2]
                if head[1] == "[[":
                    counts[name] = counts.get(name, 0) + 1
                    name = f"{name}[{counts[name]}]"
                before = f"{name}."
                found.setdefault(name, number)
            elif key := _KEY.match(line):
                found.setdefault(f"{before}{key[1]}", number)
        if len(_LONG_TEXT.findall(line)) % 2:
            quoted = not quoted
    return found


def policy_of(sources: Sequence[Given]) -> Policy:
    """Return the policy in force; of several sources that set the same, the first counts, and of profiles each."""
    values: dict[str, Any] = {}
    set_by: dict[str, str] = {}
    errors: list[PolicyError] = []
    for given in sources:
        if given.problem is not None:
            errors.append(PolicyError(given.where, "", 0, given.problem))
        errors += _unknown(given, (key for key in given.values if key not in NAMES), "")
        for setting in POLICY_SETTINGS:
            if setting.name not in given.values:
                continue
            raw = given.values[setting.name]
            try:
                if setting.form is Form.PROFILES:
                    known = values.get(setting.name, ())
                    value: Any = (*known, *_profiles(raw, given, {each.name for each in known}, errors))
                else:
                    value = _value(setting.form, raw, setting.name)
            except TrayError as error:
                errors.append(_error(given, setting.name, error))
                if not setting.name.startswith(FORBIDDING):
                    continue
                value = False
            if setting.form is Form.PROFILES or setting.name not in values:
                values[setting.name] = value
                set_by.setdefault(setting.name, given.where)
    places = [each.where for each in sources]
    errors.sort(key=lambda each: (places.index(each.where), each.line))
    limits = Limits(
        **{name.removeprefix(FORBIDDING): value for name, value in values.items() if name.startswith(FORBIDDING)}
    )
    if "longest_session" in values:
        limits = replace(limits, longest_session_seconds=values["longest_session"])
    if "views" in values:
        limits = replace(limits, views=values["views"])
    return Policy(
        limits,
        values.get("profiles", ()),
        values.get("start_at_login"),
        values.get("documentation_url", ""),
        values.get("help_url", ""),
        tuple(set_by.items()),
        tuple(errors[:MOST_ERRORS]),
    )


def _value(form: Form, raw: object, name: str) -> object:
    match form:
        case Form.SWITCH if isinstance(raw, bool):
            return raw
        case Form.LENGTH if isinstance(raw, str):
            return parse_session_length(raw)
        case Form.VIEWS if isinstance(raw, list | str) and raw:
            # A text of Windows' registry may name several.
            given = raw.replace(",", " ").split() if isinstance(raw, str) else raw
            known = {each.value: each for each in View}
            if given and all(isinstance(each, str) and each in known for each in given):
                return tuple(dict.fromkeys(known[each] for each in given))
        case Form.ADDRESS if isinstance(raw, str) and _is_address(raw):
            return raw
    raise _wrong(name, form.name.lower())


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        fits = parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc
        _ = parts.port  # one that is none raises ValueError
    except ValueError:
        return False
    return fits and len(text) <= _LONGEST_ADDRESS and text.isascii() and text.isprintable() and " " not in text


def _profiles(raw: object, given: Given, taken: set[str], errors: list[PolicyError]) -> list[NewProfile]:
    """Return the profiles of a source, and add what is wrong with others; those whose name is `taken` are left out.

    Windows' templates have room for text alone: there the profiles are the lines of a TOML text.
    """
    if isinstance(raw, list) and raw and all(isinstance(each, str) for each in raw):
        text = "\n".join(raw).encode("utf-8", "replace")
        raw = parsed(text).get("profiles") if len(text) <= MOST_BYTES else None
    if not isinstance(raw, list) or not all(isinstance(each, dict) for each in raw) or len(raw) > MOST_PROFILES:
        raise _wrong("profiles", Form.PROFILES.name.lower())
    found: dict[str, NewProfile] = {}
    for at, table in enumerate(raw, 1):
        key = f"profiles[{at}]"
        errors += _unknown(given, (each for each in table if each not in OF_PROFILE), f"{key}.")
        try:
            refuse_secrets(table)
            new = profile_in(table)
        except TrayError as error:
            wrong = dict(error.problem.places).get("key")
            errors.append(_error(given, f"{key}.{wrong}" if wrong in table else key, error))
            continue
        if new.name in found:
            errors.append(_error(given, key, _refused("setup-file-twice", profile=new.name)))
        elif new.name not in taken:
            found[new.name] = new
    return list(found.values())


def _unknown(given: Given, keys: Iterable[object], before: str) -> list[PolicyError]:
    return [
        _error(given, f"{before}{short_text(str(key))}", _refused("policy-unknown-key", key=short_text(str(key))))
        for key in keys
    ]


def _error(given: Given, key: str, error: TrayError) -> PolicyError:
    line = given.lines.get(key) or given.lines.get(key.partition(".")[0], 0)
    return PolicyError(given.where, key, line, error.problem)


def _wrong(key: str, wanted: str) -> TrayError:
    return _refused("policy-value-wrong", key=key, wanted=wanted)


def _refused(code: str, **places: Any) -> TrayError:
    return TrayError(code, kind=Kind.CONFIGURATION, status=ExitStatus.REFUSED, **places)
