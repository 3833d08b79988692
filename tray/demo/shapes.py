"""The inputs of the operations: the input shapes of botocore's service model (sagemaker/2017-07-24).

A test compares them with the model of the botocore that is installed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from tray.demo.instance_types import INSTANCE_TYPES
from tray.demo.protocol import ApiError, validation_error
from tray.demo.world import Status
from tray.model.lengths import MAXIMUM_SESSION_SECONDS, MINIMUM_SESSION_SECONDS


@dataclass(frozen=True, slots=True)
class Text:
    """A string: its pattern, its length, or the values that it can have."""

    pattern: str = ""
    minimum: int = 0
    maximum: int | None = None
    values: tuple[str, ...] = ()

    def complaint(self, value: object) -> str:
        """Return what is wrong with a value, in AWS's words; nothing if it is good.

        :raises ApiError: it is no string
        """
        if not isinstance(value, str):
            raise _not_convertible(value, "String")
        if self.maximum is not None and len(value) > self.maximum:
            return f"Member must have length less than or equal to {self.maximum}"
        if len(value) < self.minimum:
            return f"Member must have length greater than or equal to {self.minimum}"
        if self.pattern and not re.fullmatch(self.pattern, value):
            return f"Member must satisfy regular expression pattern: {self.pattern}"
        if self.values and value not in self.values:
            return f"Member must satisfy enum value set: [{', '.join(self.values)}]"
        return ""


@dataclass(frozen=True, slots=True)
class Whole:
    """An integer between two bounds, both included."""

    minimum: int
    maximum: int

    def complaint(self, value: object) -> str:
        """Return what is wrong with a value, in AWS's words; nothing if it is good.

        :raises ApiError: it is no integer
        """
        if isinstance(value, bool) or not isinstance(value, int):
            raise _not_convertible(value, "Integer")
        if value < self.minimum:
            return f"Member must have value greater than or equal to {self.minimum}"
        if value > self.maximum:
            return f"Member must have value less than or equal to {self.maximum}"
        return ""


@dataclass(frozen=True, slots=True)
class Timestamp:
    """A time in seconds since the epoch, as the JSON protocol writes it."""

    def complaint(self, value: object) -> str:
        """Return nothing: each number is a time.

        :raises ApiError: it is no number
        """
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise _not_convertible(value, "Timestamp")
        return ""


@dataclass(frozen=True, slots=True)
class Flag:
    """Yes or no."""

    def complaint(self, value: object) -> str:
        """Return nothing: both are good.

        :raises ApiError: it is neither
        """
        if not isinstance(value, bool):
            raise _not_convertible(value, "Boolean")
        return ""


@dataclass(frozen=True, slots=True)
class Texts:
    """A list of strings."""

    each: Text
    maximum: int | None = None

    def complaint(self, value: object) -> str:
        """Return what is wrong with the list or with one of the strings, in AWS's words.

        :raises ApiError: it is no list, or has something else than strings
        """
        if not isinstance(value, list):
            raise _not_convertible(value, "List")
        if self.maximum is not None and len(value) > self.maximum:
            return f"Member must have length less than or equal to {self.maximum}"
        return next((complaint for item in value if (complaint := self.each.complaint(item))), "")


@dataclass(frozen=True, slots=True)
class Fields:
    """A structure, all of whose members are required strings."""

    members: Mapping[str, Text]

    def complaint(self, value: object) -> str:
        """Return what is wrong with the first member that is not good, in AWS's words.

        :raises ApiError: it is no structure
        """
        if not isinstance(value, dict):
            raise _not_convertible(value, "Structure")
        for name, member in self.members.items():
            if value.get(name) is None:
                return "Member must not be null"
            if complaint := member.complaint(value[name]):
                return complaint
        return ""


Member = Text | Whole | Timestamp | Flag | Texts | Fields


@dataclass(frozen=True, slots=True)
class Shape:
    """An operation's input: its members and which of them must be there."""

    members: Mapping[str, Member]
    required: frozenset[str] = frozenset()

    def check(self, given: Mapping[str, Any]) -> None:
        """Accept an operation's input.

        A member that the shape does not have is refused, though AWS would ignore it: a client that sends such a member
        has a fault, which tests should find.

        :raises ApiError: the input is not of this shape
        """
        if unknown := sorted(given.keys() - self.members.keys()):
            raise ApiError("SerializationException", f"Unknown member: {', '.join(unknown)}")
        complaints = []
        for name, member in self.members.items():
            value = given.get(name)
            if value is not None and (complaint := member.complaint(value)):
                complaints.append(f"Value '{value}' at '{_camel(name)}' failed to satisfy constraint: {complaint}")
            elif value is None and name in self.required:
                text = f"Value null at '{_camel(name)}' failed to satisfy constraint: Member must not be null"
                complaints.append(text)
        if complaints:
            count = f"{len(complaints)} validation error{'s' if len(complaints) > 1 else ''} detected"
            raise validation_error(f"{count}: {'; '.join(complaints)}")


