"""Somebody's session, in which a tray runs: a bus, what shows its icon, and a browser that tells what it was shown."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.menu_client import MenuClient, menu_client
from tests.support.stub_watcher import StubWatcher
from tests.support.waiting import wait_until

# A bus for whoever has the address: the tray runs as another user than the test.
_CONFIGURATION = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path={folder}/socket</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow user="*"/>
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""

# Asks for the page as a browser does, follows where it is sent, and notes the status and the beginning of what it gets.
# With bash alone: a small Debian has no other program that speaks HTTP.
BROWSER = r"""#!/bin/bash
url=$1
for _ in 1 2 3 4 5 6; do
    rest=${url#http://}
    host=${rest%%/*}
    path=/${rest#*/}
    path=${path%%#*}
    exec 3<>"/dev/tcp/${host%:*}/${host#*:}"
    printf 'GET %s HTTP/1.1\r\nHost: %s\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\n' "$path" "$host" >&3
    printf 'Accept: text/html\r\nCookie: %s\r\nConnection: close\r\n\r\n' "$cookie" >&3
    answer=$(timeout 60 cat <&3 | tr -d '\0')
    exec 3>&-
    status=$(sed -n '1s/[^ ]* \([0-9]*\).*/\1/p' <<<"$answer")
    set_cookie=$(tr -d '\r' <<<"$answer" | sed -n 's/^[Ss]et-[Cc]ookie: \([^;]*\).*/\1/p' | head -1)
    [ -z "$set_cookie" ] || cookie=$set_cookie
    location=$(tr -d '\r' <<<"$answer" | sed -n 's/^[Ll]ocation: //p' | head -1)
    echo "$status" >>"$SEEN.new"
    [ -n "$location" ] || break
    case $location in
    http://*) url=$location ;;
    *) url=http://$host$location ;;
    esac
done
{ echo "$url" | sed 's/[?].*//'; head -c 4000 <<<"$answer" | tr '\r\n' '  '; } >>"$SEEN.new"
mv "$SEEN.new" "$SEEN"
"""


@dataclass(frozen=True)
class Session:
    """What a program in the session gets as its environment, and what its browser has seen."""

    address: str
    browser: str
    seen_inside: str
    seen: Path

    @property
    def environment(self) -> dict[str, str]:
        """The variables that lead a program into the session."""
        return {
            "DBUS_SESSION_BUS_ADDRESS": self.address_inside,
            "BROWSER": f"{self.browser} %s",
            "SEEN": self.seen_inside,
            "XDG_CURRENT_DESKTOP": "XFCE",
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    @property
    def address_inside(self) -> str:
        """The bus's address where the program runs."""
        return f"unix:path={Path(self.seen_inside).parent}/socket"

    @contextmanager
    def tray(self) -> Iterator[MenuClient]:
        """Have icons shown for as long as the block lasts, and be the host of the one that comes."""
        with StubWatcher(self.address) as watcher:
            watcher.wait_for_item()
            with menu_client(self.address) as menu:
                yield menu

    def opens(self, menu: MenuClient, *labels: str | re.Pattern[str]) -> str:
        """Choose an entry, and return what the browser was shown then: statuses, address, the page's beginning."""
        self.seen.unlink(missing_ok=True)
        menu.click(*labels)
        wait_until(self.seen.exists, "the browser to be shown a page")
        return self.seen.read_text("utf-8", "replace")


@contextmanager
def session(root: Path, inside: str, log: Path) -> Iterator[Session]:
    """Run a bus in the folder `inside` of the file system at `root`, which programs there can use."""
    folder = root / inside.removeprefix("/")
    folder.mkdir(parents=True)
    folder.chmod(0o777)
    configuration = folder / "bus.conf"
    configuration.write_text(_CONFIGURATION.format(folder=folder), "utf-8")
    browser = folder / "browser"
    browser.write_text(BROWSER, "utf-8")
    browser.chmod(0o755)
    with log.open("ab") as file:
        process = subprocess.Popen(
            ["dbus-daemon", f"--config-file={configuration}", "--nofork"], stdout=file, stderr=file
        )
    try:
        socket = folder / "socket"
        wait_until(socket.exists, "the bus")
        socket.chmod(0o777)
        yield Session(f"unix:path={socket}", f"{inside}/browser", f"{inside}/seen", folder / "seen")
    finally:
        process.terminate()
        process.wait(10)
