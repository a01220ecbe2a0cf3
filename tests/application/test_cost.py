"""COST-1: what ships costs production's first phase no more than its target, and the others less."""

from decimal import Decimal

import pytest

from ffp.cost import Bill, estimate
from ffp.stacks import SynthesisedStack
from settings import environments

TARGET_POUNDS = (54, 87)

# What none of the shipped environments may have: each alone would break the target or the rule.
FORBIDDEN = (
    "aws_nat_gateway",
    "aws_db_proxy",
    "aws_lambda_provisioned_concurrency_config",
    "aws_appautoscaling_target",
)


def _database(stack: SynthesisedStack) -> dict[str, object]:
    (database,) = stack.of_type("aws_db_instance")
    return dict(database.attributes)


@pytest.fixture(scope="module")
def bills(all_stacks: dict[str, SynthesisedStack]) -> dict[str, Bill]:
    """The bill of each environment on AWS, its state included."""
    return {
        name: estimate([all_stacks[name], all_stacks[f"bootstrap-{name}"]], each.usage)
        for name, each in environments.load().items()
        if not each.emulated
    }


def test_what_ships_has_only_what_the_target_bears(platform: SynthesisedStack) -> None:
    assert {type_: platform.of_type(type_) for type_ in FORBIDDEN} == {type_: [] for type_ in FORBIDDEN}
    assert _database(platform)["instance_class"] == "db.t4g.micro"
    interfaces = [b for b in platform.of_type("aws_vpc_endpoint") if b.attributes["vpc_endpoint_type"] == "Interface"]
    assert all(len(block.attributes["subnet_ids"]) <= 1 for block in interfaces)


def test_dev_and_staging_take_the_cheapest_of_each_choice(all_stacks: dict[str, SynthesisedStack]) -> None:
    for name in ("dev", "staging"):
        assert _database(all_stacks[name])["multi_az"] is False
        assert all_stacks[name].of_type("aws_wafv2_web_acl") == []


def test_production_at_phase_one_meets_the_target(bills: dict[str, Bill]) -> None:
    assert environments.load()["prod"].usage.users.expected == 1000
    least, most = TARGET_POUNDS
    pounds = bills["prod"].book.pounds(bills["prod"].total.expected)
    assert least <= pounds <= most


def test_what_nobody_uses_leaves_room_for_use(bills: dict[str, Bill]) -> None:
    fixed = bills["prod"].fixed.expected
    assert bills["prod"].book.pounds(fixed) < TARGET_POUNDS[1] * Decimal("0.8")


def test_production_is_the_dearest_environment(bills: dict[str, Bill]) -> None:
    assert bills["dev"].total.expected <= bills["staging"].total.expected < bills["prod"].total.expected


def test_no_budget_is_larger_than_its_environment_needs(bills: dict[str, Bill]) -> None:
    for name, bill in bills.items():
        expected = bill.total.expected
        assert expected < environments.load()[name].budget.monthly_usd < expected * 2, name


def test_most_of_productions_bill_rests_on_prices_of_london(bills: dict[str, Bill]) -> None:
    assert bills["prod"].weak.expected < bills["prod"].total.expected * 2 / 5
