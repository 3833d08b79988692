"""The instance types of notebook instances, as botocore's service model of SageMaker lists them.

`make service-model` makes this file. The sizes of a family are in order.
"""

from __future__ import annotations

FAMILIES: dict[str, tuple[str, ...]] = {
    "ml.c4": ("xlarge", "2xlarge", "4xlarge", "8xlarge"),
    "ml.c5": ("xlarge", "2xlarge", "4xlarge", "9xlarge", "18xlarge"),
    "ml.c5d": ("xlarge", "2xlarge", "4xlarge", "9xlarge", "18xlarge"),
    "ml.c6i": ("large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge", "24xlarge", "32xlarge"),
    "ml.c6id": ("large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge", "24xlarge", "32xlarge"),
    "ml.c7i": ("large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge", "24xlarge", "48xlarge"),
    "ml.g4dn": ("xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge"),
    "ml.g5": ("xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge", "24xlarge", "48xlarge"),
    "ml.g6": ("xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge", "24xlarge", "48xlarge"),
    "ml.g6e": ("xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge", "24xlarge", "48xlarge"),
    "ml.g7e": ("2xlarge", "4xlarge", "8xlarge", "12xlarge", "24xlarge", "48xlarge"),
    "ml.inf1": ("xlarge", "2xlarge", "6xlarge", "24xlarge"),
    "ml.inf2": ("xlarge", "8xlarge", "24xlarge", "48xlarge"),
    "ml.m4": ("xlarge", "2xlarge", "4xlarge", "10xlarge", "16xlarge"),
    "ml.m5": ("xlarge", "2xlarge", "4xlarge", "12xlarge", "24xlarge"),
    "ml.m5d": ("large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge", "24xlarge"),
    "ml.m6i": ("large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge", "24xlarge", "32xlarge"),
    "ml.m6id": ("large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge", "24xlarge", "32xlarge"),
    "ml.m7i": ("large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge", "24xlarge", "48xlarge"),
    "ml.p2": ("xlarge", "8xlarge", "16xlarge"),
    "ml.p3": ("2xlarge", "8xlarge", "16xlarge"),
    "ml.p3dn": ("24xlarge",),
    "ml.p4d": ("24xlarge",),
    "ml.p4de": ("24xlarge",),
    "ml.p5": ("4xlarge", "48xlarge"),
    "ml.p5en": ("48xlarge",),
    "ml.p6-b200": ("48xlarge",),
    "ml.r5": ("large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge", "24xlarge"),
    "ml.r6i": ("large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge", "24xlarge", "32xlarge"),
    "ml.r6id": ("large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge", "24xlarge", "32xlarge"),
    "ml.r7i": ("large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge", "24xlarge", "48xlarge"),
    "ml.t2": ("medium", "large", "xlarge", "2xlarge"),
    "ml.t3": ("medium", "large", "xlarge", "2xlarge"),
    "ml.trn1": ("2xlarge", "32xlarge"),
    "ml.trn1n": ("32xlarge",),
}
