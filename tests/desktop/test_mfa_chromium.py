"""An MFA code from the page in a real Chromium to the notebook instances that it gives way to."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.cloud import SampleCloud, sample_cloud
from tests.support.devtools import Browser, Page
from tests.support.endpoint.iam import MfaDevice, Role
from tests.support.headless import headless_browser
from tray.aws.cloud import Cloud
from tray.demo.sample import SampleProfile, sample_principal
from tray.model.notebooks import Scope
from tray.model.problems import TrayError
from tray.model.sign_in import Method, SignIn
from tray.model.signer import AwsProfile
from tray.pages.prompts import BrowserPrompts

ACCOUNT = "111122223333"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/secured"
SERIAL = f"arn:aws:iam::{ACCOUNT}:mfa/ana"
BASE = SampleProfile("base", ("eu-west-1",), sample_principal(ACCOUNT, "ana"))
SECURED = Scope("secured", "eu-west-1", AwsProfile("secured"))


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Browser]:
    with headless_browser(tmp_path) as running:
        yield running


@pytest.fixture
def sample(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SampleCloud]:
    monkeypatch.setenv("HOME", str(tmp_path))
    with sample_cloud(tmp_path, profiles=[BASE]) as sample:
        sample.into(monkeypatch)
        with sample.files.config.open("a", encoding="utf-8") as config:
            config.write(
                f"[profile secured]\nrole_arn = {ROLE}\nsource_profile = base\nmfa_serial = {SERIAL}\n"
                "region = eu-west-1\n"
            )
        user = BASE.principal.arn
        sample.endpoint.iam.put(Role(ROLE, frozenset({user}), needs_mfa=True), MfaDevice(SERIAL, user))
        yield sample


def answer(page: Page, digits: str) -> None:
    page.wait_until("document.activeElement?.id === 'code'")
    page.call("Input.insertText", text=digits)
    page.evaluate("[...document.querySelectorAll('button')].find(b => b.textContent === 'Continue').click()")


def test_a_wrong_code_then_the_right_one(
    sample: SampleCloud, browser: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    cloud = Cloud()
    with pytest.raises(TrayError) as refused:
        cloud.list_notebooks(SECURED)
    sign_in = refused.value.problem.sign_in
    assert sign_in == SignIn(Method.MFA, "secured", "secured")

    def open_page(url: str) -> None:
        with browser.page_where("true") as page:
            page.call("Page.navigate", url=url)

    failures: list[BaseException] = []

    def work() -> None:
        try:
            cloud.sign_in(sign_in, BrowserPrompts(open_page))
        except BaseException as error:  # noqa: BLE001 - shown by the test
            failures.append(error)

    worker = threading.Thread(target=work, daemon=True)
    worker.start()
    with browser.page_where("document.querySelector('#code') !== null") as page:
        answer(page, "000000")
        page.wait_until("document.querySelector('[role=alert]') !== null")
        assert SERIAL in page.evaluate("document.body.innerText")
        right = sample.endpoint.iam.next_mfa_code(SERIAL)
        answer(page, right)
        page.wait_until("document.querySelector('h1')?.textContent === 'You are signed in'")
    worker.join(60)
    assert not worker.is_alive()
    assert failures == []
    cloud.list_notebooks(SECURED)
    assert right not in caplog.text
