"""What the environment of this process holds that no program started by it is to have."""

from __future__ import annotations

# The keys that a person's shell may hold. A browser has no use for them, and keeps its environment for days.
SECRETS = (
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_SECURITY_TOKEN",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
)
