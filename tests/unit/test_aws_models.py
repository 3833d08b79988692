"""The cut of botocore's data, against the installed botocore itself."""

from __future__ import annotations

import json
import os
import stat
import sys
from pathlib import Path
from typing import Any

import pytest
from botocore.loaders import Loader
from botocore.model import ServiceModel, Shape
from botocore.regions import EndpointResolver

from tray.aws import models
from tray.aws.model_cache import cache_folder, read_cached, write_cached
from tray.aws.models import OPERATIONS, CutLoader, full_loader, make_cut, shared_loader


@pytest.fixture(scope="module")
def full() -> Loader:
    return Loader()


@pytest.fixture(scope="module")
def cut(full: Loader) -> dict[str, Any]:
    return make_cut(full)


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
    for service in ("api.sagemaker", "sts", "portal.sso", "oidc", "signin"):
        for partition in whole.get_available_partitions():
            regions = whole.get_available_endpoints(service, partition, allow_non_regional=True)
            assert part.get_available_endpoints(service, partition, allow_non_regional=True) == regions
            for region in (*regions, "eu-west-99"):
                assert part.construct_endpoint(service, region) == whole.construct_endpoint(service, region)


def test_the_cut_is_made_once_and_kept_privately() -> None:
    first = shared_loader()
    assert isinstance(first, CutLoader)
    (file,) = cache_folder().iterdir()
    before = file.stat()
    second = shared_loader()
    assert second.load_service_model("sagemaker", "service-2") == first.load_service_model("sagemaker", "service-2")
    assert (file.stat().st_ino, file.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    if sys.platform != "win32":
        assert stat.S_IMODE(before.st_mode) == 0o600
        assert stat.S_IMODE(cache_folder().stat().st_mode) == 0o700


def test_other_services_are_botocores_own(full: Loader) -> None:
    assert shared_loader().load_service_model("sts", "service-2") == full.load_service_model("sts", "service-2")


def spoil_middle(content: bytes) -> bytes:
    at = content.rindex(b"ListNotebookInstances")
    return content[:at] + b"X" + content[at + 1 :]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda _: b"",
        lambda content: content[: len(content) // 2],
        spoil_middle,
        lambda content: content.replace(b"botocore ", b"botocore 0", 1),
        lambda _: b'{"NotebookInstances": []}',
        lambda _: b"\xff\xfe\n\x00",
    ],
    ids=["empty", "cut short", "changed", "of another version", "of another program", "no text"],
)
def test_a_file_that_is_not_what_was_written_is_made_anew(spoil: Any) -> None:
    shared_loader()
    (file,) = cache_folder().iterdir()
    good = file.read_bytes()
    file.write_bytes(spoil(good))
    assert file.read_bytes() != good
    assert isinstance(shared_loader(), CutLoader)
    assert file.read_bytes() == good
    assert [each.name for each in cache_folder().iterdir()] == [file.name], "no temporary file is left"


def test_a_file_that_lacks_an_operation_is_made_anew(cut: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    shared_loader()
    (file,) = cache_folder().iterdir()
    good = file.read_bytes()
    key = json.loads(good.partition(b"\n")[0])["key"]
    operations = {name: cut["service-2"]["operations"][name] for name in list(OPERATIONS)[1:]}
    write_cached(file.name, key, {**cut, "service-2": {**cut["service-2"], "operations": operations}})
    assert read_cached(file.name, key) is not None, "whole as a file"
    shared_loader()
    assert file.read_bytes() == good


def test_a_cache_that_cannot_be_written_is_no_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.touch()
    for name in ("HOME", "LOCALAPPDATA", "WIN_PD_OVERRIDE_LOCAL_APPDATA", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(in_the_way))
    assert isinstance(shared_loader(), CutLoader)


@pytest.mark.only_on("linux", "darwin", reason="owners are POSIX's; on Windows the folder is the person's alone")
def test_a_file_of_another_user_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    write_cached("x", "key", {"a": 1})
    assert read_cached("x", "key") == {"a": 1}
    monkeypatch.setattr(os, "geteuid", lambda: (cache_folder() / "x").stat().st_uid + 1)
    assert read_cached("x", "key") is None


def test_a_folder_in_the_files_place_is_no_error() -> None:
    shared_loader()
    (file,) = cache_folder().iterdir()
    file.unlink()
    file.mkdir()
    assert isinstance(shared_loader(), CutLoader)
    assert [each.name for each in cache_folder().iterdir()] == [file.name]


@pytest.mark.parametrize("missing", sorted(OPERATIONS))
def test_a_botocore_without_one_of_the_operations_is_used_whole(missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    load = Loader.load_service_model

    def without(self: Loader, *given: Any, **named: Any) -> Any:
        model = load(self, *given, **named)
        if "operations" in model:
            return {
                **model,
                "operations": {name: each for name, each in model["operations"].items() if name != missing},
            }
        return model

    monkeypatch.setattr(Loader, "load_service_model", without)
    assert type(shared_loader()) is Loader
    assert not cache_folder().exists()


def test_somebodys_own_model_goes_before_the_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = tmp_path / "models" / "sagemaker" / "2017-07-24"
    own.mkdir(parents=True)
    model = Loader().load_service_model("sagemaker", "service-2")
    (own / "service-2.json").write_text(json.dumps({**model, "metadata": {**model["metadata"], "serviceId": "Own"}}))
    monkeypatch.setenv("AWS_DATA_PATH", os.pathsep.join([str(tmp_path / "nothing"), str(tmp_path / "models")]))
    for loader in (shared_loader(), full_loader()):
        assert loader.load_service_model("sagemaker", "service-2")["metadata"]["serviceId"] == "Own"


def test_a_data_path_with_other_services_keeps_the_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = tmp_path / "mine" / "2020-01-01"
    own.mkdir(parents=True)
    (own / "service-2.json").write_text('{"metadata": {"serviceId": "Mine"}}')
    monkeypatch.setenv("AWS_DATA_PATH", str(tmp_path))
    loader = shared_loader()
    assert isinstance(loader, CutLoader)
    assert loader.load_service_model("mine", "service-2")["metadata"]["serviceId"] == "Mine"


def test_the_cut_is_small(cut: dict[str, Any], full: Loader) -> None:
    whole = json.dumps([full.load_service_model("sagemaker", "service-2"), full.load_data("endpoints")])
    assert len(json.dumps(cut)) < len(whole) / 20


def test_the_key_follows_what_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    shared_loader()
    (file,) = cache_folder().iterdir()
    before = file.read_bytes()
    monkeypatch.setattr(models, "OPERATIONS", frozenset({*OPERATIONS, "DeleteNotebookInstance"}))
    assert "DeleteNotebookInstance" in shared_loader().load_service_model("sagemaker", "service-2")["operations"]
    assert file.read_bytes() != before
