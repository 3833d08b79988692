"""The embedded endpoint with its sample profiles, and an environment in which every AWS SDK uses it."""

from __future__ import annotations

import contextlib
import socket
import socketserver
import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.support.certificates import self_signed
from tests.support.endpoint import Endpoint, running_endpoint
from tray.demo.sample import (
    SampleFiles,
    SampleProfile,
    sample_principal,
    sample_profiles,
    sample_world,
    write_sample_files,
)
from tray.demo.world import Durations, NotebookInstance, Status, World
from tray.settings.profiles.memory import MemoryKeyring
from tray.settings.profiles.model import Profile
from tray.settings.profiles.store import ProfileStore

# What would lead the person's own way to AWS, in the environment of who runs the tests.
OF_THE_NETWORK = (
    *("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "no_proxy", "all_proxy"),
    *("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR"),
)


@dataclass(frozen=True)
class SampleCloud:
    endpoint: Endpoint
    profiles: tuple[SampleProfile, ...]
    files: SampleFiles

    def into(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Have this process use it."""
        for name in (*self.files.conflicting, *OF_THE_NETWORK):
            monkeypatch.delenv(name, raising=False)
        for name, value in self.files.environment.items():
            monkeypatch.setenv(name, value)


@contextmanager
def sample_cloud(
    folder: Path, *, jupyter: bool = False, profiles: Sequence[SampleProfile] = ()
) -> Iterator[SampleCloud]:
    """Run the endpoint for the sample profiles or those given; its AWS files are written into `folder`."""
    profiles = tuple(profiles) or sample_profiles()
    with running_endpoint(sample_world(profiles, durations=Durations()), jupyter=jupyter) as endpoint:
        yield SampleCloud(endpoint, profiles, write_sample_files(folder, endpoint.url, profiles))


@contextmanager
def impatient_cloud(
    folder: Path, monkeypatch: pytest.MonkeyPatch, durations: Durations | None = None
) -> Iterator[SampleCloud]:
    """Run the endpoint for the sample profiles, and lead this process to it, which tries each call once."""
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    with sample_cloud(folder) as cloud:
        cloud.into(monkeypatch)
        if durations is not None:
            cloud.endpoint.world.durations = durations
        yield cloud
        cloud.endpoint.faults.clear()


def store_of(cloud: SampleCloud, folder: Path) -> ProfileStore:
    """Return a store, in a keyring of its own, of the profiles of a sample cloud."""
    store = ProfileStore(MemoryKeyring(), folder / "lock")
    for sample in cloud.profiles:
        store.add(Profile(sample.name, sample.name, sample.regions))
    return store


def calls(cloud: SampleCloud, operation: str) -> int:
    """Return how often an operation was called."""
    return len(cloud.endpoint.recorder.calls(operation))


REGIONS = ("ap-southeast-2", "eu-west-1", "us-east-1", "us-west-2")


def many_profiles(count: int) -> tuple[SampleProfile, ...]:
    """Return profiles of an account each, in all of REGIONS."""
    return tuple(
        SampleProfile(f"profile-{at:02}", REGIONS, sample_principal(f"{100_000_000_000 + at}", f"user-{at}"))
        for at in range(count)
    )


def put_one_notebook_each(world: World, profiles: Sequence[SampleProfile]) -> None:
    """Give each profile one notebook instance a region, named after both."""
    now = world.clock()
    for profile in profiles:
        world.put(
            *(
                NotebookInstance(
                    name=f"{profile.name}-{region}",
                    account_id=profile.principal.account_id,
                    region=region,
                    status=Status.IN_SERVICE,
                    instance_type="ml.t3.medium",
                    created=now,
                    modified=now,
                )
                for region in profile.regions
            )
        )


@contextmanager
def cloud_of_many(folder: Path, count: int) -> Iterator[SampleCloud]:
    """Run the endpoint for so many profiles of an account each, with one notebook instance a region."""
    profiles = many_profiles(count)
    with sample_cloud(folder, profiles=profiles) as cloud:
        put_one_notebook_each(cloud.endpoint.world, profiles)
        yield cloud


@dataclass(frozen=True)
class TlsFront:
    """An https address, the certificate that vouches for it, and how many connections there were."""

    url: str
    certificate: Path
    connections: Callable[[], int]


@contextmanager
def tls_front(folder: Path, url: str) -> Iterator[TlsFront]:
    """Answer https on loopback by asking an http server there, with a certificate that no authority vouches for."""
    made = self_signed(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made.certificate, made.key)
    behind = urlsplit(url)
    accepted: list[int] = []

    class Front(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            accepted.append(1)
            with (
                contextlib.suppress(OSError),
                context.wrap_socket(self.request, server_side=True) as front,
                socket.create_connection((behind.hostname, behind.port)) as back,
            ):
                answers = threading.Thread(target=pump, args=(back, front), daemon=True)
                answers.start()
                pump(front, back)
                answers.join()

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        request_queue_size = 128

    def pump(source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                sink.sendall(data)
        with contextlib.suppress(OSError):
            sink.shutdown(socket.SHUT_RDWR)

    with Server(("127.0.0.1", 0), Front) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield TlsFront(f"https://127.0.0.1:{server.server_address[1]}", made.certificate, lambda: len(accepted))
        finally:
            server.shutdown()
