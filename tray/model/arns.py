"""What the ARN of a notebook instance says."""

from __future__ import annotations

import re
from dataclasses import dataclass

# As the API reference gives them; an ARN gets into commands, files and lines of the menu.
_ARN = re.compile(
    r"arn:[\w.+-]{1,40}:sagemaker:([a-z0-9-]{1,40}):(\d{12}):notebook-instance/([a-zA-Z0-9-]{1,63})", re.ASCII
)


@dataclass(frozen=True, slots=True)
class NotebookArn:
    """An ARN with its parts, for a notebook instance that AWS may list no longer."""

    arn: str
    name: str
    region: str
    account: str


def notebook_arn(text: object) -> NotebookArn | None:
    """Return the parts of an ARN that was stored or sent; None if that is none of a notebook instance."""
    found = _ARN.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        return None
    region, account, name = found.groups()
    return NotebookArn(found.string, name, region, account)


def is_notebook_arn(text: str) -> bool:
    """Return whether a text is the ARN of a notebook instance."""
    return _ARN.fullmatch(text) is not None


def region_of(arn: str) -> str:
    """Return the region that the ARN of a notebook instance names; nothing for another text."""
    parts = arn.split(":", 4)
    return parts[3] if len(parts) > 4 else ""


def name_in(arn: str) -> str:
    """Return a notebook instance's name: the end of its ARN, `arn:…:notebook-instance/NAME`."""
    return arn.rpartition("/")[2]
