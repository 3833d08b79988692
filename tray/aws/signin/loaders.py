"""Has botocore look for sign-ins where they are kept here, and keep refreshed ones there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.tokens import SSOTokenProvider, _sso_json_dumps  # type: ignore[attr-defined]
from botocore.utils import JSONFileCache

from tray.aws.signin.cache import token_folder

if TYPE_CHECKING:
    from botocore.session import Session


def token_cache() -> JSONFileCache:
    """Return botocore's cache of sign-ins. Its own is bound to the home folder that there was at botocore's import."""
    return JSONFileCache(str(token_folder()), dumps_func=_sso_json_dumps)


def refresh_token(session: Session, aws_profile: str) -> None:
    """Have botocore refresh the sign-in of a profile with an sso-session, if it is due. Asks nobody anything.

    :raises botocore.exceptions.BotoCoreError: it is not signed in, or can't be refreshed
    """
    token = SSOTokenProvider(session, cache=token_cache(), profile_name=aws_profile).load_token()
    if token is not None:
        token.get_frozen_token()
