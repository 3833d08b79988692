"""How a test sees that JupyterLab is on the screen."""

from __future__ import annotations

# The splash goes when JupyterLab has restored its layout; the launcher's cards come with the kernels it can start.
LAB_IS_READY = """
    document.querySelector('#jp-main-dock-panel .jp-LauncherCard') !== null
    && document.querySelector('#jupyterlab-splash') === null
"""
