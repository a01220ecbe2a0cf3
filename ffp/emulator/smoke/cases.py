"""All that is tried for one application, in its order, and how a case is tried."""

from collections.abc import Iterable, Iterator

from ffp.emulator.smoke import failures, front_door, kit, logs, media_bucket
from ffp.emulator.smoke.kit import Case
from ffp.emulator.smoke.walk import Walk
from settings import Application


def cases_of(application: Application) -> tuple[Case, ...]:
    """The cases that follow from the settings and the application's own; those of an area are beside each other."""
    part = kit.load(application)
    found = (
        *front_door.cases(application),
        *media_bucket.cases(application),
        *failures.cases(application),
        *logs.cases(application),
        *part.cases,
        logs.NOTHING_PERSONAL,  # last: it looks at what all others left
    )
    areas = {area: number for number, area in enumerate(dict.fromkeys(case.area for case in found))}
    return tuple(sorted(found, key=lambda case: areas[case.area]))


def run(walk: Walk, cases: Iterable[Case]) -> Iterator[tuple[Case, str]]:
    """Tries one case after the other; an attempt that fails to see anything has seen its error."""
    for case in cases:
        yield case, see(case, walk)


def see(case: Case, walk: Walk) -> str:
    """What is seen when the case is tried."""
    try:
        return case.attempt(walk)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
