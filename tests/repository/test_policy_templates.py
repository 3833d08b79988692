"""What administrators get of the table of policies is up to date, and is what the systems read."""

from __future__ import annotations

import importlib.util
import json
import plistlib
import re
import tomllib
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from types import ModuleType
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from tray.model.policy import (
    POLICY_SETTINGS,
    PREFERENCES_DOMAIN,
    REGISTRY_KEY,
    UNLIMITED,
    Document,
    Form,
    Given,
    Policy,
    given_name,
    profile_value,
    switch,
)
from tray.settings.policy import given_in, policy_of

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "policy"
SPACE = {"p": "http://schemas.microsoft.com/GroupPolicy/2006/07/PolicyDefinitions"}


@cache
def templates() -> ModuleType:
    spec = importlib.util.spec_from_file_location("policy_templates", ROOT / "packaging" / "policy-templates.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("path", [*templates().files()], ids=lambda path: path.name)
def test_what_is_made_of_the_table_is_up_to_date(path: Path) -> None:
    assert path.read_text("utf-8") == templates().files()[path], "run packaging/policy-templates.py"


@pytest.mark.only_on("linux", reason="jsonschema is not installed for the tests on Windows")
def test_the_schema_takes_what_the_program_takes() -> None:
    import jsonschema  # type: ignore[import-untyped]

    form = json.loads((FOLDER / "policy.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(form)
    assert list(form["properties"]) == [each.name for each in POLICY_SETTINGS]
    example = {name: each["examples"][0] for name, each in form["properties"].items()}
    jsonschema.Draft202012Validator(form).validate(example)
    for name, wrong in (("views", ["x"]), ("allow_stop", 1), ("help_url", "ftp://x"), ("longest_session", "8")):
        assert not jsonschema.Draft202012Validator(form).is_valid({name: wrong}), name


def toml_example() -> str:
    text = (ROOT / "docs" / "policy.md").read_text("utf-8")
    block = text.partition("    # /etc/notebook-tray/policy.toml\n")[2].partition("\nThe keys")[0]
    return "\n".join(line.removeprefix("    ") for line in block.splitlines())


def in_toml(text: str) -> Policy:
    assert tomllib.loads(text)
    return policy_of((given_in(Document("x", text.encode())),))


def in_registry(text: str) -> Policy:
    """Return the policy that Windows' registry has once this was imported, read as `desktop.policy.windows` does."""
    lines = iter(text.splitlines())
    assert next(lines) == "Windows Registry Editor Version 5.00"
    keys = {given_name(each.name): each for each in POLICY_SETTINGS}
    values: dict[str, object] = {}
    table: dict[str, object] | None = None
    for line in lines:
        if not line or line.startswith(";"):
            continue
        if line.startswith("["):
            path = line.strip("[]").removeprefix(f"HKEY_LOCAL_MACHINE\\{REGISTRY_KEY}")
            assert path != line.strip("[]"), line
            table = {"name": path.removeprefix("\\Profiles\\")} if path else None
            if table is not None:
                values["profiles"] = [table]
            continue
        name, raw = json.loads(line.partition("=")[0]), line.partition("=")[2]
        given = int(raw.removeprefix("dword:"), 16) if raw.startswith("dword:") else json.loads(raw)
        if table is not None:
            table.update([profile_value(name, given)])
        else:
            values[keys[name].name] = switch(given) if keys[name].form is Form.SWITCH else given
    return policy_of((Given("x", values),))


def in_configuration_profile(text: str) -> Policy:
    """Return the policy that macOS' preferences have with it, read as `desktop.policy.macos` does."""
    (content,) = plistlib.loads(text.encode())["PayloadContent"]
    (forced,) = content["PayloadContent"][PREFERENCES_DOMAIN]["Forced"]
    keys = {given_name(each.name): each.name for each in POLICY_SETTINGS}
    values: dict[str, object] = {keys[name]: value for name, value in forced["mcx_preference_settings"].items()}
    if "profiles" in values:
        tables: Any = values["profiles"]
        values["profiles"] = [dict(profile_value(*each) for each in table.items()) for table in tables]
    return policy_of((Given("x", values),))


def example(name: str) -> str:
    return (FOLDER / name).read_text("utf-8")


# With what marks comments in it.
EXAMPLES = [
    pytest.param(toml_example, in_toml, r"^# ", id="toml"),
    pytest.param(partial(example, "NotebookTray.reg"), in_registry, r'^;(?=["\[])', id="reg"),
    pytest.param(
        partial(example, "NotebookTray.mobileconfig"), in_configuration_profile, r"^\s*(<!--|-->)\n", id="mobileconfig"
    ),
]


@pytest.mark.parametrize(("text", "read", "mark"), EXAMPLES)
def test_an_example_that_is_used_as_it_is_forbids_nothing(
    text: Callable[[], str], read: Callable[[str], Policy], mark: str
) -> None:
    found = read(text())
    assert found.set_by
    assert found.errors == ()
    assert found.limits == UNLIMITED
    assert (found.profiles, found.documentation_url, found.help_url) == ((), "", "")
    assert not found.start_at_login


@pytest.mark.parametrize(("text", "read", "mark"), EXAMPLES)
def test_what_an_example_has_in_comments_is_a_policy_too(
    text: Callable[[], str], read: Callable[[str], Policy], mark: str
) -> None:
    found = read(re.sub(mark, "", text(), flags=re.MULTILINE))
    assert found.errors == ()
    assert found.profiles[0].center_role is not None
    assert found.help_url


def test_each_policy_has_its_words_and_its_box_in_windows_editor() -> None:
    admx = ET.parse(FOLDER / "NotebookTray.admx").getroot()  # noqa: S314 - our own
    adml = ET.parse(FOLDER / "en-US" / "NotebookTray.adml").getroot()  # noqa: S314 - our own
    strings = {each.get("id"): each.text for each in adml.iterfind(".//p:string", SPACE)}
    boxes = {each.get("id") for each in adml.iterfind(".//p:presentation", SPACE)}
    found = admx.findall(".//p:policy", SPACE)
    assert [each.get("name") for each in found] == [each.given_name for each in POLICY_SETTINGS]
    for policy, setting in zip(found, POLICY_SETTINGS, strict=True):
        assert policy.get("key") == REGISTRY_KEY
        for attribute in ("displayName", "explainText"):
            name = str(policy.get(attribute)).removeprefix("$(string.").removesuffix(")")
            assert strings[name], name
        if setting.form is Form.SWITCH:
            assert policy.get("valueName") == setting.given_name
            values = [policy.find(f"p:{state}/p:decimal", SPACE) for state in ("enabledValue", "disabledValue")]
            assert [each.get("value") for each in values if each is not None] == ["1", "0"]
        else:
            assert str(policy.get("presentation")).removeprefix("$(presentation.").removesuffix(")") in boxes
            (element,) = policy.findall("p:elements/*", SPACE)
            assert element.get("valueName") == setting.given_name
    for named in admx.iterfind(".//*[@displayName]"):
        assert str(named.get("displayName")).removeprefix("$(string.").removesuffix(")") in strings


def test_the_configuration_profile_forces_each_of_them() -> None:
    text = example("NotebookTray.mobileconfig")
    whole = plistlib.loads(re.sub(r"^\s*(<!--|-->)\n", "", text, flags=re.MULTILINE).encode())
    (content,) = whole["PayloadContent"]
    (forced,) = content["PayloadContent"][PREFERENCES_DOMAIN]["Forced"]
    assert set(forced["mcx_preference_settings"]) == {each.given_name for each in POLICY_SETTINGS}


def test_the_template_needs_no_other_template() -> None:
    # Intune refuses one that names another's namespace until that other template is there, too (NamespaceMissing).
    admx = ET.parse(FOLDER / "NotebookTray.admx").getroot()  # noqa: S314 - our own
    used = {
        str(each.get("ref")).partition(":")[0] for each in admx.iterfind(".//*[@ref]") if ":" in str(each.get("ref"))
    }
    assert {each.get("prefix") for each in admx.iterfind("p:policyNamespaces/p:using", SPACE)} == used == set()
