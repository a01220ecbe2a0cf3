"""A call to AWS, and the questions that IAM must answer for it."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

_QUERY_TAG = re.compile(r"((?:.+\.)?Tags?(?:\.member)?\.\d+\.)Key")
_XML_TAG = re.compile(r"<Tag><Key>([^<]*)</Key><Value>([^<]*)</Value></Tag>")


@dataclass(frozen=True)
class Question:
    """Whether the caller may perform an action on a resource, with these condition keys."""

    action: str
    resource: str
    condition_keys: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Call:
    """A call to AWS: IAM's name for its action, and its path, query and body."""

    service: str  # MiniStack's name for it
    action: str
    path: str
    body: bytes
    query: Mapping[str, str]
    region: str
    account: str

    @property
    def name(self) -> str:
        """The action without its service."""
        return self.action.partition(":")[2]

    @cached_property
    def data(self) -> dict[str, Any]:
        """The members of the body if it is a JSON object, otherwise an empty dictionary."""
        try:
            return dict(json.loads(self.body)) if self.body[:1] == b"{" else {}
        except ValueError:
            return {}

    def arn(self, resource: str) -> str:
        """The ARN of a resource of this service, in the call's region."""
        return f"arn:aws:{self.action.partition(':')[0]}:{self.region}:{self.account}:{resource}"

    def global_arn(self, resource: str) -> str:
        """The ARN of a resource of this service, if its ARNs have no region."""
        return f"arn:aws:{self.action.partition(':')[0]}::{self.account}:{resource}"

    def tags(self, prefix: str = "") -> dict[str, str]:
        """The tags in the call, in any of the formats that AWS's services use."""
        return dict(self._tags(prefix))

    def _tags(self, prefix: str) -> Iterator[tuple[str, str]]:
        for key, name in self.query.items():
            if key.startswith(prefix) and (match := _QUERY_TAG.fullmatch(key)):
                yield name, self.query.get(f"{match[1]}Value", "")
        for member in ("Tags", "tags", "UserPoolTags", "ResourceTags"):
            tags = self.data.get(member) or {}
            if isinstance(tags, dict):
                yield from tags.items()
            else:  # the name of the key's member sorts before that of the value
                yield from ((each[min(each)], each[max(each)]) for each in tags if isinstance(each, dict))
        if self.body[:1] == b"<":
            yield from _XML_TAG.findall(self.body.decode("utf-8", "replace"))


def keys_of_tags(tags: Mapping[str, str]) -> dict[str, Any]:
    """The condition keys for the tags in a call."""
    condition_keys: dict[str, Any] = {f"aws:requesttag/{key}".lower(): value for key, value in tags.items()}
    return {**condition_keys, "aws:tagkeys": list(tags)} if tags else {}
