"""What AWS says in an error, as it is passed on."""

from __future__ import annotations

import pytest

from tray.aws.errors.refusals import one_line


@pytest.mark.parametrize(
    ("said", "passed_on"),
    [
        ("", ""),
        (" \n ", ""),
        ("User: ana isn't authorized.\nRequest ID: 1", "User: ana isn't authorized."),
        ("a" * 500, "a" * 300),
        ("Not authorized. Encoded authorization failure message: " + "aB3_-" * 100, "Not authorized"),
        ("Größe {x} %s – 好", "Größe {x} %s – 好"),
        ("\x1b[31mred\x07 \u202eturned\u2066 \u00a0end", "[31mred   turned   end"),
    ],
)
def test_what_aws_says_is_one_line_that_steers_nothing(said: str, passed_on: str) -> None:
    assert one_line(said) == passed_on
