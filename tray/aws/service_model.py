"""botocore's data, cut to the calls that the program uses. The whole data takes 18 MiB and 0.15 s.

The cut comes with the program, in `tray/aws/data`. botocore's search path has this folder before botocore's own data.
`make service-model` makes the cut, and a test checks that it agrees with botocore's data.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from itertools import chain, islice
from pathlib import Path
from typing import Final

from botocore.loaders import Loader

SERVICE: Final = "sagemaker"
ENDPOINT_PREFIX = "api.sagemaker"
# CloudWatch Logs, which has what a lifecycle script printed. Asked rarely, so that botocore's whole data on it will do.
LOGS: Final = "logs"
# Tells which regions an account has enabled, once a search: botocore's whole data on it will do, too.
ACCOUNT: Final = "account"
# AWS' price list, of which one product is asked for now and then: likewise.
PRICING: Final = "pricing"
# Of use to profiles with a role for it alone: likewise.
SCHEDULER: Final = "scheduler"
OPERATIONS = frozenset(
    {
        "ListNotebookInstances",
        "DescribeNotebookInstance",
        "StartNotebookInstance",
        "StopNotebookInstance",
        "UpdateNotebookInstance",
        "CreatePresignedNotebookInstanceUrl",
        "ListTags",
    }
)
# The endpoint prefixes of SageMaker and of the services that give botocore credentials (STS, Identity Center, login).
ENDPOINT_PREFIXES = frozenset(
    {ENDPOINT_PREFIX, LOGS, ACCOUNT, "api.pricing", SCHEDULER, "sts", "portal.sso", "oidc", "signin"}
)
# The same services by their names.
_SERVICES = (SERVICE, LOGS, ACCOUNT, PRICING, SCHEDULER, "signin", "sso", "sso-oidc", "sts")
# The members of some files that botocore looks up.
_NEEDED = {"endpoints.json": ("partitions",), "partitions.json": ("partitions",), "service-2.json": ("metadata",)}
_FOLDER = Path(__file__).with_name("data")


class LoaderInUse(Loader):
    """botocore's loader without its search for four hundred services, which takes 20 ms of each start."""

    def list_available_services(self, type_name: str) -> list[str]:
        """Return the services in use, as `Loader` does."""
        del type_name
        return list(_SERVICES)


def shared_loader() -> Loader:
    """Return a loader for all sessions to share.

    The user's own data, in a folder of AWS_DATA_PATH or in ~/.aws/models, takes precedence over the cut.
    """
    return LoaderInUse(extra_search_paths=[*_own_folders(), Loader.CUSTOMER_DATA_PATH, str(_FOLDER)])


def broken_data() -> tuple[Path, str] | None:
    """Return a broken file of the user's own data for botocore, and the variable that names its folder."""
    folders = [*((folder, "AWS_DATA_PATH") for folder in _own_folders()), (Loader.CUSTOMER_DATA_PATH, "")]
    for folder, variable in folders:
        for path in _own_files(Path(folder)):
            try:
                read = json.loads(path.read_bytes())
            except (ValueError, OSError, RecursionError):
                return path, variable
            named = _NEEDED.get(path.name, ())
            if not isinstance(read, dict) or not all(name in read for name in named):
                return path, variable
    return None


def _own_folders() -> list[str]:
    own = os.environ.get("AWS_DATA_PATH", "")
    return [os.path.expanduser(os.path.expandvars(path)) for path in own.split(os.pathsep) if path]  # noqa: PTH111 - as create_loader does it


def _own_files(folder: Path) -> Iterator[Path]:
    """Yield the files that botocore may read from a folder, for the services in use; 100 at most."""
    found = (folder.glob(pattern) for pattern in ("*.json", *(f"{service}/*/*.json" for service in _SERVICES)))
    with suppress(OSError):
        yield from islice(chain.from_iterable(found), 100)


def dns_suffixes(partition: str) -> tuple[str, ...]:
    """Return the DNS suffixes of AWS's hosts in a partition, by botocore's data; none for an unknown partition."""
    for known in Loader().load_data("partitions")["partitions"]:
        if known["id"] == partition:
            return tuple({known["outputs"]["dnsSuffix"]: 0, known["outputs"]["dualStackDnsSuffix"]: 0})
    return ()
