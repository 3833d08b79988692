"""Notifications with buttons in real desktops: a button is clicked with the pointer, and its command arrives."""

from __future__ import annotations

import pytest

from tests.support.desktops.accessibility import Seen
from tests.support.desktops.base import RealDesktop
from tests.support.desktops.user import User
from tests.support.notes import note
from tests.support.running_icon import RunningIcon
from tests.support.sample_icon import Sample
from tests.support.waiting import wait_until
from tray.desktop.icon.artwork import Artwork
from tray.model import commands as c
from tray.model.activation import Activation
from tray.model.lengths import View

OPEN = c.OpenNotebook("research", "arn:aws:sagemaker:eu-west-1:111122223333:notebook-instance/m", View.LAB, 3600)
COPY = c.CopyLink("research", OPEN.arn, View.LAB, 3600)
ACTIONS = (("Open it now", OPEN), ("Copy its link", COPY))


class Chosen:
    """The commands that the icon was given, and whether the desktop gave a permission with each."""

    def __init__(self, sample: Sample) -> None:
        self.commands: list[c.Command] = []
        self.permitted: list[bool] = []
        sample.icon._on_action = self._note

    def _note(self, command: c.Command, activation: Activation | None) -> None:
        self.commands.append(command)
        self.permitted.append(activation is not None and bool(activation.token))


@pytest.fixture
def chosen(run: RunningIcon, sample: Sample, user: User, artwork: Artwork) -> Chosen:
    user.wait_for_icon(artwork)
    return Chosen(sample)


def see(user: User, text: str) -> Seen:
    """Wait for a notification as a user who is there: GNOME keeps its own before ours until the pointer moves."""

    def seen() -> list[Seen]:
        found = user.reads(text)
        if not found:
            user.step_aside()
        return found

    return wait_until(seen, f"{text!r} on the screen", interval_seconds=0.5)[0]


def wait_until_gone(user: User, text: str) -> None:
    wait_until(lambda: not user.reads(text), f"{text!r} to go")


@pytest.mark.desktops("gnome-x11", "gnome-wayland", "plasma-x11", "plasma-wayland", "cinnamon")
def test_a_button_is_clicked(chosen: Chosen, desktop: RealDesktop, sample: Sample, user: User) -> None:
    sample.icon.notify(note("It can be opened.", "churn-model is ready", actions=ACTIONS, where="In the menu."))
    # GNOME shows the buttons of what the pointer is over.
    user.move(*see(user, "churn-model is ready").box.middle)
    button = user.wait_for_words("Copy its link")
    assert not user.reads("In the menu.")
    user.keep_picture("notification-buttons")
    user.click(button.box)
    wait_until(lambda: chosen.commands == [COPY], "the command")
    wait_until_gone(user, "churn-model is ready")
    assert sample.errors == []
    # GNOME Shell 43 gives none: its interface of the service has no such signal.
    assert chosen.permitted == [desktop.name.startswith("plasma")]


@pytest.mark.desktops("gnome-x11", "plasma-x11")
@pytest.mark.parametrize("before", [(), ACTIONS[1:]], ids=["without-buttons", "with-buttons"])
def test_a_newer_one_takes_its_place_and_is_withdrawn(
    chosen: Chosen, sample: Sample, user: User, before: tuple[tuple[str, c.Command], ...]
) -> None:
    sample.icon.notify(note("It takes a while.", "churn-model is starting", about="m", actions=before))
    see(user, "churn-model is starting")
    sample.icon.notify(note("It can be opened.", "churn-model is ready", actions=ACTIONS, about="m"))
    see(user, "churn-model is ready")
    assert not user.reads("churn-model is starting")
    # The notification itself, which stands for its first button. GNOME tells of that click as often as it was replaced.
    user.click(user.wait_for_words("It can be opened.").box)
    wait_until(lambda: chosen.commands, "the command")
    wait_until_gone(user, "churn-model is ready")
    assert chosen.commands == [OPEN]
    sample.icon.notify(note("Access denied.", "churn-model failed", about="m"))
    see(user, "churn-model failed")
    sample.icon.withdraw("m")
    wait_until_gone(user, "churn-model failed")
