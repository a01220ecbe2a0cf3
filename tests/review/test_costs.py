"""The cost of a change in its review: the difference of two bills, or the reason why there is none."""

from ffp.review.costs import bills, section
from ffp.review.report import Mark
from tests.cost.handmade import HOURS, database, price, stack, usage


def test_a_change_shows_its_dollars_by_resource_and_service() -> None:
    before = [stack({"aws_db_instance": {"db": database()}})]
    after = [stack({"aws_db_instance": {"db": database()}, "aws_nat_gateway": {"n": {}}})]
    made = section(bills(before, after, usage()), before, after)
    dollars = f"{HOURS * price('nat.hour'):,.2f}"
    assert made.summary.startswith(f"+{dollars} dollars (+")
    changes, services = made.tables
    (row,) = changes.rows
    assert (row.address, row.mark) == ("aws_nat_gateway.n", Mark.ADDED)
    assert row.cells[2:5] == (f"+{dollars}",) * 3
    changed = [each for each in services.rows if each.mark == Mark.CHANGED]
    gone = section(bills(after, before, usage()), after, before).tables[0].rows
    assert [each.mark for each in gone] == [Mark.REMOVED]
    assert [each.cells[1:] for each in changed] == [("0.00", dollars, f"+{dollars}")]


def test_an_unchanged_bill_says_so() -> None:
    same = [stack({"aws_db_instance": {"db": database()}})]
    made = section(bills(same, same, usage()), same, same)
    assert made.summary.startswith("This change costs nothing")
    assert made.changed_rows == 0


def test_what_has_no_price_is_named() -> None:
    before, after = [stack({})], [stack({"aws_new_thing": {"x": {}}})]
    made = section(bills(before, after, usage()), before, after)
    assert "unknown" in made.summary
    assert "aws_new_thing.x" in made.tables[0].rows[0].cells[0]
