"""One notebook instance that several profiles see: whichever may opens it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support.samples import failure, notebook
from tray.fleet.opening.hand_off import through_any
from tray.fleet.snapshot import Notebook, Scope
from tray.model.problems import Kind, TrayError
from tray.model.signer import AwsProfile

SEEN = tuple(
    replace(notebook("a"), scope=Scope(name, "eu-west-1", AwsProfile(name))) for name in ("one", "two", "three")
)


@pytest.mark.parametrize("kind", [Kind.SIGN_IN, Kind.DENIED, Kind.CONFIGURATION])
def test_where_a_profile_is_refused_the_next_is_tried(kind: Kind) -> None:
    tried = []

    def act(each: Notebook) -> str:
        tried.append(each.scope.profile)
        if len(tried) < 3:
            raise failure(f"refused {len(tried)}", "What.", "Next.", kind)
        return "opened"

    assert through_any(SEEN, act) == "opened"
    assert tried == ["one", "two", "three"]


def test_where_all_are_refused_the_first_refusal_is_told() -> None:
    def act(each: Notebook) -> None:
        raise failure(each.scope.profile, "What.", "Next.", Kind.DENIED)

    with pytest.raises(TrayError) as raised:
        through_any(SEEN, act)
    assert raised.value.problem.title == "one"


@pytest.mark.parametrize("kind", [Kind.UNREACHABLE, Kind.THROTTLED, Kind.OTHER, Kind.DESKTOP])
def test_what_is_no_profiles_fault_is_told_at_once(kind: Kind) -> None:
    tried = []

    def act(each: Notebook) -> None:
        tried.append(each)
        raise failure("no", "What.", "Next.", kind)

    with pytest.raises(TrayError):
        through_any(SEEN, act)
    assert len(tried) == 1
