"""The files of a page, and the page itself: HTML with the words of the user's language in it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from html import escape
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.responses import Response
from starlette.routing import Route

from tray.texts import pages as page_texts

if TYPE_CHECKING:
    from starlette.requests import Request

_STATIC = Path(__file__).with_name("static")
_FRAME = _STATIC / "frame.html"
_KINDS = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}


def file_route(path: str, folder: Path, names: Iterable[str]) -> Route:
    """Return the route of files in a folder, at `path`/NAME: `names` are all, so that no address names a path."""
    known = frozenset(names)

    async def answer(request: Request) -> Response:
        name = request.path_params["name"]
        if name not in known:
            return Response(status_code=HTTPStatus.NOT_FOUND)
        return Response((folder / name).read_bytes(), media_type=_KINDS[Path(name).suffix])

    return Route(f"{path}/{{name}}", answer)


def shared_files() -> Route:
    """Return the route of the files that all pages use, at `/shared/NAME`."""
    return file_route("/shared", _STATIC, ("base.css", "events.js", "icon.svg", "page.js"))


def page(path: str, folder: Path, names: Iterable[str], heading: str, given: Mapping[str, object]) -> Response:
    """Return the page at `path`, whose own `main.js` starts it.

    :param folder: has `page.html`, the page's body, and the files `names`
    :param given: values that JSON has, which the page's modules read: `words` are the sentences by their names
    """
    modules = (f"{path}/{name}" for name in names if name.endswith(".js") and name != "main.js")
    places = {
        "language": escape(page_texts.html_language()),
        "title": escape(page_texts.page_title(heading)),
        "heading": escape(heading),
        "path": path,
        "modules": "\n".join(f'<link rel="modulepreload" href="{each}">' for each in modules),
    }
    text = _FRAME.read_text("utf-8").replace("{body}", (folder / "page.html").read_text("utf-8").strip())
    for place, value in places.items():
        text = text.replace(f"{{{place}}}", value)
    # Data, and no script: with `<` escaped, nothing in it ends the element.
    return Response(text.replace("{words}", as_json(given).replace("<", "\\u003c")), media_type="text/html")


def as_json(value: object) -> str:
    """Return a value as JSON without spaces."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
