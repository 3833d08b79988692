"""An administrator's file and link: what is read of it, and what is refused."""

from __future__ import annotations

import json
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread

import pytest

from tests.support.https_files import (
    CUT_SHORT,
    DRIPPING,
    ENDLESS,
    ENDLESS_ON_THE_WAY,
    HttpsFiles,
    Redirect,
    https_files,
)
from tests.support.proxies import Authority, company_proxy
from tray.fleet.profiles.set_up_forms import of_file
from tray.model.identity_center import CenterRole, center_at
from tray.model.lengths import View
from tray.model.new_profiles import NewProfile
from tray.model.problems import TrayError
from tray.settings import setup_file, setup_link
from tray.settings.setup_file import read_setup_file
from tray.settings.setup_link import fetch

SCHEMA = Path(__file__).parents[2] / "docs" / "schema" / "setup-file.json"

WHOLE = b"""\xef\xbb\xbfversion = 1

[defaults]
regions = ["eu-west-1"]
session_length = "8h"

[[profiles]]
name = "research"

[[profiles]]
name = "forecasts"
schedule_role = "arn:aws:iam::111122223333:role/StopNotebooks"
aws_profile = "forecasting-prod"
regions = ["eu-west-1", "us-east-1", "eu-west-1"]
session_length = "1h30m"
view = "classic"
left_running_hours = 0
"""


ROLE = """name = 'a'
sso_start_url = 'https://acme.awsapps.com/start'
sso_region = 'eu-west-1'
sso_account_id = '111122223333'
sso_role_name = 'Analyst'"""


def refused(data: bytes) -> TrayError:
    with pytest.raises(TrayError) as found:
        read_setup_file(data)
    assert found.value.problem.text()
    return found.value


def test_what_a_file_asks_for_is_read() -> None:
    read = read_setup_file(WHOLE)
    assert read.ignored == ()
    assert [each.profile for each in read.profiles] == [
        NewProfile("research", "research", ("eu-west-1",), 8 * 3600),
        NewProfile(
            "forecasts",
            "forecasting-prod",
            ("eu-west-1", "us-east-1"),
            5400,
            View.CLASSIC,
            left_running_hours=0,
            schedule_role="arn:aws:iam::111122223333:role/StopNotebooks",
        ),
    ]


