"""Writes what a Linux package installs beside the program: below FOLDER, as it is to be below /usr.

Menu entry, icons, AppStream metainfo, manual page, completions, an autostart entry for administrators, and the
documents: copyright (DEP-5) and changelogs.

usage: share.py FOLDER SECONDS-SINCE-1970 DEBIAN-VERSION [LICENSES-INDEX]
"""

from __future__ import annotations

import gzip
import json
import os
import re
import runpy
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape  # nosec B406 # it parses nothing

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))
os.environ["LANGUAGE"] = "en"
os.environ["XDG_STATE_HOME"] = os.environ["HOME"] = tempfile.gettempdir()

from tray import __version__  # noqa: E402 - from here on, the program speaks English
from tray.about import address  # noqa: E402
from tray.desktop.autostart.command import AT_LOGIN  # noqa: E402
from tray.desktop.desktop_entry import entry_text, entry_values  # noqa: E402

NAME = "notebook-tray"
ID = "io.github.notebook_tray.notebook_tray"
MAINTAINER = "The Notebook Tray developers <notebook-tray@users.noreply.github.com>"
AUTOSTART = f"share/{NAME}/autostart/{NAME}.desktop"

# The shells' own names of what completes this program's commands.
_COMPLETIONS = {
    "bash": f"share/bash-completion/completions/{NAME}",
    "zsh": f"share/zsh/vendor-completions/_{NAME}",
    "fish": f"share/fish/vendor_completions.d/{NAME}.fish",
}
# What every Debian system has in /usr/share/common-licenses, by the names of SPDX.
_COMMON = {
    "Apache-2.0": "Apache-2.0",
    "GPL-2.0-or-later": "GPL-2",
    "GPL-3.0-or-later": "GPL-3",
    "LGPL-2.1-or-later": "LGPL-2.1",
    "LGPL-3.0-only": "LGPL-3",
}
_MOST_NOTICES = 8
_RELEASE = re.compile(r"^## \[?v?(\d+\.\d+[\w.]*)\]? - (\d{4}-\d{2}-\d{2})\s*$", re.MULTILINE)


def main(folder: Path, seconds: int, debian_version: str, index: Path | None) -> None:
    """Write all of it."""
    for path, text in sorted(texts(seconds).items()):
        _write(folder / path, text.encode())
    shutil.copytree(ROOT / "assets" / "application" / "hicolor", folder / "share" / "icons" / "hicolor")
    documents = folder / "share" / "doc" / NAME
    _write(documents / "copyright", copyright_file(index).encode())
    _write(documents / "changelog.gz", _packed((ROOT / "CHANGELOG.md").read_bytes()))
    _write(documents / "changelog.Debian.gz", _packed(debian_changelog(debian_version, seconds).encode()))
    manual = folder / "share" / "man" / "man1" / f"{NAME}.1.gz"
    page = runpy.run_path(str(ROOT / "packaging" / "man-page.py"))["page"](seconds)
    _write(manual, _packed(page.encode()))


def texts(seconds: int) -> dict[str, str]:
    """Return the small files by their paths below /usr."""
    entry = (ROOT / "packaging" / "linux" / f"{NAME}.desktop").read_text("utf-8")
    return {
        f"share/applications/{NAME}.desktop": entry,
        f"share/metainfo/{ID}.metainfo.xml": metainfo(seconds),
        AUTOSTART: autostart_entry(entry),
        **{path: completion(shell) for shell, path in _COMPLETIONS.items()},
    }


def autostart_entry(menu_entry: str) -> str:
    """Return the entry that starts the tray at the login of every user, once an administrator has put it in place."""
    from tray.desktop.autostart.xdg import LATER

    values = entry_values(menu_entry)
    program = f"/usr/bin/{NAME}"
    kept = {key: values[key] for key in ("Type", "Name", "Comment", "Icon")}
    started = {"Exec": f"{program} {AT_LOGIN}", "TryExec": program, "Terminal": "false", "StartupNotify": "false"}
    return entry_text({**kept, **started, **LATER})


def completion(shell: str) -> str:
    """Return what `notebook-tray completion SHELL` prints."""
    from click.testing import CliRunner

    from tray.cli.commands import cli

    ran = CliRunner().invoke(cli, ["completion", shell], prog_name=NAME)
    if ran.exit_code:
        raise SystemExit(f"completion {shell}: {ran.output}")
    return ran.output.strip() + "\n"


def metainfo(seconds: int) -> str:
    """Return the AppStream metainfo, with the releases that CHANGELOG.md has: this version's at least."""
    text = (ROOT / "packaging" / "linux" / f"{NAME}.metainfo.xml.in").read_text("utf-8")
    places = {"repository": "Repository", "issues": "Issues", "documentation": "Documentation"}
    for place, label in places.items():
        text = text.replace(f"@{place}@", escape(address(label)))
    return text.replace("@releases@", "\n".join(_releases(seconds)))


def _releases(seconds: int) -> Iterator[str]:
    found = _RELEASE.findall((ROOT / "CHANGELOG.md").read_text("utf-8"))
    if __version__ not in dict(found):
        # Not released yet: a build of what is to be.
        date = datetime.fromtimestamp(seconds, UTC).date().isoformat()
        yield f'    <release version="{__version__}" date="{date}" type="development"/>'
    for version, date in found:
        yield f'    <release version="{version}" date="{date}"/>'


