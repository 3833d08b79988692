"""What the macOS application says of itself (Info.plist), and what its signature allows it. The specification reads it.

Information Property List: https://developer.apple.com/documentation/bundleresources/information-property-list
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

NAME = "Notebook Tray"
EXECUTABLE = "notebook-tray"
IDENTIFIER = "NotebookTray.NotebookTray"
# UserNotifications is in 10.14, and what Python 3.11's own builds need is older; nothing before 11 was ever thought of.
OLDEST_MACOS = "11.0"
ENTITLEMENTS_FILE = Path(__file__).with_name("entitlements.plist")
# The exceptions from the hardened runtime, each with its reason. The file has no comments: codesign's own parser takes
# none. https://developer.apple.com/documentation/security/hardened-runtime
ENTITLEMENTS: Mapping[str, str] = {
    "com.apple.security.cs.allow-unsigned-executable-memory": (
        "libffi makes code for the callbacks of PyObjC and ctypes while the program runs"
    ),
}


def info_plist(version: str) -> dict[str, object]:
    """Return what PyInstaller is to add to Info.plist.

    :param version: as in `tray.__version__`
    """
    return {
        # No icon in the Dock, no menu bar of its own, and yet an icon in the menu bar. PyInstaller would have a program
        # that has a console be in the background alone, where macOS shows nothing of it.
        "LSUIElement": True,
        "LSBackgroundOnly": False,
        "LSMinimumSystemVersion": OLDEST_MACOS,
        "LSApplicationCategoryType": "public.app-category.developer-tools",
        "CFBundleVersion": version,
        "CFBundleDevelopmentRegion": "en",
        "NSHighResolutionCapable": True,
        # A tray without windows looks idle; macOS is not to end it for that.
        "NSSupportsAutomaticTermination": False,
        "NSSupportsSuddenTermination": False,
        "NSHumanReadableCopyright": "The Notebook Tray developers, MIT licence",
    }
