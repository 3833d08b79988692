"""The regions that every account of the partition `aws` has; all that came later an account has to enable.

https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html
"""

from __future__ import annotations

import re
from typing import Final

ENABLED_BY_DEFAULT: Final = (
    *("ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-southeast-1", "ap-southeast-2"),
    *("ca-central-1", "eu-central-1", "eu-north-1", "eu-west-1", "eu-west-2", "eu-west-3", "sa-east-1"),
    *("us-east-1", "us-east-2", "us-west-1", "us-west-2"),
)
# Those of other partitions: China, GovCloud, the isolated ones and the European Sovereign Cloud.
_ELSEWHERE = re.compile(r"cn-|us-gov-|us-iso|eu-iso|eusc-")


def has_to_be_enabled(region: str) -> bool:
    """Whether an account has a region only once somebody has enabled it."""
    return region not in ENABLED_BY_DEFAULT and not _ELSEWHERE.match(region)
