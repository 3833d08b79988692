"""What other programs print, for the user to read: without what looks secret or steers a terminal. Pure."""

from __future__ import annotations

import re

_LONGEST_LINE = 1000

_SECRETS = re.compile(
    r"(?P<named>(?:secret|token|passw(?:or)?d|passphrase|credential|api.?key|access.?key(?:.?id)?)[\w\"']{0,64}\s{0,8}[:=]\s{0,8})\S+"
    r"|(?P<authority>://)[^/\s\"'<>]+(?=@)"
    # Long words of letters and digits: keys, tokens, and now and then something harmless.
    r"|(?<![A-Za-z0-9+/=_~.%-])(?=[A-Za-z0-9+/=_~.%-]*[0-9])(?=[A-Za-z0-9+/=_~.%-]*[A-Za-z])[A-Za-z0-9+/=_~.%-]{20,}"
    r"|(?<![A-Za-z0-9])(?:AKIA|ASIA)[A-Z0-9]{8,}"
    r"|(?<![0-9])[0-9]{6}(?![0-9])",
    re.IGNORECASE,
)
_ESCAPES = re.compile(r"\x1b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\x07]*\x07?)")


def harmless(line: str) -> str:
    """Return a line of a foreign program without what looks secret or steers a terminal, cut where it is very long."""
    if len(line) > _LONGEST_LINE:
        # The line is cut between two words, because half a secret doesn't look like a secret.
        line = line[:_LONGEST_LINE].rpartition(" ")[0] + "…"
    line = _ESCAPES.sub("", line)
    return _SECRETS.sub(_redacted, " ".join("".join(c if c.isprintable() else " " for c in line).split()))


def _redacted(found: re.Match[str]) -> str:
    return f"{found['named'] or found['authority'] or ''}…"
