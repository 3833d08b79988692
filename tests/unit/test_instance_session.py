"""The desktop session that a second start hands over to the running copy."""

from __future__ import annotations

import json

import pytest

from tray.desktop.single_instance import messages as m
from tray.desktop.single_instance.session import move_to, session_of

OLD = {"DISPLAY": ":0", "XAUTHORITY": "/run/old", "XDG_CURRENT_DESKTOP": "XFCE", "HOME": "/home/ada"}


@pytest.mark.parametrize(
    ("later", "after"),
    [
        ({"DISPLAY": ":1"}, {"DISPLAY": ":1", "HOME": "/home/ada"}),
        (
            {"WAYLAND_DISPLAY": "wayland-0", "XDG_CURRENT_DESKTOP": "GNOME", "XDG_SESSION_TYPE": "wayland"},
            {
                "WAYLAND_DISPLAY": "wayland-0",
                "XDG_CURRENT_DESKTOP": "GNOME",
                "XDG_SESSION_TYPE": "wayland",
                "HOME": "/home/ada",
            },
        ),
        ({"DISPLAY": ":0", "XAUTHORITY": "/run/new"}, {"DISPLAY": ":0", "XAUTHORITY": "/run/new", "HOME": "/home/ada"}),
    ],
)
def test_a_later_session_takes_the_place_of_the_old_one_whole(later: dict[str, str], after: dict[str, str]) -> None:
    environ = dict(OLD)
    assert move_to(later, environ)
    assert environ == after


@pytest.mark.parametrize(
    "later", [{}, {"DISPLAY": ""}, {"XDG_CURRENT_DESKTOP": "GNOME"}, OLD, {"DISPLAY": "x" * 5000}, {"DISPLAY": "a\0"}]
)
def test_what_is_no_other_session_changes_nothing(later: dict[str, str]) -> None:
    environ = dict(OLD)
    assert not move_to(later, environ)
    assert environ == OLD


def test_nothing_else_is_taken_over() -> None:
    environ = dict(OLD)
    assert move_to({"DISPLAY": ":1", "PATH": "/evil", "LD_PRELOAD": "/evil.so", "HOME": "/evil"}, environ)
    assert environ == {"DISPLAY": ":1", "HOME": "/home/ada"}


def test_it_travels_in_one_message() -> None:
    longest = dict.fromkeys(session_of(dict.fromkeys(_all_names(), "x")), "x" * 200)
    message = m.ask(m.InstanceRequest.SHOW, longest)
    assert len(message) <= m.MOST_BYTES
    assert m.read_ask(message) is m.InstanceRequest.SHOW
    assert m.read_session(message) == longest


@pytest.mark.parametrize("session", [None, [], "x", 1, {"DISPLAY": 1}])
def test_odd_sessions_are_none(session: object) -> None:
    message = json.dumps({"notebook-tray": 2, "request": "show", "session": session}).encode()
    assert m.read_session(message) == {}


def _all_names() -> list[str]:
    from tray.desktop.single_instance import session

    return [*session._SCREENS, *session._OTHERS]
