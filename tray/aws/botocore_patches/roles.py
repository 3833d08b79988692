"""Roles that ask for an MFA code, in the middle of botocore's chain of roles.

Relies on `AssumeRoleProvider` (botocore/credentials.py): that each role of a chain is loaded by
`_load_creds_via_assume_role(profile_name)`, which reads the role's settings by `_get_role_config` and loads its source
credentials by `_resolve_source_credentials`. By itself, botocore asks for the code on the terminal, asks again 10
minutes before the credentials expire, and then refuses to ask a second time. In a release without these names, botocore
goes its own way until it asks for the code; a `TrayError` is raised there, so that nothing ever asks on a terminal.
`AssumeRoleCredentialFetcher`, of the same file, takes the arguments that are passed below.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

from botocore.credentials import AssumeRoleCredentialFetcher, AssumeRoleProvider, Credentials

from tray.aws.botocore_patches.release import has, unknown_botocore


@dataclass(frozen=True, slots=True)
class CodeNeeded:
    """A role of the AWS profile `aws_profile` for which a code of the MFA device `serial` is needed.

    `settings` are the profile's. `source` signs the request for the role. `fetch` makes the request with a code, and
    returns `access_key`, `secret_key`, `token` and `expiry_time`.
    """

    aws_profile: str
    serial: str
    settings: Mapping[str, Any] = field(repr=False)
    source: Credentials = field(repr=False)
    fetch: Callable[[str], Mapping[str, Any]] = field(repr=False)


class RoleProvider(AssumeRoleProvider):
    """botocore's provider of roles, except that `with_code` gives the credentials of roles with an `mfa_serial`."""

    def __init__(
        self,
        load_config: Callable[[], dict[str, Any]],
        client_creator: Callable[..., Any],
        with_code: Callable[[CodeNeeded], Credentials],
        **botocores: Any,
    ) -> None:
        super().__init__(load_config=load_config, client_creator=client_creator, prompter=_nobody, **botocores)
        self._load = load_config
        self._create_client = client_creator
        self._with_code = with_code

    def _load_creds_via_assume_role(self, profile_name: str) -> Credentials:
        this: Any = self
        settings = self._load()["profiles"][profile_name]
        if "mfa_serial" not in settings or not has(this, "_get_role_config", "_resolve_source_credentials"):
            loaded: Credentials = super()._load_creds_via_assume_role(profile_name)  # type: ignore[misc]
            return loaded
        role = this._get_role_config(profile_name)
        source: Credentials = this._resolve_source_credentials(role, profile_name)
        arguments = {
            "RoleSessionName": role["role_session_name"],
            "ExternalId": role["external_id"],
            "SerialNumber": role["mfa_serial"],
            "DurationSeconds": role.get("duration_seconds"),
        }

        def fetch(code: str) -> Mapping[str, Any]:
            found: Mapping[str, Any] = AssumeRoleCredentialFetcher(
                client_creator=self._create_client,
                source_credentials=source,
                role_arn=role["role_arn"],
                extra_args={name: value for name, value in arguments.items() if value is not None},
                mfa_prompter=lambda _prompt: code,
                cache={},
            ).fetch_credentials()
            return found

        return self._with_code(CodeNeeded(profile_name, role["mfa_serial"], settings, source, fetch))


def _nobody(_prompt: str) -> NoReturn:
    raise unknown_botocore("mfa")
