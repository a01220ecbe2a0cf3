"""Every promise in the tables: a worse value of its attribute is a concern, and a better one is none."""

from typing import Any

import pytest

from ffp.review.facts import PROTECTIONS, lost
from ffp.review.facts.fact import Protection
from ffp.review.side import Side
from tests.review.corpus.edit import stack_of

# Pairs of values, the better one first. Each protection must call one of them a loss.
_PAIRS: list[tuple[Any, Any]] = [
    (True, False),
    (False, True),
    (100, 1),
    (1, 100),
    (["a"], ["a", "b"]),
    (["a", "b"], ["a"]),
    ("Enabled", "Disabled"),
    ("Suspended", "Enabled"),
    ("ENABLED", "DISABLED"),
    ("active", "none"),
    ("17", "16"),
    ("IMMUTABLE", "MUTABLE"),
    ("arn:aws:sqs:eu-west-2:333333333333:a", "arn:aws:sqs:eu-west-2:444444444444:b"),
    (60, 0),
    ("python3.13", "python3.8"),
    ("rds-ca-rsa2048-g1", "rds-ca-2019"),
    ("available", "stopped"),
    ({"S3": True}, {"S3": False}),
    ([{"option_name": "NATIVE_NETWORK_ENCRYPTION"}], []),
    (["$request.header.Authorization"], ["$request.querystring.token"]),
    ("https://cognito-idp.eu-west-2.amazonaws.com/a", "https://issuer.example/b"),
    (None, "set"),
    ("$context.requestId $context.status", "$context.requestId"),
    (["PRIVATE"], ["REGIONAL"]),
    ("TLSv1.3_2025", "TLSv1"),
    ({"restriction_type": "whitelist", "locations": ["GB"]}, {"restriction_type": "none"}),
    (["x-request-id"], ["*"]),
    (None, {"name": "set"}),
]


# What a block needs besides, so that a protection applies to it.
_KINDS = [{}, {"authorizer_type": "JWT"}, {"authorizer_type": "REQUEST"}]


def _stack(protection: Protection, value: Any) -> Side:
    sides = (_side(protection, value, kind) for kind in _KINDS)
    return next(side for side in sides if list(protection.facts(side)))


def _side(protection: Protection, value: Any, kind: dict[str, str]) -> Side:
    block: dict[str, Any] = dict(kind)
    place = block
    *way, last = protection.path.split(".")
    for step in way:
        place = place.setdefault(step, {})
    if value is not None:
        place[last] = value
    resources: dict[str, Any] = {protection.type: {"one": block}}
    if protection.owner:
        resources.setdefault(protection.of, {})["owner"] = {}
        if protection.owner != protection.path:
            block[protection.owner] = f"${{{protection.of}.owner.id}}"
    return Side(stack_of({"resource": resources}))


def _losses(protection: Protection, before: Any, after: Any) -> list[str]:
    found = lost(_stack(protection, before), _stack(protection, after))
    return [concern.title for concern in found if concern.title.startswith(protection.says)]


def _is_worse(protection: Protection, pair: tuple[Any, Any]) -> bool:
    values = [protection.absent if value is None else protection.read(value) for value in pair]
    return protection.order.is_worse(*values)


@pytest.mark.parametrize(
    "protection", PROTECTIONS, ids=[f"{n:03}-{each.type}.{each.path}" for n, each in enumerate(PROTECTIONS)]
)
def test_a_worse_value_is_a_loss_and_a_better_one_is_none(protection: Protection) -> None:
    pair = next((pair for pair in _PAIRS if _is_worse(protection, pair)), None)
    if pair is None:
        pytest.fail("no pair of this test is a loss; add one")
    if protection.owner == protection.path:  # the block's existence is the promise
        pytest.skip("held by the corpus")
    assert _losses(protection, *pair) != []
    assert _losses(protection, pair[1], pair[1]) == []
    if not _is_worse(protection, (pair[1], pair[0])):
        assert _losses(protection, pair[1], pair[0]) == []
