"""What other choices would cost: the differences of docs/cost.md, worked out by hand."""

import pytest

from ffp.cost import estimate, load_book
from ffp.cost.alternatives import Alternative, alternatives
from ffp.reference.cost_charts import Choices
from tests.cost.handmade import ALARM, API, HOURS, Blocks, database, function, price, stack, usage

PLATFORM: Blocks = {
    **API,
    "aws_apigatewayv2_stage": {"s": {"api_id": "${aws_apigatewayv2_api.api.id}"}},
    "aws_lambda_function": {"f": function()},
    "aws_db_instance": {"db": database(multi_az=True)},
    "aws_instance": {"nat": {"instance_type": "t4g.nano"}},
    "aws_eip": {"nat": {}},
    "aws_kms_key": {"shared": {}, "edge": {"provider": "aws.global"}},
    "aws_wafv2_web_acl": {"acl": {"rule": [{"name": "one"}]}},
    "aws_cognito_user_pool": {"users": {"user_pool_tier": "ESSENTIALS"}},
    "aws_cloudwatch_metric_alarm": {
        **{f"f{number}": {**ALARM, "dimensions": {"FunctionName": "f"}} for number in range(12)},
        "other": ALARM,
    },
}


def _found() -> dict[str, Alternative]:
    stacks, profile, book = [stack(PLATFORM), stack({}, "bootstrap-prod")], usage(users=100), load_book()
    bill = estimate(stacks, profile, book)
    return {each.name: each for each in alternatives(stacks, profile, book, bill)}


INSTANCE = HOURS * price("ec2.hour.t4g.nano") + 8 * price("ebs.gp3_gb")
BY_HAND = {
    "one NAT gateway instead of the instance": HOURS * price("nat.hour") - INSTANCE,
    "a NAT gateway in each of two zones": 2 * HOURS * price("nat.hour") + HOURS * price("ipv4.hour") - INSTANCE,
    "no egress but endpoints of two services in one zone": 2 * HOURS * price("endpoint.hour")
    - INSTANCE
    - HOURS * price("ipv4.hour"),
    "the database in one zone": HOURS * (price("rds.hour.db.t4g.micro.single") - price("rds.hour.db.t4g.micro.multi"))
    + 20 * (price("rds.gp3_gb.single") - price("rds.gp3_gb.multi")),
    "db.t4g.small": HOURS * (price("rds.hour.db.t4g.small.multi") - price("rds.hour.db.t4g.micro.multi")),
    "no web ACL": -(price("waf.acl") + price("waf.rule") + price("kms.key")),
    "Cognito Plus": 100 * price("cognito.user.PLUS"),
    "three more keys, one for each domain": 3 * price("kms.key"),
    "no alarms on single functions": -3 * price("alarm.month"),  # of thirteen, ten are free
    "one warm environment of 256 MB, day and night": HOURS * 3600 / 4 * price("lambda.provisioned_gb_second.arm64"),
}


@pytest.mark.parametrize("name", BY_HAND)
def test_a_choice_changes_the_bill_by(name: str) -> None:
    assert float(_found()[name].change.expected) == pytest.approx(BY_HAND[name])


def test_a_choice_that_changes_nothing_is_left_out() -> None:
    stacks = [stack({"aws_eip": {"a": {}}})]
    found = alternatives(stacks, usage(), load_book(), estimate(stacks, usage()))
    assert "db.t4g.small" not in {each.name for each in found}


def test_at_a_break_even_point_both_choices_cost_the_same() -> None:
    choices = Choices.from_book(load_book())
    share = choices.warm_break_even
    assert choices.standby + share * choices.warm_work == pytest.approx(share * choices.on_demand)
    users = choices.users_that_cost(choices.gateway)
    assert (users - choices.free_users) * choices.essentials == pytest.approx(choices.gateway)