def test_a_role_of_identity_center_needs_no_aws_profile() -> None:
    role = CenterRole(center_at("https://acme.awsapps.com/start", "eu-west-1"), "111122223333", "Analyst")
    read = read_setup_file(
        b'[defaults]\nsso_start_url = "acme.awsapps.com/start/#/"\nsso_region = "eu-west-1"\n'
        b'[[profiles]]\nname = "research"\nsso_account_id = "111122223333"\nsso_role_name = "Analyst"\n'
        b'[[profiles]]\nname = "old"\nregions = ["us-east-1"]\n'
    )
    assert read.ignored == ()
    assert [each.profile for each in read.profiles] == [
        NewProfile("research", regions=("eu-west-1",), center_role=role),
        NewProfile("old", "old", ("us-east-1",)),
    ]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("name = 'a'\nsso_account_id = '111122223333'", "setup-file-role-incomplete"),
        (ROLE.replace("3333'", "'"), "account-refused"),
        (ROLE.replace("https", "http"), "start-url-refused"),
        (f"{ROLE}\naws_profile = 'b'", "two-kinds-of-credentials"),
        (ROLE.replace("eu-west-1", "Ireland"), "region-refused"),
        ("name = 7", "setup-file-wrong"),
        ("name = ''", "name-refused"),
        (f"name = '{'x' * 129}'", "name-refused"),
        ("name = 'a\\u0007b'".replace("'", '"'), "name-refused"),
        ("name = 'a'\naws_profile = ['b']", "setup-file-wrong"),
        ("name = 'a'\nregions = 'eu-west-1'", "setup-file-wrong"),
        ("name = 'a'\nregions = [1]", "setup-file-wrong"),
        ("name = 'a'\nregions = ['Ireland']", "region-refused"),
        ("name = 'a'\nsession_length = 8", "setup-file-wrong"),
        ("name = 'a'\nsession_length = '13h'", "session-length-outside"),
        ("name = 'a'\nview = 'vscode'", "setup-file-wrong"),
        ("name = 'a'\nleft_running_hours = '10'", "setup-file-wrong"),
        ("name = 'a'\nleft_running_hours = true", "setup-file-wrong"),
        ("name = 'a'\nleft_running_hours = 1.5", "setup-file-wrong"),
        ("name = 'a'\nleft_running_hours = 169", "left-running-refused"),
        ("name = 'a'\nleft_running_hours = -1", "left-running-refused"),
        ("name = 'a'\nschedule_role = 7", "setup-file-wrong"),
        ("name = 'a'\nschedule_role = 'StopNotebooks'", "schedule-role-refused"),
        ("name = 'good'", "setup-file-twice"),
    ],
)
def test_a_wrong_profile_stops_no_other(line: str, code: str) -> None:
    read = read_setup_file(f"[[profiles]]\nname = 'good'\n[[profiles]]\n{line}\n".encode())
    good, bad = read.profiles
    assert good.profile is not None
    assert (bad.profile, bad.problem and bad.problem.code) == (None, code)
    assert bad.problem is not None
    assert bad.problem.text(bad.name)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "setup-file-empty"),
        ("profiles = []", "setup-file-empty"),
        ("profiles = 1", "setup-file-wrong"),
        ("profiles = [1]", "setup-file-wrong"),
        ("defaults = 1\n[[profiles]]\nname = 'a'", "setup-file-wrong"),
        ("version = '1'\n[[profiles]]\nname = 'a'", "setup-file-wrong"),
        ("version = true\n[[profiles]]\nname = 'a'", "setup-file-wrong"),
        ("version = 2\n[[profiles]]\nname = 'a'", "setup-file-newer"),
        ("<!doctype html>", "setup-file-not-toml"),
        ("a = " + "1" * 900, "setup-file-empty"),
        ("a = " + "[" * 900, "setup-file-not-toml"),
        ("[[profiles]]\n" * 501, "setup-file-many"),
        ("# " + "x" * 1001, "setup-file-long-line"),
        (".".join(["a" * 900, *[chr(34) + "\u2028" + chr(34) + ".b"] * 3, "c" * 900]) + " = 1", "setup-file-long-line"),
        ("# x\n" * 20_000, "setup-file-too-long"),
    ],
)
def test_what_is_no_such_file_is_refused_as_a_whole(text: str, code: str) -> None:
    assert refused(text.encode()).problem.code == code


def test_where_a_file_can_t_be_read_is_said() -> None:
    assert "line 2, column 7" in refused(b"version = 1\nname == 'a'").problem.message
    assert refused(b"\xff\xfe\x00").problem.code == "setup-file-not-toml"


@pytest.mark.parametrize(
    "line",
    [
        "aws_secret_access_key = 'x'",
        "Secret = 1",
        "session-token = ''",
        "passWord = 'x'",
        "[[profiles]]\nname = 'a'\naccess_key = 'x'",
        "[deep.er.credentials]\na = 1",
        "note = 'use AKIAIOSFODNN7EXAMPLE here'",
        "[[profiles]]\nname = 'a'\nregions = ['ASIAIOSFODNN7EXAMPLE']",
    ],
)
def test_what_looks_like_a_secret_is_refused_and_never_shown(line: str) -> None:
    error = refused(f"{line}\n[[profiles]]\nname = 'good'\n".encode())
    assert error.problem.code == "setup-file-has-secret"
    assert "EXAMPLE" not in error.problem.text()


def test_keys_of_a_later_release_are_left_out_and_named() -> None:
    read = read_setup_file(b"motd = 'hi'\n[defaults]\nlimit = 1\n[[profiles]]\nname = 'a'\ncolour = 'red'\n")
    assert read.ignored == ("motd", "limit", "colour")
    assert read.profiles[0].profile == NewProfile("a", "a")


def test_no_file_takes_long() -> None:
    worst = ["a" + ".a" * 498 + f"{at} = 1" for at in range(65)]
    begun = time.process_time()
    refused("\n".join(worst).encode()[: setup_file.MOST_BYTES])
    assert time.process_time() - begun < 20, "minutes, if the whole file were one key"


