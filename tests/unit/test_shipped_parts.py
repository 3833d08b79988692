"""What `make audit` and `make frozen` take for a part that may ship, and what fails."""

from __future__ import annotations

import importlib.util
import sys
from importlib.metadata import Distribution, PackageNotFoundError, PathDistribution
from pathlib import Path
from types import ModuleType

import pytest

_AUDIT = Path(__file__).parents[2] / "packaging" / "audit"


def _load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, _AUDIT / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


parts = _load("parts")
audit = _load("audit")


def installed(folder: Path, name: str, metadata: str, **texts: str) -> Distribution:
    """Return a package as pip leaves it in a folder."""
    info = folder / f"{name}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.4\nName: {name}\nVersion: 1.0\n{metadata}\n", "utf-8")
    for file, text in texts.items():
        (info / file).write_text(text, "utf-8")
    (info / "RECORD").write_text("".join(f"{info.name}/{file},,\n" for file in ("METADATA", *texts)), "utf-8")
    return PathDistribution(info)


@pytest.mark.parametrize(
    ("expression", "allowed"),
    [
        ("MIT", True),
        ("mit", True),
        ("Apache-2.0 OR BSD-3-Clause", True),
        ("GPL-3.0-only OR MIT", True),
        ("MIT AND Apache-2.0", True),
        ("MIT AND GPL-3.0-only", False),
        ("(MIT OR GPL-3.0-only) AND GPL-2.0-only", False),
        ("GPL-2.0-or-later WITH Bootloader-exception", True),
        ("GPL-2.0-or-later", False),
        ("AGPL-3.0-only", False),
        ("", False),
        ("Proprietary", False),
    ],
)
def test_which_expressions_are_allowed(expression: str, allowed: bool) -> None:
    assert parts.is_allowed(expression) is allowed


def test_a_package_with_an_allowed_license_and_its_text(tmp_path: Path) -> None:
    found = installed(tmp_path, "sample", "License-Expression: MIT", LICENSE="Permission is", NOTICE="By us")
    part = parts.package("sample", lambda _: found)
    assert (part.name, part.version, part.license) == ("sample", "1.0", "MIT")
    assert part.texts == {"LICENSE": b"Permission is", "NOTICE": b"By us"}


@pytest.mark.parametrize(
    ("name", "metadata", "texts", "why"),
    [
        ("sample", "License-Expression: GPL-3.0-only", {"LICENSE": "GNU"}, "does not allow"),
        ("sample", "", {"LICENSE": "Permission is"}, "does not allow"),
        ("sample", "License-Expression: MIT", {}, "without the text"),
        ("sample", "License-Expression: MIT", {"LICENSE": " \n"}, "without the text"),
        ("sample", "License-Expression: LGPL-3.0-only", {"COPYING": "GNU"}, "replaceable"),
        ("pystray", "License: GPLv3", {"COPYING": "GNU"}, "no longer 'LGPLv3'"),
    ],
    ids=["forbidden", "unknown", "without-text", "empty-text", "lgpl-built-in", "says-another"],
)
def test_what_may_not_ship(tmp_path: Path, name: str, metadata: str, texts: dict[str, str], why: str) -> None:
    found = installed(tmp_path, name, metadata, **texts)
    with pytest.raises(parts.AuditError, match=why):
        parts.package(name, lambda _: found)


def test_what_is_required_on_each_system(tmp_path: Path) -> None:
    there = {
        "ours": installed(tmp_path, "ours", "Requires-Dist: first\nRequires-Dist: second; sys_platform == 'win32'"),
        "first": installed(tmp_path, "first", "Requires-Dist: Third_One\nRequires-Dist: extra; extra == 'more'"),
        "second": installed(tmp_path, "second", ""),
        "third-one": installed(tmp_path, "third_one", "Requires-Dist: ours\nRequires-Dist: missing"),
    }

    def find(name: str) -> Distribution:
        if name not in there:
            raise PackageNotFoundError(name)
        return there[name]

    assert parts.required(["ours"], find, audit.SYSTEMS["linux"]) == {"ours", "first", "third-one"}
    assert parts.required(["ours"], find, audit.SYSTEMS["windows"]) == {"ours", "first", "second", "third-one"}


def test_a_library_that_nobody_looked_at_fails(tmp_path: Path) -> None:
    with pytest.raises(parts.AuditError, match=r"libreadline\.so\.8: .* has no such library"):
        parts.libraries([tmp_path / "libreadline.so.8"])


def test_a_list_has_one_version_of_a_package() -> None:
    text = "a==1 ; python_full_version < '3.12' \\\n    --hash=0\na==2 \\\n    --hash=x\nb[css]==1!3 \\\n# c==1\n"
    assert audit.pinned(text) == [{"a": "1", "b": "1!3"}, {"a": "2"}]


@pytest.mark.only_on("linux", "darwin", reason="a script stands in for pip-audit")
@pytest.mark.parametrize(
    ("answers", "told"),
    [
        ('{"dependencies": [{"name": "a", "skip_reason": "not on PyPI"}]}', (None, "the index tells of no package")),
        ("", (None, "api: no route")),
        ('{"dependencies": [{"name": "a", "version": "1", "vulns": []}]}', ([], "")),
        (
            '{"dependencies": [{"name": "b", "skip_reason": "x"}, {"name": "a", "version": "1", "vulns": '
            '[{"id": "PYSEC-1", "fix_versions": ["2"]}]}]}',
            (["PYSEC-1 a 1 (fixed in 2)"], "b"),
        ),
    ],
    ids=["index-without-advisories", "no-network", "none-known", "one-known"],
)
def test_what_pip_audit_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answers: str, told: tuple[list[str] | None, str]
) -> None:
    (tmp_path / "requirements.txt").write_text("a==1\n", "utf-8")
    program = tmp_path / "pip-audit"
    said = f"import sys\nsys.stderr.write('api: no route')\nprint({answers!r})\n"
    program.write_text(f"#!{sys.executable}\n{said}", "utf-8")
    program.chmod(0o700)
    for name in ("OUT", "TOOLS", "PACKAGING"):
        monkeypatch.setattr(audit, name, tmp_path)
    assert audit.vulnerabilities(["requirements.txt"]) == told


def test_advisories_are_looked_up_for_all_that_is_locked() -> None:
    locked = {path.name for path in _AUDIT.parent.glob("requirements-*.txt")}
    assert locked == {*audit.SHIPS, *audit.TOOLS_NEED}
