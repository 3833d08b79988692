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

# For a user who waits: less than a call that matters is given.
_CONNECT_SECONDS = 5
_READ_SECONDS = 10

_OPERATION = "ListNotebookInstances"


@dataclass(frozen=True, slots=True)
class Connectivity:
    """How SageMaker in a region answered who is nobody.

    `milliseconds` is the whole of a first call: name, connection, TLS and answer. `clock_ahead_seconds` is by how much
    this computer's clock is ahead of the answer's, None if it didn't tell. With a `problem`, AWS gave no answer.
    """

    scope: Scope
    url: str
    milliseconds: int
    clock_ahead_seconds: float | None = None
    problem: Problem | None = None

    @property
    def host(self) -> str:
        """Where it was asked."""
        return urlsplit(self.url).hostname or ""

    @property
    def secure(self) -> bool:
        """Whether it was asked over TLS."""
        return urlsplit(self.url).scheme == "https"


def way_of(scope: Scope) -> tuple[str, ClientShape]:
    """Return what tells apart the ways on which scopes are asked: equal ones, one way.

    :raises botocore.exceptions.BotoCoreError: the AWS config can't be parsed
    :raises OSError: or read
    """
    from tray.aws.credentials.identities import client_shape, settings_of

    name, files = settings_of(scope.signer, read_aws_files())
    return scope.region, client_shape(files.merged["profiles"].get(name, {}), files.merged)


def reach(scope: Scope) -> Connectivity:
    """Ask SageMaker at `scope` for a list that it refuses, as it does for whoever signs nothing.

    The way is that of every other call: endpoints, proxies and certificates as the AWS profile, the environment and
    the system have them; only there is one attempt. Blocks for some 20 s at most, besides DNS.

    :raises TrayError: the AWS profile's settings don't work
    """
    from botocore.exceptions import BotoCoreError, ClientError
    from botocore.parsers import ResponseParserError

    from tray.aws.errors.translation import GarbledAnswerError, translate, translated

    with translated(scope, _OPERATION):
        client = _client(scope)
    url = client.meta.endpoint_url
    begun = time.monotonic()
    try:
        answer: dict[str, Any] = client.list_notebook_instances(MaxResults=1)  # type: ignore[attr-defined]
        failure: Exception | None = None if "NotebookInstances" in answer else GarbledAnswerError()
    except ClientError as error:
        answer = dict(error.response)
        # Everything of AWS's has the number of its request; a page that a network puts in its place has none.
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
