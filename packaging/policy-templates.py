"""Writes what administrators get of the table of policies (`tray/model/policy.py`): docs/policy, and a table.

A JSON schema of the file, Windows' ADMX and ADML for the Group Policy editor and Intune, a .reg file and a macOS
configuration profile to begin with. `tests/repository/test_policy_templates.py` says whether they are up to date.
"""

from __future__ import annotations

import json
import plistlib
import re
import sys
from pathlib import Path
from xml.etree import ElementTree as ET  # nosec B405 # it writes, and parses nothing

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tray.model.policy import (  # noqa: E402
    FORBIDDING,
    POLICY_SETTINGS,
    PREFERENCES_DOMAIN,
    REGISTRY_KEY,
    Form,
    PolicySetting,
    given_name,
)
from tray.texts import policy as texts  # noqa: E402
from tray.texts.language import in_english  # noqa: E402

FOLDER = ROOT / "docs" / "policy"
DOCUMENT = ROOT / "docs" / "policy.md"
BEGIN, END = "<!-- begin of the table that packaging/policy-templates.py writes -->\n", "<!-- end of that table -->\n"

# https://learn.microsoft.com/previous-versions/windows/desktop/policy/admx-schema
_NAMESPACE = "http://schemas.microsoft.com/GroupPolicy/2006/07/PolicyDefinitions"
_OWN = "NotebookTray.Policies.NotebookTray"
_REVISION, _SCHEMA_VERSION = "1.0", "1.0"
_LENGTHS = r"^(?:[0-9]{1,4}h)?(?:[0-9]{1,4}m)?$"
_PROFILE: dict[str, object] = {
    "name": "research",
    "regions": ["eu-west-1"],
    "sso_start_url": "https://example.awsapps.com/start",
    "sso_region": "eu-west-1",
    "sso_account_id": "111122223333",
    "sso_role_name": "Analyst",
}
_EXAMPLES: dict[str, object] = {
    "profiles": [_PROFILE],
    "longest_session": "8h",
    "views": ["lab"],
    "start_at_login": True,
    "documentation_url": "https://intranet.example.com/notebooks",
    "help_url": "https://intranet.example.com/help",
}
# What holds without a policy, too: whoever imports an example as it is forbids nobody anything.
_UNEDITED: dict[str, object] = {
    "longest_session": "12h",
    "views": ["lab", "classic"],
    "start_at_login": False,
}
_EXAMPLES_HERE = "Examples"
_EDIT_IT = "As it is, this sets what holds without a policy."


def files() -> dict[Path, str]:
    """Return what each file is to have."""
    with in_english():
        return {
            FOLDER / "policy.schema.json": _schema(),
            FOLDER / "NotebookTray.admx": _admx(),
            FOLDER / "en-US" / "NotebookTray.adml": _adml(),
            FOLDER / "NotebookTray.reg": _reg(),
            FOLDER / "NotebookTray.mobileconfig": _mobileconfig(),
            DOCUMENT: _document(DOCUMENT.read_text("utf-8")),
        }


def _example(setting: PolicySetting) -> object:
    return _EXAMPLES.get(setting.name, False)


def _unedited(setting: PolicySetting) -> object:
    """Return the value of an example that is imported as it is; None where none is harmless."""
    return True if setting.name.startswith(FORBIDDING) else _UNEDITED.get(setting.name)


def _schema() -> str:
    of_file = json.loads((ROOT / "docs" / "schema" / "setup-file.json").read_text("utf-8"))
    kinds: dict[Form, dict[str, object]] = {
        Form.PROFILES: {**of_file["properties"]["profiles"], "minItems": 0},
        Form.LENGTH: {"type": "string", "pattern": _LENGTHS, "minLength": 2},
        Form.VIEWS: {"type": "array", "minItems": 1, "items": {"enum": ["lab", "classic"]}},
        Form.SWITCH: {"type": "boolean"},
        Form.ADDRESS: {"type": "string", "pattern": "^https?://", "maxLength": 2048},
    }
    return _json(
        {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": "An administrator's policy for Notebook Tray (TOML): /etc/notebook-tray/policy.toml",
            "type": "object",
            "properties": {
                each.name: {**kinds[each.form], "description": texts.meaning(each.name), "examples": [_example(each)]}
                for each in POLICY_SETTINGS
            },
            "additionalProperties": False,
            "$defs": of_file["$defs"],
        }
    )


