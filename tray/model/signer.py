"""Who signs a profile's requests, as a value. Every start imports this: the standard library only."""

from __future__ import annotations

from dataclasses import dataclass

from tray.model.access_keys import cut
from tray.model.identity_center import CenterRole


@dataclass(frozen=True, slots=True)
class AwsProfile:
    """A profile of the AWS config and credentials files signs, with the settings that these files give it."""

    name: str

    def __str__(self) -> str:
        return f"AWS profile “{self.name}”"


@dataclass(frozen=True, slots=True)
class StoredKey:
    """The access key that the keyring holds for a profile signs. A different key is a different signer."""

    profile: str
    key_id: str

    def __str__(self) -> str:
        return f"access key {cut(self.key_id)} of the profile “{self.profile}”"


Signer = AwsProfile | StoredKey | CenterRole
