"""The pictures of docs/first-notebook.md: from an empty HOME to a notebook instance, through IAM Identity Center."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image

from tests.support.cloud import sample_cloud
from tests.support.desktop import PROGRAM, virtual_desktop
from tests.support.devtools import Page
from tray.demo.identity_center import Assignment, IdentityCenter

START_URL = "https://example.awsapps.com/start"
ALLOW = "[...document.querySelectorAll('button')].find(each => each.textContent.includes('Allow access'))"
_ON_SET_UP = "location.pathname == '/setup' && !document.querySelector('#page').hidden"
_ROLES = "document.querySelectorAll('#center-accounts input')"
_COLORS = 96


def first_notebook(folder: Path, pictures: Path) -> None:
    """Take the pictures of each step."""
    folder.mkdir()
    with virtual_desktop(folder) as desktop, sample_cloud(folder) as cloud:
        cloud.files.config.unlink()
        cloud.files.credentials.unlink()
        given = (("111122223333", "Research"), ("444455556666", "Forecasting"), ("777788889999", "Logistics"))
        assigned = tuple(Assignment(account, name, "Analyst") for account, name in given)
        cloud.endpoint.world.identity_centers.put(IdentityCenter(START_URL, "eu-west-1", "ana", assigned))
        desktop.start([PROGRAM], {**cloud.files.environment, "AWS_REGION": "eu-west-1"})
        browser = desktop.browser.devtools()
        with browser.page_where(_ON_SET_UP) as page:
            with _part(page, "#center", pictures / "first-notebook-1.png"):
                page.evaluate("document.querySelector('#center-url').focus()")
                page.call("Input.insertText", text="example.awsapps.com/start")
            page.evaluate("document.querySelector('#center-go').click()")
            with browser.page_where(f"!!{ALLOW}") as consent:
                consent.evaluate(f"{ALLOW}.click()")
            page.call("Page.bringToFront")
            page.wait_until(f"{_ROLES}.length == 3")
            with _part(page, "#center", pictures / "first-notebook-2.png"):
                page.evaluate(f"{_ROLES}[2].click()")
            page.evaluate("document.querySelector('#center-add').click()")
            page.wait_until("document.querySelector('#results')?.innerText.includes('Open ')")
            with _part(page, "#results", pictures / "first-notebook-3.png"):
                page.evaluate("document.activeElement.blur()")


@contextmanager
def _part(page: Page, element: str, path: Path) -> Iterator[None]:
    """Take a picture of a part of a page, as it is after the block."""
    yield
    page.call("Emulation.setDeviceMetricsOverride", width=900, height=1400, deviceScaleFactor=1, mobile=False)
    page.evaluate("scrollTo(0, 0)")
    page.wait_until_painted()
    box = page.evaluate(f"document.querySelector('{element}').getBoundingClientRect().toJSON()")
    whole = path.with_suffix(".whole.png")
    page.screenshot(whole)
    left, top, right, bottom = box["x"] - 8, box["y"] - 8, box["x"] + box["width"] + 8, box["y"] + box["height"] + 8
    with Image.open(io.BytesIO(whole.read_bytes())) as picture:
        picture.crop((int(left), int(top), int(right), int(bottom))).convert("RGB").quantize(_COLORS).save(
            path, optimize=True
        )
    whole.unlink()
