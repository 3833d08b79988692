"""Finds the settings of an AWS profile that don't work, by the table, and where they stand, to explain a failure."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tray.aws.config import AwsFiles, config_paths
from tray.aws.ini import Section, sections_of, words_of_header
from tray.aws.setting_table import ENDPOINTS, FILES, SETTINGS, URL_OR_NOTHING, AwsSetting, Rule, is_endless
from tray.model.problems import Kind, TrayError

_MOST_LETTERS = 100
# Of two names: how much of them is the same, from which on one is taken for a slip of the other; among how many.
_SIMILAR = 0.8
_MOST_NAMES = 500
# The forms of AWS's keys and tokens: a value that looks like one is not shown, in any setting.
_KEY_ID = re.compile(r"(?<![A-Z0-9])(?:AKIA|ASIA)[A-Z0-9]{8,}")
_LONG_WORD = re.compile(r"[A-Za-z0-9+/=_-]{32,}")
_MIXED_WITHIN = 200


@dataclass(frozen=True, slots=True)
class SettingPlace:
    """The place of a setting: the section and line of a file, or a variable of the environment."""

    section: str = ""
    path: Path | None = None
    line: int | None = None
    variable: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """A setting whose value doesn't work.

    `shown` is the value in a form that may be shown; None if it may not. `near` is a value that the user may mean.
    """

    setting: str
    value: str
    shown: str | None
    rule: Rule
    place: SettingPlace
    nested: bool = False
    near: str = ""

    def named_in(self, words: str) -> bool:
        """Whether an error's words are about this setting: they name it, or quote its value."""
        flat = words.lower().replace("_", "").replace("-", "")
        return self.setting.lower().replace("_", "") in flat or (len(self.value) > 2 and self.value in words)

    def error(self, near: str = "", said: str = "") -> TrayError:
        """Return the fault as an error; `near` is the value that the user may mean, `said` what AWS says of it."""
        return TrayError(
            "aws-setting-wrong",
            kind=Kind.CONFIGURATION,
            setting=self.setting,
            value=self.shown,
            nested=self.nested,
            section=self.place.section,
            path=str(self.place.path or ""),
            line=self.place.line,
            variable=self.place.variable,
            wants=self.rule.wants,
            choices=self.rule.choices,
            least=self.rule.least,
            most=self.rule.most,
            near=near or self.near,
            said=said,
        )


def faults_of(aws_profile: str, files: AwsFiles, only: Collection[str] = ()) -> tuple[Fault, ...]:
    """Return the faults of a profile's settings, as far as the table knows; the profile's own settings come first.

    `only` names the settings or variables to check: some checks open files, and hundreds of scopes may fail at once.
    """
    return tuple(_faults(aws_profile, files, only=only))


def all_faults(files: AwsFiles, most: int) -> tuple[Fault, ...]:
    """Return the faults of all profiles' settings, each once, and about `most` at most."""
    found: dict[Fault, None] = {}
    known: dict[tuple[str, str], bool] = {}
    for aws_profile in files.merged.get("profiles", {}):
        found |= dict.fromkeys(_faults(aws_profile, files, known))
        if len(found) >= most:
            break
    return tuple(found)


def refuse_endless_files(aws_profile: str, files: AwsFiles) -> None:
    """Refuse a profile whose settings name a pipe, a socket or a device as a file, on which botocore would wait.

    :raises TrayError: (configuration) a setting names one
    """
    settings = files.merged.get("profiles", {}).get(aws_profile, {})
    for setting in SETTINGS:
        if setting.rule in FILES:
            found = _effective(setting, settings)
            if found is not None and isinstance(found[0], str) and is_endless(found[0]):
                raise _fault(setting, found[0], found[1], aws_profile, files).error()


