"""Finds the region that has an IAM Identity Center: users know their start URL, and seldom its region.

Only the region that has it takes a start URL; elsewhere, StartDeviceAuthorization refuses it (InvalidRequestException).
The code that it gives is never shown, and ends by itself.
https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_StartDeviceAuthorization.html
"""

from __future__ import annotations

import logging
import os
import re
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, wait
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tray.model.center import Center
from tray.model.problems import ExitStatus, Kind, TrayError
from tray.runtime.workers import Workers

if TYPE_CHECKING:
    from botocore.session import Session

log = logging.getLogger(__name__)

# How many regions are asked at once, and how long all of them have together.
_AT_ONCE = 12
_SECONDS = 20.0
_ONE_SECONDS = 8.0
# How long the user's own regions are asked before all others.
_OWN_SECONDS = 3.0
_LIKELY = ("us-east-1", "eu-west-1", "eu-central-1", "us-west-2", "us-east-2")
# The newer start URLs name their region: https://ssoins-….portal.REGION.app.aws, and d-….REGION.portal.… in China.
# https://docs.aws.amazon.com/singlesignon/latest/userguide/howtochangeURL.html
_NAMED = re.compile(r"(?:^|\.)portal\.([a-z]{2,}(?:-[a-z0-9]+)+-\d+)\.app\.aws$")
# Refusals that say that the Identity Center is elsewhere; any other means that the region could not tell.
_ELSEWHERE = frozenset({"InvalidRequestException", "InvalidRequestRegionException", "InvalidGrantException"})

Has = Callable[[str], "bool | None"]


def region_named_by(start_url: str) -> str:
    """Return the region that a start URL names; empty if it names none."""
    found = _NAMED.search(urlsplit(start_url).hostname or "")
    return found[1] if found else ""


def find_center(start_url: str, session: Session) -> Center:
    """Return the Identity Center of a start URL, in its common form. Blocks for 20 s at most.

    :param session: without credentials, by whose settings (proxy, certificates) the regions are asked
    :raises TrayError: no region knows the start URL, or none could be asked
    """
    if named := region_named_by(start_url):
        return Center(start_url, named)
    known = [
        region
        for partition in session.get_available_partitions()
        for region in session.get_available_regions("sso-oidc", partition)
    ]
    own, others = regions_to_ask(known, os.environ)
    return Center(start_url, first_that_has(own, others, _asker(start_url, session)))


def regions_to_ask(known: Iterable[str], environment: Mapping[str, str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the user's own regions, by the environment, and all others, the likeliest first: pure."""
    there = sorted(known)
    here = [environment.get(name, "") for name in ("AWS_REGION", "AWS_DEFAULT_REGION")]
    own = tuple(dict.fromkeys(each for each in here if each in there))
    likely = [each for each in _LIKELY if each in there]
    return own, tuple(each for each in dict.fromkeys((*likely, *there)) if each not in own)


def first_that_has(own: Sequence[str], others: Sequence[str], has: Has) -> str:
    """Return the first region of which `has` says so; others are not waited for then.

    :param own: regions that are asked some seconds before the others
    :param has: whether a region has it; None if it can't tell; may block for seconds
    :raises TrayError: (configuration) none has it; (unreachable) none could tell
    """
    workers = Workers("sso-region", _AT_ONCE)
    asked = {workers.submit(partial(has, region)): region for region in own}
    left, told, more = set(asked), False, bool(others)
    until = time.monotonic() + (_OWN_SECONDS if more else _SECONDS)
    try:
        while left or more:
            done, left = wait(left, max(0.0, until - time.monotonic()), FIRST_COMPLETED)
            if any(each.result() for each in done):
                return next(region for each, region in asked.items() if each in done and each.result())
            told = told or any(each.result() is False for each in done)
            if more and not (done and left):
                new = {workers.submit(partial(has, region)): region for region in others}
                asked, left, more, until = {**asked, **new}, left | new.keys(), False, time.monotonic() + _SECONDS
            elif not done:
                break
    finally:
        for each in asked:
            each.cancel()
    if told:
        raise TrayError("no-such-center", kind=Kind.CONFIGURATION, status=ExitStatus.USAGE)
    raise TrayError("no-center-told", kind=Kind.UNREACHABLE)


def _asker(start_url: str, session: Session) -> Has:
    from botocore import UNSIGNED
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError, ClientError

    from tray.aws.botocore_patches.limits import within

    config = Config(
        signature_version=UNSIGNED,
        connect_timeout=4,
        read_timeout=6,
        retries={"total_max_attempts": 2, "mode": "standard"},
    )

    making = threading.Lock()

    def has(region: str) -> bool | None:
        try:
            with within(_ONE_SECONDS):
                with making:  # boto3 guide: making a client is not safe for threads
                    client: Any = session.create_client("sso-oidc", region_name=region, config=config)
                try:
                    known = client.register_client(clientName="notebook-tray", clientType="public")
                    client.start_device_authorization(
                        clientId=known["clientId"], clientSecret=known["clientSecret"], startUrl=start_url
                    )
                finally:
                    client.close()
        except ClientError as error:
            code = str(error.response.get("Error", {}).get("Code", ""))
            log.info("%s: no sign-in with this start URL: %s", region, code[:80])
            return False if code in _ELSEWHERE else None
        except (BotoCoreError, LookupError, ValueError, TypeError) as error:
            log.info("%s: not asked for a sign-in: %s", region, type(error).__name__)
            return None
        return True

    return has
