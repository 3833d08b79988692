"""Writes what package managers know a release by: winget's manifests, a Homebrew cask, and the AUR's PKGBUILD.

usage: manifests.py FOLDER-WITH-THE-FILES FOLDER-FOR-THE-MANIFESTS [DAY]
Makes the manifests of those files that are there: winget's of the installer for Windows (*.exe), the cask of the disk
image (*.dmg), PKGBUILD and .SRCINFO of the Debian package (*_amd64.deb). DAY is the release's, as in 2026-12-01.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NAME = "notebook-tray"
TITLE = "Notebook Tray"
PUBLISHER = "The Notebook Tray developers"
# As Windows' notifications, and macOS's bundle, have it.
IDENTIFIER = "NotebookTray.NotebookTray"
# https://github.com/microsoft/winget-cli/tree/master/schemas/JSON/manifests
WINGET_VERSION = "1.10.0"
_PLAIN_YAML = re.compile(r"[A-Za-z/][\w./:+ -]*[\w./]|[A-Za-z]")
# Read as no text by YAML 1.1 or 1.2.
_NO_TEXT = re.compile(r"(?i)y|yes|n|no|on|off|true|false|null|~")


class ManifestsError(Exception):
    """The manifests can't be made; the message says why."""


@dataclass(frozen=True)
class Release:
    """What all manifests say of a release."""

    version: str
    day: str
    summary: str
    repository: str
    issues: str

    def address(self, file: Path) -> str:
        """Return where a file of the release is to be had."""
        return f"{self.repository}/releases/download/v{self.version}/{file.name}"


@dataclass(frozen=True)
class File:
    """A file of the release."""

    path: Path

    @property
    def sha256(self) -> str:
        """Its checksum, in hexadecimal."""
        with self.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()


def main(arguments: list[str]) -> int:
    """Write them; return the exit status."""
    if len(arguments) not in (2, 3):
        sys.stderr.write(f"{(__doc__ or '').partition('usage: ')[2]}")
        return 2
    files, out = Path(arguments[0]), Path(arguments[1])
    release = release_of(ROOT, arguments[2] if len(arguments) == 3 else "")
    try:
        made = dict(manifests(release, files))
    except ManifestsError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    for name, text in made.items():
        path = out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
        sys.stdout.write(f"{path}\n")
    return 0


def release_of(root: Path, day: str) -> Release:
    """Return what the checkout says of the release."""
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    source = (root / "tray" / "__init__.py").read_text("utf-8")
    version = re.search(r'^__version__ = "([^"]+)"$', source, re.MULTILINE)
    if version is None:
        raise ManifestsError("tray/__init__.py sets no __version__.")
    urls = project["urls"]
    return Release(version[1], day, project["description"], urls["Repository"], urls["Issues"])


def manifests(release: Release, files: Path) -> Iterator[tuple[str, str]]:
    """Yield the path of each manifest and its text.

    :raises ManifestsError: there is nothing to make any of, or several files for one
    """
    made = False
    for pattern, maker in (("*.exe", winget), ("*.dmg", cask), (f"{NAME}_*_amd64.deb", aur)):
        found = sorted(files.glob(pattern))
        if len(found) > 1:
            raise ManifestsError(f"Several files are {pattern}: {', '.join(each.name for each in found)}")
        if found:
            if release.version not in found[0].name:
                raise ManifestsError(f"{found[0].name} is not of version {release.version}.")
            made = True
            yield from maker(release, File(found[0]))
    if not made:
        raise ManifestsError(f"{files} has no installer, no disk image and no Debian package.")


# winget: three files, by its own schema. An NSIS installer knows by itself how it is silent: it is said all the same.


def winget(release: Release, file: File) -> Iterator[tuple[str, str]]:
    """Yield the manifests of winget, in the folders that microsoft/winget-pkgs wants."""
    folder = f"winget/manifests/n/NotebookTray/NotebookTray/{release.version}/{IDENTIFIER}"
    common = {"PackageIdentifier": IDENTIFIER, "PackageVersion": release.version}
    yield (
        f"{folder}.yaml",
        _manifest("version", {**common, "DefaultLocale": "en-US"}),
    )
    yield (
        f"{folder}.installer.yaml",
        _manifest(
            "installer",
            {
                **common,
                "MinimumOSVersion": "10.0.17763.0",
                "InstallerType": "nullsoft",
                "InstallModes": ["interactive", "silent", "silentWithProgress"],
                "InstallerSwitches": {
                    "Silent": "/S",
                    "SilentWithProgress": "/S",
                    "InstallLocation": "/D=<INSTALLPATH>",
                },
                "UpgradeBehavior": "install",
                **({"ReleaseDate": release.day} if release.day else {}),
                "Installers": [
                    {
                        "Architecture": "x64",
                        "Scope": scope,
                        "InstallerUrl": release.address(file.path),
                        "InstallerSha256": file.sha256.upper(),
                        **({"InstallerSwitches": {"Custom": "/ALLUSERS"}} if scope == "machine" else {}),
                    }
                    for scope in ("user", "machine")
                ],
            },
        ),
    )
    yield (
        f"{folder}.locale.en-US.yaml",
        _manifest(
            "defaultLocale",
            {
                **common,
                "PackageLocale": "en-US",
                "Publisher": PUBLISHER,
                "PublisherUrl": release.repository,
                "PublisherSupportUrl": release.issues,
                "PackageName": TITLE,
                "PackageUrl": release.repository,
                "License": "MIT",
                "LicenseUrl": f"{release.repository}/blob/v{release.version}/LICENSE",
                "ShortDescription": release.summary,
                "Moniker": NAME,
                "Tags": ["aws", "jupyter", "notebook", "sagemaker", "tray"],
                "ReleaseNotesUrl": f"{release.repository}/releases/tag/v{release.version}",
            },
        ),
    )


