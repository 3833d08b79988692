"""Which keyring is taken and which is refused, each in a process of its own: keyring chooses once in a process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.private_bus import private_bus
from tests.support.secret_service import secret_service

_ROOT = Path(__file__).resolve().parents[2]

_REPORT = """
import sys
from tray.model.problems import TrayError
from tray.settings.profiles.backend import open_backend
try:
    backend = open_backend()
    print("took", type(backend).__qualname__)
except TrayError as error:
    print(int(error.status), error.problem.title, error.problem.message, error.problem.remedy, sep="|")
"""

# Named and made as the ones of keyrings.alt, which is not installed here.
_THIRD_PARTY = """
from keyring.backend import KeyringBackend
class PlaintextKeyring(KeyringBackend):
    priority = 0.5
    def get_password(self, service, username): raise AssertionError("used")
    set_password = delete_password = get_password
class Derived(PlaintextKeyring): pass
class Good(KeyringBackend):
    priority = 1
    def get_password(self, service, username): return None
    set_password = delete_password = get_password
class Roaming(Good):
    persist = "enterprise"
def broken(): raise ZeroDivisionError("a secret of the module")
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "third_party.py").write_text(_THIRD_PARTY)
    (tmp_path / "leaving_module.py").write_text("import sys; sys.exit('a secret of the module')")
    (tmp_path / "syntax_module.py").write_text("a secret of the module")
    (tmp_path / "broken_module.py").write_text("raise ZeroDivisionError('a secret of the module')")
    return tmp_path


def _run(home: Path, program: str = _REPORT, **environment: str) -> str:
    """Run `program` with nothing of this machine's own: no bus, and an empty home."""
    ended = subprocess.run(
        [sys.executable, "-c", program],
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "XDG_RUNTIME_DIR": str(home),
            "PYTHONPATH": f"{_ROOT}{os.pathsep}{home}",
            "PYTHONIOENCODING": "utf-8",
            **environment,
        },
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout.strip()


@pytest.mark.only_on("linux")  # elsewhere the system's keyring is always there
def test_no_keyring_at_all_says_what_to_install(tmp_path: Path, home: Path) -> None:
    with private_bus(tmp_path / "bus") as address:
        report = _run(home, DBUS_SESSION_BUS_ADDRESS=address)
    assert report.startswith("4|No keyring|")
    assert "gnome-keyring or KWallet" in report


@pytest.mark.only_on("linux", reason="the keyring is reached over D-Bus")
@pytest.mark.parametrize("address", [None, "", "disabled:", "unix:path=/dev/null", "tcp:host=127.0.0.1,port=1", "x"])
def test_without_a_way_to_any_keyring_nobody_is_told_to_install_another(home: Path, address: str | None) -> None:
    report = _run(home, **({} if address is None else {"DBUS_SESSION_BUS_ADDRESS": address}))
    assert report.startswith("4|No keyring here|")
    assert "nstall" not in report


@pytest.mark.only_on("linux")  # keyringrc.cfg is elsewhere on other systems
@pytest.mark.parametrize("text", ["", "[backend]\n", "[backend]\nkeyring-path=/opt/keyrings\n", "[other]\nx=1\n"])
def test_a_configuration_file_without_a_choice_chooses_nothing(tmp_path: Path, home: Path, text: str) -> None:
    configuration = home / "config" / "python_keyring" / "keyringrc.cfg"
    configuration.parent.mkdir(parents=True)
    configuration.write_text(text)
    config = {"XDG_CONFIG_HOME": str(home / "config")}
    # One that starts later is found, as without the file.
    with private_bus(tmp_path / "early") as early, secret_service(tmp_path / "late") as late:
        again = f"import os\n{_REPORT}os.environ['DBUS_SESSION_BUS_ADDRESS'] = {late.address!r}\n{_REPORT}"
        first, second = _run(home, again, **config, DBUS_SESSION_BUS_ADDRESS=early).splitlines()
    assert first.startswith("4|No keyring|")
    assert str(configuration) not in first
    assert second == "took SecretServiceKeyring"


def test_null_is_refused_with_what_chose_it(home: Path) -> None:
    report = _run(home, PYTHON_KEYRING_BACKEND="keyring.backends.null.Keyring")
    assert report.startswith("4|Keyring switched off|")
    assert "keyring.backends.null.Keyring" in report
    assert "Unset PYTHON_KEYRING_BACKEND" in report


@pytest.mark.only_on("linux")  # keyringrc.cfg is elsewhere on other systems
def test_null_in_the_configuration_file_names_the_file(home: Path) -> None:
    configuration = home / "config" / "python_keyring" / "keyringrc.cfg"
    configuration.parent.mkdir(parents=True)
    configuration.write_text("[backend]\ndefault-keyring=keyring.backends.null.Keyring\n")
    report = _run(home, XDG_CONFIG_HOME=str(home / "config"))
    assert report.startswith("4|Keyring switched off|")
    assert str(configuration) in report


@pytest.mark.only_on("linux")  # keyringrc.cfg is elsewhere on other systems
@pytest.mark.parametrize(
    "text",
    [
        b"[backend]\ndefault-keyring=no_such_module.Keyring\n",
        b"[backend]\ndefault-keyring=broken_module.Keyring\n",
        b"[backend]\ndefault-keyring=\n",
        b"default-keyring=keyring.backends.null.Keyring\n",
        b"[backend\n",
        b"\xff\xfe[\0b\0",
        b"[backend]\ndefault-keyring=%(x\n",
    ],
)
def test_a_configuration_file_that_makes_no_sense_is_named(home: Path, text: bytes) -> None:
    configuration = home / "config" / "python_keyring" / "keyringrc.cfg"
    configuration.parent.mkdir(parents=True)
    configuration.write_bytes(text)
    report = _run(home, XDG_CONFIG_HOME=str(home / "config"))
    assert report.startswith("4|Keyring choice does not work|")
    assert str(configuration) in report


