"""Tags on which permissions depend: those that policies ask for, and those that say which environment something is."""

import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from ffp.review.concern import Topic
from ffp.review.facts.common import promise
from ffp.review.facts.fact import STACK, Fact, Finder
from ffp.review.facts.orders import Kept, Letting, Unwanted
from ffp.review.side import Side, at, blocks_in, once_a_side, values_in
from ffp.stacks import SynthesisedBlock

_ASKED_FOR = re.compile(r"(?:ResourceTag|RequestTag|PrincipalTag)/([\w.:/=+@-]+)")
_ENVIRONMENT = re.compile(r"(?:^|[-_:/.])(env|environment|stage|tenant)$", re.IGNORECASE)
_RULES = "Rules by this tag let others change it, or no longer those that should: other environments' roles, or nobody."
_UNSEEN = "Somebody can change or remove the tag, and no plan notices or corrects it."


@once_a_side
def _asked_for(side: Side) -> frozenset[str]:
    """The tags for which conditions of policies ask, wherever the policy is written."""
    texts = (text for block in side.stack.blocks for _, text in block.values if isinstance(text, str))
    return frozenset(key for text in texts if "Tag/" in text for key in _ASKED_FOR.findall(text))


def _matters(side: Side, key: str) -> bool:
    return key in _asked_for(side) or _ENVIRONMENT.search(key) is not None


def _defaults(side: Side, provider: SynthesisedBlock) -> Mapping[str, Any]:
    found = side.resolved(at(provider.attributes, "default_tags.tags"))
    return found if isinstance(found, Mapping) else {}


def _providers(side: Side) -> Iterator[Fact]:
    """The tags of all resources of a provider configuration, and those that Terraform does not look at."""
    for block in side.stack.blocks:
        if block.kind != "provider":
            continue
        fact = partial(Fact, subject=STACK, address="terraform", topic=Topic.ACCESS)
        defaults = _defaults(side, block)
        for key, value in defaults.items():
            if _matters(side, key):
                question, says = f"{block.address} tag {key}", f"The tag {key} of all resources of {block.address}"
                yield fact(question=question, says=says, order=Kept(), value=value, absent=None, why=_RULES)
        names = [str(each) for rule in blocks_in(block.attributes.get("ignore_tags")) for each in _ignored(rule)]
        important = {*filter(partial(_matters, side), names), *(set(names) & defaults.keys())}
        prefixes = [each for each in names if each.endswith("*")]
        known = [*defaults, *_asked_for(side)]
        important.update(each for each in prefixes if any(key.startswith(each[:-1]) for key in known))
        says = f"Tags that {block.address} overlooks"
        yield fact(
            question=f"{block.address} ignores", says=says, order=Letting(), value=important, absent=(), why=_UNSEEN
        )


def _ignored(rule: Mapping[str, Any]) -> list[str]:
    return [*map(str, values_in(rule.get("keys"))), *(f"{each}*" for each in values_in(rule.get("key_prefixes")))]


def _resources(side: Side) -> Iterator[Fact]:
    """Tags of single resources that differ from the default, or for which a policy asks."""
    defaults = {block.address: _defaults(side, block) for block in side.stack.blocks if block.kind == "provider"}
    for block in side.stack.resources:
        tags = side.resolved(block.attributes.get("tags"))
        given = str(block.attributes.get("provider") or "aws")
        usual = defaults.get(f"provider.{given}", {})
        for key, value in tags.items() if isinstance(tags, Mapping) else ():
            says, question = f"The tag {key}", f"tag {key}"
            if key in usual and _matters(side, key):
                differing = value if str(value) != str(usual[key]) else None
                yield promise(side, block, question, says, Topic.ACCESS, Unwanted(), differing, _RULES)
            elif key in _asked_for(side):
                yield promise(side, block, question, says, Topic.ACCESS, Kept(first=True), value, _RULES)


FINDERS: tuple[Finder, ...] = (_providers, _resources)
