"""Which region has an Identity Center: who is asked first, and what the answers mean."""

from __future__ import annotations

import threading

import pytest

from tests.support.waiting import PATIENCE_SECONDS
from tray.aws.signin.region_finding import first_that_has, region_named_by, regions_to_ask
from tray.model.problems import TrayError


@pytest.mark.parametrize(
    ("start_url", "region"),
    [
        ("https://ssoins-1234567890abcdef.portal.eu-west-1.app.aws", "eu-west-1"),
        ("https://acme.portal.us-gov-west-1.app.aws/", "us-gov-west-1"),
        ("https://acme.awsapps.com/start", ""),
        ("https://portal.eu-west-1.app.aws.example.com", ""),
        ("https://example.com/portal.eu-west-1.app.aws", ""),
    ],
)
def test_a_newer_start_url_names_its_region(start_url: str, region: str) -> None:
    assert region_named_by(start_url) == region


def test_the_likeliest_are_asked_first_and_each_once() -> None:
    known = ["us-east-1", "ap-south-1", "eu-west-1"]
    own, others = regions_to_ask(known, {"AWS_REGION": "ap-south-1", "AWS_DEFAULT_REGION": "nowhere"})
    assert (own, others) == (("ap-south-1",), ("us-east-1", "eu-west-1"))


def test_the_others_are_not_waited_for() -> None:
    hanging = threading.Event()

    def has(region: str) -> bool:
        return region == "b" or not hanging.wait(PATIENCE_SECONDS)

    try:
        assert first_that_has([], ["a", "b", "c"], has) == "b"
    finally:
        hanging.set()


def test_the_users_own_region_is_asked_alone_first() -> None:
    asked: list[str] = []

    def has(region: str) -> bool:
        asked.append(region)
        return region in ("own", "b")

    assert first_that_has(["own"], ["a", "b"], has) == "own"
    assert asked == ["own"]
    assert first_that_has(["other"], ["a", "b"], has) == "b"


@pytest.mark.parametrize(("answers", "code"), [((False, None), "no-such-center"), ((None, None), "no-center-told")])
def test_no_region_has_it(answers: tuple[bool | None, ...], code: str) -> None:
    with pytest.raises(TrayError) as refused:
        first_that_has(["0"], ["1"], lambda region: answers[int(region)])
    assert refused.value.problem.code == code
