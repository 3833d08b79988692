"""Faults of AWS: eight of them, in SageMaker's place."""

from __future__ import annotations

import json
import random
import re
import socket
import ssl
import threading
from typing import TYPE_CHECKING, Any

from tests.injections.fault import WAITING, Fault
from tests.injections.front import Request, reply, reset

if TYPE_CHECKING:
    from tests.injections.world import World

_SLICE_SECONDS = 0.05
_ENDLESS_BYTES = 64 * 1024


class _OfTheFront(Fault):
    """Something that happens to each request."""

    def __init__(self) -> None:
        self._healed = threading.Event()
        self.chance = random.Random()

    def inject(self, world: World, chance: random.Random) -> None:
        self._healed = threading.Event()
        self.chance = random.Random(chance.random())
        world.front.answer = lambda peer, request: self.answer(world, peer, request)

    def heal(self, world: World) -> None:
        world.front.answer = None
        self._healed.set()

    def answer(self, world: World, peer: ssl.SSLSocket, request: Request) -> None:
        """Answer one request."""
        raise NotImplementedError


class Down(Fault):
    name = "endpoint-down"
    title = "AWS is down: connections are refused, and those that are open break off"
    says = re.compile("AWS can't be reached")

    def inject(self, world: World, chance: random.Random) -> None:
        world.front.close()

    def heal(self, world: World) -> None:
        world.front.open()


class Slow(_OfTheFront):
    name = "endpoint-slow"
    title = "AWS is slow: an answer takes up to 25 s, or comes a byte at a time"
    seconds = 2.0
    says = re.compile(f"AWS doesn't answer|{WAITING}")
    lasting = 0.3

    def answer(self, world: World, peer: ssl.SSLSocket, request: Request) -> None:
        answer = world.front.asked(request)
        if self.chance.random() < 0.5:
            self._healed.wait(self.chance.uniform(4, 25))
            peer.sendall(answer)
            return
        for at in range(len(answer)):
            if self._healed.wait(0.5):
                peer.sendall(answer[at:])
                return
            peer.sendall(answer[at : at + 1])


class ServerError(_OfTheFront):
    name = "endpoint-500"
    title = "AWS answers with its own failure (500, 502, 503)"
    says = re.compile("AWS refused|AWS is|AWS has|Not an answer of AWS")

    def answer(self, world: World, peer: ssl.SSLSocket, request: Request) -> None:
        status, code = self.chance.choice([(500, "InternalFailure"), (503, "ServiceUnavailable"), (502, "")])
        body = json.dumps({"__type": code, "message": "failed"}).encode() if code else b"<html>Bad gateway</html>"
        peer.sendall(reply(body, status))


class Throttled(_OfTheFront):
    name = "endpoint-throttled"
    title = "AWS wants to be asked less often (ThrottlingException)"
    says = re.compile("AWS is limiting requests")

    def answer(self, world: World, peer: ssl.SSLSocket, request: Request) -> None:
        body = json.dumps({"__type": "ThrottlingException", "message": "Rate exceeded"}).encode()
        peer.sendall(reply(body, 400))


class CutOff(_OfTheFront):
    name = "endpoint-cut-off"
    title = "An answer breaks off in its middle"
    says = re.compile("AWS can't be reached|AWS doesn't answer|Not an answer of AWS")

    def answer(self, world: World, peer: ssl.SSLSocket, request: Request) -> None:
        answer = world.front.asked(request)
        peer.sendall(answer[: self.chance.randrange(len(answer))])
        if self.chance.random() < 0.5:
            reset(peer)
        raise ConnectionError("cut off")


_DEEP = "[" * 5000
_ODD: tuple[bytes, ...] = (
    b"",
    b"null",
    b"[null]",
    b"7",
    b'"text"',
    b"{}",
    b'{"NotebookInstances": 1, "AuthorizedUrl": 1}',
    b'{"NotebookInstances": {"a": 1}, "AuthorizedUrl": ["https://a"]}',
    b'{"NotebookInstances": "all of them", "AuthorizedUrl": {}}',
    b'{"NotebookInstances": [7, null, "a", []], "AuthorizedUrl": null}',
    b'{"NotebookInstances": [{"NotebookInstanceName": [1], "NotebookInstanceStatus": [1]}], "NextToken": {}}',
    b'{"NotebookInstances": [{"NotebookInstanceName": "a", "CreationTime": 1e20, "LastModifiedTime": "x"}]}',
    b'{"NotebookInstances": [], "NextToken": [1]}',
    b"\xff\xfe{}",
    _DEEP.encode(),
    b'{"NotebookInstances": ' + _DEEP.encode(),
    b"<!doctype html><title>Hotel</title>",
    # Each just below 8 MiB.
    b'{"NotebookInstances": [' + b'{"a":1},' * 1_000_000 + b"1]}",
    b'{"NotebookInstances": ["' + b"a" * 8_000_000 + b'"], "AuthorizedUrl": "https://' + b"a" * 300_000 + b'"}',
)


class WrongTypes(_OfTheFront):
    name = "endpoint-wrong-types"
    title = "An answer is no JSON, or has other types than it should"
    # What has a list without a record that makes sense is an empty list, which is said by the number.
    says = re.compile("Not an answer of AWS|of [0-5] running|AWS refused")

    def answer(self, world: World, peer: ssl.SSLSocket, request: Request) -> None:
        peer.sendall(reply(self.chance.choice(_ODD)))


class Endless(_OfTheFront):
    name = "endpoint-endless"
    title = "An answer doesn't end"
    says = re.compile(f"Not an answer of AWS|AWS can't be reached|{WAITING}")

    def answer(self, world: World, peer: ssl.SSLSocket, request: Request) -> None:
        peer.sendall(b'HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.1\r\n\r\n{"NotebookInstances": [')
        blanks = b" " * _ENDLESS_BYTES
        while not self._healed.is_set():
            peer.sendall(blanks)
        raise ConnectionError("enough")


class TlsReset(_OfTheFront):
    name = "tls-reset"
    title = "TLS connections are reset, in the handshake or after a request"
    says = re.compile("AWS can't be reached|No secure connection")

    def inject(self, world: World, chance: random.Random) -> None:
        super().inject(world, chance)
        world.front.break_off()
        if chance.random() < 0.6:
            world.front.before_handshake = self._reset_handshake

    def heal(self, world: World) -> None:
        world.front.before_handshake = None
        super().heal(world)

    def _reset_handshake(self, peer: socket.socket) -> None:
        if self.chance.random() < 0.5:
            peer.recv(100)  # the greeting, or a part of it
        reset(peer)
        raise ConnectionError("reset")

    def answer(self, world: World, peer: ssl.SSLSocket, request: Request) -> None:
        reset(peer)
        raise ConnectionError("reset")


FAULTS: tuple[Any, ...] = (Down, Slow, ServerError, Throttled, CutOff, WrongTypes, Endless, TlsReset)
