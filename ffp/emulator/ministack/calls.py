"""One call as IAM sees it, and the questions that IAM must answer before it."""

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
    """May the caller do this to that, with these condition keys?"""

    action: str
    resource: str
    condition_keys: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Call:
    """A call to AWS: IAM's name for its action, and what it gives in its path, its query and its body."""

    service: str  # by MiniStack's name
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
        """The members of a body that is a JSON object; none of any other."""
        try:
            return dict(json.loads(self.body)) if self.body[:1] == b"{" else {}
        except ValueError:
            return {}

    def arn(self, resource: str) -> str:
        """The ARN of a resource of this service, in the call's region."""
        return f"arn:aws:{self.action.partition(':')[0]}:{self.region}:{self.account}:{resource}"

    def global_arn(self, resource: str) -> str:
        """The same, of a service whose ARNs have no region."""
        return f"arn:aws:{self.action.partition(':')[0]}::{self.account}:{resource}"

    def tags(self, prefix: str = "") -> dict[str, str]:
        """The tags that the call gives, in each of the ways that AWS's services write them."""
        return dict(self._tags(prefix))

    def _tags(self, prefix: str) -> Iterator[tuple[str, str]]:
        for key, name in self.query.items():
            if key.startswith(prefix) and (match := _QUERY_TAG.fullmatch(key)):
                yield name, self.query.get(f"{match[1]}Value", "")
        for member in ("Tags", "tags", "UserPoolTags", "ResourceTags"):
            found = self.data.get(member) or {}
            if isinstance(found, dict):
                yield from found.items()
            else:  # of a pair, whatever it is called, the key comes before the value
                yield from ((each[min(each)], each[max(each)]) for each in found if isinstance(each, dict))
        if self.body[:1] == b"<":
            yield from _XML_TAG.findall(self.body.decode("utf-8", "replace"))


def keys_of_tags(tags: Mapping[str, str]) -> dict[str, Any]:
    """The condition keys of the tags that a call gives."""
    given: dict[str, Any] = {f"aws:requesttag/{key}".lower(): value for key, value in tags.items()}
    return {**given, "aws:tagkeys": list(tags)} if tags else {}
