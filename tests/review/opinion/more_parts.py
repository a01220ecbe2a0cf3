"""Further parts of the stacks, and changes of them."""

import copy
from collections.abc import Callable
from typing import Any

from tests.review.corpus.edit import Document
from tests.review.opinion.cases import Change
from tests.review.opinion.editing import add
from tests.review.opinion.finding import Finder, listed, pick, reference, target
from tests.review.opinion.kinds import LIFE_CYCLE, SECURITY_GROUP
from tests.review.opinion.parts import inside, part_of


def lifecycle(which: Finder, change: Callable[..., object]) -> Change:

    def edit(document: Document) -> None:
        _, block = part_of(document, LIFE_CYCLE, which(document))
        change(block["rule"])

    return edit


def opened(kind: str, group: Any, **rule: Any) -> Change:

    def edit(document: Document) -> None:
        add(
            document,
            kind,
            "planted",
            dict(
                {
                    "security_group_id": reference(SECURITY_GROUP, group(document) if callable(group) else group),
                    "ip_protocol": "tcp",
                    "description": "for the new tool",
                },
                **rule,
            ),
        )

    return edit


def nat_group(document: Document) -> str:
    return target(listed(pick(document, "aws_network_interface")[1]["security_groups"])[0], SECURITY_GROUP)[1]


def function_group(document: Document) -> str:
    return target(
        pick(document, "aws_lambda_function", inside)[1]["vpc_config"]["security_group_ids"][0], SECURITY_GROUP
    )[1]


def vpc(document: Document) -> str:
    return reference("aws_vpc", pick(document, "aws_vpc")[0])


def behave(which: Finder, change: Callable[..., object]) -> Change:
    return lambda document: change(which(document))


def clone(document: Document, kind: str, source: str, new: str, /, **changes: Any) -> Document:
    block = copy.deepcopy(document["resource"][kind][source])
    block.pop("//", None)
    block.update(changes)
    return add(document, kind, new, block)
