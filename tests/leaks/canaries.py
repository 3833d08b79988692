"""Planted secrets, and each form in which one could be handed on without being seen as it is."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

# Of fewer characters, what is found may be chance.
_SHORTEST = 12


@dataclass(frozen=True)
class Canary:
    """A planted secret, by name, and where it may be: patterns for the places that a `Sighting` has."""

    name: str
    secret: str = field(repr=False)
    places: tuple[str, ...] = ()

    def may_be(self, place: str) -> bool:
        """Whether the secret may be in this place."""
        return any(re.fullmatch(pattern, place) for pattern in self.places)


@dataclass(frozen=True, order=True)
class Sighting:
    """A secret that was seen: where, and in which form. Never the secret itself."""

    canary: str
    place: str
    form: str


class Search:
    """Finds all of `canaries` in bytes, in all forms at once."""

    def __init__(self, canaries: Mapping[str, Canary]) -> None:
        self._names: dict[bytes, list[tuple[str, str]]] = {}
        for canary in canaries.values():
            forms: dict[bytes, str] = {}
            for form, content in _forms(canary.secret):
                forms.setdefault(content, form)  # what needs no quoting is as it is
            for content, form in forms.items():
                self._names.setdefault(content, []).append((canary.name, form))
        # The longest first: of two that begin at one place, the pattern takes the first.
        alternatives = sorted(self._names, key=len, reverse=True)
        self._pattern = re.compile(b"|".join(map(re.escape, alternatives))) if alternatives else re.compile(b"(?!)")

    def sightings(self, content: bytes, place: str) -> Iterator[Sighting]:
        """Yield what is found in the content of a place."""
        for found in self._pattern.finditer(content):
            around = content[max(0, found.start() - 1) : found.start()] + content[found.end() : found.end() + 1]
            for name, form in self._names[found[0]]:
                # Digits alone are part of a longer number now and then.
                if not (found[0].isdigit() and any(byte in b"0123456789abcdef" for byte in around)):
                    yield Sighting(name, place, form)


def _forms(secret: str) -> Iterator[tuple[str, bytes]]:
    raw = secret.encode()
    if len(raw) < _SHORTEST:
        if not raw.isdigit():
            raise ValueError("too short a secret: it is found by chance")
        yield from (("as it is", raw), ("UTF-16", secret.encode("utf-16-le")), ("hexadecimal", raw.hex().encode()))
        return
    yield "as it is", raw
    yield "in JSON", json.dumps(secret)[1:-1].encode()
    for times, name in ((1, "percent-encoded"), (2, "percent-encoded twice")):
        quoted = secret
        for _ in range(times):
            quoted = quote(quoted, safe="")
        yield name, quoted.encode()
        yield name, re.sub("%[0-9A-F]{2}", lambda found: found[0].lower(), quoted).encode()
    yield "percent-encoded", "".join(f"%{byte:02X}" for byte in raw).encode()
    for encoding in ("utf-16-le", "utf-16-be", "utf-32-le"):
        yield "UTF-16", secret.encode(encoding)
    yield from (("hexadecimal", raw.hex().encode()), ("hexadecimal", raw.hex().upper().encode()))
    yield "backwards", raw[::-1]
    for offset in range(3):
        # What stands before it decides on the letters: those that both have a part in are left out.
        encoded = base64.b64encode(b"\0" * offset + raw)
        inner = encoded[(0, 2, 3)[offset] : -4 if len(raw) % 3 or offset else None]
        yield from (("base64", inner), ("base64", inner.replace(b"+", b"-").replace(b"/", b"_")))
