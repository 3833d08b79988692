"""The chain of providers in which botocore looks for an AWS profile's credentials; our providers replace some of them.

Relies on botocore/credentials.py: `create_credential_resolver`, whose resolver is changed by `get_provider`,
`insert_after` and `remove`; `ProfileProviderBuilder.providers`, which a role asks for the providers of its
`source_profile`; and the arguments of the providers' constructors. Without these names there are no credentials, and a
`TrayError` says so. botocore's own providers are no substitute: with them, a `credential_process` might never end, and
botocore might ask for an MFA code on a terminal.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import botocore.utils
from botocore.config import Config
from botocore.credentials import (
    CanonicalNameCredentialSourcer,
    ConfigProvider,
    CredentialProvider,
    CredentialResolver,
    Credentials,
    EnvProvider,
    LoginProvider,
    ProfileProviderBuilder,
    SharedCredentialProvider,
    SSOProvider,
    create_credential_resolver,
)
from botocore.exceptions import ConfigNotFound, UnknownCredentialError

from tray.aws.botocore_patches.release import unknown_botocore
from tray.aws.botocore_patches.roles import CodeNeeded, RoleProvider

if TYPE_CHECKING:
    from botocore.session import Session

    from tray.aws.botocore_patches.sso import SharedTokenProvider, TokenCache


# A service that botocore asks for credentials (STS, for example) gets no more time than a call to SageMaker.
PATIENCE = Config(connect_timeout=10, read_timeout=20)


@dataclass(frozen=True, slots=True)
class CredentialChain:
    """What differs from botocore's own chain.

    `config` and `credentials` are the two parsed files; None for a file that doesn't exist. `process` and `token` make
    the providers of a profile's `credential_process` and of its token. `with_code` gives the credentials of a role that
    asks for an MFA code. `logins` keeps the sign-ins of `aws login`.
    """

    config: dict[str, Any] | None
    credentials: dict[str, Any] | None
    process: Callable[[str], CredentialProvider]
    token: Callable[[str], SharedTokenProvider]
    with_code: Callable[[CodeNeeded], Credentials]
    logins: TokenCache


def credential_chain(session: Session, aws_profile: str, region: str, ours: CredentialChain) -> CredentialResolver:
    """Return the chain of an AWS profile. Roles are assumed in `region` if the profile names no region.

    :raises TrayError: (configuration) the installed botocore makes chains differently
    """
    try:
        return _chain(session, aws_profile, region, ours)
    except (AttributeError, TypeError, UnknownCredentialError) as error:
        raise unknown_botocore("profiles") from error


def _chain(session: Session, aws_profile: str, region: str, ours: CredentialChain) -> CredentialResolver:
    session.set_config_variable("region", region)
    session.set_default_client_config(PATIENCE)
    cache = _Uncached()
    resolver = create_credential_resolver(session, cache=cache, region_name=region)
    builder = _ProfileProviders(session, cache, region, ours)
    roles = RoleProvider(
        lambda: session.full_config,
        lambda service, **options: _nested(session, service, **{"region_name": region, **options}),
        ours.with_code,
        cache=cache,
        profile_name=aws_profile,
        credential_sourcer=CanonicalNameCredentialSourcer(
            [EnvProvider(), resolver.get_provider("container-role"), resolver.get_provider("iam-role")]
        ),
        profile_provider_builder=builder,
    )
    replacements: tuple[Any, ...] = (roles, *builder.ours(aws_profile))
    for provider in replacements:
        resolver.insert_after(provider.METHOD, provider)
        resolver.remove(provider.METHOD)  # removes the first of the two: botocore's own
    return resolver


class _ProfileProviders(ProfileProviderBuilder):
    """Gives our providers in place of botocore's, also where a role looks for its source_profile."""

    def __init__(self, session: Session, cache: Any, region: str, ours: CredentialChain) -> None:
        super().__init__(session, cache=cache, region_name=region)
        self._made_for, self._kept, self._ours = session, cache, ours

    def providers(self, profile_name: str, disable_env_vars: bool = False) -> list[Any]:
        ours = {provider.METHOD: provider for provider in self.ours(profile_name)}
        return [ours.get(each.METHOD, each) for each in super().providers(profile_name, disable_env_vars)]

    def ours(self, aws_profile: str) -> tuple[CredentialProvider, ...]:
        """Return the providers that differ from botocore's, which keep its names for them."""
        session, ours = self._made_for, self._ours
        token = ours.token(aws_profile)
        cache: Any = token.cache
        return (
            SSOProvider(
                load_config=lambda: session.full_config,
                client_creator=session.create_client,
                profile_name=aws_profile,
                cache=self._kept,
                token_cache=cache,
                token_provider=token,
            ),
            LoginProvider(
                load_config=lambda: session.full_config,
                client_creator=session.create_client,
                profile_name=aws_profile,
                token_cache=ours.logins,
            ),
            ours.process(aws_profile),
            SharedCredentialProvider("", aws_profile, lambda _: _there(ours.credentials)),
            ConfigProvider("", aws_profile, lambda _: _there(ours.config)),
        )


class _Uncached(dict[str, Any]):
    """A cache of role credentials that keeps nothing.

    A cache would give a session that refreshes ahead of time the credentials that the session already has.
    """

    def __setitem__(self, _key: str, _value: Any) -> None:
        """Keep nothing."""


def _nested(session: Session, service: str, **options: Any) -> Any:
    # New in botocore 1.38: keeps botocore's plug-ins from making clients without end.
    make: Callable[..., Any] | None = getattr(botocore.utils, "create_nested_client", None)
    return make(session, service, **options) if make else session.create_client(service, **options)


def _there(parsed: Mapping[str, Any] | None) -> Any:
    if parsed is None:
        raise ConfigNotFound(path="")
    return parsed
