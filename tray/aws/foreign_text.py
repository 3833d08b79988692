"""What other programs print, for the user to read: without what looks secret or steers a terminal. Pure.

A lifecycle script's log is shown without what looks secret (`harmless`). A credential_process handles secrets all the
time, and nobody knows how it words them: of what it says, only that is kept which is known to be none (`known_words`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

_LONGEST_LINE = 1000
_GONE = "…"

_SECRETS = re.compile(
    r"(?P<authority>://)[^/\s\"'<>]+(?=@)"
    # Long words of letters and digits: keys, tokens, and now and then something harmless.
    r"|(?<![A-Za-z0-9+/=_~.%-])(?=[A-Za-z0-9+/=_~.%-]*[0-9])(?=[A-Za-z0-9+/=_~.%-]*[A-Za-z])[A-Za-z0-9+/=_~.%-]{20,}"
    r"|(?<![A-Za-z0-9])(?:AKIA|ASIA)[A-Z0-9]{8,}"
    r"|(?<![0-9])[0-9]{6}(?![0-9])",
    re.IGNORECASE,
)
_ESCAPES = re.compile(r"\x1b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\x07]*\x07?)")

# A word that a secret may follow: `password:`, `--client_secret`, `X-Api-Key`, `{"accessToken":`; and in some of the
# languages that a system may speak.
_NAMES_SECRET = re.compile(
    r"secret|token|passw|passphrase|passcode|pass-phrase|credential|cookie|authoriz|bearer|session.?id|signature"
    r"|assertion|api.?key|access.?key|private.?key|encryption.?key"
    r"|kennwort|geheim|contrase|senha|wachtwoord|lösenord|salasana|hasł|heslo|jelsz|şifre|парол|密码|密碼|パスワード|암호"
    r"|(?<![a-z])(?:pw|pwd|passe?|pin|otp|totp|mfa|mdp|key|puk|tan)(?![a-z])|(?<![a-z])(?:jwt|saml)(?![a-z0-9])"
)
# Words that say what is the matter with a secret, instead of being one.
_SAID_OF_SECRETS = """
a access account again already an and are as at authentication available aws be been before but by cache cached can
can't cannot client code command config configuration configured could couldn't credential credentials current denied
did didn't do does doesn't error exist exists exit expire expired expires failed failure fetch file find for found
from get getting given had has have id in incorrect invalid is isn't it key keys load locate log login match may
missing must need needed needs new no none not obtain of off on open or out parse password permission please prefix
provided provider read reading refresh refreshed refused rejected renew request required retrieve revoked role run
service session sign signed sso stale stored than that the there this to token tokens too try unable unauthorized
unknown until use user valid was wasn't were when with without wrong you your
"""
_MATTER = frozenset(_SAID_OF_SECRETS.split())
# `key=value`, and `user:password`; the name may be of any letters, and the value is looked at by itself.
_PAIR = re.compile(r"([^\s:=]+)([:=]+)(\S+)")
_FLAG = re.compile(r"--?[A-Za-z][\w-]*")
_QUOTED = re.compile(r"(?<![^\s(\[{<=:,])[\"'`“‘«][^\"'`”’»]*[\"'`”’»]?")
_EDGES = "\"'`“”‘’«»()[]{}<>.,;:!?…"

# What is known to be harmless, in a process's words. Words in one of the usual cases, alone or joined, as file names
# and the names of exceptions are: a key of letters alone has both cases in no order.
_LETTERS = r"(?:[^\W\d_]{1,30})"
_WORD = re.compile(rf"[~./]*{_LETTERS}(?:[-_./'’]+{_LETTERS}){{0,11}}/?")
_PART = re.compile(r"[^\W\d_]+")
_HUMPS = re.compile(r"(?:[A-Z]{2,5})?(?:[A-Z][a-z]{1,15}){1,6}(?:[A-Z]{1,3})?")
_NUMBER = re.compile(
    r"[+-]?\d{1,3}%?"
    r"|\d{1,3}(?:\.\d{1,3}){1,3}"
    r"|v\d{1,2}(?:\.\d{1,3}){0,2}"
    r"|(?:19|20)\d\d[-/][01]\d[-/][0-3]\d(?:T[0-2]\d:[0-5]\d(?::[0-5]\d(?:\.\d{1,3})?)?Z?)?"
    r"|[0-2]?\d:[0-5]\d(?::[0-5]\d(?:\.\d{1,3})?)?"
    r"|\d{1,4}(?:ms|s|m|h)"
)
_NAME = re.compile(
    r"(?:[a-z]{2}|us-gov|us-iso[a-z]?)-(?:north|south|east|west|central){1,2}-\d"
    r"|HTTP/[123](?:\.[01])?|UTF-8|utf-8|S3|s3|EC2|ec2|OAuth2|oauth2|SAML2|x509|IdP|IPv[46]|python3|Python3|TLSv1\.[23]"
    r"|arn:aws[a-z-]*:[a-z-]{2,20}:[a-z0-9-]{0,20}:\d{0,12}:(?:role|user|saml-provider)/[A-Za-z-]{1,64}"
)
_ADDRESS = re.compile(r"(https?://[A-Za-z.-]{1,100}(?::\d{2,5})?)(/\S*)?")


def harmless(line: str) -> str:
    """Return a line of a foreign program without what looks secret or steers a terminal, cut where it is very long."""
    line = _cut(line)
    words, _ = _before_secrets(_SECRETS.sub(_redacted, line).split(), follows=False)
    return " ".join(words)


def known_words(lines: Sequence[str]) -> list[str]:
    """Return lines of a program that handles secrets, of each only what is known to be none; without empty lines.

    A secret may begin on the line behind its name. So give the line before the first one that matters, too.
    """
    told, follows = [], False
    for line in lines:
        plain = _QUOTED.sub(_GONE, _SECRETS.sub(_redacted, _cut(line)))
        words, follows = _before_secrets(plain.split(), follows=follows)
        told.append(" ".join(_joined(_known(words))))
    return told


def _cut(line: str) -> str:
    # Cut before and after: each letter takes time, and of one there may be eighteen.
    return _shortened(_seen(_shortened(line)))


def _shortened(line: str) -> str:
    if len(line) <= _LONGEST_LINE:
        return line
    # The line is cut between two words, because half a secret doesn't look like a secret.
    return line[:_LONGEST_LINE].rpartition(" ")[0] + _GONE


def _seen(line: str) -> str:
    """Return a line as it looks. What has no width parts no words: a zero-width space in the name of a secret, say."""
    line = "".join(c for c in line if unicodedata.category(c) != "Cf")
    line = unicodedata.normalize("NFKC", _ESCAPES.sub("", line)).replace("...", _GONE)
    return "".join(c if c.isprintable() else " " for c in line)


def _redacted(found: re.Match[str]) -> str:
    return f"{found['authority'] or ''}{_GONE}"


def _before_secrets(words: Sequence[str], *, follows: bool) -> tuple[list[str], bool]:
    """Return the words up to a secret, and whether the next line begins with one.

    :param follows: whether the line before ends with the name of a secret
    """
    kept: list[str] = []
    named = follows
    for word in words:
        name = _NAMES_SECRET.search(word.casefold())
        plain = word.strip(_EDGES).casefold()
        if named and plain and plain not in _MATTER and name is None:
            return [*kept, _GONE], False
        if name is not None:
            named = True
            # Of a few letters the lower case is longer: the value begins where one does in the word itself.
            before, separator, value = _parted(word, min(name.end(), len(word)))
            if value.strip(_EDGES) and value.strip(_EDGES).casefold() not in _MATTER:
                return [*kept, f"{before}{separator}{_GONE}"], False
        kept.append(word)
    last = kept[-1] if kept else ""
    return kept, named and (last.endswith((":", "=")) or bool(_NAMES_SECRET.search(last.casefold())))


def _parted(word: str, start: int) -> tuple[str, str, str]:
    """Return what is before the first colon, equals sign or angle bracket from `start` on, that sign, and the rest."""
    at = min((found for sign in ":=>" if (found := word.find(sign, start)) >= 0), default=len(word))
    return word[:at], word[at : at + 1], word[at + 1 :]


def _known(words: Sequence[str]) -> Iterator[str]:
    before = ""
    for word in words:
        is_flag = bool(_FLAG.fullmatch(word))
        if is_flag:
            yield word
        elif (_FLAG.fullmatch(before) and word.strip(_EDGES).casefold() not in _MATTER) or (
            before.isdecimal() and word.strip(_EDGES).isdecimal()
        ):
            yield _GONE
        else:
            yield _as_known(word)
        before = word


def _as_known(word: str) -> str:
    plain = word.strip(_EDGES)
    if not plain or _is_known(plain):
        return word
    if address := _ADDRESS.match(plain):
        return address[1] + (f"/{_GONE}" if address[2] and len(address[2]) > 1 else "")
    found = _PAIR.fullmatch(word)
    if found and _is_known(found[1].strip(_EDGES)):
        inner = found[3].strip(_EDGES)
        return word if inner.casefold() in _MATTER or _NUMBER.fullmatch(inner) else f"{found[1]}{found[2]}{_GONE}"
    return _GONE


def _is_known(word: str) -> bool:
    if _NUMBER.fullmatch(word) or _NAME.fullmatch(word):
        return True
    return bool(_WORD.fullmatch(word)) and all(map(_is_in_a_usual_case, _PART.findall(word)))


def _is_in_a_usual_case(part: str) -> bool:
    return part == part.lower() or part[1:] == part[1:].lower() or part == part.upper() or bool(_HUMPS.fullmatch(part))


def _joined(words: Iterator[str]) -> Iterator[str]:
    """Yield the words, one sign for several that are gone in a row."""
    before = ""
    for word in words:
        if not (word == before == _GONE):
            yield word
        before = word
