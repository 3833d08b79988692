"""`notebook-tray demo`: the tray on sample notebooks, for those who have no AWS account."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import click

from tray.texts import help as helps
from tray.texts import reading


@click.command(help=helps.command("demo"))
def demo() -> None:
    """Be `notebook-tray demo`."""
    reading.use(reading.Reading.TASK)
    _run()


def _run() -> None:
    """Show the tray with the embedded endpoint; none of the user's files or keyring items are read or written.

    :raises TrayError: (no desktop) there is no session bus, or it went away
    """
    from tray.app import App
    from tray.aws.credentials.token_store import keep_tokens_in
    from tray.demo.endpoint import running_endpoint
    from tray.demo.sample import sample_notebooks, sample_profiles, sample_world, write_sample_files
    from tray.demo.sample_days import write_sample_days
    from tray.demo.sample_elsewhere import add_elsewhere_sample
    from tray.demo.sample_sign_in import REGION, add_sign_in_sample
    from tray.settings.profiles.memory import MemoryKeyring
    from tray.settings.profiles.model import Profile
    from tray.settings.profiles.store import ProfileStore

    samples = sample_profiles()
    with (
        tempfile.TemporaryDirectory(prefix="notebook-tray-demo-") as name,
        running_endpoint(sample_world(samples)) as endpoint,
    ):
        folder = Path(name)
        files = write_sample_files(folder, endpoint.url, samples)
        for conflicting in files.conflicting:
            os.environ.pop(conflicting, None)
        os.environ.update(files.environment, AWS_DEFAULT_REGION=REGION)
        store = ProfileStore(MemoryKeyring(), folder / "lock")
        for sample in samples:
            store.add(Profile(sample.name, sample.name, sample.regions))
        signed_out = add_sign_in_sample(endpoint.world, files)
        store.add(Profile(signed_out, signed_out))
        add_elsewhere_sample(endpoint.world, files)
        keep_tokens_in(lambda: folder / "sso-cache")  # not among the user's own
        state = folder / "state"  # which goes with the demo
        write_sample_days(state, sample_notebooks())
        App(lambda: store, "Notebook Tray (demo)", autostart=False, keeps_in=state).run()
