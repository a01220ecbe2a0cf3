"""Which keys a change leaves without anybody who may change their policy."""

from collections.abc import Iterator

from ffp.review.access.documents import reader_of
from ffp.review.access.globs import Names
from ffp.review.concern import Concern, Grade, Topic
from ffp.review.side import Side
from ffp.stacks import SynthesisedBlock

_CHANGES = Names(frozenset({"kms:putkeypolicy"}))
_WHY = "AWS refuses such a policy, or, if told not to, only its support can free the key."


def locked_out(before: Side, after: Side) -> Iterator[Concern]:
    """A concern for each key whose policy nobody may change any more, and for each new one of that kind."""
    known = {before.address(key): _is_administered(before, key) for key in before.of_type("aws_kms_key")}
    for key in after.of_type("aws_kms_key"):
        address = after.address(key)
        if known.get(address, True) and not _is_administered(after, key):
            title = f"Nobody may change the policy of {address}"
            yield Concern(Grade.RED, Topic.AVAILABILITY, address, title, why=_WHY)


def _is_administered(side: Side, key: SynthesisedBlock) -> bool:
    """Whether a statement allows it to somebody. Without a policy of its own, the account's roles decide."""
    holders = [each for each in side.of_type("aws_kms_key_policy") if key in side.blocks_of(each.attributes)]
    policies = [policy for each in (key, *holders) if (policy := each.attributes.get("policy"))]
    reader = reader_of(side)
    statements = [each for policy in policies for each in reader.statements(policy, key.address, principals=None)]
    return not policies or any(each.allows and (each.unread or each.actions.meets(_CHANGES)) for each in statements)
