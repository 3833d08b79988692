"""botocore's data, cut to what is in use: read whole, it costs 18 MiB and 0.15 s, nearly all of it for other calls.

The cut comes with the program, in `tray/aws/data`. botocore finds it along its own search path, before the data that it
brings itself. `make service-model` makes it; a test holds that it is the same as botocore's.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from botocore.loaders import Loader

SERVICE: Final = "sagemaker"
ENDPOINT_PREFIX = "api.sagemaker"
OPERATIONS = frozenset(
    {
        "ListNotebookInstances",
        "DescribeNotebookInstance",
        "StartNotebookInstance",
        "StopNotebookInstance",
        "CreatePresignedNotebookInstanceUrl",
    }
)
# Besides SageMaker, by their endpoint prefixes: what botocore calls to get credentials (STS, Identity Center, login).
ENDPOINT_PREFIXES = frozenset({ENDPOINT_PREFIX, "sts", "portal.sso", "oidc", "signin"})
# The same services by their names.
_SERVICES = (SERVICE, "signin", "sso", "sso-oidc", "sts")
_FOLDER = Path(__file__).with_name("data")


class LoaderInUse(Loader):
    """botocore's loader, which doesn't look for four hundred services first: 20 ms of each start."""

    def list_available_services(self, type_name: str) -> list[str]:
        """Return the services in use, as `Loader` does."""
        del type_name
        return list(_SERVICES)


def shared_loader() -> Loader:
    """Return a loader for all sessions to share.

    Somebody's own data, in a folder of AWS_DATA_PATH or in ~/.aws/models, goes before the cut.
    """
    own = os.environ.get("AWS_DATA_PATH", "")
    paths = [os.path.expanduser(os.path.expandvars(path)) for path in own.split(os.pathsep) if path]  # noqa: PTH111 - as create_loader does it
    return LoaderInUse(extra_search_paths=[*paths, Loader.CUSTOMER_DATA_PATH, str(_FOLDER)])


def dns_suffixes(partition: str) -> tuple[str, ...]:
    """Return the suffixes of AWS's hosts in a partition, as botocore knows them; none of an unknown one."""
    for known in Loader().load_data("partitions")["partitions"]:
        if known["id"] == partition:
            return tuple({known["outputs"]["dnsSuffix"]: 0, known["outputs"]["dualStackDnsSuffix"]: 0})
    return ()
