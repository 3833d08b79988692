"""What the user keeps at the top of the menu: notebook instances by their ARNs."""

from __future__ import annotations

import re
from dataclasses import dataclass

# With more, and the lists of 150 notebook instances below them, the menu would be higher than a screen of 768 pixels.
MOST_KEPT = 7

# NotebookInstanceArn and NotebookInstanceName of botocore's service model (sagemaker/2017-07-24).
_ARN = re.compile(r"arn:[a-z0-9-]{1,40}:sagemaker:([a-z0-9-]{1,40}):([0-9]{12}):notebook-instance/([a-zA-Z0-9-]{1,63})")


@dataclass(frozen=True, slots=True)
class Kept:
    """A notebook instance that is kept at the top, by what its ARN says: AWS may list it no longer."""

    arn: str
    name: str
    region: str
    account: str


def kept(arn: object) -> Kept | None:
    """Return what an ARN that was stored says; None if that is none of a notebook instance."""
    found = _ARN.fullmatch(arn) if isinstance(arn, str) else None
    if found is None:
        return None
    region, account, name = found.groups()
    return Kept(found.string, name, region, account)
