"""The regions of the partition `aws`, as a new account has them.

https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html
"""

from __future__ import annotations

from typing import Final

from tray.model.default_regions import ENABLED_BY_DEFAULT

__all__ = ["ENABLED_BY_DEFAULT", "OPT_IN"]

# Those that an account has to enable.
OPT_IN: Final = (
    *("af-south-1", "ap-east-1", "ap-east-2", "ap-south-2", "ap-southeast-3", "ap-southeast-4", "ap-southeast-5"),
    *("ap-southeast-6", "ap-southeast-7", "ca-west-1", "eu-central-2", "eu-south-1", "eu-south-2", "il-central-1"),
    *("me-central-1", "me-south-1", "mx-central-1"),
)