def refuse_nested(aws_profile: str, settings: Mapping[str, Any], files: AwsFiles) -> None:
    """Refuse settings of a sign-in that are not text.

    :raises TrayError: (configuration) indented lines below one of them make it a section of its own
    """
    for setting in SETTINGS:
        value = settings.get(setting.name)
        if setting.of_credentials and value is not None and not isinstance(value, str):
            raise _fault(setting, value, "", aws_profile, files).error()


def refuse_nested_session(session: str, settings: Mapping[str, Any]) -> None:
    """Refuse settings of an sso-session that are not text.

    :raises TrayError: (configuration) indented lines below one of them make it a section of its own
    """
    for setting in SETTINGS:
        value = settings.get(setting.name)
        if setting.of_session and value is not None and not isinstance(value, str):
            raise _made(setting, value, place_of_section("sso-session", session, setting.name)).error()


def place_of(aws_profile: str, name: str, files: AwsFiles, nested: str = "") -> SettingPlace:
    """Return the place of a profile's setting; for an empty name, of the profile. The line is None if not found."""
    config, credentials = config_paths()
    if name in (files.credentials or {}).get(aws_profile, {}):
        return _place(credentials, lambda header: header == aws_profile, name, aws_profile, nested)
    return _place(config, lambda header: _is_profile(header, aws_profile), name, f"profile {aws_profile}", nested)


def place_of_section(kind: str, known_as: str, name: str, nested: str = "") -> SettingPlace:
    """Return the place of a setting in another section of the config file: an `sso-session`, or `services`."""
    config = config_paths()[0]
    return _place(config, lambda header: _named(header) == (kind, known_as), name, f"{kind} {known_as}", nested)


def _faults(
    aws_profile: str,
    files: AwsFiles,
    known: dict[tuple[str, str], bool] | None = None,
    only: Collection[str] = (),
) -> Iterator[Fault]:
    """Yield the faults of a profile; `known` keeps which files work, because hundreds of profiles may name one file."""
    profiles: Mapping[str, Mapping[str, Any]] = files.merged.get("profiles", {})
    own = profiles.get(aws_profile, {})
    for setting in SETTINGS:
        if only and not {setting.name, *setting.variables} & set(only):
            continue
        if setting.inside:
            yield from _inside(setting, aws_profile, own, files)
        found = _effective(setting, own) if setting.name != "endpoint_url" and not setting.inside else None
        if found is not None and not _fits(setting.rule, found[0], known):
            yield _fault(setting, found[0], found[1], aws_profile, files)
    if not only or "endpoint_url" in only:
        yield from _endpoints(aws_profile, own, files)
    if only:
        return
    yield from _of_sources(aws_profile, profiles, files)
    session = own.get("sso_session")
    if isinstance(session, str):
        sessions: Mapping[str, Any] = files.merged.get("sso_sessions", {})
        # Without an account and a role, the session is another service's, and botocore doesn't look for it here.
        if session and session not in sessions and own.keys() & {"sso_account_id", "sso_role_name"}:
            place, missing = place_of(aws_profile, "sso_session", files), Rule("sso-session", lambda _: False)
            yield replace(_made(_setting("sso_session"), session, place, missing), near=meant_name(session, sessions))
        of_session = files.merged.get("sso_sessions", {}).get(session, {})
        for setting in SETTINGS:
            value = of_session.get(setting.name)
            if setting.of_session and value is not None and not setting.rule.fits(value):
                place = place_of_section("sso-session", session, setting.name)
                yield _made(setting, value, place)


def _inside(setting: AwsSetting, aws_profile: str, own: Mapping[str, Any], files: AwsFiles) -> Iterator[Fault]:
    section = own.get(setting.inside)
    if isinstance(section, Mapping) and setting.name in section and not setting.rule.fits(section[setting.name]):
        yield _made(setting, section[setting.name], place_of(aws_profile, setting.inside, files, setting.name))


def _fits(rule: Rule, value: Any, known: dict[tuple[str, str], bool] | None) -> bool:
    if known is None or rule not in FILES or not isinstance(value, str):
        return rule.fits(value)
    key = rule.wants, value
    if key not in known:
        known[key] = rule.fits(value)
    return known[key]