def test_an_unknown_region_is_named() -> None:
    (found,) = of_file(b"[[profiles]]\nname = 'a'\nregions = ['eu-west-1', 'eu-west-77']\n").profiles
    assert found.profile is not None
    assert found.unknown_region is not None
    assert "eu-west-77" in found.unknown_region.message


def test_the_published_schema_has_the_keys_that_are_read() -> None:
    schema = json.loads(SCHEMA.read_text("utf-8"))
    assert set(schema["properties"]) == setup_file.OF_FILE
    assert set(schema["$defs"]["usual"]["properties"]) == setup_file.OF_DEFAULTS
    own = schema["properties"]["profiles"]["items"]
    assert {*own["properties"], *schema["$defs"]["usual"]["properties"]} == setup_file.OF_PROFILE
    assert schema["properties"]["profiles"]["maxItems"] == setup_file.MOST_PROFILES


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[HttpsFiles]:
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    files: dict[str, object] = {
        "/team.toml": WHOLE,
        "/moved": Redirect("/team.toml"),
        "/round": Redirect("/round"),
        "/down": Redirect("http://127.0.0.1:1/team.toml"),
        "/local": Redirect("file:///etc/passwd"),
        "/endless": ENDLESS,
        "/endless-on-the-way": ENDLESS_ON_THE_WAY,
        "/dripping": DRIPPING,
        "/cut-short": CUT_SHORT,
    }
    with https_files(tmp_path, files) as served:
        yield served


@pytest.mark.parametrize("path", ["/team.toml", "/moved"])
def test_a_link_is_fetched_and_nothing_of_the_user_s_is_sent(served: HttpsFiles, path: str) -> None:
    assert fetch(f" {served.url}{path}\n", trusted=served.context()) == WHOLE
    for _, headers in served.asked:
        assert set(headers) <= {"Host", "User-Agent", "Accept-Encoding", "Connection"}
        assert headers["User-Agent"] == "notebook-tray"


@pytest.mark.parametrize(
    ("path", "code", "why"),
    [
        ("/none?signature=secret", "setup-link-failed", "status"),
        ("/round", "setup-link-failed", "status"),
        ("/down", "setup-link-refused", ""),
        ("/local", "setup-link-failed", "status"),
        ("/endless", "setup-file-too-long", ""),
        ("/endless-on-the-way", "setup-file-too-long", ""),
        ("/cut-short", "setup-link-failed", "unreachable"),
    ],
)
def test_what_a_link_may_not_lead_to(served: HttpsFiles, path: str, code: str, why: str) -> None:
    with pytest.raises(TrayError) as found:
        fetch(f"{served.url}{path}", trusted=served.context())
    assert found.value.problem.code == code
    assert dict(found.value.problem.places).get("why", "") == why
    assert "secret" not in found.value.problem.text()
    assert len(served.asked) <= 5


def test_a_certificate_that_the_system_doesn_t_trust_is_told(served: HttpsFiles) -> None:
    with pytest.raises(TrayError) as found:
        fetch(f"{served.url}/team.toml")
    assert dict(found.value.problem.places)["why"] == "certificate"
    assert served.asked == []


@pytest.mark.parametrize(
    "link",
    [
        "http://example.com/team.toml",
        "file:///etc/passwd",
        "ftp://example.com/team.toml",
        "https://",
        "https://user:password@example.com/team.toml",
        "https://example.com:x/",
        "https://exa mple.com/",
        "https://example.com/\x00",
        f"https://example.com/{'x' * 2048}",
        "team.toml",
    ],
)
def test_only_a_whole_https_link_is_fetched(link: str) -> None:
    with pytest.raises(TrayError) as found:
        fetch(link)
    assert found.value.problem.code == "setup-link-refused"
    assert "password@" not in found.value.problem.text()


