"""A browser whose person allows whatever it is opened with, for the variable BROWSER."""

from __future__ import annotations

import sys

from tests.support.sign_in import decide, fetch


def main() -> None:
    url = sys.argv[1]
    status, text, location = fetch(url)
    while location:
        url = location
        if "/authorize?" in url or "/device?" in url:
            break
        status, text, location = fetch(url)
    back = decide(url)
    if back:
        status, text, _ = fetch(back)
        assert status == 200, text


if __name__ == "__main__":
    main()
