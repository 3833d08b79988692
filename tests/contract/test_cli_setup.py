"""`notebook-tray setup` with a file or a link, and how new profiles reach the keyring."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.contract.test_cli import Run, piped
from tests.contract.test_cli import cloud as cloud
from tests.contract.test_cli import run as run
from tests.support.cloud import SampleCloud
from tests.support.https_files import https_files
from tests.support.services import Services
from tests.support.waiting import wait_until
from tray.demo.sample_elsewhere import add_elsewhere_sample
from tray.fleet.snapshot import Listing, Outcome
from tray.model.access_keys import AccessKey, SealedKey
from tray.model.additions import ConfigWritten
from tray.model.commands import AddProfiles, AddWithKey, WriteAwsConfig
from tray.model.identity_center import CenterRole, center_at
from tray.model.new_profiles import NewProfile
from tray.settings.profiles.memory import MemoryKeyring
from tray.settings.profiles.model import Profile
from tray.settings.profiles.store import ProfileStore
from tray.texts.shell import command

FILE = """
[defaults]
session_length = "8h"
[[profiles]]
name = "research"
regions = ["us-east-1"]
[[profiles]]
name = "forecasting"
view = "classic"
[[profiles]]
name = "later"
aws_profile = "not-there-yet"
"""
ODD = "[[profiles]]\nname = 'good'\naws_profile = 'research'\n[[profiles]]\nname = 'odd'\nregions = ['eu-west-77']\n"


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "team set-up.toml"
    path.write_text(FILE)
    return str(path)


def names(run: Run) -> list[str]:
    return [each["name"] for each in run("profiles", "list", "--json").json["profiles"]]


def test_what_it_would_add_is_shown_and_nothing_is_added(run: Run, file: str) -> None:
    assert run("profiles", "import", "research", "--region", "eu-west-1").status == 0
    shown = run("setup", file)
    assert shown.status == 0
    assert [line.split()[0] for line in shown.out.splitlines()] == ["PROFILE", "research", "forecasting", "later"]
    assert [line.rsplit("  ", 1)[-1] for line in shown.out.splitlines()] == ["WHAT", "there already", "new", "new"]
    assert shown.err == f"Add them with: {command('setup', file, '--yes')}\n"
    assert names(run) == ["research"]


def test_they_are_added_and_none_is_overwritten(run: Run, file: str) -> None:
    assert run("profiles", "import", "research", "--region", "eu-west-1").status == 0
    added = run("setup", file, "--yes")
    assert added.status == 0
    assert "not-there-yet" in added.err
    found = run("profiles", "list", "--json").json["profiles"]
    assert [(each["name"], each["regions"], each["session_seconds"], each["view"]) for each in found] == [
        ("research", ["eu-west-1"], 14400, "lab"),
        ("forecasting", [], 28800, "classic"),
        ("later", [], 28800, "lab"),
    ]
    again = run("setup", file, "--yes")
    assert (again.status, again.err) == (0, "There is nothing to add.\n")


@pytest.mark.parametrize("answer", ["y", "n"])
def test_at_a_terminal_it_asks_and_says_what_was_found(
    run: Run, file: str, cloud: SampleCloud, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    add_elsewhere_sample(cloud.endpoint.world, cloud.files)
    Path(file).write_text(FILE.replace("later", "logistics").replace("not-there-yet", "logistics"))
    terminal = piped(f"{answer}\n")
    terminal.isatty = lambda: True  # type: ignore[method-assign]
    monkeypatch.setattr(sys, "stdin", terminal)
    asked = run("setup", file)
    assert asked.status == 0
    assert "Add 3 profiles?" in asked.err
    assert names(run) == (["research", "forecasting", "logistics"] if answer == "y" else [])
    assert ("research: We found 2 notebook instances in us-east-1." in asked.out) is (answer == "y")
    assert ("logistics: Added. There are no notebook instances in eu-central-1." in asked.out) is (answer == "y")
    assert ("notebook-tray profiles regions logistics --find" in asked.err) is (answer == "y")


def test_an_unknown_region_has_to_be_confirmed(run: Run, tmp_path: Path) -> None:
    odd = tmp_path / "odd.toml"
    odd.write_text(ODD)
    refused = run("setup", str(odd), "--yes")
    assert refused.status == 2
    assert "“eu-west-77” is no AWS region" in refused.err
    assert names(run) == ["good"]
    assert run("setup", str(odd), "--yes", "--allow-unknown-region").status == 0
    assert names(run) == ["good", "odd"]


def test_a_file_from_a_pipe(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", piped(FILE))
    assert run("setup", "-", "--yes").status == 0
    assert names(run) == ["research", "forecasting", "later"]


@pytest.mark.only_on("linux", reason="elsewhere, only the system's own store says whom to trust")
def test_a_link(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with https_files(tmp_path, {"/team.toml": FILE.encode()}) as served:
        refused = run("setup", f"{served.url}/team.toml?secret")
        assert refused.status == 1
        assert "certificate of 127.0.0.1 is not trusted" in refused.err
        assert "secret" not in refused.err
        monkeypatch.setenv("SSL_CERT_FILE", str(served.certificate.certificate))
        assert run("setup", f"{served.url}/team.toml", "--yes").status == 0
    assert names(run) == ["research", "forecasting", "later"]


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (("none.toml",), "none.toml can't be read: No such file"),
        (("--yes",), "need a FILE"),
        (("http://example.com/a.toml",), "begins with https://"),
    ],
)
def test_what_can_t_be_read_is_said(run: Run, given: tuple[str, ...], says: str) -> None:
    ran = run("setup", *given)
    assert ran.status == 2
    assert says in ran.err
    assert names(run) == []


def test_without_a_tray_there_is_no_page(run: Run) -> None:
    ran = run("setup")
    assert ran.status == 3
    assert "notebook-tray" in ran.err


class Bench:
    def __init__(self, folder: Path) -> None:
        self.store = ProfileStore(MemoryKeyring(), folder / "lock")
        self.services = Services(self.store)

    def do(self, chosen: AddProfiles | AddWithKey | WriteAwsConfig) -> Outcome:
        before = len(self.services.ended)
        self.services.do(chosen)
        wait_until(lambda: len(self.services.ended) > before, "the end")
        return self.services.ended[-1][1]


@pytest.fixture
def bench(cloud: SampleCloud, tmp_path: Path) -> Bench:
    assert cloud
    return Bench(tmp_path)


KEY = AccessKey("AKIAIOSFODNN7EXAMPLE", "secret-secret-secret")


def test_new_profiles_are_stored_and_an_existing_one_stays(bench: Bench) -> None:
    mine = Profile("research", "research", ("eu-west-1",))
    bench.store.add(mine)
    wrong = NewProfile("b" * 129, "b")
    assert bench.do(AddProfiles((wrong, NewProfile("research", "research"), NewProfile("b", "b")))) is Outcome.FAILED
    notice = bench.services.state.snapshot.tasks.notice
    assert notice is not None
    assert notice.problem.title == "2 profiles not added"
    for words in ("has 129 characters", "There is a profile “research” already.", "Choose another name."):
        assert words in notice.problem.text()
    assert {name: problem.code for name, problem in bench.services.state.snapshot.additions.refused} == {
        "b" * 129: "name-refused",
        "research": "profile-exists",
    }
    assert bench.store.load().profiles == (mine, Profile("b", "b"))
    assert bench.do(AddProfiles((NewProfile("research", "research"),))) is Outcome.FAILED
    notice = bench.services.state.snapshot.tasks.notice
    assert notice is not None
    assert notice.problem.code == "profile-exists"


def test_what_is_asked_for_twice_is_there_and_no_failure(bench: Bench) -> None:
    """By a second click, or on two pages."""
    new = AddProfiles((NewProfile("lab", "research", ("eu-west-1",)), NewProfile("b", "b")))
    assert [bench.do(new), bench.do(new)] == [Outcome.DONE, Outcome.DONE]
    assert [each.name for each in bench.store.load().profiles] == ["lab", "b"]
    assert bench.services.state.snapshot.additions.refused == ()
    assert bench.do(AddProfiles((NewProfile("lab", "research", ("us-east-1",)),))) is Outcome.FAILED
    assert bench.store.load().profiles[0].regions == ("eu-west-1",)


def test_an_access_key_is_stored_with_its_profile_and_nowhere_else(bench: Bench) -> None:
    adds = AddWithKey(NewProfile("keyed", regions=("eu-west-1",)), SealedKey(KEY))
    assert bench.do(adds) is Outcome.DONE
    assert bench.store.access_key("keyed") == KEY
    assert adds.key.take() is None


def test_an_access_key_replaces_no_profile_that_is_hidden(bench: Bench) -> None:
    old = AccessKey("AKIAIOSFODNN7OLDOLDO", "old-old-old-old")
    bench.store.add(Profile("keyed", "", ("us-east-1",), access_key_id=old.key_id), old)
    bench.store.uncheck("keyed")
    assert bench.do(AddWithKey(NewProfile("keyed", regions=("eu-west-1",)), SealedKey(KEY))) is Outcome.FAILED
    bench.store.check("keyed")
    assert bench.store.access_key("keyed") == old


def test_only_roles_that_the_keyring_has_taken_are_written_to_the_aws_config(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "another-config"
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    center = center_at("https://acme.awsapps.com/start", "eu-west-1")
    taken, refused = (CenterRole(center, "111122223333", role) for role in ("Analyst", "Admin"))
    bench.store.add(Profile("lab", "", ("eu-west-1",), center_role=taken))
    both = (
        NewProfile("lab", regions=("eu-west-1",), center_role=taken),
        NewProfile("other", regions=("eu-west-1",), center_role=refused),
    )
    assert bench.do(WriteAwsConfig(both[1:])) is Outcome.DONE
    assert not config.exists()
    assert bench.do(WriteAwsConfig(both)) is Outcome.DONE
    assert "sso_role_name = Analyst" in config.read_text("utf-8")
    assert "Admin" not in config.read_text("utf-8")
    written = bench.services.state.snapshot.additions.written
    assert written == ConfigWritten(("sso-session acme", "profile lab"), str(config))
    config.chmod(0o644)
    bench.store.add(Profile("more", "", ("eu-west-1",), center_role=refused))
    assert bench.do(WriteAwsConfig((replace(both[1], name="more"),))) is Outcome.DONE
    written = bench.services.state.snapshot.additions.written
    assert written == ConfigWritten(("profile more",), str(config), f"{config}.before-notebook-tray")
    bench.services.refresher.start()
    listing = wait_until(lambda: _with_aws_roles(bench.services, 2), "the list of AWS profiles")
    assert dict(listing.aws_roles) == {"lab": taken, "more": refused}


def _with_aws_roles(services: Services, number: int) -> Listing | None:
    listing = services.state.snapshot.listing
    return listing if len(listing.aws_roles) == number else None


def test_an_aws_config_that_cannot_be_written_is_kept_for_the_page(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a-folder").mkdir()
    role = CenterRole(center_at("https://acme.awsapps.com/start", "eu-west-1"), "111122223333", "Analyst")
    bench.store.add(Profile("lab", "", ("eu-west-1",), center_role=role))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "a-folder"))
    assert bench.do(WriteAwsConfig((NewProfile("lab", regions=("eu-west-1",), center_role=role),))) is Outcome.FAILED
    additions = bench.services.state.snapshot.additions
    assert (additions.written, additions.unwritten is not None) == (None, True)


def test_the_words_of_each_of_several_refusals_are_printed(run: Run, tmp_path: Path) -> None:
    """Only the first one's were."""
    long = ", ".join(f'"us-east-{10_000 + at}"' for at in range(100))
    file = tmp_path / "team.toml"
    file.write_text(
        "".join(
            f'[[profiles]]\nname = "{name}"\nregions = [\n{long.replace(", ", ",")}]\n' for name in ("a", "b")
        ).replace(",", ",\n")
        + '[[profiles]]\nname = "c"\n'
    )
    ran = run("setup", str(file), "--yes", "--allow-unknown-region")
    assert ran.status == 2
    assert "c: added" in ran.out
    assert "a, b" in ran.err


