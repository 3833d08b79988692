"""What of the AWS files is not read: files that can't be, and sections that botocore drops, each with its reason."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tray.aws.config import config_fingerprint, read_aws_profiles
from tray.aws.config_checks import check_aws_file, refused_files, section_not_read, sections_not_read, unread_files
from tray.model.problems import Kind, TrayError


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    (tmp_path / ".aws").mkdir()
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    return tmp_path / ".aws" / "config", tmp_path / ".aws" / "credentials"


def parse_problem() -> str:
    with pytest.raises(TrayError) as refused:
        read_aws_profiles()
    problem = refused.value.problem
    assert problem.kind is Kind.CONFIGURATION
    assert "AKIASECRET" not in problem.text()
    return problem.text()


A = "[profile a]\nregion = eu-west-1\n"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\xef\xbb\xbf" + A.encode(), "byte order mark"),
        (A.encode("utf-16"), "UTF-16"),
        ("[profile a]".encode("utf-16-le"), ""),
        (A.encode("utf-16-le"), "UTF-16"),
        (A.encode("utf-16-be"), "UTF-16"),
        (b"\xfe\xff" + A.encode("utf-16-be"), "UTF-16"),
        (A.encode("utf-32"), "UTF-16"),
        (f"{A}# caf\xe9 \x81\n".encode("latin-1"), "line 3 has a character of another"),
        (f"{A}[profile b]\n{A}".encode(), "the section [profile a] twice, again in line 4"),
        (f"{A}region = us-east-1\n".encode(), "region twice in one section, again in line 3"),
        (b"region = eu-west-1\n" + A.encode(), "before the first section, in line 1"),
        (b'{"AccessKeyId": "AKIASECRET"}', "is JSON, and no file of the AWS CLI"),
        (b'\n[\n  {"AccessKeyId": "AKIASECRET"}\n]', "is JSON, and no file of the AWS CLI"),
        (b"default:\n  region: eu-west-1\n", "is YAML, and no file"),
        (b"<!DOCTYPE html>\n<title>Sign in</title>\n", "is HTML, and no file"),
        (b"User name,Access key ID,Secret access key\nana,AKIASECRET,x\n", "list of access keys that the console"),
        (b"export AWS_ACCESS_KEY_ID=AKIASECRET\n", "commands for a shell"),
        (b"$Env:AWS_ACCESS_KEY_ID='AKIASECRET'\n", "commands for a shell"),
        (b"SET AWS_ACCESS_KEY_ID=AKIASECRET\r\n", "commands for a shell"),
        (f"{A}AKIASECRET\n".encode(), "line 3 is not name = value"),
        (f"{A}s3 =\n  addressing_style = path\n  AKIASECRET\n".encode(), "line 5 is indented"),
        (f"{A}aws_session_token =\n  AKIASECRET\n".encode(), "line 4 is indented"),
        (f"{A}akiasecret1234567 = x\nakiasecret1234567 = y\n".encode(), "a setting twice"),
        (b"[profile a\nregion = x\n", "without “]”, in line 1"),
        (f"{A}[profile b\nregion = x\n".encode(), "without “]”, in line 3"),
        (f"{A}[]\nregion = x\n".encode(), "without “]”, in line 3"),
        (f"{A}<<<<<<< HEAD\n{A}=======\n{A}>>>>>>> theirs\n".encode(), "merge conflict, from line 3 on"),
        (f"{A}<<<<<<< HEAD\r\nx = 1\r\n=======\r\n".encode(), "merge conflict, from line 3 on"),
        (A.encode() + bytes(3), "from line 3 on, it holds zeros"),
        (A.encode() + bytes(4000), "from line 3 on, it holds zeros"),
        (bytes(300), "from line 1 on, it holds zeros"),
    ],
)
@pytest.mark.parametrize("which", [0, 1])
def test_what_can_not_be_parsed_names_its_cause(files: tuple[Path, Path], data: bytes, words: str, which: int) -> None:
    files[which].write_bytes(data)
    if not words:
        # Without a byte order mark botocore parses it, and finds nothing that it knows.
        read_aws_profiles()
        (problem,) = refused_files()
        assert "UTF-16" in problem.message
        return
    said = parse_problem()
    assert words in said
    assert str(files[which]) in said
    assert "akiasecret1234567" not in said
    with pytest.raises(TrayError) as refused:
        check_aws_file(files[which])
    assert words in refused.value.problem.text()


@pytest.mark.parametrize("start", ["region = eu-west-1\n", "export AWS_PROFILE=a\n"])
@pytest.mark.parametrize(("which", "header"), [(0, "[profile NAME]"), (1, "[NAME]")])
def test_the_header_to_write_is_one_of_that_file(files: tuple[Path, Path], start: str, which: int, header: str) -> None:
    """In the credentials file, [profile NAME] would be a profile of that whole name."""
    files[which].write_text(f"{start}{A}" if which == 0 else f"{start}[a]\n")
    assert f"[default] or {header}" in parse_problem()


@pytest.mark.only_on("linux", "darwin", reason="links and pipes in folders")
@pytest.mark.parametrize(
    ("kind", "words", "refused"),
    [
        ("folder", "is a folder", False),
        ("pipe", "is a pipe", False),
        ("dangling", "a link to a file that is not there", False),
        ("loop", "can't be read: Too many levels of symbolic links", True),
        ("device", "", False),
        ("none", "", False),
    ],
)
@pytest.mark.parametrize("which", [0, 1])
def test_what_is_no_file(files: tuple[Path, Path], kind: str, words: str, refused: bool, which: int) -> None:
    path = files[which]
    match kind:
        case "folder":
            path.mkdir()
        case "pipe":
            os.mkfifo(path)
        case "dangling":
            path.symlink_to("nowhere")
        case "loop":
            path.symlink_to(path)
        case "device":
            path.symlink_to("/dev/null")
    assert read_aws_profiles() == (), "as the AWS CLI has it"
    problems = unread_files()
    assert [words in problem.message for problem in problems] == ([True] if words else [])
    assert bool(refused_files()) is refused
    if words:
        with pytest.raises(TrayError) as error:
            check_aws_file(path)
        assert words in error.value.problem.message
        assert str(path) in error.value.problem.message
    else:
        assert check_aws_file(path) is None


@pytest.mark.parametrize("name", ["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"])
@pytest.mark.parametrize("value", ["/nowhere/config", "~nobody-of-this-name/config", "$NOT_SET/config"])
def test_a_file_that_a_variable_names_and_is_not_there(
    files: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    assert read_aws_profiles() == ()
    (problem,) = unread_files()
    assert problem.message.endswith(f"{name} names it.")
    assert refused_files() == ()


UNREADABLE = """
import os, sys
from tray.aws.config import read_aws_profiles, config_fingerprint
from tray.aws.config_checks import refused_files
from tray.aws.botocore_patches import config_files
import botocore.configloader, tray.texts.problems, tray.texts.language
before = config_fingerprint()
refused_files(), read_aws_profiles(), tray.texts.language._("x")
if os.geteuid() == 0:
    os.seteuid(65534)
