"""What is shipped of the demo is what the program runs: what only tests use is in tests/support/endpoint."""

from __future__ import annotations

import grimp
import pytest

# What `notebook-tray` starts with, its command for the demo, which it imports by name, and the JupyterLab that the demo
# starts as a program of its own.
PROGRAMS = ("tray.__main__", "tray.cli.demo", "tray.demo.lab")


@pytest.fixture(scope="module")
def imports() -> grimp.ImportGraph:
    return grimp.build_graph("tray", include_external_packages=True, cache_dir=None)


def test_the_program_imports_every_module_of_the_demo(imports: grimp.ImportGraph) -> None:
    used = set(PROGRAMS).union(*(imports.find_upstream_modules(program) for program in PROGRAMS))
    demo = imports.find_descendants("tray.demo")
    assert len(demo) > 10
    assert demo - used == set()


def test_the_program_imports_nothing_of_the_tests(imports: grimp.ImportGraph) -> None:
    assert not [module for module in imports.modules if module.split(".")[0] == "tests"]