def _effective(setting: AwsSetting, settings: Mapping[str, Any]) -> tuple[Any, str] | None:
    """Return the value that botocore uses, and the variable that sets it (empty: the files)."""
    for variable in setting.variables:
        if variable in os.environ:
            return os.environ[variable], variable
    value = settings.get(setting.name) if setting.name else None
    return None if value is None else (value, "")


def _of_sources(aws_profile: str, profiles: Mapping[str, Mapping[str, Any]], files: AwsFiles) -> Iterator[Fault]:
    """Yield the faults of the profiles that a role builds on, and of the settings that name these profiles."""
    name, seen = aws_profile, [aws_profile]
    rule = _setting("source_profile")
    while isinstance(source := profiles.get(name, {}).get("source_profile"), str):
        own_keys = source == name and "aws_access_key_id" in profiles[name]
        if own_keys or "role_arn" not in profiles[name]:
            return
        if source not in profiles or source in seen:
            wants = "profile" if source not in profiles else "no-circle"
            made = _made(rule, source, place_of(name, "source_profile", files), Rule(wants, lambda _: False))
            yield replace(made, near=meant_name(source, profiles) if wants == "profile" else "")
            return
        seen.append(source)
        for setting in SETTINGS:
            value = profiles[source].get(setting.name)
            if setting.of_credentials and value is not None and not setting.rule.fits(value):
                yield _fault(setting, value, "", source, files)
        name = source


def place_of_address(aws_profile: str, service: str, files: AwsFiles) -> SettingPlace | None:
    """Return the place of the setting that gives a service's address; None if the address is AWS' own.

    In botocore's order: a variable, the profile's `services` section, the profile.
    """
    own: Mapping[str, Any] = files.merged.get("profiles", {}).get(aws_profile, {})
    for variable in (f"AWS_ENDPOINT_URL_{service.upper()}", "AWS_ENDPOINT_URL"):
        if os.environ.get(variable):
            return SettingPlace(variable=variable)
    services = own.get("services")
    section = files.merged.get("services", {}).get(services, {}) if isinstance(services, str) else {}
    nested = section.get(service)
    if isinstance(nested, Mapping) and nested.get("endpoint_url"):
        return place_of_section("services", str(services), service, "endpoint_url")
    return place_of(aws_profile, "endpoint_url", files) if own.get("endpoint_url") else None


def _endpoints(aws_profile: str, own: Mapping[str, Any], files: AwsFiles) -> Iterator[Fault]:
    """Yield the faults of services' addresses; for each service, the first in botocore's order counts."""
    services = own.get("services")
    sections = files.merged.get("services", {})
    missing = next(setting for setting in SETTINGS if setting.name == "services")
    if isinstance(services, str) and services and not sections.get(services):
        place = place_of(aws_profile, "services", files)
        yield _made(missing, services, place, Rule("services", lambda _: False))
    endpoint = AwsSetting("endpoint_url", URL_OR_NOTHING)
    of_services = sections.get(services, {}) if isinstance(services, str) else {}
    if isinstance(address := of_services.get("endpoint_url"), str):  # of no service: botocore doesn't look at it
        place = place_of_section("services", str(services), "endpoint_url")
        yield _made(endpoint, address, place, Rule("of-a-service", lambda _: False))
    for service in ENDPOINTS:
        variables = (f"AWS_ENDPOINT_URL_{service.upper()}", "AWS_ENDPOINT_URL")
        variable = next((each for each in variables if os.environ.get(each)), "")
        if variable:
            if not URL_OR_NOTHING.fits(os.environ[variable]):
                yield _made(endpoint, os.environ[variable], SettingPlace(variable=variable))
            continue
        nested = of_services.get(service)
        if nested is not None and not isinstance(nested, Mapping):
            place = place_of_section("services", str(services), service)
            yield _made(AwsSetting(service, URL_OR_NOTHING), nested, place, Rule("nested", lambda _: False))
        elif nested and nested.get("endpoint_url"):
            if not URL_OR_NOTHING.fits(nested["endpoint_url"]):
                place = place_of_section("services", str(services), service, "endpoint_url")
                yield _made(endpoint, nested["endpoint_url"], place)
        elif (value := own.get("endpoint_url")) and not URL_OR_NOTHING.fits(value):
            yield _made(endpoint, value, place_of(aws_profile, "endpoint_url", files))


