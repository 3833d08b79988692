"""Settings of the AWS config that are good and bad, and what comes of them through the program's own way to AWS."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from tray.aws.cloud import Cloud
from tray.model.problems import Kind, Problem, TrayError
from tray.model.signer import AwsProfile

ROLE = "role_arn = arn:aws:iam::111122223333:role/analyst\n"
# Of all sorts: empty, of another type, out of range, no address, no file, a section.
VALUES = (
    *("", "many", "-1", "99999999999999999999", "1.5", "true", "café", "a b"),
    *("http://[", "http://localhost:99999", "/"),
)
NESTED = "\n  a = b"
# Codes of problems that don't say which setting it is.
VAGUE = {"aws-call-failed", "unknown-botocore", "settings-not-understood", "no-such-endpoint", "sign-in-failed"}
# Of those, what botocore reads in this way to AWS and yet takes with a value that the table has as wrong: only some
# services or some answers make it fail.
NOT_READ_HERE = {
    *("ca_bundle", "proxy_ca_bundle", "proxy_client_cert", "csm_host", "csm_port", "sdk_ua_app_id"),
    *("endpoint_url", "services"),
}
Write = Callable[..., None]
SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"


def outcome(profile: str = "research", region: str = "") -> Problem | None:
    """List what a profile sees, and return why not; what is no TrayError would be called an error of ours."""
    cloud = Cloud()
    try:
        for scope in cloud.scopes("mine", AwsProfile(profile), (region,) if region else ()):
            cloud.list_notebooks(scope)
    except TrayError as error:
        return error.problem
    return None


def why_no_sign_in(profile: str) -> Problem | None:
    try:
        Cloud().sign_in_for(AwsProfile(profile))
    except TrayError as error:
        return error.problem
    return None


def places(problem: Problem) -> dict[str, object]:
    return dict(problem.places)


def check_named(problem: Problem, name: str, value: str, *, secret: bool, config: Path, line: int = 2) -> None:
    text = problem.text()
    assert problem.kind is Kind.CONFIGURATION
    assert name in text
    if places(problem)["variable"]:
        assert places(problem)["variable"] == name
    else:
        assert f"({config}, line {line})" in text
    if secret:
        assert len(value) < 5 or value not in text
    elif value.strip() and value.isprintable() and "\n" not in value and "//" not in value:
        assert f"“{value}”" in text


def pem(folder: Path, kind: str) -> str:
    path = folder / kind
    match kind:
        case "empty":
            path.touch()
        case "garbage":
            path.write_text("no certificate\n")
        case "folder":
            path.mkdir()
        case "binary":
            path.write_bytes(bytes(range(256)))
        case "pipe":
            os.mkfifo(path)
        case "loop":
            path.symlink_to(path)
        case "device":
            return "/dev/zero"
    return str(path)
