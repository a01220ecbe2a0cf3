"""The windows in which RDS takes backups and does maintenance: long enough, and never overlapping."""

from collections.abc import Iterator
from typing import Annotated

from settings.base import Problem, matching

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_TIME, _DAY = r"([01]\d|2[0-3]):[0-5]\d", f"({'|'.join(_DAYS)})"
_MINUTES_A_DAY = 24 * 60
_MINUTES_A_WEEK = 7 * _MINUTES_A_DAY
_SHORTEST = 30

DailyWindow = Annotated[
    str, matching(f"{_TIME}-{_TIME}", "must be a daily span of time in UTC", "write it like 02:00-03:00")
]
WeeklyWindow = Annotated[
    str,
    matching(
        f"{_DAY}:{_TIME}-{_DAY}:{_TIME}",
        "must be a weekly span of days and times in UTC",
        "write it like sun:03:30-sun:04:30",
    ),
]


def window_problems(backup: str, maintenance: str) -> Iterator[Problem]:
    """Windows that RDS would refuse."""
    backup_start, backup_end = map(_minutes, backup.split("-"))
    start, end = map(_minutes, maintenance.split("-"))
    backup_length, length = (backup_end - backup_start) % _MINUTES_A_DAY, (end - start) % _MINUTES_A_WEEK
    if backup_length < _SHORTEST:
        yield Problem("backup_window_utc", backup, f"must last at least {_SHORTEST} minutes", "end it later")
    if not _SHORTEST <= length < _MINUTES_A_DAY:
        yield Problem(
            "maintenance_window_utc",
            maintenance,
            f"must last at least {_SHORTEST} minutes and less than a day",
            "correct its end",
        )
    starts = range(backup_start, _MINUTES_A_WEEK, _MINUTES_A_DAY)
    if any(
        (each - start) % _MINUTES_A_WEEK < length or (start - each) % _MINUTES_A_WEEK < backup_length for each in starts
    ):
        yield Problem(
            "maintenance_window_utc",
            maintenance,
            f"must not overlap the daily backup at {backup}",
            "move one of the two",
        )


def _minutes(time: str) -> int:
    """Minutes since the day began, or since the week did where the time names a day."""
    *day, hour, minute = time.split(":")
    return (_DAYS.index(day[0]) if day else 0) * _MINUTES_A_DAY + int(hour) * 60 + int(minute)