def test_a_module_that_is_never_imported_keeps_nobody_waiting(home: Path) -> None:
    (home / "endless_module.py").write_text("import threading; threading.Event().wait()")
    program = """
from tray.model.problems import TrayError
from tray.settings.profiles import store
store.CALL_SECONDS = 1
try:
    store.ProfileStore().load()
except TrayError as error:
    print(int(error.status), error.problem.code)
"""
    assert _run(home, program, PYTHON_KEYRING_BACKEND="endless_module.Keyring") == "4 keyring-silent"


@pytest.mark.parametrize(
    ("chosen", "title"),
    [
        ("keyring.backends.fail.Keyring", "Keyring switched off"),
        ("keyring.backends.chainer.ChainerBackend", "No keyring here" if sys.platform == "linux" else "No keyring"),
        ("third_party.PlaintextKeyring", "Keyring refused"),
        ("third_party.Derived", "Keyring refused"),
        ("no_such_module.Keyring", "Keyring choice does not work"),
        ("third_party.NoSuchClass", "Keyring choice does not work"),
        ("broken_module.Keyring", "Keyring choice does not work"),
        ("third_party.broken", "Keyring choice does not work"),
        ("leaving_module.Keyring", "Keyring choice does not work"),
        ("syntax_module.Keyring", "Keyring choice does not work"),
        ("third_party", "Keyring choice does not work"),
        ("third_party.", "Keyring choice does not work"),
        ("os.path", "Keyring choice does not work"),
        ("nonsense", "Keyring choice does not work"),
        ("", "Keyring choice does not work"),
        pytest.param(
            "keyring.backends.Windows.WinVaultKeyring",
            "Keyring choice does not work",
            marks=pytest.mark.only_on("linux", "darwin"),
        ),
        ("tray.settings.profiles.memory.MemoryKeyring", "Keyring choice does not work"),
    ],
)
def test_choices_that_are_refused(home: Path, chosen: str, title: str) -> None:
    report = _run(home, PYTHON_KEYRING_BACKEND=chosen)
    assert report.startswith(f"4|{title}|")
    assert "a secret of the module" not in report
    assert "AssertionError" not in report


def test_a_keyring_of_another_maker_is_taken(home: Path) -> None:
    assert _run(home, PYTHON_KEYRING_BACKEND="third_party.Good") == "took Good"


def test_items_stay_on_this_machine_where_the_keyring_can_roam(home: Path) -> None:
    program = "from tray.settings.profiles.backend import open_backend; print(open_backend().persist)"
    chosen = {"PYTHON_KEYRING_BACKEND": "third_party.Roaming"}
    assert _run(home, program, **chosen) == "local machine"
    assert _run(home, program, **chosen, KEYRING_PROPERTY_PERSIST="session") == "session"


@pytest.mark.only_on("linux")
def test_secret_service_is_taken(tmp_path: Path, home: Path) -> None:
    with secret_service(tmp_path / "service") as service:
        assert _run(home, **service.environment) == "took SecretServiceKeyring"
        # Two that work make a chain; of a chain, the first alone is used.
        program = "import third_party\n" + _REPORT
        assert _run(home, program, **service.environment) == "took SecretServiceKeyring"


@pytest.mark.only_on("linux")
def test_a_keyring_that_starts_after_the_program_is_found(tmp_path: Path, home: Path) -> None:
    with private_bus(tmp_path / "early") as early, secret_service(tmp_path / "late") as late:
        program = f"import os\n{_REPORT}os.environ['DBUS_SESSION_BUS_ADDRESS'] = {late.address!r}\n{_REPORT}"
        first, second = _run(home, program, DBUS_SESSION_BUS_ADDRESS=early).splitlines()
    assert first.startswith("4|No keyring|")
    assert second == "took SecretServiceKeyring"


@pytest.mark.only_on("linux")
def test_no_process_is_started_to_look_for_another_systems_keyring(tmp_path: Path, home: Path) -> None:
    program = f"""
import subprocess, sys
subprocess.Popen = lambda *args, **_: print("started", args)
{_REPORT}
assert "keyring.backends.macOS.api" not in sys.modules
"""
    with secret_service(tmp_path / "service") as service:
        assert _run(home, program, **service.environment) == "took SecretServiceKeyring"


@pytest.mark.only_on("linux", reason="the Secret Service")
@pytest.mark.parametrize(
    ("setting", "value", "named"),
    [
        ("PREFERRED_COLLECTION", "login", "/org/freedesktop/secrets/collection/login"),
        ("PREFERRED_COLLECTION", "/org/freedesktop/secrets/", "/org/freedesktop/secrets/collection/login"),
        ("PREFERRED_COLLECTION", "/a b", "/org/freedesktop/secrets/collection/login"),
        ("SCHEME", "", "default, KeePassXC"),
        ("SCHEME", "keepassxc", "default, KeePassXC"),
    ],
)
def test_a_setting_of_the_keyring_that_makes_no_sense_is_named(
    tmp_path: Path, home: Path, setting: str, value: str, named: str
) -> None:
    name = f"KEYRING_PROPERTY_{setting}"
    with secret_service(tmp_path / "service") as service:
        report = _run(home, **{**service.environment, name: value})
    assert report.startswith(f"4|Keyring setting wrong|The environment variable {name} is “{value}”")
    assert named in report
