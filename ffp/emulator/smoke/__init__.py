"""What is tried on a running platform, as a user or an attacker would, with what must be seen."""

from collections.abc import Iterator

from ffp.emulator.smoke import failures, front_door, logs, media
from ffp.emulator.smoke.walk import Case, Walk

CASES: tuple[Case, ...] = (*front_door.CASES, *media.CASES, *failures.CASES, *logs.CASES)


def run(walk: Walk) -> Iterator[tuple[Case, str]]:
    """Tries one case after the other; an attempt that fails to see anything has seen its error."""
    for case in CASES:
        yield case, see(case, walk)


def see(case: Case, walk: Walk) -> str:
    """What is seen when the case is tried."""
    try:
        return case.attempt(walk)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
