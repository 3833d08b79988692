"""What a notification says and offers, as a value."""

from __future__ import annotations

import re
import string
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tray.texts.visible import visible

if TYPE_CHECKING:
    from tray.model.commands import Command
    from tray.model.notification_kinds import NotificationKind

# GNOME Shell shows three buttons at most (MAX_NOTIFICATION_BUTTONS in 43's js/ui/messageTray.js).
MOST_ACTIONS = 3

_MOST_IN_TITLE = 200
MOST_IN_TEXT = 1000
_SCHEME = string.ascii_letters + string.digits + "+-."
_AFTER = ".,;:!?)]}>’”\"'"
_END_OF_HOST = re.compile(r"[/?#\\]")


@dataclass(frozen=True, slots=True)
class Notification:
    """A notification with up to three buttons.

    `actions` are the buttons: labels, and the commands that they send. A click on the notification itself sends the
    first, unless it asks a question: then `click_acts` is false. `where` is a sentence that says where in the menu the
    same can be done: it is shown where there are no buttons. `about` is the matter. A newer notification about the same
    matter takes the place of the older one. `failure` says whether the picture beside it has the attention mark;
    `urgent`, whether it stays until the user has seen it, where the desktop can do that.

    Addresses in the texts are replaced by their hosts, so that no text ever holds a URL; what can't be seen is
    escaped, and long texts are cut.

    :raises ValueError: there are more than three actions, or nothing that it is about
    """

    kind: NotificationKind
    title: str
    text: str
    about: str
    actions: tuple[tuple[str, Command], ...] = ()
    where: str = ""
    failure: bool = False
    urgent: bool = False
    click_acts: bool = True

    def __post_init__(self) -> None:
        if len(self.actions) > MOST_ACTIONS or not self.about:
            raise ValueError("a notification has a matter, and three buttons at most")
        for name, most in (("title", _MOST_IN_TITLE), ("text", MOST_IN_TEXT), ("where", MOST_IN_TEXT)):
            words = getattr(self, name).replace("\t", " ")
            seen = visible(words.replace("\n", " ")) if name == "title" else visible(words, keep="\n")
            object.__setattr__(self, name, _cut(without_urls(seen), most))

    @property
    def whole_text(self) -> str:
        """The text and where the same can be done, for a desktop that shows no buttons."""
        return f"{self.text} {self.where}".strip()


def without_urls(text: str) -> str:
    """Return `text` with a host's name in place of each address; `http://HOST`, which is no address, stays."""
    if "://" not in text:
        return text
    return re.sub(r"\S+", lambda word: _without_url(word[0]), text)


def _without_url(word: str) -> str:
    if "://" not in word:
        return word
    before, _scheme, rest = word.partition("://")
    inner = rest.rstrip(_AFTER)
    if not any(letter.islower() or letter.isdigit() for letter in inner):
        return word
    host = _END_OF_HOST.split(inner, maxsplit=1)[0].rpartition("@")[2]
    return before.rstrip(_SCHEME) + host + rest[len(inner) :]


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
