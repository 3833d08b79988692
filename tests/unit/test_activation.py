"""A token is for one program, and ends once."""

from __future__ import annotations

import pytest

from tray.model.activation import Activation


@pytest.mark.parametrize("was_used", [True, False])
def test_it_ends_once(was_used: bool) -> None:
    ended: list[bool] = []
    activation = Activation("a token", ended.append)
    if was_used:
        activation.used()
    assert activation.token == ("" if was_used else "a token")
    activation.end()
    activation.end()
    activation.used()
    assert activation.token == ""
    assert ended == [was_used]


def test_it_shows_no_token() -> None:
    activation = Activation("a token", lambda _: None)
    assert "a token" not in f"{activation} {activation!r}"
