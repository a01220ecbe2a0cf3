"""Which limit is met first, what moves it, and where an environment ends: worked out by hand."""

import pytest

from ffp.cost.capacity import Capacity, capacity
from ffp.cost.limits.limit import Limit
from ffp.cost.month import SECONDS
from settings import AccountLimits, UsageSettings
from tests.cost.handmade import API, HOURS, Blocks, database, function, price, stack, usage

GROUP = {"g": {"parameter": [{"name": "max_connections", "value": "70"}]}}
INSIDE = {"subnet_ids": ["${aws_subnet.a.id}"]}
PLATFORM: Blocks = {
    **API,
    "aws_apigatewayv2_stage": {
        "s": {"api_id": "${aws_apigatewayv2_api.api.id}", "default_route_settings": {"throttling_rate_limit": 100}}
    },
    "aws_lambda_function": {"f": function(vpc_config=INSIDE, reserved_concurrent_executions=4)},
    "aws_db_parameter_group": GROUP,
    "aws_db_instance": {
        "db": database(
            parameter_group_name="${aws_db_parameter_group.g.name}", multi_az=True, max_allocated_storage=100
        )
    },
    "aws_instance": {"nat": {"instance_type": "t4g.nano"}},
    "aws_cognito_user_pool": {"users": {}},
    "aws_cloudfront_distribution": {"cdn": {}},
}
# A request a second, ten at the peak, each of 0.1 s.
USAGE = usage(
    users=1000,
    requests_per_user=float(SECONDS) / 1000,
    database_mb_per_user=10,
    database_ms_per_request=5,
    mails_per_user=1,
)


def _capacity(resources: Blocks = PLATFORM, profile: UsageSettings = USAGE) -> Capacity:
    return capacity([stack(resources)], profile, AccountLimits())


def _limit(name: str, of: Capacity | None = None) -> Limit:
    (found,) = [each for each in (of or _capacity()).limits if each.name.startswith(name)]
    return found


BY_HAND = {
    "throttle of the API": (10, 100),
    "API Gateway, account": (10, 10_000),
    "Lambda, account": (1, 1000),
    "reservation of f": (1, 4),
    "connections of the database": (1, 60),
    "processors of the database": (0.005, 0.2),
    "storage of the database": (1000 * 10 / 1024 / 0.9, 100),
    "sign-ins of the user pool": (30_000 / float(SECONDS) * 10, 120),
    "mails of the user pool": (1000 / (730 / 24), 50),
    "bandwidth of the NAT instance": (5 / 1024 / 1024 * 8 * 10, 0.032),
}


@pytest.mark.parametrize("name", BY_HAND)
def test_a_limit_has_the_load_that_the_arithmetic_gives(name: str) -> None:
    load, limit = BY_HAND[name]
    found = _limit(name)
    assert float(found.load) == pytest.approx(load)
    assert float(found.limit) == pytest.approx(limit)
    assert float(found.met_at) == pytest.approx(limit / load)


def test_the_limit_that_is_met_first_stands_first() -> None:
    found = _capacity()
    assert [each.met_at for each in found.limits] == sorted(each.met_at for each in found.limits)
    assert found.first
    assert found.first.name == "mails of the user pool"


def test_the_next_class_is_offered_with_what_it_adds_to_the_bill() -> None:
    limit = _limit("processors of the database")
    step = limit.needed(41)  # type: ignore[arg-type]
    assert step
    assert step.to == "db.t4g.small"
    more = HOURS * (price("rds.hour.db.t4g.small.multi") - price("rds.hour.db.t4g.micro.multi"))
    assert float(step.dollars) == pytest.approx(more)
    assert limit.needed(40) is None  # type: ignore[arg-type]
    further = limit.needed(81)  # type: ignore[arg-type]
    assert further
    assert further.to == "db.t4g.large"  # the medium one earns no more than the small one


def test_storage_is_paid_for_as_it_is_used() -> None:
    limit = _limit("storage of the database")
    step = limit.needed(20)  # type: ignore[arg-type]
    assert step
    used = 20 * 1000 * 10 / 1024 / 0.9
    assert float(limit.price_of(step, 20)) == pytest.approx((used - 100) * price("rds.gp3_gb.multi"))  # type: ignore[arg-type]


def test_an_environment_ends_where_the_largest_class_ends_and_cells_begin() -> None:
    found = _capacity()
    assert found.last
    assert found.last.name == "processors of the database"
    assert float(found.last.ends_at) == pytest.approx(192 / 60 / 0.005)  # of db.t4g.2xlarge
    assert [found.cells(each) for each in (1, 640, 641, 6400)] == [1, 1, 2, 10]  # type: ignore[arg-type]


def test_mail_by_ses_has_no_limit_that_the_pool_sets() -> None:
    pool = {"users": {"email_configuration": {"email_sending_account": "DEVELOPER"}}}
    assert "mails of the user pool" not in {
        each.name for each in _capacity({**PLATFORM, "aws_cognito_user_pool": pool}).limits
    }


def test_nobody_meets_a_limit() -> None:
    found = _capacity(profile=usage())
    assert found.first is None
    assert found.last is None
    assert found.cells(1_000_000) == 1  # type: ignore[arg-type]


def test_every_limit_names_its_source() -> None:
    assert {each.name for each in _capacity().limits if not each.source.startswith(("https://", "settings"))} == set()
