"""Prices of KMS keys."""

from collections.abc import Iterator, Mapping

from ffp.cost import assumptions as assumed
from ffp.cost.month import Month
from ffp.cost.use import Rule, Use, fixed
from ffp.cost.view import Block, View, share

_BILLED_ROTATIONS = 2  # AWS bills a key's first two rotations and no more


def _key(block: Block, view: View, month: Month) -> Iterator[Use]:
    yield fixed("kms.key", 1, "key")
    if block.attributes.get("enable_key_rotation"):
        yield Use("kms.rotation", min(month.key_rotations, _BILLED_ROTATIONS + 0 * month.key_rotations), "rotations")
    calls = month.requests * assumed.KEY_CALLS.value * share(len(view.of_type(block.type)))
    yield Use("kms.call", calls if view.functions else 0 * calls, "calls")


RULES: Mapping[str, Rule] = {"aws_kms_key": _key}
