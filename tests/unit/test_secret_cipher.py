"""How secrets go over the session bus, beside secretstorage's own functions for it."""

from __future__ import annotations

from typing import Any

import pytest

from tray.settings.profiles.secret_cipher import as_sent, to_send

pytestmark = pytest.mark.only_on("linux", reason="the Secret Service")

# Of a block, of none, and of some that are not whole.
_SECRETS = [b"", b"a", b"0123456789abcde", b"0123456789abcdef", "schlüssel".encode() * 100]


def agreed() -> Any:
    from secretstorage.dhcrypto import Session

    ours, theirs = Session(), Session()
    ours.set_server_public_key(theirs.my_public_key)
    ours.object_path = "/session/1"
    return ours


@pytest.mark.parametrize("secret", _SECRETS)
def test_what_is_sent_is_what_secretstorage_would_read(secret: bytes) -> None:
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    session = agreed()
    path, vector, sent, kind = to_send(session, secret)
    assert (path, kind) == ("/session/1", "text/plain")
    decryptor = Cipher(algorithms.AES(session.aes_key), modes.CBC(vector)).decryptor()
    padded = decryptor.update(sent) + decryptor.finalize()
    # As secretstorage.item.Item.get_secret does it.
    assert padded[: -padded[-1]] == secret
    assert len(secret) < 15 or secret not in sent  # a short one may be there by chance
    assert to_send(session, secret)[2] != sent


@pytest.mark.parametrize("secret", _SECRETS)
def test_what_secretstorage_sends_is_read(secret: bytes) -> None:
    from secretstorage.util import format_secret

    session = agreed()
    _, vector, sent, _ = format_secret(session, secret, "text/plain")
    assert as_sent(session, vector, sent) == secret


def test_a_service_without_encryption_is_sent_the_secret_as_it_is() -> None:
    session = agreed()
    session.encrypted = False
    assert to_send(session, b"text") == ("/session/1", b"", b"text", "text/plain")
    assert as_sent(session, b"", b"text") == b"text"


def test_nothing_is_sent_before_a_key_is_agreed_on() -> None:
    from secretstorage.dhcrypto import Session

    with pytest.raises(ValueError, match="key"):
        to_send(Session(), b"text")


@pytest.mark.parametrize(("vector", "sent"), [(b"", b"x" * 16), (b"v" * 16, b"x")])
def test_what_is_not_encrypted_as_agreed_is_refused(vector: bytes, sent: bytes) -> None:
    with pytest.raises(ValueError, match=r"IV|block length|multiple"):
        as_sent(agreed(), vector, sent)
