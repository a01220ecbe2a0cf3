"""How the arithmetic of a limit is written."""

from decimal import Decimal

from ffp.cost.month import SECONDS, Month, number

GBIT_A_GB = Decimal(8)
SETTINGS = "settings"  # the source of a limit that this project sets


def figure(value: Decimal) -> str:
    return f"{value:,.4g}" if abs(value) < 10 else f"{value:,.0f}"


def peak(month: Month) -> str:
    factor = figure(number(month.usage.peak_factor))
    return f"{month.requests:,.0f} requests / {SECONDS:,.0f} s x {factor} at the peak"
