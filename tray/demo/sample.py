"""Two sample profiles, their notebook instances, and the AWS files with which any AWS SDK can use them."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType

from tray.demo.activity import JupyterActivity, Kernel, Terminal
from tray.demo.clock import Clock, utc_now
from tray.demo.lifecycle_logs import on_start_stream
from tray.demo.regions import OPT_IN
from tray.demo.sample_logs import OLDER_PLATFORM, WINDOWS_LINE_ENDS, earlier_starts
from tray.demo.starts import NO_CAPACITY, lifecycle_failure
from tray.demo.web import LOOPBACK
from tray.demo.world import Durations, NotebookInstance, Principal, Status, World

# Account numbers that AWS's own documentation uses for examples.
RESEARCH_ACCOUNT = "111122223333"
FORECASTING_ACCOUNT = "444455556666"

_KEY_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_SETTLING_SECONDS = 20.0
_SERVICES = ("SAGEMAKER", "ACCOUNT", "CLOUDWATCH_LOGS", "PRICING", "SCHEDULER", "SSO_OIDC", "SSO", "STS")
# Shorter than at AWS, and long enough to see what the tray does meanwhile.
DEMO_DURATIONS = Durations(starting_seconds=20.0, stopping_seconds=8.0, updating_seconds=5.0, readying_seconds=8.0)


@dataclass(frozen=True, slots=True)
class SampleProfile:
    """An AWS profile of the demo. The first of its regions is the profile's own."""

    name: str
    regions: tuple[str, ...]
    principal: Principal


@dataclass(frozen=True, slots=True)
class SampleFiles:
    """AWS files for the sample profiles, and what a process needs in its environment to use them.

    `conflicting` names the variables that must not be set beside them.
    """

    config: Path
    credentials: Path
    environment: Mapping[str, str] = field(repr=False)
    conflicting: tuple[str, ...] = (
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "AWS_DEFAULT_PROFILE",
        "AWS_REGION",
        "AWS_DEFAULT_REGION",
    )


def sample_principal(account_id: str, user: str) -> Principal:
    """Return an IAM user of an account with a new access key."""
    return Principal(
        access_key_id="AKIA" + "".join(secrets.choice(_KEY_ALPHABET) for _ in range(16)),
        account_id=account_id,
        arn=f"arn:aws:iam::{account_id}:user/{user}",
        secret_access_key=secrets.token_urlsafe(30),
    )


def sample_profiles() -> tuple[SampleProfile, ...]:
    """Return the sample profiles, each with a new access key."""
    return (
        SampleProfile("research", ("eu-west-1", "us-east-1"), sample_principal(RESEARCH_ACCOUNT, "ana")),
        SampleProfile("forecasting", ("ap-southeast-2",), sample_principal(FORECASTING_ACCOUNT, "ana")),
    )


def sample_notebooks(clock: Clock = utc_now) -> tuple[NotebookInstance, ...]:
    """Return the sample notebook instances as they are when the demo starts.

    The one that is Stopping settles some seconds later; the one that is Pending never does.
    """
    now = clock()
    settling = now + timedelta(seconds=_SETTLING_SECONDS)

    def sample(
        account_id: str, region: str, name: str, status: Status, instance_type: str, *, days: float, hours: float
    ) -> NotebookInstance:
        """Return a notebook instance that was created `days` ago and last changed `hours` ago."""
        becomes = {Status.PENDING: Status.IN_SERVICE, Status.STOPPING: Status.STOPPED}.get(status)
        return NotebookInstance(
            name=name,
            account_id=account_id,
            region=region,
            status=status,
            instance_type=instance_type,
            created=now - timedelta(days=days),
            modified=now - timedelta(hours=hours),
            becomes=becomes,
            due=settling if status is Status.STOPPING else None,
        )

    def ago(hours: float) -> datetime:
        return now - timedelta(hours=hours)

    research, forecasting = RESEARCH_ACCOUNT, FORECASTING_ACCOUNT
    churn = sample(research, "eu-west-1", "churn-model", Status.IN_SERVICE, "ml.t3.medium", days=212, hours=3.2)
    claims = sample(research, "us-east-1", "claims-text-mining", Status.IN_SERVICE, "ml.m5.xlarge", days=437, hours=26)
    labels = sample(research, "us-east-1", "image-labels", Status.FAILED, "ml.g5.xlarge", days=9, hours=1.5)
    demand = sample(
        forecasting, "ap-southeast-2", "demand-forecast", Status.IN_SERVICE, "ml.m5.2xlarge", days=301, hours=8
    )
    report = sample(forecasting, "ap-southeast-2", "weekly-report", Status.FAILED, "ml.t3.medium", days=95, hours=5)
    report_failure = lifecycle_failure(report.arn, "report-tools")
    return (
        replace(
            churn,
            activity=JupyterActivity((Kernel(ago(2.4)), Kernel(ago(1.1)))),
            tags=(("Owner", "Ana Lima"), ("Team", "growth")),
        ),
        sample(research, "eu-west-1", "customer-segments", Status.STOPPED, "ml.t3.large", days=148, hours=77),
        sample(research, "eu-west-1", "survey-cleaning", Status.STOPPING, "ml.t3.medium", days=64, hours=0.01),
        replace(
            claims,
            tags=(("Owner", "Ben Okafor"),),
            platform="notebook-al2-v2",
            activity=JupyterActivity((Kernel(ago(21), "idle"),), (Terminal(ago(20)),)),
        ),
        replace(labels, failure_reason=NO_CAPACITY),
        replace(demand, lifecycle_config="autostop", activity=JupyterActivity((Kernel(ago(7.5), "idle"),))),
        sample(forecasting, "ap-southeast-2", "price-elasticity", Status.PENDING, "ml.t3.xlarge", days=18, hours=0.8),
        replace(
            report,
            lifecycle_config="report-tools",
            failure_reason=report_failure,
            start_failure=report_failure,
            start_log=WINDOWS_LINE_ENDS,
        ),
    )