def _camel(name: str) -> str:
    return name[0].lower() + name[1:]


def _not_convertible(value: object, kind: str) -> ApiError:
    found = {str: "STRING_VALUE", bool: "BOOLEAN_VALUE", int: "NUMBER_VALUE", float: "DECIMAL_VALUE"}
    what = found.get(type(value), "Start of structure, list or map")
    return ApiError("SerializationException", f"{what} can not be converted to {kind}")


_NAME_PATTERN = "[a-zA-Z0-9](-*[a-zA-Z0-9])*"
_NAME = Text(_NAME_PATTERN, maximum=63)
_REPOSITORY = Text(r"https://([^/]+)/?(.*)$|^[a-zA-Z0-9](-*[a-zA-Z0-9])*", minimum=1, maximum=1024)
_BY_NAME = Shape(MappingProxyType({"NotebookInstanceName": _NAME}), frozenset({"NotebookInstanceName"}))
_ACCELERATORS = tuple((version, size) for version in (1, 2) for size in ("medium", "large", "xlarge"))

INPUTS: Mapping[str, Shape] = MappingProxyType(
    {
        "ListNotebookInstances": Shape(
            MappingProxyType(
                {
                    "NextToken": Text(".*", maximum=8192),
                    "MaxResults": Whole(1, 100),
                    "SortBy": Text(values=("Name", "CreationTime", "Status")),
                    "SortOrder": Text(values=("Ascending", "Descending")),
                    "NameContains": Text("[a-zA-Z0-9-]+", maximum=63),
                    "CreationTimeBefore": Timestamp(),
                    "CreationTimeAfter": Timestamp(),
                    "LastModifiedTimeBefore": Timestamp(),
                    "LastModifiedTimeAfter": Timestamp(),
                    "StatusEquals": Text(values=tuple(Status)),
                    "NotebookInstanceLifecycleConfigNameContains": Text(_NAME_PATTERN, maximum=63),
                    "DefaultCodeRepositoryContains": Text("[a-zA-Z0-9-]+", maximum=1024),
                    "AdditionalCodeRepositoryEquals": _REPOSITORY,
                }
            )
        ),
        "ListTags": Shape(
            MappingProxyType(
                {
                    "ResourceArn": Text(r"arn:aws[a-z-]*:sagemaker:[a-z0-9-]*:[0-9]{12}:.+", maximum=256),
                    "NextToken": Text(".*", maximum=8192),
                    "MaxResults": Whole(50, 2**63 - 1),
                }
            ),
            frozenset({"ResourceArn"}),
        ),
        "DescribeNotebookInstance": _BY_NAME,
        "StartNotebookInstance": _BY_NAME,
        "StopNotebookInstance": _BY_NAME,
        "UpdateNotebookInstance": Shape(
            MappingProxyType(
                {
                    "NotebookInstanceName": _NAME,
                    "InstanceType": Text(values=INSTANCE_TYPES),
                    "IpAddressType": Text(values=("ipv4", "dualstack")),
                    "PlatformIdentifier": Text(
                        "(notebook-al1-v1|notebook-al2-v1|notebook-al2-v2|notebook-al2-v3|"
                        "notebook-al2023-v1|notebook-al2023-v2)",
                        maximum=20,
                    ),
                    "RoleArn": Text(
                        r"arn:aws[a-z\-]*:iam::\d{12}:role/?[a-zA-Z_0-9+=,.@\-_/]+", minimum=20, maximum=2048
                    ),
                    "LifecycleConfigName": _NAME,
                    "DisassociateLifecycleConfig": Flag(),
                    "VolumeSizeInGB": Whole(5, 16384),
                    "DefaultCodeRepository": _REPOSITORY,
                    "AdditionalCodeRepositories": Texts(_REPOSITORY, maximum=3),
                    "AcceleratorTypes": Texts(
                        Text(values=tuple(f"ml.eia{version}.{size}" for version, size in _ACCELERATORS))
                    ),
                    "DisassociateAcceleratorTypes": Flag(),
                    "DisassociateDefaultCodeRepository": Flag(),
                    "DisassociateAdditionalCodeRepositories": Flag(),
                    "RootAccess": Text(values=("Enabled", "Disabled")),
                    "InstanceMetadataServiceConfiguration": Fields(
                        MappingProxyType({"MinimumInstanceMetadataServiceVersion": Text("(1|2)", maximum=1)})
                    ),
                }
            ),
            _BY_NAME.required,
        ),
        "CreatePresignedNotebookInstanceUrl": Shape(
            MappingProxyType(
                {
                    "NotebookInstanceName": _NAME,
                    "SessionExpirationDurationInSeconds": Whole(MINIMUM_SESSION_SECONDS, MAXIMUM_SESSION_SECONDS),
                }
            ),
            _BY_NAME.required,
        ),
    }
)