def _admx() -> str:
    root = ET.Element(
        "policyDefinitions", {"xmlns": _NAMESPACE, "revision": _REVISION, "schemaVersion": _SCHEMA_VERSION}
    )
    spaces = ET.SubElement(root, "policyNamespaces")
    ET.SubElement(spaces, "target", prefix="notebooktray", namespace=_OWN)
    ET.SubElement(root, "resources", minRequiredRevision=_REVISION)
    supported = ET.SubElement(ET.SubElement(root, "supportedOn"), "definitions")
    ET.SubElement(supported, "definition", name="SUPPORTED", displayName="$(string.SUPPORTED)")
    categories = ET.SubElement(root, "categories")
    ET.SubElement(categories, "category", name="NotebookTray", displayName="$(string.NotebookTray)")
    policies = ET.SubElement(root, "policies")
    for each in POLICY_SETTINGS:
        name = each.given_name
        attributes = {
            "name": name,
            "class": "Both",
            "displayName": f"$(string.{name})",
            "explainText": f"$(string.{name}_Explain)",
            "key": REGISTRY_KEY,
        }
        if each.form is Form.SWITCH:
            attributes["valueName"] = name
        else:
            attributes["presentation"] = f"$(presentation.{name})"
        policy = ET.SubElement(policies, "policy", attributes)
        ET.SubElement(policy, "parentCategory", ref="NotebookTray")
        ET.SubElement(policy, "supportedOn", ref="SUPPORTED")
        if each.form is Form.SWITCH:
            for state, number in (("enabledValue", "1"), ("disabledValue", "0")):
                ET.SubElement(ET.SubElement(policy, state), "decimal", value=number)
            continue
        elements = ET.SubElement(policy, "elements")
        if each.form in (Form.PROFILES, Form.VIEWS):
            ET.SubElement(elements, "multiText", id=name, valueName=name, required="true", maxLength="1023")
        else:
            ET.SubElement(elements, "text", id=name, valueName=name, required="true", maxLength="2048")
    return _xml(root)


def _adml() -> str:
    root = ET.Element(
        "policyDefinitionResources", {"xmlns": _NAMESPACE, "revision": _REVISION, "schemaVersion": _SCHEMA_VERSION}
    )
    ET.SubElement(root, "displayName").text = "Notebook Tray"
    ET.SubElement(root, "description").text = "Amazon SageMaker notebook instances in the system tray"
    resources = ET.SubElement(root, "resources")
    strings = ET.SubElement(resources, "stringTable")
    presentations = ET.SubElement(resources, "presentationTable")
    said = {"NotebookTray": "Notebook Tray", "SUPPORTED": "Windows 10 and later"}
    for each in POLICY_SETTINGS:
        said[each.given_name] = texts.title(each.name)
        said[f"{each.given_name}_Explain"] = _explained(each)
        if each.form is Form.SWITCH:
            continue
        presentation = ET.SubElement(presentations, "presentation", id=each.given_name)
        if each.form in (Form.PROFILES, Form.VIEWS):
            box = ET.SubElement(presentation, "multiTextBox", refId=each.given_name, defaultHeight="6")
            box.text = f"{texts.title(each.name)}:"
        else:
            box = ET.SubElement(presentation, "textBox", refId=each.given_name)
            ET.SubElement(box, "label").text = f"{texts.title(each.name)}:"
    for name, text in said.items():
        ET.SubElement(strings, "string", id=name).text = text
    return _xml(root)


def _explained(setting: PolicySetting) -> str:
    how = {
        Form.PROFILES: "\n\nThe lines of a TOML text:\n\n" + _toml_profiles(),
        Form.LENGTH: "\n\nSuch as 90m or 8h.",
        Form.VIEWS: "\n\nA view a line: lab, classic.",
        Form.ADDRESS: "\n\nAn address that begins with https:// or http://.",
        Form.SWITCH: "",
    }[setting.form]
    return f"{texts.meaning(setting.name)}\n\nNot configured: {texts.default(setting.name)}.{how}"


def _toml_profiles() -> str:
    return "\n".join(["[[profiles]]", *(f"{key} = {json.dumps(value)}" for key, value in _PROFILE.items())])


