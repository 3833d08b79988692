"""A sample profile that signs in through IAM Identity Center; the demo starts without that sign-in.

The same sign-in gives a second account, which no profile has: it can be added on the page that adds profiles.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tray.demo.identity_center import Assignment, IdentityCenter
from tray.demo.world import NotebookInstance, Status

if TYPE_CHECKING:
    from tray.demo.sample import SampleFiles
    from tray.demo.world import World

_PROFILE = "marketing"
_ACCOUNT = "444455556666"
_SALES = "555566667777"
# The demo's own region, too: its endpoint can't tell which region is asked whether it has the start URL.
REGION = "eu-central-1"
_START_URL = "https://example.awsapps.com/start"


def add_sign_in_sample(world: World, files: SampleFiles) -> str:
    """Add the profile to `files`, and what it gives access to to `world`; return the profile's name."""
    world.identity_centers.put(
        IdentityCenter(
            _START_URL,
            REGION,
            "ana",
            (
                Assignment(_ACCOUNT, "Marketing", "Analyst"),
                Assignment(_SALES, "Sales", "Analyst"),
                Assignment(_SALES, "Sales", "ReadOnly"),
            ),
        )
    )
    now = world.clock()
    world.put(
        NotebookInstance(
            name="campaign-response",
            account_id=_ACCOUNT,
            region=REGION,
            status=Status.IN_SERVICE,
            instance_type="ml.t3.medium",
            created=now - timedelta(days=51),
            modified=now - timedelta(hours=5),
        ),
        NotebookInstance(
            name="quarterly-outlook",
            account_id=_SALES,
            region=REGION,
            status=Status.STOPPED,
            instance_type="ml.t3.medium",
            created=now - timedelta(days=32),
            modified=now - timedelta(days=3),
        ),
    )
    with files.config.open("a", encoding="utf-8") as config:
        config.write(
            f"[sso-session example]\nsso_start_url = {_START_URL}\nsso_region = {REGION}\n\n"
            f"[profile {_PROFILE}]\nsso_session = example\nsso_account_id = {_ACCOUNT}\nsso_role_name = Analyst\n"
            f"region = {REGION}\n"
        )
    return _PROFILE