def debian_changelog(version: str, seconds: int) -> str:
    """Return Debian's changelog of one entry: what changed in the program itself is in the other one."""
    date = format_datetime(datetime.fromtimestamp(seconds, UTC))
    return (
        f"{NAME} ({version}) unstable; urgency=medium\n\n"
        f"  * Notebook Tray {__version__}: see changelog.gz.\n\n"
        f" -- {MAINTAINER}  {date}\n"
    )


def copyright_file(index: Path | None) -> str:
    """Return Debian's copyright file: the program itself, and each part that is frozen with it.

    :param index: the list that `packaging/audit/parts.py` writes beside the texts of all licenses
    """
    own = (ROOT / "LICENSE").read_text("utf-8")
    parts: list[dict[str, Any]] = json.loads(index.read_text("utf-8")) if index else []
    parts = [part for part in parts if part["name"] != NAME]
    paragraphs = [
        _paragraph(
            {
                "Format": "https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/",
                "Upstream-Name": "Notebook Tray",
                "Source": address("Repository"),
                "Comment": [
                    "The program is frozen by PyInstaller, with Python and the libraries that it needs, in",
                    f'/usr/lib/{NAME}. A single name after "Files" is the name of one of these parts. The folder of',
                    f"that name in /usr/share/doc/{NAME}/licenses has the texts of its licenses, word for word.",
                ],
            }
        ),
        _paragraph({"Files": "*", "Copyright": _notices(own), "License": "MIT"}),
        _paragraph(
            {
                "Files": f"usr/lib/{NAME}/_internal/tray/aws/data/*",
                "Copyright": ["Amazon.com, Inc. or its affiliates (a part of botocore)"],
                "License": "Apache-2.0",
            }
        ),
    ]
    paragraphs += [_of_part(part, index.parent) for part in parts if index]
    names = {name for part in parts for name in _license_names(part["license"])} | {"Apache-2.0"}
    paragraphs.append(_paragraph({"License": ["MIT", *own.strip().split("\n")[4:]]}))
    paragraphs += [_license(name) for name in sorted(names - {"MIT"})]
    return "\n".join(paragraphs)


def _of_part(part: Mapping[str, Any], texts: Path) -> str:
    folder = texts / part["name"]
    found = [line for file in sorted(folder.iterdir()) for line in _notices(file.read_text("utf-8", "replace"))]
    if part["license"].startswith("LGPL"):  # whose text says who has the copyright on itself
        found = [line for line in found if "Free Software Foundation" not in line]
    notices = list(dict.fromkeys(found))[:_MOST_NOTICES] or [_author(part)]
    return _paragraph(
        {
            "Files": f"{part['name']}",
            "Copyright": notices,
            "License": _debian_name(part["license"]),
            "Comment": f"Version {part['version']}, from {part['kind']}.",
        }
    )


def _author(part: Mapping[str, Any]) -> str:
    """Return who made a part whose texts don't say it: by the metadata of the package, if it is installed here."""
    try:
        metadata = distribution(part["name"]).metadata
    except PackageNotFoundError:
        return f"see the folder licenses/{part['name']}"
    named = metadata.get("Author") or metadata.get("Author-email") or ""
    return " ".join(named.split()) or f"see the folder licenses/{part['name']}"


def _notices(text: str) -> list[str]:
    """Return who has the copyright, from the lines of a license's text that say so."""
    lines = (" ".join(line.strip(" \t*#/-;.").split()) for line in text.splitlines())
    found = [line for line in lines if re.match(r"(?:copyright|\(c\)|©)\W.*\d{4}", line, re.IGNORECASE)]
    return [re.sub(r"^copyright(?: \(c\)|:| ©)?\s*", "", line, flags=re.IGNORECASE)[:200] for line in found]


def _license_names(expression: str) -> list[str]:
    """Return the licenses in an SPDX expression, each with its exception, by Debian's names."""
    return [_debian_name(each.strip(" ()")) for each in re.split(r" (?:AND|OR) ", expression)]


def _debian_name(expression: str) -> str:
    """Return an SPDX expression as a License field has it."""
    name = expression.replace(" AND ", " and ").replace(" OR ", " or ").replace("LicenseRef-", "")
    return re.sub(r" WITH (\S+?)(?:-exception)?(-[\d.]+)?$", r" with \1 exception", name)


def _license(name: str) -> str:
    common = next((_COMMON[spdx] for spdx in _COMMON if name == spdx or name.startswith(f"{spdx} with ")), "")
    where = (
        [f"The text is in /usr/share/common-licenses/{common}."]
        if common
        else [f"The texts of the parts under this license are in /usr/share/doc/{NAME}/licenses."]
    )
    return _paragraph({"License": [name, *where]})


def _paragraph(fields: Mapping[str, str | Sequence[str]]) -> str:
    """Return a paragraph of Debian's control format."""
    lines = []
    for key, value in fields.items():
        if isinstance(value, str):
            lines.append(f"{key}: {value}")
            continue
        # The first line of a license is its name; other values of several lines begin on the next.
        first, rest = (value[0], value[1:]) if key == "License" else ("", value)
        lines.append(f"{key}: {first}".rstrip())
        lines += [f" {line.rstrip()}" if line.strip() else " ." for line in rest]
    return "\n".join([*lines, ""])


def _packed(contents: bytes) -> bytes:
    return gzip.compress(contents, 9, mtime=0)


def _write(path: Path, contents: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(contents)


if __name__ == "__main__":
    out, seconds, version, *more = sys.argv[1:]
    main(Path(out), int(seconds), version, Path(more[0]) if more else None)
