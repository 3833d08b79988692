"""The bar of a command that takes longer than a second."""

from __future__ import annotations

import io

import pytest

from tray.cli.progress import progress_bar


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("stream", "seconds", "drawn"), [(Terminal(), 2.0, True), (Terminal(), 0.5, False), (io.StringIO(), 2.0, False)]
)
def test_a_bar_is_drawn_on_a_terminal_after_a_second(
    monkeypatch: pytest.MonkeyPatch, stream: io.StringIO, seconds: float, drawn: bool
) -> None:
    monkeypatch.setattr("sys.stderr", stream)
    times = iter([0.0, *[seconds] * 800])
    with progress_bar("Importing", lambda: next(times)) as progress:
        for done in range(1, 801):
            progress(done, 800)
    assert ("Importing" in stream.getvalue()) is drawn
    assert ("100%" in stream.getvalue()) is drawn
