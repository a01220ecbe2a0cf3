"""How often a schedule comes in a month of 730 hours."""

import pytest

from ffp.cost.schedules import calls_a_month, hours_between


@pytest.mark.parametrize(
    ("expression", "calls"),
    [
        ("rate(1 minute)", 43_800),
        ("rate(15 minutes)", 2920),
        ("rate(1 hour)", 730),
        ("rate(7 days)", 730 / 24 / 7),
        ("cron(0 7 * * ? *)", 365 / 12),
        ("cron(0 7 ? * MON-FRI *)", 261 / 12),
        ("cron(0/15 8-17 ? * 2,4 *)", 104 * 40 / 12),
        ("cron(30 6 1 * ? *)", 1),
        ("cron(30 6 L * ? *)", 1),
        ("cron(0 9 15W JAN,JUL ? *)", 2 / 12),
        ("cron(0 9 ? * 6L *)", 1),
        ("cron(0 9 ? * MON#1 *)", 1),
        ("at(2027-01-01T00:00:00)", 0),
    ],
)
def test_calls_a_month(expression: str, calls: float) -> None:
    assert float(calls_a_month(expression)) == pytest.approx(calls)


@pytest.mark.parametrize(
    ("start", "ends", "hours"),
    [
        ("cron(0 7 * * ? *)", ["cron(0 19 * * ? *)"], 365),
        ("cron(0 22 * * ? *)", ["cron(0 6 * * ? *)"], 365 * 8 / 12),
        ("cron(0 8 ? * MON *)", ["cron(0 8 ? * SAT *)"], 365 * 24 * 5 / 7 / 12),
        ("cron(0 8 ? * MON *)", [], 730),
    ],
)
def test_hours_between_a_start_and_the_next_end(start: str, ends: list[str], hours: float) -> None:
    assert float(hours_between(start, ends)) == pytest.approx(hours, rel=0.01)
