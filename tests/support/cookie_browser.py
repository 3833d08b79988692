"""As much of a browser as signing in takes: it follows redirects and keeps cookies."""

from __future__ import annotations

import http.cookiejar
import json
import urllib.error
import urllib.request
from email.message import Message
from typing import Any

from tests.support.waiting import PATIENCE_SECONDS


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


class Browser:
    """Sends requests with the cookies that earlier answers set; with `follows` False, it stays where a redirect is."""

    def __init__(self, *, follows: bool = True) -> None:
        self.cookies = http.cookiejar.CookieJar()
        self.headers = Message()
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}),
            urllib.request.HTTPCookieProcessor(self.cookies),
            *(() if follows else (_Stay,)),
        )
        self._opener.addheaders = [("Sec-Fetch-Mode", "navigate")]

    def get(self, url: str) -> tuple[int, str, str]:
        """Return the status, the address at the end of all redirects, and the page; `headers` are the answer's."""
        return self.send(urllib.request.Request(url))

    def post(self, url: str, body: dict[str, Any]) -> tuple[int, str, str]:
        """Send JSON, as JupyterLab's own page does."""
        return self.send(urllib.request.Request(url, json.dumps(body).encode(), self._xsrf()))

    def delete(self, url: str) -> tuple[int, str, str]:
        """Have something deleted, as JupyterLab's own page does."""
        return self.send(urllib.request.Request(url, headers=self._xsrf(), method="DELETE"))

    def send(self, request: urllib.request.Request) -> tuple[int, str, str]:
        """Send a request, and return what `get` does."""
        try:
            with self._opener.open(request, timeout=PATIENCE_SECONDS) as answer:
                self.headers = answer.headers
                return answer.status, answer.url, answer.read().decode()
        except urllib.error.HTTPError as error:
            self.headers = error.headers
            with error:
                return error.code, error.url, error.read().decode()

    def _xsrf(self) -> dict[str, str]:
        return {"X-XSRFToken": next(cookie.value or "" for cookie in self.cookies if cookie.name == "_xsrf")}
