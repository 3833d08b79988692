from __future__ import annotations

from tests.support.samples import needs, notebook, problem, snapshot
from tray.fleet.refreshing.expiries import Expiries
from tray.fleet.snapshot import Listing, Scope, ScopeState
from tray.model.problems import Kind
from tray.model.sign_in import Method, SignIn
from tray.model.signer import AwsProfile

CORP = SignIn(Method.BROWSER, "corp", "corp")


def expired(*profiles: str) -> Listing:
    return snapshot(scopes=tuple(needs(CORP, profile) for profile in profiles)).listing


def test_an_expired_sign_in_is_news_once() -> None:
    expiries = Expiries()
    assert expiries.news(expired("a", "b")) == ("a", "b")
    assert expiries.news(expired("a", "b")) == ()
    assert expiries.news(expired("a", "b", "c")) == ("c",)


def test_it_is_news_again_once_it_was_signed_in_to() -> None:
    expiries = Expiries()
    expiries.news(expired("research"))
    assert expiries.news(snapshot(notebook("a")).listing) == ()
    assert expiries.news(expired("research")) == ("research",)


def test_an_outage_in_between_makes_no_news_of_it() -> None:
    expiries = Expiries()
    expiries.news(expired("research"))
    unreachable = ScopeState(Scope("research", "eu-west-1", AwsProfile("research")), problem=problem(Kind.UNREACHABLE))
    assert expiries.news(snapshot(scopes=(unreachable,)).listing) == ()
    assert expiries.news(expired("research")) == ()


def test_what_no_click_can_mend_is_news_too() -> None:
    assert Expiries().news(snapshot(scopes=(needs(None, "keys"),)).listing) == ("keys",)
