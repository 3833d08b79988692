"""An administrator's policy as nobody means it: what is read is within its bounds, and the rest is told in words."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tray.fleet.upkeep.updates import release_in
from tray.model.lengths import MAXIMUM_SESSION_SECONDS, MINIMUM_SESSION_SECONDS, View
from tray.model.policy import FORBIDDING, NAMES, Document, Given
from tray.settings.policy import MOST_ERRORS, given_in, lines_of, policy_of

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30) | st.sampled_from(["lab", "8h"]),
    lambda inside: st.lists(inside, max_size=4) | st.dictionaries(st.text(max_size=12), inside, max_size=4),
    max_leaves=12,
)
KEYS = st.sampled_from(NAMES) | st.text(max_size=20)
LINES = st.lists(
    st.sampled_from(
        ["[[profiles]]", 'name = "a"', "allow_stop = false", 'views = ["lab"]', '"""', "'''", "[x]", "# x", "=", "[["]
    )
    | st.text(max_size=30),
    max_size=12,
)


@given(st.lists(st.dictionaries(KEYS, VALUES, max_size=6), max_size=3))
def test_whatever_the_sources_give_is_within_bounds_and_the_rest_is_told(sources: list[dict[str, Any]]) -> None:
    given_ = [Given(f"source {at}", values) for at, values in enumerate(sources)]
    found = policy_of(given_)
    limits = found.limits
    assert MINIMUM_SESSION_SECONDS <= limits.longest_session_seconds <= MAXIMUM_SESSION_SECONDS
    assert limits.views
    assert set(limits.views) <= set(View)
    assert len({each.name for each in found.profiles}) == len(found.profiles)
    assert len(found.errors) <= MOST_ERRORS
    for name in NAMES:
        if name.startswith(FORBIDDING):
            first = next((each[name] for each in sources if name in each), True)
            assert getattr(limits, name.removeprefix(FORBIDDING)) is (first is True), "only true allows"
    for error in found.errors:
        assert error.problem.message
        assert error.problem.text()


@given(LINES.map("\n".join))
def test_a_text_is_a_policy_or_told_and_its_lines_are_lines_of_it(text: str) -> None:
    document = Document("file", text.encode("utf-8", "surrogatepass"))
    found = policy_of((given_in(document),))
    number = text.count("\n") + 1
    assert all(0 <= error.line <= number for error in found.errors)
    assert all(1 <= line <= number for line in lines_of(text).values())


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_an_answer_names_a_release_or_none(answer: bytes) -> None:
    try:
        version = release_in(answer)
    except ValueError:
        return
    assert version.replace(".", "").isdecimal()
