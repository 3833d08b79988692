"""Each in a process of its own: what is loaded stays loaded."""

from __future__ import annotations

import subprocess
import sys

import pytest


def run(code: str) -> str:
    code = f"import sys\nfrom tray.runtime.late_modules import load_when_used\nload_when_used('urllib.request')\n{code}"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.strip()


def test_an_import_alone_loads_nothing() -> None:
    code = "import urllib.request, urllib.request as request\nprint('http.client' in sys.modules, bool(request))"
    assert run(code) == "False True"


@pytest.mark.parametrize(
    "use",
    [
        "import urllib.request; found = urllib.request.Request",
        "import urllib.request as request; found = request.Request",
        "from urllib.request import Request as found",
        "from urllib import request; found = request.Request",
        "import importlib; found = importlib.import_module('urllib.request').Request",
        "import urllib.request as early; early.Request; import urllib.request; found = urllib.request.Request",
    ],
)
def test_its_use_loads_it_and_puts_it_in_its_place(use: str) -> None:
    code = f"""{use}
import http.client, types, urllib.request
print(found is urllib.request.Request, type(sys.modules['urllib.request']) is types.ModuleType)
print(urllib.request is sys.modules['urllib.request'], found('http://a.example').host)"""
    assert run(code).split() == ["True", "True", "True", "a.example"]


def test_what_it_has_not_is_told_as_usual() -> None:
    code = """import urllib.request
try:
    urllib.request.nothing
except AttributeError as error:
    print(error)
try:
    from urllib.request import nothing
except ImportError:
    print("refused")"""
    assert run(code).splitlines() == ["module 'urllib.request' has no attribute 'nothing'", "refused"]


def test_one_that_is_loaded_stays() -> None:
    code = "import urllib.request as real; real.Request; load_when_used('urllib.request'); import urllib.request as now"
    assert run(f"{code}; print(now is sys.modules['urllib.request'], 'Request' in vars(now))") == "True True"


def test_many_threads_that_use_it_at_once_have_the_same() -> None:
    code = """import threading
sys.setswitchinterval(1e-6)
found, ready = [], threading.Barrier(16)
def use(way):
    ready.wait(20)
    exec(way, names := {})
    found.append(names['it'])
ways = ['from urllib.request import Request as it', 'import urllib.request; it = urllib.request.Request']
threads = [threading.Thread(target=use, args=[ways[at % 2]]) for at in range(16)]
for each in threads: each.start()
for each in threads: each.join(30)
print(len(found), len(set(found)))"""
    for _ in range(5):
        assert run(code) == "16 1"


def test_an_import_of_all_imports_all() -> None:
    assert run("from urllib.request import *; print(Request.__module__)") == "urllib.request"


def test_what_a_test_puts_into_it_is_there_for_all_and_goes_again() -> None:
    code = """from unittest import mock
with mock.patch('urllib.request.urlopen', 5):
    import urllib.request as now
    print(now is sys.modules['urllib.request'], now.urlopen)
print(callable(now.urlopen))"""
    assert run(code).split() == ["True", "5", "True"]
