"""How early something is a finding."""

from datetime import date, timedelta

NOTICE = timedelta(days=60)  # enough to renew a certificate by hand, or to move to another runtime


def is_near(day: date, today: date, notice: timedelta = NOTICE) -> bool:
    """Whether a last day is over, or so near that somebody should act."""
    return day <= today + notice