def _reg() -> str:
    lines = ["Windows Registry Editor Version 5.00", "", f"; {_EDIT_IT} Lines with a semicolon do nothing.", ""]
    lines.append(rf"[HKEY_LOCAL_MACHINE\{REGISTRY_KEY}]")
    for each in POLICY_SETTINGS:
        value, before = _unedited(each), ""
        if value is None:
            value, before = _example(each), ";"
        if isinstance(value, bool):
            lines.append(f'{before}"{each.given_name}"=dword:{int(value):08x}')
        elif each.form is Form.VIEWS and isinstance(value, list):
            lines.append(f'{before}"{each.given_name}"="{" ".join(value)}"')
        elif isinstance(value, str):
            lines.append(f'{before}"{each.given_name}"="{value}"')
    lines += ["", rf";[HKEY_LOCAL_MACHINE\{REGISTRY_KEY}\Profiles\{_PROFILE['name']}]"]
    for key, value in _PROFILE.items():
        if key != "name":
            words = " ".join(value) if isinstance(value, list) else value
            lines.append(f';"{given_name(key)}"="{words}"')
    return "\n".join([*lines, ""])


def _mobileconfig() -> str:
    unedited = {each.given_name: _given_value(_unedited(each)) for each in POLICY_SETTINGS}
    examples = {
        each.given_name: _given_value(_example(each)) for each in POLICY_SETTINGS if unedited[each.given_name] is None
    }
    payload = {**{name: value for name, value in unedited.items() if value is not None}, _EXAMPLES_HERE: True}
    identifier = f"{PREFERENCES_DOMAIN}.policy"
    profile = {
        "PayloadType": "Configuration",
        "PayloadVersion": 1,
        "PayloadIdentifier": identifier,
        "PayloadUUID": "6C5A2E0B-0F0B-4D0C-9B39-0E3E5B7C7A01",
        "PayloadDisplayName": "Notebook Tray",
        "PayloadScope": "System",
        "PayloadContent": [
            {
                "PayloadType": "com.apple.ManagedClient.preferences",
                "PayloadVersion": 1,
                "PayloadIdentifier": f"{identifier}.preferences",
                "PayloadUUID": "6C5A2E0B-0F0B-4D0C-9B39-0E3E5B7C7A02",
                "PayloadContent": {PREFERENCES_DOMAIN: {"Forced": [{"mcx_preference_settings": payload}]}},
            }
        ],
    }
    text = plistlib.dumps(profile, sort_keys=False).decode()
    # plistlib writes no comments.
    before, _, after = text.partition(f"<key>{_EXAMPLES_HERE}</key>\n")
    indent, _, after = after.partition("<true/>\n")
    inside = plistlib.dumps(examples, sort_keys=False).decode().partition("<dict>\n")[2].rpartition("</dict>")[0]
    lines = (f"{indent}{each.removeprefix(chr(9))}\n" for each in inside.splitlines())
    said = f"<!-- {_EDIT_IT} What is between the next line and its end does nothing. -->\n"
    return f"{before}{said}{indent}<!--\n{''.join(lines)}{indent}-->\n{after}"


def _given_value(value: object) -> object:
    if isinstance(value, dict):
        return {given_name(key): _given_value(each) for key, each in value.items()}
    return [_given_value(each) for each in value] if isinstance(value, list) else value


def _document(text: str) -> str:
    head = "| in the file | in the registry and in macOS' preferences | what it does | not set |\n|---|---|---|---|\n"
    rows = (
        f"| `{each.name}` | `{each.given_name}` | {texts.meaning(each.name)} | {texts.default(each.name)} |\n"
        for each in POLICY_SETTINGS
    )
    begin, end = re.escape(BEGIN), re.escape(END)
    table = f"{BEGIN}\n{head}{''.join(rows)}\n{END}"
    return re.sub(f"{begin}.*?{end}", lambda _: table, text, flags=re.DOTALL)


def _json(value: object) -> str:
    return f"{json.dumps(value, indent=2, ensure_ascii=False)}\n"


def _xml(root: ET.Element) -> str:
    ET.indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


if __name__ == "__main__":
    for path, content in files().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8")
        sys.stdout.write(f"{path.relative_to(ROOT)}\n")