def sample_world(
    profiles: Sequence[SampleProfile], clock: Clock = utc_now, durations: Durations = DEMO_DURATIONS
) -> World:
    """Return a world with the sample notebook instances, in which `profiles` can sign.

    Both accounts have only the regions that are enabled by default. image-labels has a type of which AWS has no machine
    free. While churn-model runs, no other notebook instance of its type may run in its region.
    """
    world = World(clock, durations)
    world.admit(*(profile.principal for profile in profiles))
    world.put(*sample_notebooks(clock))
    for account_id in (RESEARCH_ACCOUNT, FORECASTING_ACCOUNT):
        world.disable(account_id, *OPT_IN)
    world.set_capacity("us-east-1", "ml.g5.xlarge", free=False)
    world.set_quota(RESEARCH_ACCOUNT, "eu-west-1", "ml.t3.medium", 1)
    now = clock()
    for name, lines, hours in (
        ("weekly-report", earlier_starts(), 173.0),
        ("weekly-report", WINDOWS_LINE_ENDS, 5.1),
        ("demand-forecast", OLDER_PLATFORM, 8.0),
    ):
        began, stream = now - timedelta(hours=hours), on_start_stream(name)
        world.logs.write(FORECASTING_ACCOUNT, "ap-southeast-2", stream, lines, began, 84)
    return world


def write_sample_files(folder: Path, endpoint_url: str, profiles: Sequence[SampleProfile]) -> SampleFiles:
    """Write an AWS config and a credentials file for `profiles` into `folder`, readable by its owner only.

    The returned environment leads calls of SageMaker, Account Management, CloudWatch Logs and the sign-in of any AWS
    SDK to `endpoint_url` (https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html).
    """
    config, credentials = folder / "config", folder / "credentials"
    _write_private(
        config, "".join(f"[profile {profile.name}]\nregion = {profile.regions[0]}\n\n" for profile in profiles)
    )
    _write_private(credentials, "".join(_credentials_section(profile) for profile in profiles))
    environment = {
        "AWS_CONFIG_FILE": str(config),
        "AWS_SHARED_CREDENTIALS_FILE": str(credentials),
        **{f"AWS_ENDPOINT_URL_{service}": endpoint_url for service in _SERVICES},
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "false",
        # botocore refuses a custom endpoint together with either of these.
        "AWS_USE_FIPS_ENDPOINT": "false",
        "AWS_USE_DUALSTACK_ENDPOINT": "false",
        "AWS_PROFILE": profiles[0].name,
        "AWS_EC2_METADATA_DISABLED": "true",
        **_no_proxy(os.environ),
    }
    return SampleFiles(config, credentials, MappingProxyType(environment))


def _credentials_section(profile: SampleProfile) -> str:
    principal = profile.principal
    section = (
        f"[{profile.name}]\naws_access_key_id = {principal.access_key_id}\n"
        f"aws_secret_access_key = {principal.secret_access_key}\n"
    )
    if principal.session_token:
        section += f"aws_session_token = {principal.session_token}\n"
    return section + "\n"


def _no_proxy(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the setting that keeps loopback calls off a proxy, where the environment names one.

    The lower-case variable wins over the upper-case one, in botocore as in curl.
    """
    if not any(environment.get(name) for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY")):
        return {}
    known = environment.get("no_proxy") or environment.get("NO_PROXY") or ""
    value = ",".join(part for part in (known, LOOPBACK) if part)
    return {"no_proxy": value, "NO_PROXY": value}


def _write_private(path: Path, text: str) -> None:
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