def meant_name(name: str, known: Collection[str]) -> str:
    """Return the name of a section that a name which is none may mean; empty without one.

    It may have quotation marks around it, the first word of a header before it, other capitals, or a slip.
    """
    from difflib import get_close_matches

    plain = name.strip().strip("\"'")[:_MOST_LETTERS]
    for each in (plain, plain.partition(" ")[2].strip().strip("\"'")):
        same = [one for one in known if each and one.casefold() == each.casefold()]
        if same:
            return same[0]
    return next(iter(get_close_matches(plain, list(known)[:_MOST_NAMES], 1, _SIMILAR)), "")


def _setting(name: str) -> AwsSetting:
    return next(setting for setting in SETTINGS if setting.name == name)


def _fault(setting: AwsSetting, value: Any, variable: str, aws_profile: str, files: AwsFiles) -> Fault:
    place = SettingPlace(variable=variable) if variable else place_of(aws_profile, setting.name, files)
    return _made(setting, value, place)


def _made(setting: AwsSetting, value: Any, place: SettingPlace, rule: Rule | None = None) -> Fault:
    nested = not isinstance(value, str)
    text = "" if nested else str(value)
    name = setting.name or place.variable
    return Fault(name, text, None if setting.secret else shown(text), rule or setting.rule, place, nested)


def shown(value: str) -> str | None:
    """Return a value in a form that may be shown: parts that look like a secret are hidden."""
    value = re.sub(r"//[^/\s]*@", "//…@", value)
    # The pattern also matches an address without "?", and keeps it: otherwise each "://" would be tried again.
    value = re.sub(r"(\w://[^?\s]*)(\?\S*)?", lambda found: found[1] + ("?…" if found[2] else ""), value)
    if _is_like_a_secret(value) and not value.startswith(("/", "arn:", "http", "~")):
        return None
    printable = "".join(each if each.isprintable() else "�" for each in value)
    return printable if len(printable) <= _MOST_LETTERS else printable[: _MOST_LETTERS - 1] + "…"


def _is_like_a_secret(value: str) -> bool:
    """Whether a value holds an access key's id, or a long word of small letters, capitals and digits."""
    if _KEY_ID.search(value):
        return True
    for word in _LONG_WORD.finditer(value):
        mixed = value[word.start() : word.start() + _MIXED_WITHIN].split(maxsplit=1)[0]
        if any(map(str.islower, mixed)) and any(map(str.isupper, mixed)) and any(map(str.isdigit, mixed)):
            return True
    return False


def _place(path: Path, ours: Any, name: str, section: str, nested: str = "") -> SettingPlace:
    # If there are several, such as [profile a] and [profile "a"], the last one counts.
    found: Section | None = next((each for each in reversed(sections_of(path)) if ours(each.header)), None)
    if found is None:
        return SettingPlace(section, path)
    line = found.nested.get((name, nested)) if nested else None
    return SettingPlace(found.header, path, line or (found.settings.get(name) if name else found.line))


def _is_profile(header: str, aws_profile: str) -> bool:
    return (header == "default" and aws_profile == "default") or (
        header.startswith("profile") and _named(header)[1] == aws_profile
    )


def _named(header: str) -> tuple[str, str]:
    words = words_of_header(header)
    return (words[0], words[1]) if len(words) == 2 else ("", "")
