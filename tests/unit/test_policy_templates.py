"""What administrators get of the table of policies is up to date, and is what the systems read."""

from __future__ import annotations

import importlib.util
import json
import plistlib
import tomllib
from functools import cache
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree as ET

import pytest

from tray.model.policy import POLICY_SETTINGS, PREFERENCES_DOMAIN, REGISTRY_KEY, Document, Form
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


def test_the_documents_example_is_a_policy() -> None:
    text = (ROOT / "docs" / "policy.md").read_text("utf-8")
    block = text.partition("    # /etc/notebook-tray/policy.toml\n")[2].partition("\nThe keys")[0]
    lines = "\n".join(line.removeprefix("    ") for line in block.splitlines())
    assert tomllib.loads(lines)
    found = policy_of((given_in(Document("x", lines.encode())),))
    assert found.errors == ()
    assert found.profiles[0].center_role is not None
    assert len(found.set_by) == 7


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
    profile = plistlib.loads((FOLDER / "NotebookTray.mobileconfig").read_bytes())
    (content,) = profile["PayloadContent"]
    (forced,) = content["PayloadContent"][PREFERENCES_DOMAIN]["Forced"]
    assert list(forced["mcx_preference_settings"]) == [each.given_name for each in POLICY_SETTINGS]


def test_the_template_needs_no_other_template() -> None:
    # Intune refuses one that names another's namespace until that other template is there, too (NamespaceMissing).
    admx = ET.parse(FOLDER / "NotebookTray.admx").getroot()  # noqa: S314 - our own
    used = {
        str(each.get("ref")).partition(":")[0] for each in admx.iterfind(".//*[@ref]") if ":" in str(each.get("ref"))
    }
    assert {each.get("prefix") for each in admx.iterfind("p:policyNamespaces/p:using", SPACE)} == used == set()
