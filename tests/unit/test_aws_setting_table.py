"""The table of settings is whole: every name that the installed botocore reads from the files or the environment."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import botocore
import pytest
from botocore import configprovider

from tray.aws.setting_table import ENDPOINTS, SETTINGS, Rule, one_of, whole_number

BOTOCORE = Path(botocore.__file__).parent
NAMES = {setting.name for setting in SETTINGS} - {""}
VARIABLES = {variable for setting in SETTINGS for variable in setting.variables}
# Parts of the parsed files, and what these modules call their own: names of no settings.
NO_SETTINGS = {
    *("default", "profiles", "sso_sessions", "services", "ec2_credential_refresh_window"),
    *("account_id", "start_url", "role_name", "session_name"),
}
# What is set for the process that boto itself, or a test of botocore's, runs in.
NO_VARIABLES = {"AWS_ENDPOINT_URL_"}


def variables_of(configured: object) -> tuple[str, ...]:
    if configured is None:
        return ()
    return (configured,) if isinstance(configured, str) else tuple(configured)  # type: ignore[arg-type]


SESSION_VARIABLES = configprovider.BOTOCORE_DEFAUT_SESSION_VARIABLES | configprovider.DEFAULT_PROXIES_CONFIG_VARS


@pytest.mark.parametrize("logical", sorted(SESSION_VARIABLES))
def test_every_session_variable_is_in_the_table(logical: str) -> None:
    name, variables, _default, _conversion = SESSION_VARIABLES[logical]
    assert {name} - {None} <= NAMES
    assert set(variables_of(variables)) <= VARIABLES
    if name and variables:
        (setting,) = (each for each in SETTINGS if each.name == name)
        if name != "region":  # the tray's profiles go before the variable
            assert setting.variables == variables_of(variables), "in botocore's order"


@pytest.mark.parametrize("logical", sorted(configprovider.DEFAULT_S3_CONFIG_VARS))
def test_every_setting_of_s3_is_in_the_table(logical: str) -> None:
    name, variables, _default, _conversion = configprovider.DEFAULT_S3_CONFIG_VARS[logical]
    named = [name] if isinstance(name, (str, tuple)) else list(name)
    assert {each if isinstance(each, str) else each[0] for each in named} <= NAMES
    assert set(variables_of(variables)) <= VARIABLES


def test_every_variable_that_botocore_names_is_in_the_table() -> None:
    named: set[str] = set()
    for file in BOTOCORE.rglob("*.py"):
        if "vendored" not in file.parts:
            named |= set(re.findall(r"""["']((?:AWS|BOTO|BOTOCORE)_[A-Z0-9_]+)["']""", file.read_text("utf-8")))
    assert len(named) > 40, "they are found"
    assert named - NO_VARIABLES - VARIABLES == set()


def settings_read_in(module: str) -> Iterator[str]:
    """Yield the names that a module of botocore's looks up in a profile, a session or the config."""
    for node in ast.walk(ast.parse((BOTOCORE / module).read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
            owner, key = node.func.value, node.args[0]
            if node.func.attr in ("_get_config", "_get_profile_config"):
                owner = ast.Name("profile")
            elif node.func.attr != "get":
                continue
        elif isinstance(node, ast.Subscript):
            owner, key = node.value, node.slice
        else:
            continue
        if isinstance(key, ast.Constant) and isinstance(key.value, str):
            whose = r"profile|config" if module in OF_CREDENTIALS else r"profile|scoped_config"
            if re.search(whose, ast.unparse(owner).rpartition(".")[2]) and re.fullmatch("[a-z0-9_]+", key.value):
                yield key.value


OF_CREDENTIALS = ("credentials.py", "tokens.py")
OTHERS = sorted(file.name for file in BOTOCORE.glob("*.py") if file.name not in OF_CREDENTIALS)


@pytest.mark.parametrize("module", [*OF_CREDENTIALS, *OTHERS])
def test_every_setting_that_credentials_are_made_of_is_in_the_table(module: str) -> None:
    assert set(settings_read_in(module)) - NO_SETTINGS - NAMES == set()


def test_every_setting_that_a_provider_of_credentials_names_is_in_the_table() -> None:
    from botocore import credentials, tokens

    named: set[str] = set()
    for module in (credentials, tokens):
        for kind in vars(module).values():
            if isinstance(kind, type) and kind.__module__ == module.__name__:
                for name, value in vars(kind).items():
                    listed = value if isinstance(value, (list, tuple)) else [value]
                    if isinstance(value, dict):
                        listed = list(value)
                    if re.search(r"CONFIG|ACCESS_KEY|SECRET_KEY|TOKENS|ACCOUNT_ID|VAR", name):
                        named |= {each for each in listed if isinstance(each, str) and re.fullmatch("[a-z_]+", each)}
    assert {"aws_access_key_id", "sso_start_url", "role_arn", "web_identity_token_file"} <= named, "they are found"
    assert named - NAMES - {"sso_account_id", "sso_role_name"} == set()


def test_no_name_is_there_twice() -> None:
    names = [setting.name for setting in SETTINGS if setting.name]
    variables = [variable for setting in SETTINGS for variable in setting.variables]
    assert len(names) == len(set(names))
    assert len(variables) == len(set(variables))
    assert "sagemaker" in ENDPOINTS


@pytest.mark.parametrize(
    ("rule", "good", "bad"),
    [
        (whole_number(1, 9), ("1", " 9 ", "+3", "1_0"[:1]), ("0", "10", "", "1.5", "one", "1e3")),
        (whole_number(), ("0", "-4"), ("", "x")),
        (one_of("a", "b"), ("a", "B"), ("", "c", "a ")),
        (one_of("a", exactly=True), ("a",), ("A",)),
    ],
)
def test_rules(rule: Rule, good: tuple[str, ...], bad: tuple[str, ...]) -> None:
    assert [value for value in good if not rule.fits(value)] == []
    assert [value for value in bad if rule.fits(value)] == []
    assert not rule.fits({"a": "b"})
