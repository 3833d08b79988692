"""botocore's data, cut to what is in use: read whole, it costs 17 MiB and 0.2 s, nearly all of it for other calls.

The cut is made from the installed botocore at first use and kept in the user's cache folder. Whatever is wrong with the
cached file, it is made anew; whatever is wrong with making it, botocore's own data does the same, only slower.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final, cast

from botocore import __version__ as botocore_version
from botocore.loaders import Loader, create_loader

from tray.aws.model_cache import read_cached, write_cached

log = logging.getLogger(__name__)

Data = dict[str, Any]

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
_ENDPOINT_PREFIXES = frozenset({ENDPOINT_PREFIX, "sts", "portal.sso", "oidc", "signin"})
_TYPES = ("service-2", "endpoint-rule-set-1", "paginators-1")
# Part of the cache's key besides botocore's version: counted up when what is cut here changes.
_CUT = 1


class CutLoader(Loader):
    """A loader that gives the cut in place of botocore's own data, and anything else as botocore does."""

    def __init__(self, cut: Mapping[str, Any], extra_search_paths: list[str]) -> None:
        super().__init__(extra_search_paths=extra_search_paths)
        self._cut = cut

    def load_service_model(self, service_name: str, type_name: str, api_version: str | None = None) -> Data:
        """Load a service's data as `Loader` does."""
        if service_name == SERVICE and type_name in _TYPES and api_version in (None, _api_version(self._cut)):
            return cast("Data", self._cut[type_name])
        return cast("Data", super().load_service_model(service_name, type_name, api_version))

    def load_data_with_path(self, name: str) -> tuple[Any, str]:
        """Load data as `Loader` does."""
        if name == "endpoints":
            return self._cut[name], str(Path(self.BUILTIN_DATA_PATH, name))
        return cast("tuple[Any, str]", super().load_data_with_path(name))


def shared_loader() -> Loader:
    """Return a loader for all sessions to share, which gives the cut where botocore's own data would be used.

    Somebody's own data for SageMaker, in a folder of AWS_DATA_PATH or in ~/.aws/models, goes before it.
    """
    paths = _own_search_paths()
    if any(_has_data_in_use(Path(path)) for path in (*paths, Loader.CUSTOMER_DATA_PATH)):
        return full_loader()
    try:
        return CutLoader(_cached_or_made(), paths)
    except Exception:
        # A botocore whose data is not what it was when this was written.
        log.exception("cutting botocore's data failed; using all of it")
        return full_loader()


def full_loader() -> Loader:
    """Return a loader that gives botocore's own data, for an operation that is not among OPERATIONS."""
    return create_loader(os.environ.get("AWS_DATA_PATH"))


def dns_suffixes(partition: str) -> tuple[str, ...]:
    """Return the suffixes of AWS's hosts in a partition, as botocore knows them; none of an unknown one."""
    for known in Loader().load_data("partitions")["partitions"]:
        if known["id"] == partition:
            return tuple({known["outputs"]["dnsSuffix"]: 0, known["outputs"]["dualStackDnsSuffix"]: 0})
    return ()


def _own_search_paths() -> list[str]:
    path = os.environ.get("AWS_DATA_PATH")
    return [] if path is None else [os.path.expanduser(os.path.expandvars(each)) for each in path.split(os.pathsep)]  # noqa: PTH111 - as create_loader does it


def _has_data_in_use(folder: Path) -> bool:
    return (folder / SERVICE).exists() or any(folder.glob("endpoints.json*"))


def _cached_or_made() -> Data:
    key = f"{_CUT} botocore {botocore_version}: {' '.join(sorted(OPERATIONS))}"
    cached = read_cached(_cache_name(), key)
    if cached is not None and _is_whole(cached):
        return cached
    made = make_cut(Loader())
    write_cached(_cache_name(), key, made)
    # Not `made` itself: its parts hold on to memory between those that were thrown away.
    return cast("Data", json.loads(json.dumps(made)))


def _cache_name() -> str:
    return f"botocore-{botocore_version}.json"


def _is_whole(cut: Data) -> bool:
    """Whether `cut` holds all that is asked of it."""
    try:
        return set(cut["service-2"]["operations"]) >= OPERATIONS and all(cut[part] for part in (*_TYPES, "endpoints"))
    except (KeyError, TypeError):
        return False


def _api_version(cut: Mapping[str, Any]) -> str:
    return cast("str", cut["service-2"]["metadata"]["apiVersion"])


def make_cut(loader: Loader) -> Data:
    """Return what is in use of what `loader` gives.

    :raises KeyError: one of OPERATIONS is missing there
    """
    model = loader.load_service_model(SERVICE, "service-2")
    operations = {name: _without_words(model["operations"][name]) for name in sorted(OPERATIONS)}
    names = _reachable(model["shapes"], operations.values())
    paginators = loader.load_service_model(SERVICE, "paginators-1")["pagination"]
    endpoints = loader.load_data("endpoints")
    return {
        "service-2": {
            "version": model["version"],
            "metadata": model["metadata"],
            "operations": operations,
            "shapes": {name: _shape(model["shapes"][name]) for name in sorted(names)},
        },
        "endpoint-rule-set-1": loader.load_service_model(SERVICE, "endpoint-rule-set-1"),
        "paginators-1": {"pagination": {name: paginators[name] for name in paginators if name in OPERATIONS}},
        "endpoints": {**endpoints, "partitions": [_partition(each) for each in endpoints["partitions"]]},
    }


def _partition(partition: Data) -> Data:
    services = partition["services"]
    return {**partition, "services": {name: services[name] for name in services if name in _ENDPOINT_PREFIXES}}


def _reachable(shapes: Mapping[str, Data], operations: Iterable[Data]) -> set[str]:
    """Return the names of the shapes that `operations` use, directly or through other shapes."""
    found: set[str] = set()
    to_see = [
        reference["shape"]
        for operation in operations
        for reference in (operation.get("input"), operation.get("output"), *operation.get("errors", ()))
        if reference
    ]
    while to_see:
        name = to_see.pop()
        if name not in found:
            found.add(name)
            to_see += _references(shapes[name])
    return found


def _references(shape: Data) -> Iterator[str]:
    """Yield the shapes of a structure's members, a list's member, and a map's key and value."""
    for reference in (*shape.get("members", {}).values(), *(shape.get(part) for part in ("member", "key", "value"))):
        if reference:
            yield reference["shape"]


def _shape(shape: Data) -> Data:
    cut = _without_words(shape)
    if "members" in cut:
        cut["members"] = {name: _without_words(member) for name, member in cut["members"].items()}
    return cut


def _without_words(part: Data) -> Data:
    return {key: value for key, value in part.items() if key != "documentation"}