print(before != config_fingerprint(), len(read_aws_profiles()))
for problem in refused_files():
    print(problem.message)
"""


@pytest.mark.only_on("linux", "darwin", reason="permissions of POSIX")
@pytest.mark.parametrize("which", [0, 1])
def test_what_may_not_be_read_is_not_empty(files: tuple[Path, Path], which: int) -> None:
    path = files[which]
    path.write_text("[default]\nregion = eu-west-1\n")
    path.chmod(0)
    for folder in (path.parent, path.parent.parent, *path.parent.parent.parents):
        if folder.is_relative_to("/tmp") and folder != Path("/tmp"):  # noqa: S108 - pytest's, which are its owner's alone
            folder.chmod(0o755)
    ran = subprocess.run([sys.executable, "-c", UNREADABLE], capture_output=True, text=True, check=True)
    lines = ran.stdout.splitlines()
    assert lines[1:] == [f"The file {path} can't be read: Permission denied."]
    if os.geteuid() == 0:
        assert lines[0] == "True 0", "the file's state is another one"


CONFIG = """[default]
region = eu-west-1
[profile one]
[profile "two words"]
[sso-session corp]
[services local]
[plugins]
[preview]
[analyst]
[profile my team]
[profile o'brien]
[Profile caps]
[ profile led]
[profile]
[Default]
[sso-session my corp]
[services a b]
[profile "one"]
[profile default]
[sso_session corp]
[service local]
"""


def test_sections_that_are_dropped(files: tuple[Path, Path]) -> None:
    files[0].write_text(CONFIG)
    found = {each.section: (each.what, each.line, each.instead, each.meant) for each in sections_not_read()}
    assert found == {
        "analyst": ("prefix", 9, "[profile analyst]", "analyst"),
        "profile my team": ("blank", 10, '[profile "my team"]', "my team"),
        "profile o'brien": ("quotes", 11, '[profile "o\'brien"]', "o'brien"),
        "Profile caps": ("spelling", 12, "[profile caps]", "caps"),
        " profile led": ("spelling", 13, "[profile led]", "led"),
        "profile": ("nameless", 14, "[profile NAME]", ""),
        "Default": ("spelling", 15, "[default]", "default"),
        "sso-session my corp": ("blank", 16, '[sso-session "my corp"]', ""),
        "services a b": ("blank", 17, '[services "a b"]', ""),
        "profile one": ("twice", 3, '[profile "one"]', ""),
        "default": ("twice", 1, "[profile default]", ""),
        "sso_session corp": ("spelling", 20, "[sso-session corp]", ""),
        "service local": ("spelling", 21, "[services local]", ""),
    }
    for each in sections_not_read():
        assert f"({files[0]}, line {each.line})" in each.problem.message
        assert each.problem.remedy
    names = [profile.name for profile in read_aws_profiles()]
    assert names == ["default", "one", "two words"], "what botocore reads"
    for each in sections_not_read():
        assert each.meant not in names or each.what in ("twice", "spelling"), "what is said to be dropped is"
    assert check_aws_file(files[0]) == len(CONFIG.splitlines()) - 1 - len(found)


@pytest.mark.parametrize("which", [0, 1])
@pytest.mark.parametrize(
    ("header", "meant"), [("profile b", "b"), ('profile "b c"', "b c"), ("default", "default"), ("b", "b")]
)
def test_a_section_that_is_indented_is_part_of_the_setting_above(
    files: tuple[Path, Path], header: str, meant: str, which: int
) -> None:
    files[which].write_text(f"[one]\nregion = eu-west-1\n  [{header}]\n  region = us-east-1\n")
    (found,) = (each for each in sections_not_read() if each.what == "indented")
    assert (found.line, found.section, found.meant) == (3, header, meant)
    assert "Remove the blanks" in found.problem.remedy
    problem = section_not_read(meant)
    assert problem is not None
    assert problem.message == f"The section [{header}] is not read ({files[which]}, line 3)."
    assert not {"default", "b", "b c"} & {profile.name for profile in read_aws_profiles()}, "it is none"
    assert check_aws_file(files[which]) == (1 if which else 0)


def test_each_header_that_is_proposed_is_read(files: tuple[Path, Path]) -> None:
    files[0].write_text(CONFIG)
    proposed = [each for each in sections_not_read() if each.meant and each.instead != "[default]"]
    files[0].write_text("".join(f"{each.instead}\n" for each in proposed))
    assert [profile.name for profile in read_aws_profiles()] == [each.meant for each in proposed]
    assert sections_not_read() == ()


def test_sections_of_the_other_file_in_the_credentials(files: tuple[Path, Path]) -> None:
    files[1].write_text("[one]\n[profile two]\n[sso-session corp]\n")
    found = [(each.section, each.what, each.instead) for each in sections_not_read()]
    assert found == [("profile two", "credentials", "[two]"), ("sso-session corp", "of-config", str(files[0]))]
    assert section_not_read("two") is not None
    assert section_not_read("one") is None


def test_settings_for_all_sections_are_no_profile(files: tuple[Path, Path]) -> None:
    files[0].write_text("[DEFAULT]\nregion = eu-west-1\n")
    (dropped,) = sections_not_read()
    assert (dropped.what, dropped.instead) == ("all", "[default]")
    files[0].write_text("[DEFAULT]\nregion = eu-west-1\n[default]\n")
    assert sections_not_read() == ()


def test_a_header_that_steers_a_terminal(files: tuple[Path, Path]) -> None:
    files[0].write_text("[\x1b[31mred]\n[" + "long" * 200 + "]\n")
    for each in sections_not_read():
        assert each.problem.text().replace("\n", "").isprintable()
        assert len(each.problem.text()) < 800


def test_the_fingerprint_tells_a_file_that_was_put_in_place_of_a_folder(files: tuple[Path, Path]) -> None:
    files[0].mkdir()
    before = config_fingerprint()
    files[0].rmdir()
    files[0].write_text(A)
    assert config_fingerprint() != before
    assert [profile.name for profile in read_aws_profiles()] == ["a"]
