"""axe-core, the accessibility checker, in a page of a real browser (https://github.com/dequelabs/axe-core)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.devtools import Page

# As packaging/make-venv.sh installs it.
_SCRIPT = Path(__file__).parents[2] / ".venv" / "axe" / "axe_playwright_python" / "axe.min.js"


def findings(page: Page) -> list[str]:
    """Return what axe finds wrong with a page: each with its rule, and the elements that it concerns."""
    if not _SCRIPT.exists():
        pytest.skip(reason="axe-core is not installed: packaging/make-venv.sh does that")
    page.call("Runtime.evaluate", expression=_SCRIPT.read_text("utf-8"))
    found = json.loads(page.evaluate("axe.run(document).then((result) => JSON.stringify(result.violations))"))
    return [f"{each['id']}: {each['help']}: {[node['html'][:160] for node in each['nodes']][:3]}" for each in found]
