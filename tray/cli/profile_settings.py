"""The settings of a profile as options of `notebook-tray profiles import`, `add` and `set`."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

import click

from tray.cli.stores import check_policy
from tray.fleet.profiles.region_checks import check_regions
from tray.model.lengths import View, parse_left_running_hours, parse_session_length, parse_stop_when_idle_hours
from tray.model.schedule_role import parse_schedule_role
from tray.model.times_of_day import parse_time_of_day
from tray.texts import help as helps

if TYPE_CHECKING:
    from tray.model.commands import Command
    from tray.settings.profiles.model import Profile


@dataclass(frozen=True, kw_only=True)
class GivenSettings:
    """The settings that a command was given, as they were typed; None or no regions for those that it was not given.

    `any_region` allows regions that botocore doesn't know.
    """

    regions: tuple[str, ...] = ()
    any_region: bool = False
    session_length: str | None = None
    view: str | None = None
    left_running: str | None = None
    stop_at: str | None = None
    stop_when_idle: str | None = None
    stop_at_logout: bool | None = None
    schedule_role: str | None = None

    def __bool__(self) -> bool:
        """Whether there is a setting among them."""
        return replace(self, any_region=False) != GivenSettings()

    def check_regions(self) -> None:
        """Refuse regions that there are not, unless any region is allowed.

        :raises TrayError: (usage) a region is unknown
        """
        check_regions(self.regions, allowed=self.regions if self.any_region else (), flag=True)

    def check(self) -> None:
        """Refuse wrong values, and those that the policy forbids, whatever the profile.

        :raises TrayError: as `set_on`
        """
        from tray.settings.profiles.model import Profile

        self.set_on(Profile(name="x", aws_profile="x"))

    def set_on(self, profile: Profile) -> Profile:
        """Return the profile with these settings.

        :raises TrayError: (usage) a value can't be right; or the policy forbids it
        """
        if self.regions:
            profile = replace(profile, regions=self.regions)
        if self.session_length is not None:
            profile = replace(profile, session_seconds=parse_session_length(self.session_length))
        if self.view is not None:
            profile = replace(profile, view=View(self.view))
        if self.left_running is not None:
            profile = replace(profile, left_running_hours=parse_left_running_hours(self.left_running))
        if self.stop_at is not None:
            profile = replace(profile, stop_at=parse_time_of_day(self.stop_at))
        if self.stop_when_idle is not None:
            profile = replace(profile, stop_when_idle_hours=parse_stop_when_idle_hours(self.stop_when_idle))
        if self.stop_at_logout is not None:
            profile = replace(profile, stop_at_logout=self.stop_at_logout)
        if self.schedule_role is not None:
            profile = replace(profile, schedule_role=parse_schedule_role(self.schedule_role))
        check_policy(lambda: self._as_the_tray_sets(profile))
        return profile

    def _as_the_tray_sets(self, profile: Profile) -> Iterator[Command]:
        """Return the commands with which the tray sets these for all profiles."""
        from tray.model import commands as c

        if self.session_length is not None:
            yield c.SetSessionLength(profile.session_seconds)
        if self.view is not None:
            yield c.SetView(profile.view)
        if self.stop_at is not None:
            yield c.SetStopAt(profile.stop_at, "")
        if self.stop_when_idle is not None:
            yield c.SetStopWhenIdle(profile.stop_when_idle_hours, "")
        if self.stop_at_logout is not None:
            yield c.SetStopAtLogout(profile.stop_at_logout, "")
        if self.schedule_role is not None:
            yield c.SetScheduleRole(profile.schedule_role, "")


def profile_settings(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options of a profile's settings, which the command gets as one argument, `settings`.

    Unknown regions are refused before the command is called.
    """

    @functools.wraps(command)
    def with_settings(**options: Any) -> None:
        settings = GivenSettings(**{each.name: options.pop(each.name) for each in fields(GivenSettings)})
        settings.check_regions()
        command(settings=settings, **options)

    for option in (
        click.option("--schedule-role", metavar="ARN", help=helps.option("schedule-role")),
        click.option("--stop-at-logout/--no-stop-at-logout", default=None, help=helps.option("habit stop-at-logout")),
        click.option("--stop-when-idle", metavar="HOURS", help=helps.option("habit stop-when-idle")),
        click.option("--stop-at", metavar="TIME", help=helps.option("habit stop-at")),
        click.option("--left-running", metavar="HOURS", help=helps.option("left-running")),
        click.option("--view", type=click.Choice([view.value for view in View]), help=helps.option("view")),
        click.option("--session-length", metavar="LENGTH", help=helps.option("session-length")),
        click.option("--allow-unknown-region", "any_region", is_flag=True, help=helps.option("any-region")),
        click.option("--region", "regions", multiple=True, metavar="R", help=helps.option("region")),
    ):
        with_settings = option(with_settings)
    return with_settings
