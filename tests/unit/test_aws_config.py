from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from tray.aws.cloud import Cloud
from tray.aws.config import ConfigProfile, config_fingerprint, read_aws_profiles
from tray.aws.config_checks import sections_not_read
from tray.model.notebooks import Scope
from tray.model.problems import Kind, TrayError
from tray.model.signer import AwsProfile


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    config, credentials = tmp_path / "config", tmp_path / "credentials"
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(credentials))
    return config, credentials


def test_profiles_of_both_files_in_their_order(files: tuple[Path, Path]) -> None:
    config, credentials = files
    config.write_text(
        "[default]\nregion = eu-west-1\n"
        "[profile zeta]\nregion = us-east-1\ns3 =\n    max_concurrent_requests = 2\n"
        "[profile with space]\n[sso-session corp]\nsso_region = eu-west-1\n[services local]\n"
        '[profile "alpha beta"]\nsso_session = corp\n'
    )
    credentials.write_text(
        "[zeta]\naws_access_key_id = AKIA\n[keys-only]\naws_access_key_id = AKIA\nregion=eu-west-3\n"
    )
    assert read_aws_profiles() == (
        ConfigProfile("default", "eu-west-1"),
        ConfigProfile("zeta", "us-east-1"),
        ConfigProfile("alpha beta", None),
        ConfigProfile("keys-only", "eu-west-3"),
    )


def test_no_files_are_no_profiles(files: tuple[Path, Path]) -> None:
    assert read_aws_profiles() == ()


def test_the_home_folder_is_where_they_are_by_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_CONFIG_FILE", raising=False)
    monkeypatch.delenv("AWS_SHARED_CREDENTIALS_FILE", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    (tmp_path / ".aws").mkdir()
    (tmp_path / ".aws" / "config").write_text("[profile mine]\n")
    assert read_aws_profiles() == (ConfigProfile("mine", None),)


@pytest.mark.parametrize("text", ["[profile a\nregion = x\n", "no section = here\n", "[profile a]\nAKIASECRET\n"])
def test_a_file_that_makes_no_sense_is_named_with_its_line_and_not_quoted(files: tuple[Path, Path], text: str) -> None:
    files[0].write_text(text)
    with pytest.raises(TrayError) as refused:
        read_aws_profiles()
    problem = refused.value.problem
    assert problem.kind is Kind.CONFIGURATION
    assert str(files[0]) in problem.message
    assert "line" in problem.message
    assert "AKIASECRET" not in problem.text()


def test_bytes_that_are_no_text(files: tuple[Path, Path]) -> None:
    # Neither UTF-8 nor Windows-1252, which botocore reads the file in on Windows.
    files[0].write_bytes(b"[profile a]\nname = \xff\x81\n")
    with pytest.raises(TrayError) as refused:
        read_aws_profiles()
    assert str(files[0]) in refused.value.problem.message


def test_the_fingerprint_follows_both_files(files: tuple[Path, Path]) -> None:
    seen = {config_fingerprint()}
    for text in ("[profile a]\n", "[profile ab]\n"):
        for file in files:
            file.write_text(text)
            seen.add(config_fingerprint())
    assert len(seen) == 5
    assert config_fingerprint() in seen


def test_a_header_without_an_end_hides_no_other_section_and_is_not_taken_apart(
    files: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A header of a megabyte took half a minute, in which nobody else could read the files."""
    split, longest = shlex.split, [0]

    def noting(text: str, *args: bool) -> list[str]:
        longest.append(len(text))
        return split(text, *args)

    monkeypatch.setattr(shlex, "split", noting)
    long = "a" * 100_000
    files[0].write_text(
        f"[profile {long}]\nregion = eu-west-1\n[sso-session {long}]\nsso_region = eu-west-1\n[profile b]\n"
    )
    assert [each.name for each in read_aws_profiles()] == ["b"]
    sections_not_read()
    assert max(longest) < 5000


def test_a_chain_of_a_thousand_roles_is_told_as_a_setting_and_asks_for_no_sign_in(files: tuple[Path, Path]) -> None:
    role = "role_arn = arn:aws:iam::111122223333:role/x"
    chain = "".join(f"[profile p{each}]\n{role}\nsource_profile = p{each + 1}\n" for each in range(1500))
    files[0].write_text(
        f"{chain}[profile p1500]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = x\n"
    )
    with pytest.raises(TrayError) as caught:
        Cloud().list_notebooks(Scope("research", "eu-west-1", AwsProfile("p0")))
    assert caught.value.problem.kind is Kind.CONFIGURATION
