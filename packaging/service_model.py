"""Writes tray/aws/data: botocore's data on SageMaker and the endpoints, cut to what the program calls.

`make service-model` runs it with the botocore that requirements-dev.txt locks.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

from botocore import __version__
from botocore.loaders import Loader

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "tray" / "aws" / "data"
sys.path.insert(0, str(ROOT))

import tray.model  # noqa: E402
from tray.aws.service_model import ENDPOINT_PREFIXES, OPERATIONS, SERVICE  # noqa: E402

TYPES = Path(tray.model.__file__).with_name("instance_type_names.py")
TYPES_HEAD = """\"\"\"The instance types of notebook instances, as botocore's service model of SageMaker lists them.

`make service-model` makes this file. The sizes of a family are in order.
\"\"\"

from __future__ import annotations

FAMILIES: dict[str, tuple[str, ...]] = {"""

Data = dict[str, Any]

README = f"""This folder holds a part of botocore {__version__}. All that Notebook Tray does not use was left out: other
operations and services, and the documentation. `make service-model` made it.

Copyright 2012-2022 Amazon.com, Inc. or its affiliates. All Rights Reserved.
Licensed under the Apache License, Version 2.0: see LICENSE.txt.
"""


def files(loader: Loader) -> dict[str, Data]:
    """Return the content of each file, by its path in the folder.

    :raises KeyError: one of OPERATIONS is missing in what `loader` gives
    """
    model = loader.load_service_model(SERVICE, "service-2")
    operations = {name: _without_words(model["operations"][name]) for name in sorted(OPERATIONS)}
    shapes = {name: _shape(model["shapes"][name]) for name in sorted(_reachable(model["shapes"], operations.values()))}
    folder = f"{SERVICE}/{model['metadata']['apiVersion']}"
    paginators = loader.load_service_model(SERVICE, "paginators-1")["pagination"]
    endpoints = loader.load_data("endpoints")
    return {
        f"{folder}/service-2.json": {
            "version": model["version"],
            "metadata": model["metadata"],
            "operations": operations,
            "shapes": shapes,
        },
        f"{folder}/endpoint-rule-set-1.json": loader.load_service_model(SERVICE, "endpoint-rule-set-1"),
        f"{folder}/paginators-1.json": {
            "pagination": {name: paginators[name] for name in paginators if name in OPERATIONS}
        },
        "endpoints.json": {**endpoints, "partitions": [_partition(each) for each in endpoints["partitions"]]},
    }


def _partition(partition: Data) -> Data:
    services = partition["services"]
    return {**partition, "services": {name: services[name] for name in services if name in ENDPOINT_PREFIXES}}


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


def type_names(loader: Loader) -> str:
    """Return the module with the instance types, which the menu needs and which must not import botocore."""
    families: dict[str, list[str]] = {}
    for name in loader.load_service_model(SERVICE, "service-2")["shapes"]["InstanceType"]["enum"]:
        family, _, size = name.rpartition(".")
        families.setdefault(family, []).append(size)
    lines = [f'    "{family}": {_tuple(sorted(sizes, key=_size))},' for family, sizes in sorted(families.items())]
    return "\n".join([TYPES_HEAD, *lines, "}", ""])


def _size(name: str) -> tuple[int, int]:
    """Return a key that sorts sizes: `large` is smaller than `xlarge`, and that than `12xlarge`."""
    times, xlarge, _ = name.partition("xlarge")
    return (1, int(times or 1)) if xlarge else (0, ("nano", "micro", "small", "medium", "large").index(name))


def _tuple(names: Iterable[str]) -> str:
    inside = ", ".join(f'"{name}"' for name in names)
    return f"({inside},)" if "," not in inside else f"({inside})"


def main() -> None:
    """Write the folder and the module anew."""
    TYPES.write_text(type_names(Loader()), encoding="utf-8")
    made = files(Loader())
    shutil.rmtree(FOLDER, ignore_errors=True)
    for name, content in made.items():
        path = FOLDER / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    licence = next(file for file in distribution("botocore").files or () if file.name == "LICENSE.txt")
    shutil.copyfile(str(licence.locate()), FOLDER / "LICENSE.txt")
    (FOLDER / "README").write_text(README, encoding="utf-8")


if __name__ == "__main__":
    main()
