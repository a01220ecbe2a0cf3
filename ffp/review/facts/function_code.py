"""What the code of functions promises: to come from this stack, signed where it was, and from no other account."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ffp.review.concern import Grade, Topic
from ffp.review.facts.common import is_address, keyed, name_of, named, promise
from ffp.review.facts.fact import Fact, Finder, Protection, Ranked, Truth, in_words
from ffp.review.facts.orders import Letting
from ffp.review.side import Side, at, values_in


@dataclass(frozen=True)
class _Source:
    """Where code comes from: a resource of the stack, a registry or bucket of others, or None for a local package."""

    account: str

    def is_worse(self, before: Any, after: Any) -> bool:
        return after is not None and before != after and not is_address(after)

    def is_unfit(self, value: Any) -> bool:
        owner = re.match(r"(\d{12})\.dkr\.ecr", str(value))
        return bool(owner and self.account and owner[1] != self.account)

    def shown(self, value: Any) -> str:
        return "nothing from elsewhere" if value is None else in_words(value)


def _code(side: Side) -> Iterator[Fact]:
    """From where each function's code and layers come, apart from the version."""
    for block in side.of_type("aws_lambda_function"):
        image = block.attributes.get("image_uri")
        registry = re.sub(r"[:@][^/]*$", "", str(image)) if image and "${" not in str(image) else image
        yield promise(
            side,
            block,
            "source of code",
            "Where the code comes from",
            Topic.EXPOSURE,
            _Source(side.account),
            name_of(side, registry) or _bucket(side, block.attributes.get("s3_bucket")),
            "Whoever may write there decides what runs with the function's rights.",
        )
        yield promise(
            side,
            block,
            "file system",
            "The file system that is mounted",
            Topic.EXPOSURE,
            _Source(side.account),
            name_of(side, at(block.attributes, "file_system_config.arn")),
            "Whoever may write there can change what the function reads, and sees what it writes.",
        )
        yield promise(
            side,
            block,
            "pinned image",
            "The name of the image",
            Topic.EXPOSURE,
            Truth(demanded=False, words=("by a tag", "by its digest")),
            "@sha256:" in str(image) if image else True,
            "A tag can be moved to another image without a deploy.",
            absent=True,
        )
        yield promise(
            side,
            block,
            "readable code",
            "Reading the code before it is deployed",
            Topic.EXPOSURE,
            Truth(words=("impossible: it is an image", "possible")),
            not image,
            "Nobody here sees its calls of AWS, its secrets, or how it separates tenants: its builders answer for it.",
            absent=True,
            grade=Grade.AMBER,
        )
        yield promise(
            side,
            block,
            "layers of others",
            "Code of other accounts in layers",
            Topic.EXPOSURE,
            Letting(refused=lambda _: True),
            [name for each in values_in(side.get(block, "layers")) if (name := _foreign_layer(side, each))],
            "Whoever owns a layer decides what runs with the function's rights.",
            absent=(),
        )


def _bucket(side: Side, value: Any) -> str | None:
    owners = side.owners(value, "aws_s3_bucket")
    return side.address(owners[0]) if owners else name_of(side, value)


def _foreign_layer(side: Side, value: Any) -> str:
    """A layer of another account, without its version; empty for one of this account."""
    text = str(value)
    if "${" in text or text.split(":")[4:5] == [side.account]:
        return ""
    return text.rpartition(":")[0] if text.count(":") > 6 else text


_SIGNED = "Unsigned code, or code that somebody else signed, can be deployed."

PROTECTIONS: tuple[Protection, ...] = (
    Protection(
        type="aws_lambda_code_signing_config",
        path="policies.untrusted_artifact_on_deployment",
        says="What happens to unsigned code",
        topic=Topic.EXPOSURE,
        order=Ranked(("Warn", "Enforce"), floor="Enforce"),
        absent="Warn",
        why="Code that nobody signed is deployed.",
    ),
    Protection(
        type="aws_lambda_code_signing_config",
        path="allowed_publishers.signing_profile_version_arns",
        says="Who may sign code",
        topic=Topic.EXPOSURE,
        order=Letting(),
        absent=(),
        why="Whoever holds a profile can have any code run with the functions' rights.",
    ),
)
FINDERS: tuple[Finder, ...] = (
    _code,
    keyed("aws_lambda_function", "source_kms_key_arn", "The key of the code package", unless="image_uri"),
    named("aws_lambda_function", "code_signing_config_arn", "Signed code", Topic.EXPOSURE, _SIGNED),
)
