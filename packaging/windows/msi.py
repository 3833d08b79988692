"""Writes what wixl makes the MSI from: the frozen program for everyone on a computer, silently, as Intune installs it.

usage: msi.py FROZEN-FOLDER SOURCE.wxs [VERSION]. The language is that of WiX 3: https://wixtoolset.org/docs/v3
"""

from __future__ import annotations

import os
import sys
import tomllib
import uuid
from pathlib import Path, PurePosixPath
from xml.etree import ElementTree as ET  # nosec B405 # it writes, and parses nothing

import resources
from lists import files_of

from tray import __version__

_ROOT = Path(__file__).resolve().parents[2]
# The same for all versions: by it, an MSI finds the older one that it replaces.
_UPGRADE_CODE = uuid.UUID("5d0a9e1c-7c55-4b0e-9c41-7a9d8e3f2b60")
_RUN = r"Software\Microsoft\Windows\CurrentVersion\Run"
_APP_PATH = r"Software\Microsoft\Windows\CurrentVersion\App Paths\notebook-tray.exe"
_DOWNGRADE = "A newer version of Notebook Tray is installed. Remove it first to install this one."
_TRAY = "notebook-trayw.exe"


def source(folder: Path, version: str) -> ET.Element:
    """Return the description of an MSI with the files of `folder`.

    :raises ValueError: Windows Installer takes no such version: it compares three numbers, the third below 65,536
    """
    first, second, third, fourth = resources.numbers(version)
    if first > 255 or second > 255 or fourth:
        raise ValueError(f"Windows Installer does not compare the version {version}")
    urls = tomllib.loads((_ROOT / "pyproject.toml").read_text("utf-8"))["project"]["urls"]
    wix = ET.Element("Wix", xmlns="http://schemas.microsoft.com/wix/2006/wi")
    product = ET.SubElement(
        wix,
        "Product",
        Id="*",
        Name=resources.NAME,
        Language="1033",
        Version=f"{first}.{second}.{third}",
        Manufacturer=resources.PUBLISHER,
        UpgradeCode=_braced(_UPGRADE_CODE),
    )
    ET.SubElement(
        product,
        "Package",
        InstallerVersion="500",
        Compressed="yes",
        InstallScope="perMachine",
        Description=resources.NAME,
        Manufacturer=resources.PUBLISHER,
    )
    ET.SubElement(product, "MajorUpgrade", DowngradeErrorMessage=_DOWNGRADE)
    ET.SubElement(product, "Media", Id="1", Cabinet="program.cab", EmbedCab="yes")
    icon = _from_here(_ROOT / "assets" / "application" / "notebook-tray.ico")
    ET.SubElement(product, "Icon", Id="tray.ico", SourceFile=icon)
    properties = {
        "ARPPRODUCTICON": "tray.ico",
        "ARPHELPLINK": urls["Documentation"],
        "ARPURLINFOABOUT": urls["Repository"],
        "ARPNOMODIFY": "1",
    }
    for name, value in properties.items():
        ET.SubElement(product, "Property", Id=name, Value=value)

    target = ET.SubElement(product, "Directory", Id="TARGETDIR", Name="SourceDir")
    programs = ET.SubElement(target, "Directory", Id="ProgramFiles64Folder")
    top = ET.SubElement(programs, "Directory", Id="INSTALLDIR", Name=resources.NAME)
    ET.SubElement(target, "Directory", Id="ProgramMenuFolder")
    components = _files(top, folder)
    components += [_shortcut(top), _registry(top, "AppPath", _APP_PATH, "", "[INSTALLDIR]notebook-tray.exe")]
    login = _registry(top, "Login", _RUN, resources.NAME, f'"[INSTALLDIR]{_TRAY}" --autostarted')
    # msiexec /i … ADDLOCAL=ALL: it starts at everyone's login, too. wixl knows no conditions of components.
    for name, level, of in (("Program", "1", components), ("StartAtLogin", "1000", [login])):
        feature = ET.SubElement(product, "Feature", Id=name, Title=name, Level=level)
        for component, _ in of:
            ET.SubElement(feature, "ComponentRef", Id=component)
    return wix


def _files(top: ET.Element, folder: Path) -> list[tuple[str, ET.Element]]:
    """Describe each file as a component of its own, as Windows Installer wants it: it may be repaired alone."""
    directories = {PurePosixPath("."): top}
    components = []
    for number, file in enumerate(files_of(folder)):
        path = PurePosixPath(file.as_posix())
        for parent in reversed(path.parents):
            if parent not in directories:
                name = f"D{len(directories)}"
                directories[parent] = ET.SubElement(directories[parent.parent], "Directory", Id=name, Name=parent.name)
        component = _component(directories[path.parent], f"C{number}", path.as_posix())
        ET.SubElement(component, "File", Id=f"F{number}", Source=_from_here(folder / file), KeyPath="yes")
        components.append((f"C{number}", component))
    return components


def _shortcut(top: ET.Element) -> tuple[str, ET.Element]:
    component = _component(top, "StartMenu", "the link in the Start menu")
    ET.SubElement(
        component,
        "Shortcut",
        Id="Link",
        Directory="ProgramMenuFolder",
        Name=resources.NAME,
        Target=f"[INSTALLDIR]{_TRAY}",
        Icon="tray.ico",
    )
    _value(component, r"Software\NotebookTray", "StartMenu", "1")
    return "StartMenu", component


def _registry(top: ET.Element, name: str, key: str, value: str, content: str) -> tuple[str, ET.Element]:
    component = _component(top, name, rf"{key}\{value}")
    _value(component, key, value, content)
    return name, component


def _value(component: ET.Element, key: str, name: str, content: str) -> None:
    named = {"Name": name} if name else {}
    ET.SubElement(
        component, "RegistryValue", Root="HKLM", Key=key, **named, Type="string", Value=content, KeyPath="yes"
    )


def _component(parent: ET.Element, name: str, what: str) -> ET.Element:
    # The same for the same file in all versions.
    return ET.SubElement(parent, "Component", Id=name, Guid=_braced(uuid.uuid5(_UPGRADE_CODE, what)), Win64="yes")


def _from_here(file: Path) -> str:
    # wixl takes no absolute paths.
    return os.path.relpath(file)


def _braced(code: uuid.UUID) -> str:
    return f"{{{str(code).upper()}}}"


def main() -> None:
    """Write the source."""
    folder, out = Path(sys.argv[1]).resolve(), Path(sys.argv[2])
    version = sys.argv[3] if len(sys.argv) > 3 else __version__
    tree = ET.ElementTree(source(folder, version))
    ET.indent(tree)
    tree.write(out, encoding="utf-8", xml_declaration=True)


if __name__ == "__main__":
    main()
