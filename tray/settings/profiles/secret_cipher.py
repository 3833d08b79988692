"""How a secret goes over the session bus: encrypted with a key that both ends of the connection have agreed on.

The algorithm is dh-ietf1024-sha256-aes128-cbc-pkcs7
(https://specifications.freedesktop.org/secret-service-spec/latest/transfer-secrets.html). secretstorage has functions
for it too; they load all that cryptography has for OpenSSL, which takes 20 ms of each command that changes a profile.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers import Cipher
    from cryptography.hazmat.primitives.ciphers.modes import CBC
    from secretstorage.dhcrypto import Session

_BLOCK_BYTES = 16


def to_send(session: Session, secret: bytes) -> tuple[str, bytes, bytes, str]:
    """Return a secret as the Secret Service takes it: the session's path, parameters, the secret, and its type."""
    path, kind = session.object_path or "/", "text/plain"
    if not session.encrypted:
        return path, b"", secret, kind
    vector = os.urandom(_BLOCK_BYTES)
    missing = _BLOCK_BYTES - len(secret) % _BLOCK_BYTES
    encryptor = _cipher(session, vector).encryptor()
    return path, vector, encryptor.update(secret + bytes([missing]) * missing) + encryptor.finalize(), kind


def as_sent(session: Session, parameters: bytes, value: bytes) -> bytes:
    """Return the secret that the Secret Service has sent.

    :raises ValueError: it is not encrypted as agreed
    """
    if not session.encrypted:
        return value
    decryptor = _cipher(session, parameters).decryptor()
    padded = decryptor.update(value) + decryptor.finalize()
    return padded[: -padded[-1]] if padded else b""


def _cipher(session: Session, vector: bytes) -> Cipher[CBC]:
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    if session.aes_key is None:
        raise ValueError("no key has been agreed on")
    return Cipher(algorithms.AES(session.aes_key), modes.CBC(vector))
