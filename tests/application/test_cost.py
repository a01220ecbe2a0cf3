"""COST-1: what is billed by the hour or the month is counted, and production's sum stays inside its target.

Prices are London's, in dollars a month of 730 hours; docs/architecture.md names their sources.
"""

from collections import Counter
from typing import Any

from ffp.scan.table import custom_metrics
from ffp.stacks import SynthesisedStack
from settings import environments

HOURS = 730
DOLLARS_A_POUND = 1.32
TARGET_POUNDS = (54, 87)

# What none of the shipped environments may have: each alone would break the target or the rule.
FORBIDDEN = (
    "aws_nat_gateway",
    "aws_db_proxy",
    "aws_lambda_provisioned_concurrency_config",
    "aws_appautoscaling_target",
)


def _count(stack: SynthesisedStack) -> Counter[str]:
    return Counter(block.type for block in stack.resources)


def _database(stack: SynthesisedStack) -> Any:
    (database,) = stack.of_type("aws_db_instance")
    return database.attributes


def test_what_ships_has_only_what_the_target_bears(platform: SynthesisedStack) -> None:
    count = _count(platform)
    assert {kind: count[kind] for kind in FORBIDDEN} == dict.fromkeys(FORBIDDEN, 0)
    assert count["aws_instance"] == 1
    assert count["aws_eip"] == 1
    assert _database(platform)["allocated_storage"] == 20
    assert _database(platform)["instance_class"] == "db.t4g.micro"
    interfaces = [b for b in platform.of_type("aws_vpc_endpoint") if b.attributes["vpc_endpoint_type"] == "Interface"]
    assert all(len(block.attributes["subnet_ids"]) <= 1 for block in interfaces)


def test_dev_and_staging_take_the_cheapest_of_each_choice(all_stacks: dict[str, SynthesisedStack]) -> None:
    for name in ("dev", "staging"):
        assert _database(all_stacks[name])["multi_az"] is False
        assert _count(all_stacks[name])["aws_wafv2_web_acl"] == 0


def _fixed_dollars(stack: SynthesisedStack, bootstrap: SynthesisedStack) -> dict[str, float]:
    """What a month costs before anybody uses the platform."""
    count = _count(stack) + _count(bootstrap)
    database = _database(stack)
    zones = 2 if database["multi_az"] else 1
    alarm_metrics = sum(
        sum("metric" in query for query in alarm.attributes.get("metric_query", [])) or 1
        for alarm in stack.of_type("aws_cloudwatch_metric_alarm")
    )
    rules = sum(len(acl.attributes["rule"]) for acl in stack.of_type("aws_wafv2_web_acl"))
    return {
        "database": 0.018 * HOURS * zones,
        "database storage": 0.133 * database["allocated_storage"] * zones,
        "NAT instance": 0.0047 * HOURS + 0.0928 * 8,
        "public address": 0.005 * HOURS * count["aws_eip"],
        "keys": 1.00 * count["aws_kms_key"],
        # RDS keeps the master's in Secrets Manager too.
        "secrets": 0.40 * (count["aws_secretsmanager_secret"] + 1),
        "alarms": 0.10 * max(0, alarm_metrics - 10),
        "custom metrics": 0.30 * max(0, custom_metrics(stack) - 10),
        "front door's metrics": 2.40 * count["aws_cloudfront_monitoring_subscription"],
        "web ACL": 5.00 * count["aws_wafv2_web_acl"] + 1.00 * rules,
    }


def test_productions_fixed_costs_leave_room_for_its_use(all_stacks: dict[str, SynthesisedStack]) -> None:
    dollars = _fixed_dollars(all_stacks["prod"], all_stacks["bootstrap-prod"])
    least, most = TARGET_POUNDS
    assert sum(dollars.values()) / DOLLARS_A_POUND < most * 0.8, dollars
    assert sum(dollars.values()) / DOLLARS_A_POUND > least * 0.8, dollars


def test_production_is_the_dearest_environment(all_stacks: dict[str, SynthesisedStack]) -> None:
    sums = {
        name: sum(_fixed_dollars(all_stacks[name], all_stacks[f"bootstrap-{name}"]).values())
        for name in ("dev", "staging", "prod")
    }
    assert sums["dev"] <= sums["staging"] < sums["prod"]


def test_no_budget_is_larger_than_its_environment_needs(all_stacks: dict[str, SynthesisedStack]) -> None:
    for name in ("dev", "staging", "prod"):
        fixed = sum(_fixed_dollars(all_stacks[name], all_stacks[f"bootstrap-{name}"]).values())
        assert fixed < environments.load()[name].budget.monthly_usd < fixed * 2
