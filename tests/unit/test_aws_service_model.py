"""The cut of botocore's data that the program brings along, against the installed botocore itself."""

from __future__ import annotations

import ast
import json
import os
import runpy
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from botocore.loaders import Loader
from botocore.model import ServiceModel, Shape
from botocore.regions import EndpointResolver

from tray.aws.service_model import OPERATIONS, LoaderInUse, shared_loader

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "tray" / "aws" / "data"


@pytest.fixture(scope="module")
def full() -> Loader:
    return Loader()


@pytest.fixture(scope="module")
def making() -> dict[str, Any]:
    return runpy.run_path(str(ROOT / "packaging" / "service_model.py"))


@pytest.fixture(scope="module")
def cut(making: dict[str, Any], full: Loader) -> dict[str, Any]:
    """Return what would be made from the installed botocore: the folder's content, by the last part of each name."""
    return {name.rpartition("/")[2].removesuffix(".json"): each for name, each in making["files"](full).items()}


def described(shape: Shape | None, seen: tuple[str, ...] = ()) -> Any:
    """Return all that a shape says, and the shapes in it, as botocore's serializer and parser see them."""
    if shape is None or shape.name in seen:
        return shape and shape.name
    inner = (*seen, shape.name)
    return (
        shape.name,
        shape.type_name,
        shape.serialization,
        shape.metadata,
        {name: described(each, inner) for name, each in getattr(shape, "members", {}).items()},
        [described(getattr(shape, part, None), inner) for part in ("member", "key", "value")],
    )


def locked() -> str:
    lines = (ROOT / "packaging" / "requirements-dev.txt").read_text("utf-8").splitlines()
    return next(line.split()[0].removeprefix("botocore==") for line in lines if line.startswith("botocore=="))


def test_the_cut_is_of_the_botocore_that_is_locked(making: dict[str, Any], full: Loader) -> None:
    assert f"botocore {locked()}." in (FOLDER / "README").read_text("utf-8"), "run: make service-model"
    if version("botocore") == locked():  # not where `make test-botocore` has put another
        made = {name: json.loads(json.dumps(content)) for name, content in making["files"](full).items()}
        there = {
            file.relative_to(FOLDER).as_posix(): json.loads(file.read_text("utf-8")) for file in FOLDER.rglob("*.json")
        }
        assert there == made, "run: make service-model"


def test_each_operation_is_what_it_is_in_the_whole_model(cut: dict[str, Any], full: Loader) -> None:
    whole = ServiceModel(full.load_service_model("sagemaker", "service-2"), "sagemaker")
    part = ServiceModel(cut["service-2"], "sagemaker")
    assert set(part.operation_names) == OPERATIONS
    assert part.metadata == whole.metadata
    for name in OPERATIONS:
        ours, theirs = part.operation_model(name), whole.operation_model(name)
        assert ours.http == theirs.http
        assert described(ours.input_shape) == described(theirs.input_shape)
        assert described(ours.output_shape) == described(theirs.output_shape)
        assert [described(each) for each in ours.error_shapes] == [described(each) for each in theirs.error_shapes]


def test_every_region_has_the_endpoints_that_it_has_in_the_whole_data(cut: dict[str, Any], full: Loader) -> None:
    whole, part = EndpointResolver(full.load_data("endpoints")), EndpointResolver(cut["endpoints"])
    assert part.get_available_partitions() == whole.get_available_partitions()
    for service in ("api.sagemaker", "account", "logs", "sts", "portal.sso", "oidc", "signin"):
        for partition in whole.get_available_partitions():
            regions = whole.get_available_endpoints(service, partition, allow_non_regional=True)
            assert part.get_available_endpoints(service, partition, allow_non_regional=True) == regions
            for region in (*regions, "eu-west-99"):
                assert part.construct_endpoint(service, region) == whole.construct_endpoint(service, region)


def test_botocore_finds_the_cut_before_its_own() -> None:
    loader = shared_loader()
    operations = loader.load_service_model("sagemaker", "service-2")["operations"]
    assert set(operations) == OPERATIONS
    assert loader.load_data_with_path("endpoints")[1] == str(FOLDER / "endpoints")
    for type_name in ("endpoint-rule-set-1", "paginators-1"):
        assert loader.load_service_model("sagemaker", type_name)
    # botocore's own is read for the others, and for what no service has by itself.
    assert loader.load_data_with_path("partitions")[1] == str(Path(Loader.BUILTIN_DATA_PATH, "partitions"))


@pytest.mark.parametrize("service", ["account", "logs", "sts", "sso", "sso-oidc", "signin"])
def test_other_services_in_use_are_botocores_own(service: str, full: Loader) -> None:
    if service in full.list_available_services("service-2"):  # signin is new in botocore 1.41
        assert shared_loader().load_service_model(service, "service-2") == full.load_service_model(service, "service-2")


def test_somebodys_own_model_goes_before_the_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, full: Loader) -> None:
    own = tmp_path / "models" / "sagemaker" / "2017-07-24"
    own.mkdir(parents=True)
    model = full.load_service_model("sagemaker", "service-2")
    (own / "service-2.json").write_text(json.dumps({**model, "metadata": {**model["metadata"], "serviceId": "Own"}}))
    monkeypatch.setenv("AWS_DATA_PATH", os.pathsep.join([str(tmp_path / "nothing"), str(tmp_path / "models")]))
    assert shared_loader().load_service_model("sagemaker", "service-2")["metadata"]["serviceId"] == "Own"
    monkeypatch.delenv("AWS_DATA_PATH")
    monkeypatch.setattr(Loader, "CUSTOMER_DATA_PATH", str(tmp_path / "models"))
    assert shared_loader().load_service_model("sagemaker", "service-2")["metadata"]["serviceId"] == "Own"


def test_without_its_folder_botocores_own_data_does(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("tray.aws.service_model._FOLDER", tmp_path / "gone")
    loader = shared_loader()
    assert isinstance(loader, LoaderInUse)
    assert set(loader.load_service_model("sagemaker", "service-2")["operations"]) > OPERATIONS


@pytest.mark.parametrize("missing", sorted(OPERATIONS))
def test_a_botocore_without_one_of_the_operations_makes_no_cut(
    missing: str, making: dict[str, Any], full: Loader
) -> None:
    class Without:
        def load_service_model(self, *given: Any) -> Any:
            model = full.load_service_model(*given)
            if "operations" not in model:
                return model
            return {
                **model,
                "operations": {name: each for name, each in model["operations"].items() if name != missing},
            }

    with pytest.raises(KeyError, match=missing):
        making["files"](Without())


def test_the_frozen_program_has_the_data_of_every_service_in_use() -> None:
    spec = (ROOT / "packaging" / "pyinstaller" / "notebook-tray.spec").read_text("utf-8")
    (named,) = [line for line in spec.splitlines() if line.startswith("SERVICES = ")]
    in_use = set(LoaderInUse().list_available_services("service-2"))
    assert set(ast.literal_eval(named.removeprefix("SERVICES = "))) == in_use - {"sagemaker"}


def test_the_cut_is_small(cut: dict[str, Any], full: Loader) -> None:
    whole = json.dumps([full.load_service_model("sagemaker", "service-2"), full.load_data("endpoints")])
    assert len(json.dumps(cut)) < len(whole) / 20
