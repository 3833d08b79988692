"""What the measured program finds: so many profiles, regions and notebook instances, named by number. Pure."""

from __future__ import annotations

from dataclasses import dataclass

_REGIONS = ("eu-west-1", "us-east-1", "us-west-2", "ap-southeast-2")


@dataclass(frozen=True, slots=True)
class Size:
    """`notebooks` is how many each profile has in each region; `regions` is 1 to 4."""

    profiles: int
    regions: int
    notebooks: int

    @property
    def region_names(self) -> tuple[str, ...]:
        """The regions of every profile."""
        return _REGIONS[: self.regions]

    @property
    def places(self) -> int:
        """How many lists a refresh takes, where no list has a second page."""
        return self.profiles * self.regions

    @property
    def total(self) -> int:
        """How many notebook instances there are."""
        return self.places * self.notebooks

    @property
    def running(self) -> int:
        """How many of them are InService."""
        return self.places * sum(map(is_running, range(self.notebooks)))


ONE = Size(1, 1, 3)
USUAL = Size(5, 2, 2)
FLEET = Size(50, 4, 2)
# Of which 20 run.
TIMED = Size(5, 2, 4)


def profile_name(number: int) -> str:
    """Return the name of a profile, by its number from 0."""
    return f"team-{number:03}"


def account_of(profile: int) -> str:
    """Return a profile's account number."""
    return f"{100_000_000_000 + profile}"


def notebook_name(profile: int, region: int, number: int) -> str:
    """Return a notebook instance's name, which no other has."""
    return f"notebook-{profile:03}-{region}-{number:03}"


def is_running(number: int) -> bool:
    """Return whether the notebook instance of a number is InService: every other one is, beginning with 0."""
    return number % 2 == 0
