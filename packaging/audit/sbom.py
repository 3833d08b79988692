"""Writes the bill of materials of a frozen build (CycloneDX 1.6) from the list of its parts, and checks its form.

Runs in .venv-audit. usage: sbom.py INDEX FILE
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import LicenseExpression
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL

_OURS = "notebook-tray"


def main() -> int:
    """Write it; return the exit status."""
    index, out = map(Path, sys.argv[1:])
    components = [component(part) for part in json.loads(index.read_text("utf-8"))]
    whole = next(each for each in components if each.name == _OURS)
    whole.type = ComponentType.APPLICATION
    bill = Bom(components=[each for each in components if each is not whole])
    bill.metadata.component = whole
    bill.register_dependency(whole, bill.components)
    text = JsonV1Dot6(bill).output_as_string(indent=1)
    if faults := JsonStrictValidator(SchemaVersion.V1_6).validate_str(text):
        print(faults, file=sys.stderr)
        return 1
    out.write_text(text + "\n", "utf-8")
    return 0


def component(part: dict[str, str]) -> Component:
    """Return a part of the build as CycloneDX has it."""
    namespace = "debian" if part["kind"] == "deb" else None
    return Component(
        name=part["name"],
        version=part["version"],
        licenses=[LicenseExpression(part["license"])],
        purl=PackageURL(part["kind"], namespace, part["package"], part["version"]),
        bom_ref=f"{part['kind']}:{part['name']}",
    )


if __name__ == "__main__":
    sys.exit(main())
