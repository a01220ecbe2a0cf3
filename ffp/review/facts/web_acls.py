"""What web ACLs promise: what they guard, what happens to other requests, and who sees what they did.

Their rules are compared by `ffp/review/front_door/guards.py`, which knows both sides.
"""

from collections.abc import Iterator
from functools import partial

from ffp.review.concern import Topic
from ffp.review.facts.fact import Fact, Finder, Members, Protection, Ranked, Truth, truth
from ffp.review.facts.orders import Kept, Letting
from ffp.review.facts.rules import ACLS, chosen
from ffp.review.facts.values import fact_of, log_destination
from ffp.review.side import Side, at, blocks_in
from ffp.stacks import SynthesisedBlock

_ACL = "aws_wafv2_web_acl"
_LOGGING = "aws_wafv2_web_acl_logging_configuration"

_acl = partial(Protection, type=_ACL)
_logging = partial(Protection, type=_LOGGING, owner="resource_arn", of=_ACL)

PROTECTIONS: tuple[Protection, ...] = (
    _acl(
        path="scope",
        says="What it can guard",
        topic=Topic.EXPOSURE,
        order=Kept(),
        why="What it guarded until now loses it.",
    ),
    _acl(
        path="visibility_config.cloudwatch_metrics_enabled",
        says="Metrics",
        topic=Topic.WATCHING,
        order=Truth(demanded=False),
        absent=False,
        why="Alarms on blocked requests receive no data.",
    ),
    _acl(
        path="visibility_config.sampled_requests_enabled",
        says="Samples of requests",
        topic=Topic.WATCHING,
        order=Truth(demanded=False),
        absent=False,
    ),
    *(
        _acl(
            path=f"association_config.request_body.{guarded}.default_size_inspection_limit",
            says=f"The part of a request's body that is looked at for {guarded.replace('_', ' ')}",
            topic=Topic.EXPOSURE,
            order=Ranked(("KB_8", "KB_16", "KB_32", "KB_48", "KB_64")),
            absent="KB_16",
            why="What stands behind it is not looked at.",
        )
        for guarded in ("api_gateway", "app_runner_service", "cloudfront", "cognito_user_pool")
    ),
    _acl(path="token_domains", says="Domains whose tokens are accepted", topic=Topic.EXPOSURE, order=Letting()),
    _logging(
        path="log_destination_configs",
        says="The destination of the web ACL's logs",
        topic=Topic.WATCHING,
        order=Kept(),
        read=lambda value: [log_destination(each) for each in value] if isinstance(value, list) else value,
        why="Nobody sees which requests were blocked, or let through.",
    ),
    _logging(
        path="logging_filter",
        says="The requests that are not logged",
        topic=Topic.WATCHING,
        order=Kept(first=True, removal=False),
        why="Requests that the filter drops leave no trace.",
    ),
)


def _rules(side: Side) -> Iterator[Fact]:
    """What happens to a request that no rule matches, and whether the rules are measured."""
    for block in side.of_type(*ACLS):
        if block.type == _ACL:
            lets_in = chosen(side.get(block, "default_action")) != "block" or _may_let_in(side, block)
            yield fact_of(
                side,
                block,
                question="anybody",
                says="Letting anybody in",
                topic=Topic.AVAILABILITY,
                order=Truth(demanded=False),
                value=lets_in,
                absent=lets_in,
                why="Every request is refused.",
            )
            yield fact_of(
                side,
                block,
                question="default",
                says="What happens to all other requests",
                order=Ranked(("allow", "block")),
                value=chosen(side.get(block, "default_action")),
                absent="allow",
                why="Requests that no rule mentions get in.",
            )
            if block.attributes.get("rule_json"):
                yield fact_of(
                    side, block, question="json", says="The rules", order=Kept(), value=side.get(block, "rule_json")
                )
        for rule in blocks_in(side.get(block, "rule")):
            for name, says in (("cloudwatch_metrics_enabled", "Metrics"), ("sampled_requests_enabled", "Samples")):
                is_on = truth(at(rule, f"visibility_config.{name}")) is True
                yield fact_of(
                    side,
                    block,
                    question=f"{name} of {rule.get('name')}",
                    says=f"{says} of the rule {rule.get('name')}",
                    topic=Topic.WATCHING,
                    order=Truth(demanded=False),
                    value=is_on,
                    absent=is_on,  # the rule itself is judged elsewhere
                    why="Alarms on it receive no data, and nobody sees what it blocked.",
                )


def _may_let_in(side: Side, block: SynthesisedBlock) -> bool:
    """Whether a rule lets some requests in, as far as it can be read."""
    rules = blocks_in(side.get(block, "rule"))
    is_read = not any(block.attributes.get(each) for each in ("rule_json", "dynamic"))
    groups = any(at(rule, "statement.rule_group_reference_statement") for rule in rules)
    return not is_read or groups or any(chosen(rule.get("action")) == "allow" for rule in rules)


def _guarded(side: Side) -> Iterator[Fact]:
    """Which web ACL and which shield guard what else than a distribution."""
    for type_, attribute, says in (
        ("aws_wafv2_web_acl_association", "web_acl_arn", "The web ACL"),
        ("aws_shield_protection", "name", "Protection from floods by AWS Shield"),
    ):
        for block in side.of_type(type_):
            guarded = [each for each in side.blocks_of(block.attributes.get("resource_arn")) if each.kind == "resource"]
            for each in guarded[:1]:
                found = side.get(block, attribute)
                yield fact_of(
                    side,
                    each,
                    question=type_,
                    says=says,
                    order=Kept() if attribute == "web_acl_arn" else Truth(demanded=False),
                    value=found if attribute == "web_acl_arn" else True,
                    absent=None,
                    address=side.address(block),
                    why="Attacks that it stopped reach what it guarded.",
                )


def _redactions(side: Side) -> Iterator[Fact]:
    """The parts of a request that a web ACL's logs leave out."""
    for block in side.of_type(_LOGGING):
        fields = []
        for each in blocks_in(side.get(block, "redacted_fields")):
            kind = chosen(each)
            fields.append(f"{kind} {at(each, f'{kind}.name') or ''}".strip().lower())
        for acl in side.blocks_of(block.attributes.get("resource_arn")):
            yield fact_of(
                side,
                acl,
                question="redacted",
                says="Parts of requests that are left out of the logs",
                order=Members("shrink"),
                value=fields,
                absent=fields,  # without logs nothing is written
                address=side.address(block),
                why="Tokens and signatures then stand in the logs.",
            )


FINDERS: tuple[Finder, ...] = (_rules, _guarded, _redactions)