def _manifest(kind: str, values: Mapping[str, object]) -> str:
    schema = f"https://aka.ms/winget-manifest.{kind}.{WINGET_VERSION}.schema.json"
    whole = {**values, "ManifestType": kind, "ManifestVersion": WINGET_VERSION}
    return f"# yaml-language-server: $schema={schema}\n" + "\n".join(_yaml(whole)) + "\n"


def _yaml(values: Mapping[str, object], indent: str = "") -> Iterator[str]:
    for name, value in values.items():
        match value:
            case Mapping():
                yield f"{indent}{name}:"
                yield from _yaml(value, f"{indent}  ")
            case list():
                yield f"{indent}{name}:"
                for each in value:
                    if isinstance(each, Mapping):
                        lines = list(_yaml(each, f"{indent}    "))
                        yield f"{indent}  - {lines[0].strip()}"
                        yield from lines[1:]
                    else:
                        yield f"{indent}  - {_text(str(each))}"
            case _:
                yield f"{indent}{name}: {_text(str(value))}"


def _text(value: str) -> str:
    """Return a text as YAML: as JSON has it, which is YAML too, unless it can be taken for nothing but itself."""
    if _PLAIN_YAML.fullmatch(value) and not _NO_TEXT.fullmatch(value) and ": " not in value and " #" not in value:
        return value
    return json.dumps(value, ensure_ascii=False)


# Homebrew.


def cask(release: Release, file: File) -> Iterator[tuple[str, str]]:
    """Yield the cask. Ruby's text in quotation marks knows `#{…}`, which no value here has.

    :raises ManifestsError: a value has it, or a quotation mark
    """
    for value in (release.version, release.summary, release.repository):
        if re.search(r'["\\]|#\{', value):
            raise ManifestsError(f"A cask can't have this: {value}")
    address = release.address(file.path).replace(release.version, "#{version}")
    yield (
        f"homebrew/Casks/{NAME}.rb",
        f'''\
cask "{NAME}" do
  version "{release.version}"
  sha256 "{file.sha256}"

  url "{address}"
  name "{TITLE}"
  desc "{release.summary}"
  homepage "{release.repository}"

  livecheck do
    url :url
    strategy :github_latest
  end

  depends_on macos: ">= :big_sur"

  app "{TITLE}.app"
  binary "#{{appdir}}/{TITLE}.app/Contents/MacOS/{NAME}"

  uninstall launchctl: "{NAME}",
            quit:      "{IDENTIFIER}"

  zap trash: [
    "~/Library/Application Support/{NAME}",
    "~/Library/Caches/{NAME}",
    "~/Library/LaunchAgents/{NAME}.plist",
    "~/Library/Logs/{NAME}",
  ]
end
''',
    )


# The AUR: the Debian package has Python and all that the program needs, in the releases that it was tried with.


def aur(release: Release, file: File) -> Iterator[tuple[str, str]]:
    """Yield PKGBUILD and .SRCINFO of a package that unpacks the Debian package."""
    version = release.version.replace("-", "_")
    fields: dict[str, list[str]] = {
        "pkgdesc": [release.summary],
        "pkgver": [version],
        "pkgrel": ["1"],
        "url": [release.repository],
        "arch": ["x86_64"],
        "license": ["MIT", "Apache-2.0"],
        "depends": ["glibc", "hicolor-icon-theme"],
        "optdepends": [
            "gnome-keyring: keeps the configuration",
            "gnome-shell-extension-appindicator: the tray of GNOME",
            "kwallet: keeps the configuration",
            "xdg-utils: opens the browser",
        ],
        "provides": [NAME],
        "conflicts": [NAME],
        "options": ["!strip", "!debug"],
        "source_x86_64": [release.address(file.path)],
        "noextract": [file.path.name],
        "sha256sums_x86_64": [file.sha256],
    }
    single = {"pkgdesc", "pkgver", "pkgrel", "url"}
    lines = [f"# Maintainer: {PUBLISHER}", f"pkgname={NAME}-bin"]
    lines += [
        f"{name}={_sh(values[0])}" if name in single else f"{name}=({' '.join(map(_sh, values))})"
        for name, values in fields.items()
    ]
    lines += [
        "",
        "package() {",
        f'  bsdtar -xOf "$srcdir/{file.path.name}" "data.tar*" | bsdtar -xf - -C "$pkgdir"',
        "  # Debian's zsh looks there, Arch's here.",
        '  mv "$pkgdir/usr/share/zsh/vendor-completions" "$pkgdir/usr/share/zsh/site-functions"',
        '  install -d "$pkgdir/usr/share/licenses/$pkgname"',
        f'  mv "$pkgdir/usr/share/doc/{NAME}/copyright" "$pkgdir/usr/share/licenses/$pkgname/LICENSE"',
        "}",
    ]
    yield "aur/PKGBUILD", "\n".join(lines) + "\n"
    order = ("pkgdesc", "pkgver", "pkgrel", "url", "arch", "license", "depends", "optdepends", "provides", "conflicts",
             "noextract", "options", "source_x86_64", "sha256sums_x86_64")  # fmt: skip
    info = [f"pkgbase = {NAME}-bin"]
    info += [f"\t{name} = {value}" for name in order for value in fields[name]]
    yield "aur/.SRCINFO", "\n".join([*info, "", f"pkgname = {NAME}-bin"]) + "\n"


def _sh(value: str) -> str:
    return "'" + value.replace("'", "'\\''") + "'"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
