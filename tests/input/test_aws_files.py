"""The AWS config and credentials files, as users, tools and crashes leave them, read by botocore's own parser."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.support.bad_input import check_growth, check_shown, check_told, fragments, long_inputs, raw, repeated, texts
from tray.aws import config as aws_config
from tray.aws.config import AwsFiles, ConfigProfile, read_aws_files, read_aws_profiles, readable_aws_files
from tray.aws.config_checks import check_aws_file, sections_not_read, unread_files
from tray.aws.credentials.center_roles import with_center
from tray.aws.ini import bad_encoding, quoted, sections_of, words_of_header
from tray.aws.setting_faults import all_faults, faults_of, refuse_endless_files
from tray.aws.setting_table import SETTINGS
from tray.aws.signin.ways import browser_settings, sign_ins_of
from tray.cli.doctor.redaction import file_secrets
from tray.model.center import Center
from tray.model.problems import TrayError
from tray.model.profile_names import fault_of

SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
GOOD = f"[good]\nregion = eu-west-1\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = {SECRET}\n"

headers = st.sampled_from(
    [
        *(
            "[default]",
            "[profile a]",
            '[profile "a b"]',
            "[profile 'a]",
            "[a]",
            "[ profile a ]",
            "[profile  a]",
            "[profile]",
        ),
        *(
            "[sso-session s]",
            "[services x]",
            "[",
            "[]",
            "[profile a",
            "[profile a]b]",
            "[DEFAULT]",
            "[profile \u202ea]",
        ),
    ]
)
settings_lines = st.builds(
    lambda name, sign, value: f"{name}{sign}{value}",
    st.sampled_from([setting.name for setting in SETTINGS if setting.name] + ["x", "", " region", "REGION", "ré"]),
    st.sampled_from([" = ", "=", ":", " ", ""]),
    st.sampled_from(
        [
            *(
                "",
                "a",
                "b",
                "s",
                "eu-west-1",
                "0",
                "9" * 30,
                "true",
                "https://[",
                "http://h:x",
                "/dev/zero",
                "/nonexistent",
            ),
            *("arn:aws:iam::1:role/x" * 2, "%(x)s", "${x}", "\x00", "\ud800", SECRET, f"a {SECRET}", "None", '"'),
        ]
    )
    | texts,
)
nested_lines = st.builds(
    lambda blanks, line: blanks + line, st.sampled_from([" ", "\t", "    ", "\u00a0"]), settings_lines | texts
)
file_texts = st.lists(
    headers | settings_lines | nested_lines | texts | st.sampled_from(["# x", "; x", ""]), max_size=12
)
file_bytes = (
    file_texts.map(lambda lines: "\n".join(lines).encode("utf-8", "surrogatepass"))
    | file_texts.map(lambda lines: "\r\n".join(lines).encode("utf-16", "surrogatepass"))
    | raw
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("aws")


def use(patch: pytest.MonkeyPatch, folder: Path, config: bytes, credentials: bytes = b"") -> None:
    """Have this process use files with this content."""
    for name, variable, content in (
        ("config", "AWS_CONFIG_FILE", config),
        ("credentials", "AWS_SHARED_CREDENTIALS_FILE", credentials),
    ):
        (folder / name).write_bytes(content)
        patch.setenv(variable, str(folder / name))
    aws_config._parse.cache_clear()  # two files of one length may be written within one tick of the disk's clock


def _check_files(files: AwsFiles) -> None:
    """Check what the program makes of files that botocore can parse."""
    for fault in all_faults(files, 50):
        check_told(fault.error(), 3000)
        assert SECRET not in str(fault.error().problem)
    for name in [*files.merged["profiles"]][:5]:
        assert isinstance(faults_of(name, files), tuple)
        for check in (
            lambda name=name: refuse_endless_files(name, files),
            lambda name=name: [browser_settings(each, files) for each in sign_ins_of(name, files)],
        ):
            try:
                check()
            except TrayError as error:
                check_told(error, 3000)
                assert SECRET not in str(error.problem)
    center = with_center(Center("https://d-1.awsapps.com/start", "eu-west-1"), files)
    assert set(center.merged["profiles"]) >= {"default"}


@given(file_bytes, file_bytes)
@example(b"[profile a]\ns3 =\n  x\n", b"").via("a nested line without a value")
@example(b"[profile a]\nregion =\n  x = 1\n", b"").via("a region that is a section")
@example(b"[profile a]\nregion = %(x)s\n", b"").via("what configparser would put in")
@example(b"[profile a]\nsso_session =\n  x = y\nsso_start_url =\n  x = y\n", b"").via("a sign-in that is a section")
@example(b"[profile a]\nservices = x\n[services x]\nsts = y\n", b"").via("a service that is no section")
@example(b"[profile a]\nrole_arn = x\nsource_profile = a\n", b"").via("a role that builds on itself")
@example(b"[a]\nx = 1\n[a]\n", b"\xff\xfe[\0a\0]\0").via("a section twice, and another encoding")
@example(f"[a]\n{SECRET}\n".encode(), f"{SECRET}\n".encode()).via("a line that is a key alone")
@example(b"[profile a]\nca_bundle = \0\nmax_attempts = " + b"9" * 5000, b"").via("values that no call takes")
def test_files_are_profiles_or_told_without_a_key(folder: Path, config: bytes, credentials: bytes) -> None:
    with pytest.MonkeyPatch.context() as patch:
        use(patch, folder, config, credentials)
        for problem in (*unread_files(), *(each.problem for each in sections_not_read())):
            check_told(problem, 3000)
            assert SECRET not in problem.message
        for path in (folder / "config", folder / "credentials"):
            try:
                check_aws_file(path)
            except TrayError as error:
                check_told(error, 3000)
                assert SECRET not in str(error.problem)
        try:
            profiles = read_aws_profiles()
        except TrayError as error:
            check_told(error, 3000)
            assert SECRET not in str(error.problem)
            assert file_secrets() == set()
            return
        for profile in profiles:
            assert isinstance(profile.name, str)
            assert profile.region is None or (isinstance(profile.region, str) and profile.region.strip())
        _check_files(readable_aws_files())


@given(file_texts)
def test_what_is_in_the_config_hides_no_profile_of_the_credentials(folder: Path, lines: list[str]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        use(patch, folder, "\n".join(lines).encode("utf-8", "surrogatepass"), GOOD.encode())
        try:
            profiles = read_aws_profiles()
        except TrayError:
            return
        assert ConfigProfile("good", "eu-west-1") in profiles
        assert SECRET in file_secrets()
        assert isinstance(read_aws_files().merged["profiles"], dict)


shown_names = st.text(st.characters(categories=["L", "N", "P", "S"]) | st.just(" "), min_size=1, max_size=12)


@given(shown_names)
@example("a]b").via("a name with a bracket")
@example("a\\b'c\"d").via("a name with all that quotes")
@example("#a").via("a name that looks like a comment")
def test_a_profile_is_found_under_the_name_that_it_was_written_with(folder: Path, name: str) -> None:
    if fault_of(name) is not None:
        return
    assert words_of_header(f"profile {quoted(name)}") == ("profile", name)
    with pytest.MonkeyPatch.context() as patch:
        use(patch, folder, f"[profile {quoted(name)}]\nregion = eu-west-1\n".encode())
        assert read_aws_profiles() == (ConfigProfile(name, "eu-west-1"),)
        (section,) = sections_of(folder / "config")
        assert (section.line, section.settings) == (1, {"region": 2})


@given(file_bytes)
def test_sections_have_lines_of_the_file(folder: Path, content: bytes) -> None:
    path = folder / "config"
    path.write_bytes(content)
    what, line = bad_encoding(content)
    assert what in ("", "utf-16", "bom", "zeros", "encoding")
    assert 0 <= line <= content.count(b"\n") + 1
    most = content.count(b"\n") + content.count(b"\r") + 1
    for section in sections_of(path):
        check_shown(str(section.line), 9)
        for number in (section.line, *section.settings.values(), *section.nested.values()):
            assert 1 <= number <= most


@given(
    st.sampled_from([setting for setting in SETTINGS if setting.rule.wants not in ("certificates", "certificate")]),
    texts,
)
def test_a_rule_says_of_any_value_whether_it_works(folder: Path, setting: object, value: str) -> None:
    assert isinstance(getattr(setting, "rule").fits(value), bool)  # noqa: B009
    assert isinstance(getattr(setting, "rule").fits({"a": value}), bool)  # noqa: B009
    path = folder / "value"
    path.write_bytes(value.encode("utf-8", "surrogatepass") + b"\xff")
    assert isinstance(getattr(setting, "rule").fits(str(path)), bool)  # noqa: B009


@pytest.mark.parametrize("value", ["", "\0", "\ud800", "/nonexistent", "/dev/zero", "/", "a" * 5000, "\x1b"])
def test_a_rule_of_certificates_says_so_too(value: str) -> None:
    for setting in SETTINGS:
        assert isinstance(setting.rule.fits(value), bool)


READERS: dict[str, Callable[[Path], object]] = {
    "sections": sections_of,
    "sections not read": lambda _: sections_not_read(),
    "encoding": lambda path: bad_encoding(path.read_bytes()),
    "profiles": lambda _: read_aws_profiles(),
    "faults": lambda _: all_faults(readable_aws_files(), 50),
}


@pytest.mark.parametrize("reader", READERS)
@long_inputs
@given(st.sampled_from(["[profile a]\n", "x = 1\n", "  x = 1\n", "  x\n", "\n", "# x\n", "[", "="]) | fragments)
@example("[a").via("sections that nothing ends")
@example("  x = 1\n").via("many nested lines")
def test_the_time_grows_with_the_length(folder: Path, reader: str, fragment: str) -> None:
    with pytest.MonkeyPatch.context() as patch:

        def made(length: int) -> Path:
            of_length = folder / f"{length}"
            of_length.mkdir(exist_ok=True)
            text = repeated(fragment, length, "[profile a]\nservices =\n")
            (of_length / "config").write_bytes(text.encode("utf-8", "surrogatepass"))
            (of_length / "credentials").write_bytes(b"")
            return of_length / "config"

        def act(path: Path) -> None:
            patch.setenv("AWS_CONFIG_FILE", str(path))
            patch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(path.with_name("credentials")))
            aws_config._parse.cache_clear()
            try:
                READERS[reader](path)
            except TrayError as error:
                assert error.problem.code == "aws-config-unreadable"

        check_growth(act, made, 8_000 if reader == "faults" else 30_000)
