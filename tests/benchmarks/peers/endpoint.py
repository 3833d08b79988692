"""The embedded endpoint in a process of its own: what it costs is not the measured program's."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import timedelta
from pathlib import Path

from tests.benchmarks.arrivals import Stopwatch
from tests.benchmarks.world import Size, account_of, is_running, notebook_name, profile_name
from tests.support.endpoint import running_endpoint
from tray.demo.clock import utc_now
from tray.demo.sample import SampleProfile, sample_principal, write_sample_files
from tray.demo.world import NotebookInstance, Status, World


def main() -> None:
    """Run the endpoint until standard input ends; print how to use it as one line of JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("profiles", type=int)
    parser.add_argument("regions", type=int)
    parser.add_argument("notebooks", type=int)
    parser.add_argument("--latency-seconds", type=float, required=True)
    options = parser.parse_args()
    size = Size(options.profiles, options.regions, options.notebooks)
    profiles = tuple(
        SampleProfile(profile_name(at), size.region_names, sample_principal(account_of(at), "ana"))
        for at in range(size.profiles)
    )
    world = World()
    world.admit(*(profile.principal for profile in profiles))
    world.put(*_notebooks(size))
    with running_endpoint(world, jupyter=False, services=[Stopwatch()]) as endpoint:
        endpoint.faults.set_latency(options.latency_seconds)
        files = write_sample_files(options.folder, endpoint.url, profiles)
        start = {
            "url": endpoint.url,
            "control_url": endpoint.control.url,
            "control_token": endpoint.control.token,
            "environment": dict(files.environment),
        }
        print(json.dumps(start), flush=True)
        sys.stdin.read()


def _notebooks(size: Size) -> list[NotebookInstance]:
    now = utc_now()
    return [
        NotebookInstance(
            name=notebook_name(profile, region, number),
            account_id=account_of(profile),
            region=region_name,
            status=Status.IN_SERVICE if is_running(number) else Status.STOPPED,
            instance_type="ml.t3.medium",
            created=now - timedelta(days=90),
            modified=now - timedelta(hours=3),
        )
        for profile in range(size.profiles)
        for region, region_name in enumerate(size.region_names)
        for number in range(size.notebooks)
    ]


if __name__ == "__main__":
    main()
