"""Botocore's service model as a strict judge of answers: botocore's own parser passes over what it does not know."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any, Literal

import boto3
from botocore.config import Config
from botocore.model import ListShape, Shape, StructureShape

# One session for all: it keeps the service model, which takes a third of a second to read.
_SESSION = boto3.Session(aws_access_key_id="unused", aws_secret_access_key="unused")


def complaints(shape: Shape, value: Any, where: str = "output") -> list[str]:
    """Return all in which a JSON value is not what `shape` says; nothing if it is."""
    if isinstance(shape, StructureShape):
        if not isinstance(value, dict):
            return [f"{where} is no object"]
        found = [f"{where} lacks {name}" for name in shape.required_members if name not in value]
        found += [f"{where} has unknown {name}" for name in value if name not in shape.members]
        for name, member in shape.members.items():
            if name in value:
                found += complaints(member, value[name], f"{where}.{name}")
        return found
    if isinstance(shape, ListShape):
        if not isinstance(value, list):
            return [f"{where} is no list"]
        each = (complaints(shape.member, item, f"{where}[{index}]") for index, item in enumerate(value))
        return [text for texts in each for text in texts]
    return _scalar_complaints(shape, value, where)


def _scalar_complaints(shape: Shape, value: Any, where: str) -> list[str]:
    types: dict[str, tuple[type, ...]] = {
        "string": (str,),
        "integer": (int,),
        "long": (int,),
        "timestamp": (int, float),
    }
    if not isinstance(value, types[shape.type_name]) or isinstance(value, bool):
        return [f"{where} is no {shape.type_name}: {value!r}"]
    if shape.type_name == "timestamp":
        return []
    rules = shape.metadata
    size = len(value) if isinstance(value, str) else value
    if not rules.get("min", size) <= size <= rules.get("max", size):
        return [f"{where} is out of range: {value!r}"]
    if "enum" in rules and value not in rules["enum"]:
        return [f"{where} is none of the enum: {value!r}"]
    if "pattern" in rules and not re.fullmatch(rules["pattern"], str(value)):
        return [f"{where} does not match its pattern: {value!r}"]
    return []


def sagemaker_client(
    url: str,
    region: str,
    access_key_id: str,
    secret_access_key: str,
    session_token: str | None = None,
    *,
    on_answer: Callable[[str, dict[str, Any]], None] | None = None,
    validate: bool = True,
    read_timeout_seconds: float = 30,
) -> Any:
    """Return a real SageMaker client that tries each call once.

    `on_answer` is given each operation's name and the answer as botocore received it, before parsing.
    `validate` False lets it send what its own checks would stop.
    """
    return service_client(
        "sagemaker",
        url,
        region,
        access_key_id,
        secret_access_key,
        session_token,
        on_answer=on_answer,
        validate=validate,
        read_timeout_seconds=read_timeout_seconds,
    )


def service_client(
    service: Literal["sagemaker", "account", "logs", "scheduler"],
    url: str,
    region: str,
    access_key_id: str,
    secret_access_key: str,
    session_token: str | None = None,
    *,
    on_answer: Callable[[str, dict[str, Any]], None] | None = None,
    validate: bool = True,
    read_timeout_seconds: float = 30,
) -> Any:
    """Return a real client of a service, as `sagemaker_client` does."""
    client = _SESSION.client(
        service,
        region_name=region,
        endpoint_url=url,
        aws_access_key_id=access_key_id,
        aws_secret_access_key=secret_access_key,
        aws_session_token=session_token,
        config=Config(
            retries={"total_max_attempts": 1},
            proxies={},
            parameter_validation=validate,
            read_timeout=read_timeout_seconds,
            max_pool_connections=64,
        ),
    )
    if on_answer is not None:
        judge = on_answer

        def before_parse(operation_model: Any, response_dict: dict[str, Any], **_: object) -> None:
            judge(operation_model.name, response_dict)

        client.meta.events.register(f"before-parse.{service}", before_parse)
    return client


def check_answer(client: Any, operation: str, answer: dict[str, Any]) -> None:
    """Fail unless a successful answer is exactly what the service model says."""
    shape = client.meta.service_model.operation_model(operation).output_shape
    if answer["status_code"] >= 300:
        return
    if shape is None:
        assert answer["body"] == b"", f"{operation} has no output"
        return
    assert complaints(shape, json.loads(answer["body"])) == []
