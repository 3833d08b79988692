"""Which instance types come next to one."""

from __future__ import annotations

import pytest

from tray.model.instance_type_names import FAMILIES
from tray.model.instance_types import neighbours


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ("ml.t3.medium", ("ml.t3.large", "ml.t3.xlarge")),
        ("ml.t3.large", ("ml.t3.medium", "ml.t3.xlarge", "ml.t3.2xlarge")),
        ("ml.g5.xlarge", ("ml.g5.2xlarge", "ml.g5.4xlarge")),
        ("ml.g5.8xlarge", ("ml.g5.4xlarge", "ml.g5.12xlarge", "ml.g5.16xlarge")),
        ("ml.g5.48xlarge", ("ml.g5.24xlarge",)),
        ("ml.p3dn.24xlarge", ()),
        ("ml.x99.large", ()),
        ("ml.t3.nano", ()),
        ("", ()),
        ("nonsense", ()),
    ],
)
def test_neighbours(given: str, found: tuple[str, ...]) -> None:
    assert neighbours(given) == found


def test_a_type_is_never_its_own_neighbour_and_all_are_known() -> None:
    every = {f"{family}.{size}" for family, sizes in FAMILIES.items() for size in sizes}
    for each in every:
        assert each not in neighbours(each)
        assert set(neighbours(each)) <= every
