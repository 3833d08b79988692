"""`make audit`: looks at what ships, and writes to build/audit what it consists of.

- The licenses of all that ships, for each system: licenses.md. One that is not allowed, or a package without its text,
  fails.
- Bills of materials (CycloneDX, checked against its schema) in sbom/: of the locked requirements, and of the frozen
  build if there is one in dist.
- Known vulnerabilities, as far as PyPI's advisories can be had; where they can't, it says so and goes on.
- bandit over the program and what builds it. Ruff's rules about security are those of `make lint`.

Exit status: 0 nothing is wrong, 1 something is.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import Distribution, PackageNotFoundError, distribution, distributions
from pathlib import Path

import parts

ROOT = Path(__file__).resolve().parents[2]
OUT = ROOT / "build" / "audit"
TOOLS = ROOT / ".venv-audit" / "bin"
PACKAGING = ROOT / "packaging"
TEXTS_IN_FROZEN = ROOT / "dist" / "notebook-tray" / "_internal" / "licenses"
# The oldest Python that the program runs on needs everything that newer ones need, and more.
PYTHON = "3.11"
SYSTEMS: Mapping[str, Mapping[str, str]] = {
    "linux": {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix"},
    "windows": {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt"},
    "macos": {"sys_platform": "darwin", "platform_system": "Darwin", "os_name": "posix"},
}
# What users get, and what only tests and tools need.
SHIPS = ("requirements-installed.txt", "requirements-login.txt")
TOOLS_NEED = tuple(f"requirements-{name}.txt" for name in ("dev", "bench", "audit", "axe", "package", "release"))
_MINUTES = 5
_PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", re.MULTILINE)


def main() -> int:
    """Look at everything; return the exit status."""
    shutil.rmtree(OUT, ignore_errors=True)
    (OUT / "sbom").mkdir(parents=True)
    wrong: list[str] = []
    for look in (licenses, bills, advisories, bandit):
        try:
            for line in look():
                print(f"{look.__name__}: {line}", flush=True)
        except parts.AuditError as error:
            wrong.append(f"{look.__name__}: {error}")
    print("Something is wrong:\n" + "\n".join(wrong) if wrong else "Nothing is wrong.", flush=True)
    return int(bool(wrong))


def licenses() -> list[str]:
    """Write licenses.md; return what to say of it.

    :raises parts.AuditError: something may not ship so
    """
    by_system = {system: shipped(system) for system in SYSTEMS}
    freezer = [parts.package("pyinstaller"), parts.package("pyinstaller-hooks-contrib")]
    (OUT / "licenses.md").write_text(as_markdown(by_system, freezer), "utf-8")
    counts = ", ".join(f"{len(found)} packages on {system}" for system, found in by_system.items())
    return [f"{counts}; all are allowed and have their texts. See build/audit/licenses.md."]


def shipped(system: str) -> list[parts.Part]:
    """Return what the wheel brings on a system, ourselves included, from the packages that are made for that system.

    :raises parts.AuditError: one may not ship so, or the packages can't be had
    """
    folder = OUT / "packages" / system
    requirements = ("--require-hashes", "--requirement", str(PACKAGING / "requirements-installed.txt"))
    of_system = ("--python-platform", system, "--python-version", PYTHON, "--only-binary", ":all:", "--no-deps")
    run(ROOT / ".venv" / "bin" / "uv", "pip", "install", "--quiet", "--target", str(folder), *of_system, *requirements)
    find = finder(folder)
    environment = {**SYSTEMS[system], "python_version": PYTHON, "python_full_version": f"{PYTHON}.0"}
    return [parts.package(name, find) for name in sorted(parts.required([parts.OURS], find, environment))]


def finder(folder: Path) -> Callable[[str], Distribution]:
    """Return what finds the packages of a folder by name, and us as we are installed here."""
    there = {parts.normal(found.metadata["Name"]): found for found in distributions(path=[str(folder)])}

    def find(name: str) -> Distribution:
        if name == parts.OURS:
            return distribution(name)
        try:
            return there[name]
        except KeyError:
            raise PackageNotFoundError(name) from None

    return find


def as_markdown(by_system: Mapping[str, Sequence[parts.Part]], freezer: Sequence[parts.Part]) -> str:
    """Return the list of licenses."""
    lines = ["# Licenses of what ships", "", "Written by `make audit`."]
    for system, found in by_system.items():
        lines += ["", f"## {system}: the wheel's packages, which a frozen build has too", ""]
        lines += ["| package | version | license | texts |", "| --- | --- | --- | --- |"]
        lines += [f"| {p.name} | {p.version} | {p.license} | {', '.join(p.texts)} |" for p in found]
    lines += ["", "## Frozen builds besides", ""]
    lines += [f"- {p.name} {p.version}: {p.license}; its parts that every frozen program has" for p in freezer]
    lines += ["- Python, as it is where the build is made: PSF-2.0, with those of the libraries it comes with"]
    lines += [f"- Linux: {name}, if Python needs it: {what}" for name, what in parts.RULES["libraries"].items()]
    return "\n".join(lines) + "\n"


def bills() -> list[str]:
    """Write the bills of materials; return what to say of them.

    :raises parts.AuditError: one does not fit CycloneDX' schema, or the frozen build lacks a text
    """
    locked = OUT / "sbom" / "locked.json"
    options = ("--pyproject", str(ROOT / "pyproject.toml"), "--output-file", str(locked), "--validate")
    run(TOOLS / "cyclonedx-py", "requirements", *options, str(PACKAGING / "requirements-installed.txt"))
    said = [f"{locked.relative_to(ROOT)} has {len(json.loads(locked.read_text('utf-8'))['components'])} components."]
    if not TEXTS_IN_FROZEN.is_dir():
        return [*said, "There is no frozen build in dist: `make frozen audit` looks at it too."]
    index = TEXTS_IN_FROZEN / parts.INDEX
    names = [part["name"] for part in json.loads(index.read_text("utf-8"))]
    bare = [name for name in names if not any((TEXTS_IN_FROZEN / name).glob("*"))]
    gone = [module for module in parts.RULES["replaceable"].values() if not (TEXTS_IN_FROZEN.parent / module).is_dir()]
    if bare or gone:
        raise parts.AuditError(
            f"The frozen build lacks the texts of {bare or 'none'} and the source of {gone or 'none'}."
        )
    frozen = OUT / "sbom" / "frozen.json"
    run(TOOLS / "python", str(PACKAGING / "audit" / "sbom.py"), str(index), str(frozen))
    return [*said, f"{frozen.relative_to(ROOT)} has the frozen build's {len(names)} parts, all with their texts."]


def advisories() -> list[str]:
    """Ask for known vulnerabilities; return what to say of them.

    :raises parts.AuditError: what ships has one that is not known not to concern the program
    """
    known, unasked = vulnerabilities(SHIPS)
    if known is None:
        return [f"PyPI's advisories can't be had here ({unasked}): nothing was looked up."]
    accepted = parts.RULES["advisories"]
    if concern := [each for each in known if each.partition(" ")[0] not in accepted]:
        raise parts.AuditError("what ships has known vulnerabilities: " + "; ".join(concern))
    said = [f"what ships has no known vulnerability{f', but nothing is told of {unasked}' if unasked else ''}."]
    of_tools, unasked = vulnerabilities(TOOLS_NEED)
    return [*said, f"in tests and tools: {'; '.join(of_tools) if of_tools else unasked or 'none'}."]


def vulnerabilities(files: Sequence[str]) -> tuple[list[str] | None, str]:
    """Return the known vulnerabilities of what some locked requirements name, and what nothing could be told of.

    The vulnerabilities are None where no advisories can be had. pip-audit itself takes an index that has no advisories
    for one without vulnerabilities.
    """
    known: list[str] = []
    unasked: list[str] = []
    asked = 0
    for number, pins in enumerate(pinned("".join((PACKAGING / name).read_text("utf-8") for name in files))):
        listed = OUT / f"pins-{number}.txt"
        listed.write_text("".join(f"{name}=={version}\n" for name, version in pins.items()), "utf-8")
        options = ("--disable-pip", "--no-deps", "--format", "json", "--progress-spinner", "off", "--timeout", "15")
        try:
            ran = subprocess.run(  # noqa: S603 # nosec B603 # without a shell
                [str(TOOLS / "pip-audit"), *options, "--requirement", str(listed)],
                capture_output=True,
                text=True,
                timeout=_MINUTES * 60,
                check=False,
            )
            told = json.loads(ran.stdout)["dependencies"]
        except (subprocess.TimeoutExpired, ValueError) as error:
            last = ran.stderr.strip().rpartition("\n")[2] if isinstance(error, ValueError) else f"{_MINUTES} minutes"
            return None, last or "no answer"
        asked += len(told)
        unasked += [each["name"] for each in told if "skip_reason" in each]
        known += [
            f"{one['id']} {each['name']} {each['version']} (fixed in {', '.join(one['fix_versions']) or 'none'})"
            for each in told
            for one in each.get("vulns", ())
        ]
    if len(unasked) == asked:
        return None, "the index tells of no package"
    return known, ", ".join(unasked)


def pinned(text: str) -> list[dict[str, str]]:
    """Return what locked requirements pin, each list with one version of a package: pip-audit takes no second one."""
    lists: list[dict[str, str]] = [{}]
    for name, version in dict.fromkeys(_PIN.findall(text)):
        for pins in lists:
            if pins.setdefault(name, version) == version:
                break
        else:
            lists.append({name: version})
    return lists


def bandit() -> list[str]:
    """Run bandit; return what to say of it.

    :raises parts.AuditError: it found something
    """
    run(TOOLS / "bandit", "--quiet", "--configfile", "pyproject.toml", "--recursive", "tray", "packaging")
    return ["no issue in tray and packaging."]


def run(program: Path, *arguments: str) -> None:
    """Run a tool in the checkout.

    :raises parts.AuditError: it found something, or could not run
    """
    try:
        ran = subprocess.run(  # noqa: S603 # nosec B603 # without a shell
            [str(program), *arguments], cwd=ROOT, capture_output=True, text=True, timeout=_MINUTES * 60, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise parts.AuditError(f"{program.name} took more than {_MINUTES} minutes.") from error
    if ran.returncode:
        raise parts.AuditError(f"{program.name} ended with {ran.returncode}:\n{ran.stdout}{ran.stderr}")


if __name__ == "__main__":
    sys.exit(main())
