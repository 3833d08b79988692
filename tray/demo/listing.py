"""ListNotebookInstances: filters, sort and pages."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from tray.demo.protocol import validation_error

if TYPE_CHECKING:
    from tray.demo.world import NotebookInstance

# The API reference names no default; the service answers with 10 at a time.
_DEFAULT_PAGE = 10
_TAG_BYTES = 16

SortKey = tuple[str | float, str]


def list_page(
    notebooks: Iterable[NotebookInstance], given: Mapping[str, Any], key: bytes
) -> tuple[list[NotebookInstance], str]:
    """Return one page of the notebook instances that `given` asks for, and the token of the next ("" if none).

    The token says after which notebook instance the next page begins. So a notebook instance that is added or removed
    meanwhile neither repeats nor hides another one. The token is sealed with `key`, and is valid only for the same
    filters and sort.

    :raises ApiError: the token is not one of ours, or was given for other filters or another sort
    """
    descending = given.get("SortOrder") == "Descending"
    ordered = sorted(
        ((_sort_key(notebook, given), notebook) for notebook in notebooks if _matches(notebook, given)),
        key=lambda pair: pair[0],
        reverse=descending,
    )
    if token := given.get("NextToken"):
        last = _open_token(token, given, key)
        ordered = [pair for pair in ordered if (pair[0] < last if descending else pair[0] > last)]
    size = given.get("MaxResults") or _DEFAULT_PAGE
    page = ordered[:size]
    next_token = _seal_token(page[-1][0], given, key) if len(ordered) > size else ""
    return [notebook for _, notebook in page], next_token


def _sort_key(notebook: NotebookInstance, given: Mapping[str, Any]) -> SortKey:
    match given.get("SortBy"):
        case "CreationTime":
            return notebook.created.timestamp(), notebook.name
        case "Status":
            return notebook.status.value, notebook.name
        case _:
            return notebook.name, notebook.name


def _matches(notebook: NotebookInstance, given: Mapping[str, Any]) -> bool:
    created, modified = notebook.created.timestamp(), notebook.modified.timestamp()
    wanted: dict[str, Callable[[Any], bool]] = {
        "NameContains": lambda text: text in notebook.name,
        "StatusEquals": lambda status: status == notebook.status,
        "CreationTimeBefore": lambda time: created < time,
        "CreationTimeAfter": lambda time: created > time,
        "LastModifiedTimeBefore": lambda time: modified < time,
        "LastModifiedTimeAfter": lambda time: modified > time,
        "NotebookInstanceLifecycleConfigNameContains": lambda text: text in notebook.lifecycle_config,
        "DefaultCodeRepositoryContains": lambda text: text in notebook.default_code_repository,
        "AdditionalCodeRepositoryEquals": lambda text: text in notebook.additional_code_repositories,
    }
    return all(holds(given[name]) for name, holds in wanted.items() if given.get(name) is not None)


def _binding(given: Mapping[str, Any]) -> str:
    """Return what a token is bound to: all parameters of the call except the page's size and the token."""
    asked = {name: value for name, value in given.items() if name not in ("NextToken", "MaxResults")}
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()


def _seal_token(last: SortKey, given: Mapping[str, Any], key: bytes) -> str:
    payload = json.dumps([_binding(given), *last]).encode()
    return base64.urlsafe_b64encode(_tag(payload, key) + payload).decode()


def _open_token(token: str, given: Mapping[str, Any], key: bytes) -> SortKey:
    try:
        sealed = base64.urlsafe_b64decode(token.encode())
    except ValueError:
        raise validation_error("Invalid NextToken.") from None
    tag, payload = sealed[:_TAG_BYTES], sealed[_TAG_BYTES:]
    if not hmac.compare_digest(tag, _tag(payload, key)):
        raise validation_error("Invalid NextToken.")
    binding, first, name = json.loads(payload)
    if binding != _binding(given):
        raise validation_error("NextToken was given for other filters or another sort.")
    return first, name


def _tag(payload: bytes, key: bytes) -> bytes:
    return hmac.digest(key, payload, "sha256")[:_TAG_BYTES]
