"""Checks whether AWS can be reached, without any credentials."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tray.aws.config import read_aws_files
from tray.aws.errors.network import clock_difference_seconds
from tray.aws.setting_faults import refuse_endless_files

if TYPE_CHECKING:
    from botocore.client import BaseClient

    from tray.aws.credentials.identities import ClientShape
    from tray.model.notebooks import Scope
    from tray.model.problems import Problem

# The user waits for this check, so it gets less time than other calls.
_CONNECT_SECONDS = 5
_READ_SECONDS = 10

_OPERATION = "ListNotebookInstances"


@dataclass(frozen=True, slots=True)
class Connectivity:
    """How SageMaker in a region answered a request without credentials.

    `milliseconds` is the time of a whole first call: name, connection, TLS and answer. `clock_ahead_seconds` says how
    far this computer's clock is ahead of the answer's time; None if the answer has no time. If there is a `problem`,
    AWS gave no answer.
    """

    scope: Scope
    url: str
    milliseconds: int
    clock_ahead_seconds: float | None = None
    problem: Problem | None = None

    @property
    def host(self) -> str:
        """The host that was asked."""
        return urlsplit(self.url).hostname or ""

    @property
    def secure(self) -> bool:
        """Whether the host was asked over TLS."""
        return urlsplit(self.url).scheme == "https"


def way_of(scope: Scope) -> tuple[str, ClientShape]:
    """Return a key for the network way to a scope: scopes with equal keys are reached in the same way.

    :raises botocore.exceptions.BotoCoreError: the AWS config can't be parsed
    :raises OSError: the AWS config can't be read
    """
    from tray.aws.credentials.identities import client_shape, settings_of

    name, files = settings_of(scope.signer, read_aws_files())
    return scope.region, client_shape(files.merged["profiles"].get(name, {}), files.merged)


def reach(scope: Scope) -> Connectivity:
    """Ask SageMaker at `scope` for a list, unsigned; AWS refuses every unsigned request.

    The request goes the way of every other call, with the endpoints, proxies and certificates of the AWS profile, the
    environment and the system, but it makes one attempt only. Blocks for some 20 s at most, besides DNS.

    :raises TrayError: the AWS profile's settings don't work
    """
    from botocore.exceptions import BotoCoreError, ClientError
    from botocore.parsers import ResponseParserError

    from tray.aws.errors.garbled import GarbledAnswerError
    from tray.aws.errors.translation import translate, translated

    with translated(scope, _OPERATION):
        client = _client(scope)
    url = client.meta.endpoint_url
    begun = time.monotonic()
    try:
        answer: dict[str, Any] = client.list_notebook_instances(MaxResults=1)  # type: ignore[attr-defined]
        failure: Exception | None = None if "NotebookInstances" in answer else GarbledAnswerError()
    except ClientError as error:
        answer = dict(error.response)
        # Every answer of AWS has a request id; a page that a network puts in its place has none.
        failure = None if answer.get("ResponseMetadata", {}).get("RequestId") else error
        if failure is not None and not str(answer.get("Error", {}).get("Code", "")).isdecimal():
            failure = GarbledAnswerError()
    except (BotoCoreError, ResponseParserError) as error:
        answer, failure = {}, error
    took = round(1000 * (time.monotonic() - begun))
    date = answer.get("ResponseMetadata", {}).get("HTTPHeaders", {}).get("date", "")
    ahead = clock_difference_seconds(date) if date and failure is None else None
    problem = translate(failure, scope, _OPERATION).problem if failure is not None else None
    client.close()
    return Connectivity(scope, url, took, ahead, problem)


def _client(scope: Scope) -> BaseClient:
    from botocore import UNSIGNED
    from botocore.config import Config

    from tray.aws.botocore_patches.session import SharedFilesSession
    from tray.aws.calls.signing import Anonymous
    from tray.aws.credentials.identities import settings_of
    from tray.aws.service_model import SERVICE, shared_loader

    name, files = settings_of(scope.signer, read_aws_files())
    refuse_endless_files(name, files)
    session = SharedFilesSession(name, files.merged, shared_loader())
    session.register_component("credential_provider", Anonymous())
    session.register_component("token_provider", Anonymous())
    config = Config(
        connect_timeout=_CONNECT_SECONDS,
        read_timeout=_READ_SECONDS,
        retries={"total_max_attempts": 1},
        signature_version=UNSIGNED,
    )
    return session.create_client(SERVICE, region_name=scope.region, config=config)
