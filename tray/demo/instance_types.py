"""The types of machines that a notebook instance can have: the enum InstanceType of botocore's service model.

Newer types than these are refused here.
"""

from __future__ import annotations

_FAMILIES = {
    "t2 t3": "medium large xlarge 2xlarge",
    "m4": "xlarge 2xlarge 4xlarge 10xlarge 16xlarge",
    "m5": "xlarge 2xlarge 4xlarge 12xlarge 24xlarge",
    "m5d r5": "large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge",
    "c4": "xlarge 2xlarge 4xlarge 8xlarge",
    "c5 c5d": "xlarge 2xlarge 4xlarge 9xlarge 18xlarge",
    "p2": "xlarge 8xlarge 16xlarge",
    "p3": "2xlarge 8xlarge 16xlarge",
    "p3dn p4d p4de": "24xlarge",
    "g4dn": "xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge",
    "g5": "xlarge 2xlarge 4xlarge 8xlarge 16xlarge 12xlarge 24xlarge 48xlarge",
    "inf1": "xlarge 2xlarge 6xlarge 24xlarge",
    "trn1": "2xlarge 32xlarge",
    "trn1n": "32xlarge",
    "inf2": "xlarge 8xlarge 24xlarge 48xlarge",
    "p5": "48xlarge 4xlarge",
    "p6-b200 p5en": "48xlarge",
    "m6i c6i r6i m6id c6id r6id": "large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 32xlarge",
    "m7i c7i r7i": "large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 48xlarge",
    "g6 g6e": "xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 48xlarge",
    "g7e": "2xlarge 4xlarge 8xlarge 12xlarge 24xlarge 48xlarge",
}

INSTANCE_TYPES = tuple(
    f"ml.{family}.{size}"
    for families, sizes in _FAMILIES.items()
    for family in families.split()
    for size in sizes.split()
)
