"""Small stacks before and after a change, for types that production does not have."""

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ffp.review.concern import Grade, Topic
from ffp.review.reviewing import Compared
from ffp.review.side import Side
from ffp.review.verdict import concerns
from tests.review.corpus.edit import Resources, stack_with

STRANGER = "arn:aws:{}:eu-west-2:999999999999:{}"
FUNCTION: Mapping[str, Any] = {"function_name": "worker", "runtime": "python3.13"}
DEAD = "${aws_sqs_queue.dead.arn}"
_PROVIDER = {"aws": [{"region": "eu-west-2", "allowed_account_ids": ["333333333333"]}]}
_COMMON: Resources = {
    "aws_lambda_function.f": FUNCTION,
    "aws_sqs_queue.q": {"name": "jobs"},
    "aws_sqs_queue.dead": {"name": "dead"},
    "aws_sns_topic.t": {"name": "alarms"},
    "aws_cloudwatch_log_group.g": {"name": "/aws/lambda/worker", "retention_in_days": 30},
}


@dataclass(frozen=True)
class Case:
    """Blocks of a small stack, and what a change makes of them. None removes a block or an attribute."""

    name: str
    blocks: Resources
    changes: Mapping[str, Mapping[str, Any] | None]
    about: Topic | None = None
    data: tuple[Resources, Resources] = field(default=({}, {}))


def one(name: str, address: str, block: Mapping[str, Any], about: Topic | None, **changes: Any) -> Case:
    return Case(name, {address: block}, {address: changes}, about)


def gone(name: str, address: str, block: Mapping[str, Any], about: Topic | None) -> Case:
    return Case(name, {address: block}, {address: None}, about)


def _after(case: Case) -> dict[str, Any]:
    found = {address: dict(copy.deepcopy(block)) for address, block in {**_COMMON, **case.blocks}.items()}
    for address, changes in case.changes.items():
        if changes is None:
            del found[address]
            continue
        block = found.setdefault(address, {})
        for key, value in changes.items():
            if value is None:
                block.pop(key, None)
            else:
                block[key] = value
    return found


def require_right_verdict(case: Case) -> None:
    """Fails unless a change is in the verdict by what it is about, and a harmless one is not."""
    before = stack_with({**_COMMON, **case.blocks}, case.data[0], provider=_PROVIDER)
    after = stack_with(_after(case), case.data[1], provider=_PROVIDER)
    assert concerns(Side(before), Side(before)) == []
    found = Compared("small", before, after).concerns
    if case.about is None:
        assert found == []
    else:
        assert [each for each in found if each.topic == case.about and each.grade == Grade.RED], found
