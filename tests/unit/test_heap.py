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
