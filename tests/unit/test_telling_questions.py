"""A question to stop is on the screen only as long as it waits for an answer, however the answers and it meet."""

from __future__ import annotations

import threading

from tests.support.samples import NOW, notebook
from tray.fleet.state import State
from tray.fleet.telling.notifier import Notifier
from tray.model.notification import Notification
from tray.model.power import StopQuestion
from tray.wiring.telling import Telling

QUESTION = StopQuestion(notebook("churn-model"), None, None, NOW)


class Screen:
    """What is asked of the desktop, in order; `meanwhile` is what happens while it shows a notification."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.state = State()
        self.meanwhile: list[threading.Thread] = []
        self.telling = Telling(
            Notifier(frozenset, show=self._show, withdraw=lambda _: self.done.append("withdraw")),
            self.state,
            quiet_once=False,
        )
        self.state.listen(self.telling.changed)

    def _show(self, _: Notification) -> None:
        for each in self.meanwhile:
            each.start()
            each.join(0.3)  # it may have to wait for this notification to be shown
        self.done.append("show")


def test_a_question_that_is_answered_while_it_is_shown_is_taken_back_after_it() -> None:
    screen = Screen()
    screen.state.questions.set((QUESTION,))
    answer = threading.Thread(target=lambda: screen.state.questions.set(()))
    screen.meanwhile.append(answer)
    screen.telling.asked(QUESTION)
    answer.join()
    assert screen.done == ["show", "withdraw"]


def test_a_question_that_is_answered_before_it_is_shown_is_not_shown() -> None:
    screen = Screen()
    screen.state.questions.set((QUESTION,))
    screen.state.questions.set(())
    screen.telling.asked(QUESTION)
    assert screen.done == []
