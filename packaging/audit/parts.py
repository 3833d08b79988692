"""What ships: our own code, the packages that it needs, and of a frozen build Python and the system's libraries too.

Each part has a license out of those in licenses.toml, and its texts. `make frozen` puts the texts into the build
(`write`), `make audit` lists the parts for each system.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import sysconfig
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression
from packaging.requirements import Requirement

RULES: Mapping[str, Any] = tomllib.loads(Path(__file__).with_name("licenses.toml").read_text("utf-8"))
OURS = "notebook-tray"
INDEX = "index.json"
WORDS = "README.txt"

_RULES_FILE = "packaging/audit/licenses.toml"
_TEXT = re.compile(r"(licen[cs]e|copying|notice|copyright)[^/]*$", re.IGNORECASE)

_WORDS = """\
What Notebook Tray consists of. The folders beside this file are named after
the parts, and have the texts of their licenses.

{table}

{names} are libraries under the GNU Lesser General Public License.
You may change them, and have Notebook Tray use what you changed: the folders
{folders}, beside the folder that this file is in, have the source
that the program imports. Change what is in them, or put another release there
(https://pypi.org has all of them), and start Notebook Tray again. On macOS,
sign the changed application yourself:
codesign --force --deep --sign - "Notebook Tray.app"
"""

Find = Callable[[str], Distribution]


class AuditError(Exception):
    """What ships has a license that isn't allowed, or no text: what, and what to do."""


@dataclass(frozen=True)
class Part:
    """A part with its license as an SPDX expression, and its texts by their names.

    `kind` and `package` are what its package URL says: the kind of index that has the package, and the package's name.
    """

    kind: str
    name: str
    version: str
    license: str
    texts: Mapping[str, bytes]
    package: str

    @property
    def replaceable(self) -> str:
        """Which module of it a user may replace in a frozen build; "" where nobody need be able to."""
        return str(RULES["replaceable"].get(self.name, ""))


def normal(name: str) -> str:
    """Return a package's name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def required(names: Sequence[str], find: Find = distribution, system: Mapping[str, str] | None = None) -> set[str]:
    """Return the packages that these need on a system, themselves included, as far as `find` finds them.

    `system` has what differs from this one, by the names of environment markers.
    """
    environment = {**(system or {}), "extra": ""}
    found: set[str] = set()
    left = list(names)
    while left:
        name = normal(left.pop())
        if name in found:
            continue
        try:
            needs = [Requirement(need) for need in find(name).requires or []]
        except PackageNotFoundError:  # for another system or another Python
            continue
        found.add(name)
        left += [need.name for need in needs if need.marker is None or need.marker.evaluate(environment)]
    return found


def package(name: str, find: Find = distribution) -> Part:
    """Return a package as it is installed.

    :raises AuditError: its license is not allowed or not known, or it has no text
    """
    found = find(name)
    texts = _texts(found) or _texts(find(RULES["text-of"].get(name, name)))
    return checked(Part("pypi", name, found.version, _license(name, found), texts, name))


def checked(part: Part) -> Part:
    """Return `part`.

    :raises AuditError: it may not ship so
    """
    what = f"{part.name} {part.version}"
    if not is_allowed(part.license):
        raise AuditError(f"{what} is under {part.license!r}, which {_RULES_FILE} does not allow.")
    if not any(text.strip() for text in part.texts.values()):
        raise AuditError(f"{what} comes without the text of its license.")
    if "LGPL" in part.license and not part.replaceable:
        raise AuditError(f"{what} is under {part.license!r}, and {_RULES_FILE} names no module of it as replaceable.")
    return part


def is_allowed(expression: str) -> bool:
    """Return whether what is under an SPDX expression may ship."""
    try:
        expression = canonicalize_license_expression(expression)
    except InvalidLicenseExpression:
        return False
    names = [name.strip(" ()") for name in re.split(r" (?:AND|OR) ", expression)]
    allowed = [name in RULES["allowed"] for name in names]
    # A choice; where it is mixed with others, or in parentheses, all of it has to be allowed.
    return any(allowed) if "AND" not in expression and "(" not in expression else all(allowed)


def python() -> Part:
    """Return the Python that this runs in. python.org's and Debian's texts are those of the libraries in it, too.

    :raises AuditError: there is no text
    """
    # On Windows, that of the standard library alone is not the whole.
    folders = (sys.base_prefix, sysconfig.get_path("stdlib"), Path(sys.base_prefix, "Resources"))
    files = [Path(folder, name) for folder in folders for name in ("LICENSE.txt", "LICENSE")]
    found = next((file for file in files if file.is_file()), None)
    texts = {"LICENSE.txt": found.read_bytes()} if found is not None else {}
    of_debian = Path(f"/usr/share/doc/python{sys.version_info.major}.{sys.version_info.minor}/copyright")
    if sys.base_prefix == "/usr" and of_debian.is_file():
        texts["copyright"] = of_debian.read_bytes()
    version = ".".join(map(str, sys.version_info[:3]))
    return checked(Part("generic", "python", version, "PSF-2.0", texts, "python"))


def libraries(files: Iterable[Path]) -> list[Part]:
    """Return the system's libraries among the files that a frozen build takes along, on a Debian system.

    Those of packages and of Python are no parts for themselves: their texts are in the package's.

    :raises AuditError: a library is not known, or has no text
    """
    known = (Path(sysconfig.get_path("platlib")), Path(sysconfig.get_path("stdlib"), "lib-dynload"))
    return [
        checked(_library(file))
        for file in sorted(set(files))
        if not any(file.is_relative_to(folder) for folder in known)
        and not (file.is_relative_to(sys.base_prefix) and sys.base_prefix != "/usr")
        and not file.name.startswith("libpython")
        and ".so" in file.name
    ]


def write(parts: Sequence[Part], folder: Path) -> None:
    """Write the texts of all parts to `folder`, with a list of them for readers and one for programs."""
    for part in parts:
        (folder / part.name).mkdir(parents=True, exist_ok=True)
        for name, text in part.texts.items():
            (folder / part.name / name).write_bytes(text)
    index = [
        {"kind": p.kind, "name": p.name, "package": p.package, "version": p.version, "license": p.license}
        for p in parts
    ]
    (folder / INDEX).write_text(json.dumps(index, indent=1) + "\n", "utf-8")
    (folder / WORDS).write_text(words(parts), "utf-8")


def words(parts: Sequence[Part]) -> str:
    """Return what the folder of the texts says to its reader."""
    table = "\n".join(f"    {part.name} {part.version}: {part.license}" for part in parts)
    own = [part for part in parts if part.replaceable]
    return _WORDS.format(
        table=table,
        names=" and ".join(part.name for part in own),
        folders=" and ".join(part.replaceable for part in own),
    )


def _license(name: str, found: Distribution) -> str:
    """Return what a package's metadata says, or what the rules say of such words."""
    if expression := found.metadata.get("License-Expression"):
        return expression
    says = " ".join((found.metadata.get("License") or "").split())
    stated = RULES["stated"].get(name)
    if stated is None:
        return says
    if stated["says"] != says:
        raise AuditError(
            f"{name} {found.version} says of its license {says!r}, and no longer {stated['says']!r}. Read its text, "
            f"and correct {_RULES_FILE}."
        )
    return str(stated["is"])


def _texts(found: Distribution) -> dict[str, bytes]:
    """Return the texts in a package's metadata, by their names."""
    of_metadata = [file for file in found.files or () if file.parts[0].endswith(".dist-info")]
    return {
        "-".join(file.parts[1:]).removeprefix("licenses-"): Path(str(file.locate())).read_bytes()
        for file in of_metadata
        if _TEXT.search(file.as_posix())
    }


def _library(file: Path) -> Part:
    stem = file.name.partition(".so")[0]
    try:
        license = RULES["libraries"][stem]  # noqa: A001 - it is one
    except KeyError:
        raise AuditError(f"{file}: packaging/audit/licenses.toml has no such library. What is its license?") from None
    owner, version = _debian_package(file)
    text = Path("/usr/share/doc", owner, "copyright")
    return Part("deb", stem, version, license, {"copyright": text.read_bytes()} if text.is_file() else {}, owner)


def _debian_package(file: Path) -> tuple[str, str]:
    """Return the name and the version of the Debian package that a library is of; "" where there is none."""
    # Debian's list may have another folder for it: /lib is a link to /usr/lib.
    owner = _dpkg_query("--search", f"*/{file.resolve().name}").partition(":")[0]
    return owner, _dpkg_query("--show", "--showformat=${Version}", owner) if owner else ""


def _dpkg_query(*arguments: str) -> str:
    """Return what Debian's list of packages answers; "" where there is no such list."""
    program = shutil.which("dpkg-query")
    if program is None:
        return ""
    asked = subprocess.run([program, *arguments], capture_output=True, text=True, check=False)  # noqa: S603 # nosec B603 # no shell
    return asked.stdout
