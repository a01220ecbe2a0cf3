"""What a change costs: each resource's part, which add up to the difference of the bills."""

from decimal import Decimal

import pytest

from ffp.cost import Bill, Change, Line, Spread, difference, estimate, load_book
from tests.cost.handmade import ALARM, HOURS, Blocks, database, many, price, stack, usage


def _bill(resources: Blocks, users: int = 0) -> Bill:
    return estimate([stack(resources)], usage(users=users))


def _by_address(before: Blocks, after: Blocks, users: int = 0) -> dict[str, Change]:
    old, new = _bill(before, users), _bill(after, users)
    changes = difference(old, new)
    for kind, total in (
        ("net", new.total.expected - old.total.expected),
        ("gross", new.without_allowances.expected - old.without_allowances.expected),
    ):
        assert sum((getattr(each, kind).expected for each in changes), Decimal(0)) == pytest.approx(total)
    return {each.address: each for each in changes}


def test_equal_stacks_cost_the_same() -> None:
    assert _by_address({"aws_eip": {"a": {}}}, {"aws_eip": {"a": {}}}) == {}


def test_a_resource_that_is_added_has_its_price_and_others_have_none() -> None:
    changes = _by_address({"aws_eip": {"a": {}}}, {"aws_eip": {"a": {}, "b": {}}, "aws_nat_gateway": {"n": {}}})
    assert {address: float(each.net.expected) for address, each in changes.items()} == {
        "aws_nat_gateway.n": pytest.approx(HOURS * price("nat.hour")),
        "aws_eip.b": pytest.approx(HOURS * price("ipv4.hour")),
    }


def test_a_resource_that_is_removed_takes_its_price_off() -> None:
    (change,) = _by_address({"aws_kms_key": {"k": {}}}, {"aws_kms_key": {}}).values()
    assert float(change.net.expected) == pytest.approx(-price("kms.key"))
    assert change.what == ("key", "calls") or change.what == ("key",)


def test_within_the_free_allowance_a_change_costs_nothing_but_shows_what_it_would() -> None:
    changes = _by_address(
        {"aws_cloudwatch_metric_alarm": many(3, ALARM)}, {"aws_cloudwatch_metric_alarm": many(4, ALARM)}
    )
    assert set(changes) == {"aws_cloudwatch_metric_alarm.r3"}
    assert changes["aws_cloudwatch_metric_alarm.r3"].net.expected == 0
    assert float(changes["aws_cloudwatch_metric_alarm.r3"].gross.expected) == pytest.approx(price("alarm.month"))


def test_above_it_only_the_new_resource_pays() -> None:
    changes = _by_address(
        {"aws_cloudwatch_metric_alarm": many(10, ALARM)}, {"aws_cloudwatch_metric_alarm": many(11, ALARM)}
    )
    assert {address: float(each.net.expected) for address, each in changes.items()} == {
        "aws_cloudwatch_metric_alarm.r10": pytest.approx(price("alarm.month"))
    }


def test_a_renamed_resource_costs_what_it_did() -> None:
    changes = _by_address({"aws_eip": {"old": {}}}, {"aws_eip": {"new": {}}})
    assert float(changes["aws_eip.new"].net.expected) == pytest.approx(HOURS * price("ipv4.hour"))
    assert float(changes["aws_eip.old"].net.expected) == pytest.approx(-HOURS * price("ipv4.hour"))


def test_a_changed_attribute_shows_the_difference_at_its_resource() -> None:
    changes = _by_address({"aws_db_instance": {"db": database()}}, {"aws_db_instance": {"db": database(multi_az=True)}})
    twice = HOURS * (price("rds.hour.db.t4g.micro.multi") - price("rds.hour.db.t4g.micro.single"))
    more = 20 * (price("rds.gp3_gb.multi") - price("rds.gp3_gb.single"))
    assert float(changes["aws_db_instance.db"].net.expected) == pytest.approx(twice + more)


def test_changes_that_cancel_each_other_out_but_for_a_rounding_keep_their_signs() -> None:
    third = Decimal(1) / 3
    old, new = ({"a": third, "b": third, "c": third}, {"d": third, "e": Decimal(2) / 3 - Decimal("1e-27")})

    def bill(parts: dict[str, Decimal]) -> Bill:
        book = load_book()
        lines = []
        for address, part in parts.items():
            quantity = Spread(part, part, part)
            dollars = Spread(*(round(each * Decimal("0.4"), 20) for each in quantity))
            lines.append(Line("prod", address, "hours", book.prices["ipv4.hour"], False, quantity, dollars, dollars))
        return Bill(tuple(lines), book)

    signs = {each.address: each.net.expected > 0 for each in difference(bill(old), bill(new))}
    assert signs == {"a": False, "b": False, "c": False, "d": True, "e": True}


def test_a_change_that_rests_on_a_weak_price_says_so() -> None:
    changes = _by_address({"aws_wafv2_web_acl": {}}, {"aws_wafv2_web_acl": {"acl": {}}, "aws_eip": {"a": {}}})
    assert changes["aws_wafv2_web_acl.acl"].is_weak is (price("waf.acl") > 0 and _is_weak("waf.acl"))
    assert not changes["aws_eip.a"].is_weak


def _is_weak(item: str) -> bool:
    from ffp.cost import load_book

    return load_book().prices[item].is_weak
