"""The programs around the one that is watched: the browser, two credential processes, and its own most talkative start.

Each is a text that is written into the run's folder.
"""

from __future__ import annotations

# Follows where it is led, with cookies; allows what a consent page asks, and types the digits that an MFA page asks
# for. Writes the addresses down, since they are secrets that the run looks for.
BROWSER = """
import json, os, re, sys
from pathlib import Path
sys.path.insert(0, {root!r})
from tests.support.cookie_browser import Browser
from tests.support.sign_in import decide
from urllib.parse import urlencode, urlsplit
from urllib.request import Request

folder = Path({folder!r})
browser = Browser(follows=False)

def note(url):
    with (folder / "visited").open("a") as file:
        print("started with" if url == sys.argv[1] else "led to", url, file=file)

def followed(url):
    for _ in range(10):
        note(url)
        if "/authorize?" in url or "/device?" in url:
            followed(decide(url))
            return
        status, _, text = browser.get(url)
        location = browser.headers.get("Location", "")
        if not location:
            break
        where = urlsplit(url)
        url = location if "://" in location else f"{{where.scheme}}://{{where.netloc}}{{location}}"
    if 'name="code"' in text:
        where = urlsplit(url)
        fields = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]+)"', text))
        fields |= {{"code": (folder / "digits").read_text(), "do": "check"}}
        action = re.search(r'action="([^"]*)"', text)
        target = f"{{where.scheme}}://{{where.netloc}}{{action[1] if action and action[1] else where.path}}"
        browser.send(Request(target, urlencode(fields).encode(), {{"Origin": f"{{where.scheme}}://{{where.netloc}}"}}))

followed(sys.argv[1])
"""

HELPER = """
import json, sys
print("the password is", {said!r}, file=sys.stderr)
print(json.dumps({given!r}))
"""

BROKEN = """
import sys
print({said!r}, file=sys.stdout)
for line in {lines!r}:
    print(line, file=sys.stderr)
sys.exit(7)
"""

# The program with the root's log at its most verbose. Libraries keep the levels that the program gives them.
VERBOSE = """
import logging, runpy, sys
set_level = logging.Logger.setLevel
logging.Logger.setLevel = lambda self, level: set_level(self, logging.DEBUG if self is logging.root else level)
{before}
runpy.run_module("tray", run_name="__main__", alter_sys=True)
"""

# What fails in it fails with all of its arguments, as an exception of a library's would.
CRASHES = """
import tray.desktop.browser.handoff as handoff
def fails(url, *_):
    raise RuntimeError(f"no way to {url} with {vars()!r}")
handoff.OneShotRedirect = fails
"""
