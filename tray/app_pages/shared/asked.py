"""What pages ask for, from their JSON: checked for its form alone. Pure."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


class ChoiceError(ValueError):
    """This is no choice that a page makes, or it can't be made any more."""


def values_of(body: bytes) -> dict[str, Any]:
    """Return the object that a page sent.

    :raises ChoiceError: it is none
    """
    try:
        values = json.loads(body)
    except (ValueError, RecursionError):
        raise ChoiceError("not JSON") from None
    if not isinstance(values, dict):
        raise ChoiceError("not an object")
    return values


def text_of(values: Mapping[str, Any], name: str, longest: int) -> str:
    """Return a text that a page sent.

    :raises ChoiceError: it is none, or has more characters than `longest`
    """
    value = values.get(name)
    if not isinstance(value, str) or len(value) > longest:
        raise ChoiceError(f"no {name}")
    return value