def test_a_host_that_sends_too_slowly_is_given_up(served: HttpsFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(setup_link, "FETCH_SECONDS", 1.0)
    with pytest.raises(TrayError) as found:
        fetch(f"{served.url}/dripping", trusted=served.context())
    assert dict(found.value.problem.places)["why"] == "slow"


@contextmanager
def answering(words: bytes, most: int, pause_seconds: float) -> Iterator[str]:
    """Run a server that answers whoever comes with a head and up to `most` lines of it, and give its address."""

    ended = Event()

    def answer() -> None:
        while not ended.is_set():
            peer, _ = listener.accept()
            with peer, suppress(OSError):
                if peer.recv(65536):
                    peer.sendall(b"HTTP/1.0 200 OK\r\n")
                    for _ in range(most):
                        peer.sendall(words)
                        time.sleep(pause_seconds)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = Thread(target=answer)
        thread.start()
        try:
            yield f"127.0.0.1:{listener.getsockname()[1]}"
        finally:
            ended.set()
            socket.create_connection(listener.getsockname()).close()  # has the thread look
            thread.join()


@pytest.mark.parametrize(
    ("words", "most", "pause_seconds", "why"),
    [(b"X-A: b\r\n", 100, 0.1, "slow"), (b"X-A: b\r\n" * 10_000, 100, 0.0, "unreachable")],
    ids=["a trickle", "no end"],
)
def test_a_proxy_s_answer_is_read_within_bounds(
    monkeypatch: pytest.MonkeyPatch, words: bytes, most: int, pause_seconds: float, why: str
) -> None:
    """The answer that opens the way through it, which http.client reads before there is a way."""
    monkeypatch.setattr(setup_link, "FETCH_SECONDS", 2.0)
    monkeypatch.setenv("no_proxy", "")
    with answering(words, most, pause_seconds) as address:
        monkeypatch.setenv("https_proxy", f"http://{address}")
        with pytest.raises(TrayError) as found:
            fetch("https://setup.example.com/team.toml")
    assert dict(found.value.problem.places)["why"] == why


def test_a_connection_that_ends_too_soon_is_not_told_as_a_certificate() -> None:
    with answering(b"", 0, 0.0) as address, pytest.raises(TrayError) as found:
        fetch(f"https://{address}/team.toml")
    assert dict(found.value.problem.places)["why"] == "unreachable"


@pytest.mark.only_on("linux", reason="its sockets take no more connections than wait")
def test_an_address_that_says_nothing_is_given_up_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(setup_link, "FETCH_SECONDS", 1.0)
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        address = full.getsockname()
        waiting = [socket.socket() for _ in range(4)]
        for each in waiting:
            each.setblocking(False)
            each.connect_ex(address)
        found_at = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", address)] * 20
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found_at)
        begun = time.monotonic()
        with pytest.raises(TrayError) as found:
            fetch(f"https://many.example:{address[1]}/team.toml")
        assert time.monotonic() - begun < 15  # each of them is waited for 10 s
        for each in waiting:
            each.close()
    assert dict(found.value.problem.places)["why"] == "slow"


def test_a_link_is_fetched_through_the_company_s_proxy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "team.toml").write_bytes(WHOLE)
    authority = Authority(tmp_path)

    class Handler(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    with (
        ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(tmp_path))) as server,
        company_proxy(server.server_address[1], authority=authority, user="ana:secret") as proxy,
    ):
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            monkeypatch.setenv("https_proxy", f"http://ana:secret@127.0.0.1:{proxy.port}")
            monkeypatch.setenv("no_proxy", "")
            trusted = ssl.create_default_context(cafile=str(authority.bundle))
            assert fetch("https://setup.example.com/team.toml", trusted=trusted) == WHOLE
            assert proxy.asked == ["CONNECT setup.example.com:443"]
        finally:
            server.shutdown()
            thread.join()


def test_a_key_is_looked_at_once_and_not_for_each_value_below_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The longest key with as many values as a file holds took 17 s."""
    looked: list[int] = []
    pattern = setup_file._SECRET_KEY

    class Counting:
        def search(self, text: str) -> object:
            looked.append(len(text))
            return pattern.search(text)

    monkeypatch.setattr(setup_file, "_SECRET_KEY", Counting())
    key, values = "a" * 900, "1,\n" * 20_000
    with pytest.raises(TrayError) as told:
        read_setup_file(f"{key} = [\n{values}]\n".encode())
    assert told.value.problem.code == "setup-file-empty"
    assert len(looked) < 10
    with pytest.raises(TrayError) as told:
        read_setup_file(f"[{key}.below.below]\nmy-password = []\n".encode())
    assert told.value.problem.code == "setup-file-has-secret"
