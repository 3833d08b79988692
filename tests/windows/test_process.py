"""What programs get that this one starts on Windows, and that none opens a console window. Each in a process anew."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tray.runtime.environment import SECRETS

SETTLE = "from tray.runtime.windows_process import settle\nsettle()\n"

# Opens Python with os.startfile, as a browser is; it writes down the environment that it got. Under Wine a browser is
# a Unix program and has the environment that Wine was started in, whatever a Windows program does to its own.
ENVIRONMENT = """
import json, os, pathlib, subprocess, sys, time
from botocore.session import Session
note = pathlib.Path(sys.argv[1])
write = "import json, os, pathlib; p = pathlib.Path(os.environ['NOTE']); p.with_suffix('.new').write_text(" \
    "json.dumps(dict(os.environ))); p.with_suffix('.new').replace(p)"
os.environ["NOTE"] = str(note)
os.startfile(sys.executable, arguments=subprocess.list2cmdline(["-c", write]), show_cmd=0)
for _ in range(600):
    if note.exists():
        break
    time.sleep(0.1)
keys = Session().get_credentials()
print(json.dumps([json.loads(note.read_text()), [keys.access_key, keys.secret_key, keys.token]]))
"""

# All that botocore and keyring ask of `platform`, with what was started for it.
ASK = """
import json, subprocess
create, started = subprocess._winapi.CreateProcess, []
def noted(*given):
    started.append([str(given[1]), given[5]])
    return create(*given)
subprocess._winapi.CreateProcess = noted
import platform, botocore.session, botocore.useragent, keyring.util.platform_
session = botocore.session.Session()
session.user_agent()
botocore.useragent.UserAgentString.from_environment()
session.create_client("sagemaker", region_name="eu-west-1", aws_access_key_id="a", aws_secret_access_key="b")
print(json.dumps([started, platform.system(), platform.release(), platform.win32_ver()[1]]))
"""


def answered(program: str, *args: object, **environment: str) -> Any:
    ran = subprocess.run(
        [sys.executable, "-c", program, *map(str, args)],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


KEYS = {name: f"planted {name}" for name in SECRETS}


def test_no_key_reaches_a_program_that_is_started_and_botocore_has_them_still(tmp_path: Path) -> None:
    inherited, credentials = answered(SETTLE + ENVIRONMENT, tmp_path / "note", **KEYS, AWS_PROFILE_NOTE="kept")
    assert not [name for name, value in inherited.items() if value.startswith("planted")]
    assert inherited["AWS_PROFILE_NOTE"] == "kept"
    assert credentials[:2] == [KEYS["AWS_ACCESS_KEY_ID"], KEYS["AWS_SECRET_ACCESS_KEY"]]
    assert credentials[2] in (KEYS["AWS_SESSION_TOKEN"], KEYS["AWS_SECURITY_TOKEN"])  # older and newer botocore


def test_without_settling_they_would(tmp_path: Path) -> None:
    inherited, _ = answered(ENVIRONMENT, tmp_path / "note", **KEYS)
    assert inherited["AWS_SECRET_ACCESS_KEY"] == KEYS["AWS_SECRET_ACCESS_KEY"]


def test_nothing_is_started_to_ask_for_the_systems_release() -> None:
    started, system, release, version = answered(SETTLE + ASK)
    assert started == []
    assert system == "Windows"
    assert release
    assert version


def test_without_settling_python_3_11_would_start_a_shell() -> None:
    started, *_ = answered(ASK)
    assert sys.version_info >= (3, 12) or any("ver" in command for command, _flags in started)


# Whether a crash of this process is reported, and one of a process that is started as a credential_process is.
REPORTED = """
import ctypes, json, os, sys
from tray.aws.credentials.process_windows import ProcessTree
asked = "import ctypes; print(ctypes.windll.kernel32.GetErrorMode() & 2, flush=True)"
tree = ProcessTree([sys.executable, "-c", asked], os.environ)
print(json.dumps([ctypes.windll.kernel32.GetErrorMode() & 2, int(tree.process.stdout.read())]))
"""


def test_windows_keeps_no_copy_of_its_memory_when_it_crashes_and_a_child_is_as_ever() -> None:
    assert answered(REPORTED) == [0, 0]
    assert answered(SETTLE + REPORTED) == [2, 0]