def test_what_signs_with_the_role_of_a_profile_is_not_imported_again(run: Run, cloud: SampleCloud) -> None:
    with cloud.files.config.open("a") as config:
        config.write(
            "[sso-session acme]\nsso_start_url = https://acme.awsapps.com/start/#/\nsso_region = eu-west-1\n"
            "[profile by-session]\nsso_session = acme\nsso_account_id = 111122223333\nsso_role_name = Analyst\n"
            "[profile by-url]\nsso_start_url = https://ACME.awsapps.com/start\nsso_region = eu-west-1\n"
            "sso_account_id = 111122223333\nsso_role_name = Analyst\n"
            "[profile other-role]\nsso_session = acme\nsso_account_id = 111122223333\nsso_role_name = Admin\n"
            "[profile no-session]\nsso_session = gone\nsso_account_id = 111122223333\nsso_role_name = Analyst\n"
            "[profile odd]\nsso_session =\n  a = b\nsso_account_id =\n  c = d\nsso_role_name = Analyst\n"
        )
    added = run(
        *("profiles", "add", "lab", "--sso-start-url", "acme.awsapps.com/start", "--sso-region", "eu-west-1"),
        *("--account", "111122223333", "--role", "Analyst", "--region", "eu-west-1"),
    )
    assert added.status == 0
    discovered = {
        each["name"]: each["configured_as"] for each in run("profiles", "discover", "--json").json["profiles"]
    }
    assert {name for name, names in discovered.items() if names} == {"by-session", "by-url"}
    imported = run("profiles", "import", "--all").out
    for name in ("by-session", "by-url"):
        assert f"{name}: was configured already, left as it is" in imported
    assert "other-role: imported" in imported
    assert run("profiles", "import", "by-url").out == "by-url: imported\n", "it is asked for by name"
