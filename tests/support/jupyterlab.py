"""How a test sees that JupyterLab is on the screen, and how it works there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.waiting import wait_until

if TYPE_CHECKING:
    from tests.support.devtools import Page

# The splash goes when JupyterLab has restored its layout; the launcher's cards come with the kernels it can start.
LAB_IS_READY = """
    document.querySelector('#jp-main-dock-panel .jp-LauncherCard') !== null
    && document.querySelector('#jupyterlab-splash') === null
"""

_CTRL = 2
_LASTS_LONG = "import time; time.sleep(900)"
_CELL = "document.querySelector('.jp-Notebook .cm-content')"
# A kernel that starts is busy for a moment, too.
_IS_BUSY = """
    [...document.querySelectorAll('.jp-Notebook .jp-InputPrompt')].some(prompt => prompt.textContent.includes('*'))
    && fetch('/api/kernels').then(answer => answer.json())
        .then(kernels => kernels.some(kernel => kernel.execution_state === 'busy'))
"""


def keep_busy(page: Page) -> None:
    """Make a notebook in JupyterLab, and run a cell in it that lasts longer than the test.

    :raises TimeoutError: its kernel does not get to it
    """
    page.wait_until(LAB_IS_READY)
    page.evaluate("""document.querySelector('.jp-LauncherCard[data-category="Notebook"]').click()""")
    page.wait_until("""document.querySelector('.jp-Notebook-ExecutionIndicator[data-status="idle"]') !== null""")

    def runs() -> bool:
        # JupyterLab forgets what is typed before the cell is ready, and what is run before the kernel is.
        page.evaluate(f"{_CELL}.focus()")
        if not page.is_true(f"{_CELL}.textContent.includes('sleep')"):
            page.call("Input.insertText", text=_LASTS_LONG)
        enter = {"modifiers": _CTRL, "key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13}
        page.call("Input.dispatchKeyEvent", type="rawKeyDown", **enter)
        page.call("Input.dispatchKeyEvent", type="keyUp", **enter)
        return page.is_true(_IS_BUSY)

    wait_until(runs, "the kernel to be busy", interval_seconds=1.0)
    page.wait_until_painted()
