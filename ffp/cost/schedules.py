"""How often an expression of EventBridge Scheduler or Auto Scaling comes in a month, and hours between two of them.

A cron expression is evaluated for each day of one ordinary year, of which a month is a twelfth. Its year is ignored.
"""

import calendar
import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal

from ffp.cost.month import SECONDS

_YEAR = 2027
_DAYS = tuple(date(_YEAR, 1, 1) + timedelta(days=day) for day in range(365))
_UNITS = {"minute": 60, "hour": 3600, "day": 86_400}
_MONTHS = {name: str(number) for number, name in enumerate(calendar.month_abbr) if name}
_WEEKDAYS = {name: str(number) for number, name in enumerate(("Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"), 1)}


def calls_a_month(expression: str) -> Decimal:
    """How often it comes in a month of 730 hours."""
    if rate := re.fullmatch(r"rate\((\d+) (minute|hour|day)s?\)", expression):
        return SECONDS / (int(rate[1]) * _UNITS[rate[2]])
    if cron := _fields(expression):
        minutes, hours = (_values(field, *limits) for field, limits in zip(cron, ((0, 59), (0, 23)), strict=False))
        days = sum(_is_on(day, cron) for day in _DAYS)
        return Decimal(len(minutes) * len(hours) * days) / 12
    return Decimal(0)  # at(…) comes once in its life


def hours_between(start: str, ends: Sequence[str]) -> Decimal:
    """The hours of a month after a start and before the next end; without an end, all of them."""
    begins, stops = list(_minutes(start)), sorted(minute for end in ends for minute in _minutes(end))
    if not begins:
        return Decimal(0)
    year = len(_DAYS) * 24 * 60
    if not stops:
        return Decimal(year) / 60 / 12
    events = sorted([*((minute, True) for minute in begins), *((minute, False) for minute in stops)])
    running, since, total = events[-1][1], 0, 0  # the year before ended as this one does
    for minute, is_start in events:
        total += (minute - since) if running else 0
        running, since = is_start, minute
    total += (year - since) if running else 0
    return Decimal(total) / 60 / 12


def _fields(expression: str) -> list[str]:
    found = re.fullmatch(r"cron\((.+)\)", expression)
    fields = found[1].split() if found else []
    return fields if len(fields) == 6 else []


def _minutes(expression: str) -> Iterator[int]:
    """Every minute of the year in which it comes."""
    if cron := _fields(expression):
        times = [hour * 60 + minute for hour in _values(cron[1], 0, 23) for minute in _values(cron[0], 0, 59)]
        for number, day in enumerate(_DAYS):
            if _is_on(day, cron):
                yield from (number * 24 * 60 + time for time in times)


def _is_on(day: date, cron: Sequence[str]) -> bool:
    _, _, of_month, month, of_week, _ = cron
    if day.month not in _values(_named(month, _MONTHS), 1, 12):
        return False
    return _is_day_of_month(day, of_month) if of_week == "?" else _is_day_of_week(day, _named(of_week, _WEEKDAYS))


def _is_day_of_month(day: date, field: str) -> bool:
    last = calendar.monthrange(day.year, day.month)[1]
    if field in ("L", "LW"):
        return day.day == last
    return day.day in _values(field.removesuffix("W"), 1, 31)


def _is_day_of_week(day: date, field: str) -> bool:
    weekday = day.isoweekday() % 7 + 1
    if nth := re.fullmatch(r"(\d)#(\d)", field):
        return weekday == int(nth[1]) and (day.day - 1) // 7 + 1 == int(nth[2])
    if last := re.fullmatch(r"(\d)L", field):
        return weekday == int(last[1]) and (day + timedelta(days=7)).month != day.month
    return weekday in _values("7" if field == "L" else field, 1, 7)


def _named(field: str, names: dict[str, str]) -> str:
    return re.sub("[A-Za-z]{3}", lambda match: names.get(match[0].title(), match[0]), field)


def _values(field: str, low: int, high: int) -> set[int]:
    """The values of a list of `*`, values and ranges, with or without steps."""
    found: set[int] = set()
    for part in field.split(","):
        span, _, step = part.partition("/")
        first, _, last = span.partition("-")
        if span in ("*", "?"):
            begin, end = low, high
        else:
            begin = int(first)
            end = int(last) if last else (high if step else begin)
        found |= set(range(begin, end + 1, int(step or 1)))
    return found
