"""A notification as the XML that Windows makes a toast of: a pure function.

https://learn.microsoft.com/uwp/schemas/tiles/toastschema/schema-root
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING
from xml.etree import ElementTree  # nosec B405 # it writes XML, and reads none

from tray.desktop.icon.windows.format import cut, with_where

if TYPE_CHECKING:
    from tray.model.notification import Notification

# Windows takes at most 5 KB of XML (0x803E0115 says that it was more), and shows two lines of a title and four of a
# text. With these limits, in UTF-16 units, the XML stays below that, also where each character has to be escaped:
# https://learn.microsoft.com/archive/blogs/tiles_and_toasts/how-to-keep-your-tile-notification-payload-under-5-kb
# https://learn.microsoft.com/windows/apps/design/shell/tiles-and-notifications/adaptive-interactive-toasts
MOST_BYTES = 5 * 1024
TITLE_UNITS = 100
TEXT_UNITS = 400
LABEL_UNITS = 40
_MOST_OF_ADDRESS = 600

# All that is no character in XML 1.0 (https://www.w3.org/TR/xml/#charsets), which a parser refuses.
_NO_CHARACTERS = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def toast_xml(notification: Notification, tokens: Sequence[str], picture: str = "") -> str:
    """Return the XML of a toast that shows a notification.

    The XML has the notification's words and no command: a click hands back one of `tokens`, which belong to the
    notification's actions. A click beside the buttons hands back the first, or an empty text if it is to do nothing.

    :param picture: the `file:` address of a picture beside the text
    """
    toast = ElementTree.Element("toast")
    toast.set("launch", tokens[0] if tokens and notification.click_acts else "")
    if notification.urgent and tokens:
        # It then stays until the user ends it, if it has a button that activates in the background:
        # https://learn.microsoft.com/uwp/schemas/tiles/toastschema/element-toast
        toast.set("scenario", "reminder")
    visual = ElementTree.SubElement(toast, "visual")
    binding = ElementTree.SubElement(visual, "binding", template="ToastGeneric")
    where = "" if tokens else notification.where
    _text(binding, cut(_characters(notification.title), TITLE_UNITS))
    _text(binding, with_where(_characters(notification.text), _characters(where), TEXT_UNITS))
    if picture and len(picture) <= _MOST_OF_ADDRESS:
        ElementTree.SubElement(binding, "image", placement="appLogoOverride", src=picture, alt="")
    if tokens:
        actions = ElementTree.SubElement(toast, "actions")
        for token, (label, _command) in zip(tokens, notification.actions, strict=True):
            ElementTree.SubElement(
                actions,
                "action",
                content=cut(_characters(label), LABEL_UNITS),
                arguments=token,
                activationType="background",  # for a program without a package, the foreground is no different
            )
    return ElementTree.tostring(toast, encoding="unicode")


def _text(binding: ElementTree.Element, text: str) -> None:
    if text:
        ElementTree.SubElement(binding, "text").text = text


def _characters(text: str) -> str:
    return _NO_CHARACTERS.sub("", text)
