"""boto3 sessions and SageMaker clients, one set an AWS profile, made at first use and kept."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

from tray import __version__
from tray.aws.config import ConfigFingerprint, config_fingerprint

if TYPE_CHECKING:
    import boto3
    from botocore.config import Config
    from botocore.loaders import Loader
    from types_boto3_sagemaker import SageMakerClient

# The person waits for these. Retries are left to botocore's own settings (AWS_MAX_ATTEMPTS, AWS_RETRY_MODE).
_CONNECT_TIMEOUT_SECONDS = 10
_READ_TIMEOUT_SECONDS = 20


class Sessions:
    """The sessions of all AWS profiles, safe to use from many threads. Everything here may block on the network.

    They are dropped when the AWS config or credentials file changes, so that credentials which another program writes
    there every few hours are used at once, and one by one when a sign-in turns out to be needed.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._by_profile: dict[str, _Session] = {}
        self._loader: Loader | None = None
        self._fingerprint: ConfigFingerprint | None = None

    def client(self, aws_profile: str, region: str) -> SageMakerClient:
        """Return the SageMaker client of an AWS profile in a region.

        :raises botocore.exceptions.BotoCoreError: the profile doesn't exist, its settings or its region don't work
        """
        return self._session(aws_profile).client(region)

    def own_region(self, aws_profile: str) -> str | None:
        """Return the region that botocore gives a profile that names none: AWS_DEFAULT_REGION, say.

        :raises botocore.exceptions.BotoCoreError: the profile doesn't exist, or its settings don't work
        """
        return self._session(aws_profile).own_region()

    def forget(self, aws_profile: str) -> None:
        """Make the profile's session anew at its next use.

        A client keeps the credentials that it was made with, none included: without this it would fail for ever.
        """
        with self._lock:
            self._by_profile.pop(aws_profile, None)

    def forget_changed_config(self) -> None:
        """Make all sessions anew if the AWS config or credentials file has changed since this was last asked."""
        fingerprint = config_fingerprint()
        with self._lock:
            if fingerprint != self._fingerprint:
                self._fingerprint = fingerprint
                self._by_profile.clear()

    def _session(self, aws_profile: str) -> _Session:
        from botocore.loaders import create_loader

        with self._lock:
            # A loader of its own would cost each session 20 MiB: it keeps the service models that it has read.
            self._loader = self._loader or create_loader(os.environ.get("AWS_DATA_PATH"))
            return self._by_profile.setdefault(aws_profile, _Session(aws_profile, self._loader))


class _Session:
    """One profile's session. Its lock is its own: a credential_process that hangs holds up no other profile."""

    def __init__(self, aws_profile: str, loader: Loader) -> None:
        self._aws_profile = aws_profile
        self._loader = loader
        # boto3 guide, "Multithreading or multiprocessing with clients": making clients is not thread-safe, using is.
        self._lock = threading.Lock()
        self._boto3: boto3.Session | None = None
        self._clients: dict[str, SageMakerClient] = {}

    def client(self, region: str) -> SageMakerClient:
        with self._lock:
            if region not in self._clients:
                self._clients[region] = self._session().client("sagemaker", region_name=region, config=_client_config())
            return self._clients[region]

    def own_region(self) -> str | None:
        with self._lock:
            region: str | None = self._session().region_name
            return region

    def _session(self) -> boto3.Session:
        if self._boto3 is None:
            # Here and not at the top: boto3 takes longer to import than the icon takes to appear.
            import boto3
            import botocore.session

            core = botocore.session.Session(profile=self._aws_profile)
            core.register_component("data_loader", self._loader)
            # botocore asks for an MFA code on the terminal. The tray has none, and started in the background of one,
            # it would be stopped by the asking. There is no public way to set a session's prompter.
            core.get_component("credential_provider").get_provider("assume-role")._prompter = _nobody_to_ask
            self._boto3 = boto3.Session(botocore_session=core)
        return self._boto3


def _client_config() -> Config:
    from botocore.config import Config

    return Config(
        connect_timeout=_CONNECT_TIMEOUT_SECONDS,
        read_timeout=_READ_TIMEOUT_SECONDS,
        user_agent_extra=f"notebook-tray/{__version__}",
    )


def _nobody_to_ask(_prompt: str) -> str:
    from tray.aws.errors import MfaCodeNeeded

    raise MfaCodeNeeded
