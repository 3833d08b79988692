from __future__ import annotations

import platform
import re
import subprocess
import sys

import pytest

# Threads that meet in malloc: each gets a heap of its own, unless told otherwise. malloc_stats(3) lists the heaps.
_PROGRAM = """
import ctypes, threading
from tray.runtime.heap import share_one_heap
if {share}:
    share_one_heap()
meet = threading.Barrier(8)
def work():
    meet.wait(30)
    held = [bytearray(1000 + at) for at in range(2000)]
    meet.wait(30)
threads = [threading.Thread(target=work) for _ in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
ctypes.CDLL(None).malloc_stats()
"""


@pytest.mark.only_on("linux", reason="glibc's malloc")
@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="glibc's malloc")
@pytest.mark.parametrize(("share", "few"), [(True, True), (False, False)])
def test_all_threads_share_one_heap(share: bool, few: bool) -> None:
    program = _PROGRAM.format(share=share)
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    heaps = re.findall(r"^Arena (\d+):", ran.stderr, re.MULTILINE)
    assert (len(heaps) == 1) is few, ran.stderr


_LARGE = """
import ctypes
from tray.runtime.heap import share_one_heap
if {fixed}:
    share_one_heap()
def kib():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))
before, kept = kib(), []
for _ in range(3):
    large = bytearray(8 << 20)
    kept.append(bytearray(100_000))
    del large
print(kib() - before)
"""


@pytest.mark.only_on("linux", reason="glibc's malloc")
@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="glibc's malloc")
@pytest.mark.parametrize(("fixed", "gone"), [(True, True), (False, False)])
def test_a_large_block_goes_back_to_the_system(fixed: bool, gone: bool) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", _LARGE.format(fixed=fixed)], capture_output=True, text=True, timeout=60, check=True
    )
    assert (int(ran.stdout) < 2048) is gone, ran.stdout


_PARTS = """
from tray.runtime.heap import give_back, share_one_heap
share_one_heap()
def kib():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))
before, kept, parts = kib(), [], []
for _ in range(128):
    parts.append(bytearray(65536))
    kept.append(bytearray(1000))
del parts
if {gives}:
    give_back()
print(kib() - before)
"""


@pytest.mark.only_on("linux", reason="glibc's malloc")
@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="glibc's malloc")
@pytest.mark.parametrize(("gives", "gone"), [(True, True), (False, False)])
def test_what_is_free_between_kept_blocks_goes_back(gives: bool, gone: bool) -> None:
    """As after an answer of 8 MiB, which is read in parts."""
    ran = subprocess.run(
        [sys.executable, "-c", _PARTS.format(gives=gives)], capture_output=True, text=True, timeout=60, check=True
    )
    assert (int(ran.stdout) < 2048) is gone, ran.stdout
