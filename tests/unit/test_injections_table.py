"""The faults of `make test-faults`, and the table that it writes."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

if sys.platform != "linux":
    pytest.skip("only on linux: namespaces", allow_module_level=True)

from tests.injections import table as table_module
from tests.injections.catalogue import FAULTS
from tests.injections.result import Result
from tests.injections.table import BEGIN, END, table, write_table

DOCUMENT = Path(__file__).parents[2] / "SECURITY.md"


def test_each_fault_has_a_name_of_its_own_and_words_where_it_lasts() -> None:
    assert len(FAULTS) >= 24
    assert len({fault.name for fault in FAULTS}) == len({fault.title for fault in FAULTS}) == len(FAULTS)
    assert all(fault.says is not None or fault.lasting == 0 for fault in FAULTS)


def test_the_document_s_table_is_between_its_marks_and_has_all_faults() -> None:
    _, _, rest = DOCUMENT.read_text(encoding="utf-8").partition(BEGIN)
    written, found, _ = rest.partition(END)
    assert found
    assert [fault.title for fault in FAULTS if f"| {fault.title} |" not in written] == []


def test_a_new_table_takes_the_place_of_the_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    document = tmp_path / "SECURITY.md"
    document.write_text(f"before\n\n{BEGIN}\nold\n{END}\n\nafter\n", encoding="utf-8")
    monkeypatch.setattr(table_module, "_DOCUMENT", document)
    results = [
        Result("a", "It is down", 30, 29, lasted=15, words=14, worst_ms=70.4, answers=9),
        Result.none("b", "It is slow"),
    ]
    write_table(results)
    written = document.read_text(encoding="utf-8")
    assert written.startswith("before\n")
    assert written.endswith("after\n")
    assert "old" not in written
    assert "| It is down | 30 | 29 | 14 of 15 | 70 ms | 0 |\n| It is slow | 0 | 0 | – | – | 0 |\n" in written
    assert table(results) in written


def test_what_went_wrong_once_is_tried_as_often_again_and_both_are_counted() -> None:
    first = Result("a", "A", 30, 29, worst_ms=20, failures=["3: Waited 20 s for words"])
    assert first.is_doubtful
    both = first.followed_by(Result("a", "A", 30, 30, worst_ms=40))
    assert (both.times, both.survived, both.worst_ms, both.failures) == (60, 59, 40, [])
    slow = Result("a", "A", 30, 30, worst_ms=180, failures=["180 ms for an answer (the bus took 90)"])
    assert slow.followed_by(Result("a", "A", 30, 30, worst_ms=40)).worst_ms == 40
    assert first.followed_by(first).failures == first.failures
    for beyond_doubt in (replace(first, lost=1), replace(first, failures=["an address was opened twice"])):
        assert not beyond_doubt.is_doubtful
