"""How BROWSER is taken apart, by the rules of each system."""

from __future__ import annotations

import pytest

from tray.desktop.browser.variable import entries, for_address, words

INSTALLED = {
    r"C:\tools\b.cmd",
    r"C:\Program Files\Mozilla Firefox\firefox.exe",
    "/opt/My Browser/browser",
}


@pytest.mark.parametrize(
    ("variable", "windows", "found"),
    [
        ("", False, []),
        (" : :", False, []),
        ("firefox:chromium %s", False, ["firefox", "chromium %s"]),
        ("mine '--proxy=a:1' %s:other", False, ["mine '--proxy=a:1' %s", "other"]),
        ('mine "--proxy=a:1"', False, ['mine "--proxy=a:1"']),
        ("'unclosed %s:other", False, ["'unclosed %s", "other"]),
        (r"C:\tools\b.cmd %s", True, [r"C:\tools\b.cmd %s"]),
        (r"C:\tools\b.cmd %s;firefox", True, [r"C:\tools\b.cmd %s", "firefox"]),
        (r'"C:\one;two\b.exe" %s;firefox', True, [r'"C:\one;two\b.exe" %s', "firefox"]),
        (r"C:\user's\b.exe;firefox", True, [r"C:\user's\b.exe", "firefox"]),
    ],
)
def test_the_commands(variable: str, windows: bool, found: list[str]) -> None:
    assert entries(variable, windows=windows) == found


@pytest.mark.parametrize(
    ("entry", "windows", "found"),
    [
        ("mine", False, ("mine", "%s")),
        ("mine %s", False, ("mine", "%s")),
        ("mine --profile-directory=Work", False, ("mine", "--profile-directory=Work", "%s")),
        ("mine --new '%s'", False, ("mine", "--new", "%s")),
        ("mine 100%% %s", False, ("mine", "100%%", "%s")),
        ("mine %%s", False, ("mine", "%%s", "%s")),
        ("mine a%cb", False, ("mine", "a:b", "%s")),
        ("mine %u", False, ("mine", "%u", "%s")),
        ("mine %s &", False, ("mine", "%s")),
        ("/opt/My Browser/browser", False, ("/opt/My Browser/browser", "%s")),
        ("/opt/My Browser/browser -P work %s", False, ("/opt/My Browser/browser", "-P", "work", "%s")),
        (r"/opt/My\ Other/browser -x", False, ("/opt/My Other/browser", "-x", "%s")),
        ("'unclosed %s", False, ()),
        ("%s", False, ()),
        ("&", False, ()),
        (r"C:\tools\b.cmd", True, (r"C:\tools\b.cmd", "%s")),
        (r"C:\tools\b.cmd %s", True, (r"C:\tools\b.cmd", "%s")),
        (r"C:\tools\b.cmd --profile-directory=Work", True, (r"C:\tools\b.cmd", "--profile-directory=Work", "%s")),
        (r'"C:\Program Files\x\b.exe" -P "my work" "%s"', True, (r"C:\Program Files\x\b.exe", "-P", "my work", "%s")),
        (
            r"C:\Program Files\Mozilla Firefox\firefox.exe -P work %s",
            True,
            (r"C:\Program Files\Mozilla Firefox\firefox.exe", "-P", "work", "%s"),
        ),
        (r"\\server\share\b.exe %s", True, (r"\\server\share\b.exe", "%s")),
        (r'b.exe "--folder=C:\data\\" %s', True, ("b.exe", "--folder=C:\\data\\", "%s")),
        (r"b.exe --title=\"x\" %s", True, ("b.exe", '--title="x"', "%s")),
        ("b.exe it's %s", True, ("b.exe", "it's", "%s")),
        ('b.exe "" %s', True, ("b.exe", "", "%s")),
        ('"unclosed %s', True, ()),
    ],
)
def test_the_words(entry: str, windows: bool, found: tuple[str, ...]) -> None:
    assert words(entry, windows=windows, exists=INSTALLED.__contains__) == found


def test_the_address_comes_in_as_it_is() -> None:
    assert for_address("--at=%s&half=50%%", "http://127.0.0.1:1/%s%%") == "--at=http://127.0.0.1:1/%s%%&half=50%"
