"""What is private in botocore and urllib3 stands in `tray/aws/botocore_patches` alone."""

from __future__ import annotations

import ast
import importlib
import inspect
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.test_botocore_inside import INSIDES

AWS = Path(__file__).parents[2] / "tray" / "aws"
ROOM = AWS / "botocore_patches"
LIBRARIES = ("boto3", "botocore", "urllib3", "s3transfer")
# What botocore documents, or what every user of it meets: https://docs.aws.amazon.com/botocore/latest/reference/
DOCUMENTED: dict[str, set[str | None]] = {
    "boto3": {None},
    "botocore": {"UNSIGNED", "__version__", "exceptions"},
    "botocore.client": {"BaseClient"},
    "botocore.config": {"Config"},
    "botocore.credentials": {
        "CredentialProvider",
        "CredentialResolver",
        "Credentials",
        "ReadOnlyCredentials",
        "RefreshableCredentials",
    },
    "botocore.hooks": {"HierarchicalEmitter"},
    "botocore.loaders": {"Loader"},
    "botocore.parsers": {"ResponseParserError"},
    "botocore.session": {"Session", None},
}
OUR_OWN = {"process_windows.py": {"_handle"}, "urls.py": {"_replace"}}  # subprocess', on Windows; a named tuple's


def files(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.py"))


def outside() -> list[Path]:
    return [file for file in files(AWS) if ROOM not in file.parents]


def private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")


def reached_for(tree: ast.AST) -> Iterator[str]:
    """Yield the private names that are looked up in something that is neither `self` nor `cls`, or imported."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and private(node.attr):
            if not (isinstance(node.value, ast.Name) and node.value.id in ("self", "cls")):
                yield node.attr
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in LIBRARIES:
            yield from (alias.name for alias in node.names if private(alias.name))
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("getattr", "setattr", "hasattr", "has"):
            texts = [argument.value for argument in node.args if isinstance(argument, ast.Constant)]
            yield from (text for text in texts if isinstance(text, str) and private(text))


def our_own(tree: ast.AST) -> set[str]:
    """Return the private attributes and functions that a file gives to its own classes and itself."""
    stored = {n.attr for n in ast.walk(tree) if isinstance(n, ast.Attribute) and isinstance(n.ctx, ast.Store)}
    defined = {n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)}
    return {name for name in stored | defined if private(name)}


@pytest.mark.parametrize("file", outside(), ids=lambda file: file.relative_to(AWS).as_posix())
def test_no_private_name_of_a_library_stands_outside(file: Path) -> None:
    tree = ast.parse(file.read_text("utf-8"))
    allowed = our_own(tree) | OUR_OWN.get(file.name, set())
    assert set(reached_for(tree)) <= allowed


@pytest.mark.parametrize("file", outside(), ids=lambda file: file.relative_to(AWS).as_posix())
def test_only_what_is_documented_is_imported_outside(file: Path) -> None:
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in LIBRARIES:
            if node.module == "botocore.exceptions":
                continue
            assert {alias.name for alias in node.names} <= DOCUMENTED.get(node.module or "", set()), node.module
        elif isinstance(node, ast.Import):
            found = {alias.name for alias in node.names if alias.name.split(".")[0] in LIBRARIES}
            assert found <= {name for name, known in DOCUMENTED.items() if None in known}


def test_no_class_outside_overrides_what_is_private_in_a_library() -> None:
    for file in outside():
        if "posix" in file.name or "windows" in file.name:
            continue
        module = importlib.import_module(".".join(file.relative_to(AWS.parents[1]).with_suffix("").parts))
        for name, each in inspect.getmembers(module, inspect.isclass):
            if each.__module__ == module.__name__:
                ours = {attribute for attribute in vars(each) if private(attribute)}
                for base in each.__mro__[1:]:
                    if base.__module__.split(".")[0] in LIBRARIES:
                        assert not ours & set(vars(base)), f"{name} overrides what is {base.__name__}'s own"


def test_every_private_name_that_is_relied_on_is_in_the_list() -> None:
    known = {name for _, name in INSIDES}
    for file in files(ROOM):
        tree = ast.parse(file.read_text("utf-8"))
        assert set(reached_for(tree)) <= known | our_own(tree), file.name
    code = "\n".join(file.read_text("utf-8") for file in files(ROOM))
    assert {name for name in known if private(name) and name not in code} == set(), "in the list, and not relied on"


def test_the_rule_sees_what_it_forbids() -> None:
    source = "from botocore.tokens import _sso_json_dumps\nclient._endpoint.x\nsetattr(credentials, '_expiry_time', 1)"
    assert set(reached_for(ast.parse(source))) == {"_sso_json_dumps", "_endpoint", "_expiry_time"}
