"""Reads who issued a certificate. Python says so only for certificates that it has verified; this reads the others."""

from __future__ import annotations

from collections.abc import Iterator

# Attribute types of a name (RFC 4519, 2.3, 2.19 and 2.20) as DER writes them, in the order in which one is enough.
_COMMON_NAME, _ORGANISATION, _UNIT = b"\x55\x04\x03", b"\x55\x04\x0a", b"\x55\x04\x0b"
_VERSION = 0xA0  # [0], absent in certificates of version 1
_ENCODINGS = {0x1E: "utf-16-be", 0x14: "latin-1", 0x1C: "utf-32-be"}  # BMPString, T61String, UniversalString


def issuer_of(certificate: bytes) -> str | None:
    """Return the issuer's name in a certificate (DER, RFC 5280, 4.1): its common name and its organisation.

    None if the certificate has no such name, or if the bytes are no certificate.
    """
    try:
        ((_, whole),) = _parts(certificate)
        fields = list(_parts(next(_parts(whole))[1]))
        issuer = fields[2 + (fields[0][0] == _VERSION)][1]  # after the serial number and the signature's algorithm
        names: dict[bytes, str] = {}
        for _, relative in _parts(issuer):
            for _, attribute in _parts(relative):
                (_, kind), (tag, value) = _parts(attribute)
                names.setdefault(kind, value.decode(_ENCODINGS.get(tag, "utf-8"), "replace"))
    except (ValueError, IndexError, StopIteration):
        return None
    common, organisation = names.get(_COMMON_NAME) or names.get(_UNIT), names.get(_ORGANISATION)
    if common and organisation and organisation not in common:
        return _printable(f"{common}, {organisation}")
    return _printable(common or organisation or "") or None


def _parts(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the tag and the content of each value in `data`.

    :raises ValueError: `data` is not DER
    """
    at = 0
    while at < len(data):
        tag, length, start = data[at], data[at + 1], at + 2
        if length >= 0x80:
            start += length & 0x7F
            length = int.from_bytes(data[at + 2 : start])
        at = start + length
        if at > len(data):
            raise ValueError("cut short")
        yield tag, data[start:at]


def _printable(name: str) -> str:
    # The unknown host that answered wrote this name: line breaks are removed, and a long name is cut.
    return "".join(each for each in name if each.isprintable())[:120].strip()
