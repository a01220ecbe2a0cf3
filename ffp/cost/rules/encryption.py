"""Prices of KMS keys."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from ffp.cost import assumptions as assumed
from ffp.cost.month import Month
from ffp.cost.use import Rule, Use, fixed
from ffp.cost.view import Block, View, share

_BILLED_ROTATIONS = Decimal(2)  # AWS bills a key's first two rotations and no more


def _key(block: Block, view: View, month: Month) -> Iterator[Use]:
    yield fixed("kms.key", 1, "key")
    if block.attributes.get("enable_key_rotation"):
        yield Use("kms.rotation", min(month.key_rotations, _BILLED_ROTATIONS), "rotations")
    calls = month.requests * assumed.KEY_CALLS.value * share(len(view.of_type(block.type)))
    yield Use("kms.call", calls if view.functions else Decimal(0), "calls")


RULES: Mapping[str, Rule] = {"aws_kms_key": _key}
