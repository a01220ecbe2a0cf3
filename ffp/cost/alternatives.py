"""What other choices would cost: each is a change of an environment's stacks, and the difference of the two bills."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ffp.cost.bill import Bill, estimate
from ffp.cost.book import Book
from ffp.cost.month import Spread
from ffp.stacks import SynthesisedBlock, SynthesisedStack
from settings import UsageSettings

Change = Callable[[SynthesisedStack], SynthesisedStack]


@dataclass(frozen=True)
class Alternative:
    """Another choice, the setting that makes it, and how it changes the bill."""

    name: str
    setting: str
    change: Spread


def _with(stack: SynthesisedStack, type_: str, **attributes: Any) -> SynthesisedStack:
    """The stack with other attributes of all resources of a type."""
    return replace(
        stack,
        blocks=tuple(
            replace(block, attributes={**block.attributes, **attributes}) if block.type == type_ else block
            for block in stack.blocks
        ),
    )


def _without(stack: SynthesisedStack, *types: str) -> SynthesisedStack:
    return replace(stack, blocks=tuple(block for block in stack.blocks if block.type not in types))


def _plus(stack: SynthesisedStack, type_: str, count: int, **attributes: Any) -> SynthesisedStack:
    added = (
        SynthesisedBlock(f"{type_}.alternative-{number}", "resource", type_, attributes, {}, (1, 1))
        for number in range(count)
    )
    return replace(stack, blocks=(*stack.blocks, *added))


def _gateways(count: int) -> Change:
    def change(stack: SynthesisedStack) -> SynthesisedStack:
        without = _without(stack, "aws_instance", "aws_eip")
        return _plus(_plus(without, "aws_nat_gateway", count), "aws_eip", count)

    return change


def _endpoints(zones: int) -> Change:
    def change(stack: SynthesisedStack) -> SynthesisedStack:
        without = _without(stack, "aws_instance", "aws_eip")
        return _plus(without, "aws_vpc_endpoint", 2, vpc_endpoint_type="Interface", subnet_ids=["zone"] * zones)

    return change


def _detailed(stack: SynthesisedStack) -> SynthesisedStack:
    return _with(stack, "aws_apigatewayv2_stage", default_route_settings={"detailed_metrics_enabled": True})


def _no_web_acl(stack: SynthesisedStack) -> SynthesisedStack:
    """Without the web ACL, and without what exists only for it: its log group and its key."""
    edge = ("provider", "aws.global")
    kept = [
        block
        for block in stack.blocks
        if block.type != "aws_wafv2_web_acl"
        and not (edge in block.attributes.items() and block.type in ("aws_kms_key", "aws_cloudwatch_log_group"))
    ]
    return replace(stack, blocks=tuple(kept))


def _no_function_alarms(stack: SynthesisedStack) -> SynthesisedStack:
    """Without the alarms on single functions, and the metrics that only those read."""

    def is_of_functions(block: SynthesisedBlock) -> bool:
        text = str(block.attributes)
        if block.type == "aws_cloudwatch_log_metric_filter":
            return "/aws/lambda/" in text and "memory" in text
        alarm = block.type == "aws_cloudwatch_metric_alarm"
        return alarm and ("FunctionName" in text or "memory-used-mb" in text)

    return replace(stack, blocks=tuple(block for block in stack.blocks if not is_of_functions(block)))


def _warm(stack: SynthesisedStack) -> SynthesisedStack:
    functions = [each for each in stack.of_type("aws_lambda_function") if each.attributes.get("memory_size") == 256]
    if not functions:
        return stack
    (function, *_) = functions
    name = f"${{{function.address}.function_name}}"
    kind = "aws_lambda_provisioned_concurrency_config"
    return _plus(stack, kind, 1, function_name=name, provisioned_concurrent_executions=1)


def _proxy(stack: SynthesisedStack) -> SynthesisedStack:
    return _plus(_with(stack, "aws_db_instance", instance_class="db.t4g.small"), "aws_db_proxy", 1)


_CHOICES: Mapping[str, tuple[str, Change]] = {
    "one NAT gateway instead of the instance": ('network.egress = "nat_gateway"', _gateways(1)),
    "a NAT gateway in each of two zones": ('network.egress = "nat_gateway_per_zone"', _gateways(2)),
    "no egress but endpoints of two services in one zone": ('network.egress = "none"', _endpoints(1)),
    "the same in two zones": ("network.endpoint_zones = 2", _endpoints(2)),
    "the database in one zone": (
        "database.multi_az = False",
        lambda stack: _with(stack, "aws_db_instance", multi_az=False),
    ),
    "db.t4g.small": (
        "database.instance_class",
        lambda stack: _with(stack, "aws_db_instance", instance_class="db.t4g.small"),
    ),
    "RDS Proxy, with the db.t4g.small that it needs": ("database.proxy", _proxy),
    "no web ACL": ("distribution.waf = False", _no_web_acl),
    "detailed metrics of all routes": ("none; the check FFP_COST_1_1 refuses it", _detailed),
    "one warm environment of 256 MB, day and night": ("functions.provisioned_concurrency", _warm),
    "Cognito Plus": (
        "identity",
        lambda stack: _with(stack, "aws_cognito_user_pool", user_pool_tier="PLUS"),
    ),
    "three more keys, one for each domain": (
        "encryption.own_key",
        lambda stack: _plus(stack, "aws_kms_key", 3, enable_key_rotation=True),
    ),
    "no alarms on single functions": ("monitoring.function_alarms = False", _no_function_alarms),
}


def alternatives(
    stacks: Sequence[SynthesisedStack], usage: UsageSettings, book: Book, bill: Bill
) -> tuple[Alternative, ...]:
    """The choices that would change an environment's bill. The platform is the first of its stacks."""
    platform, *others = stacks
    found = []
    for name, (setting, change) in _CHOICES.items():
        other = estimate([change(platform), *others], usage, book)
        if step := other.total - bill.total:
            found.append(Alternative(name, setting, step))
    return tuple(found)
