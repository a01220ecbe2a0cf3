"""Collects the cases for an application, and tries them."""

from collections.abc import Iterable, Iterator

from ffp.emulator.smoke import failures, front_door, kit, logs, media_bucket
from ffp.emulator.smoke.kit import Case
from ffp.emulator.smoke.walk import Walk
from ffp.smoke.case import see
from settings import Application


def cases_of(application: Application) -> tuple[Case, ...]:
    """The cases that follow from the settings and the application's own ones, grouped by area."""
    part = kit.load(application)
    all_cases = (
        *front_door.cases(application),
        *media_bucket.cases(application),
        *failures.cases(application),
        *logs.cases(application),
        *part.cases,
        logs.NOTHING_PERSONAL,  # last, because it reads what all others logged
    )
    areas = {area: number for number, area in enumerate(dict.fromkeys(case.area for case in all_cases))}
    return tuple(sorted(all_cases, key=lambda case: areas[case.area]))


def run(walk: Walk, cases: Iterable[Case]) -> Iterator[tuple[Case, str]]:
    """Tries the cases in order and yields each with its result."""
    for case in cases:
        yield case, see(case, walk)
