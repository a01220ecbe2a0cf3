"""One thing to try, and what its result must be."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from ffp.smoke.visit import Visit

Visitor = TypeVar("Visitor", bound=Visit, contravariant=True)
_REFUSAL = re.compile(r"4\d\d|[Ii]nvalid|wrong|no |nothing of")  # how the expected result of most attacks begins


@dataclass(frozen=True)
class Try(Generic[Visitor]):
    """One case to try. `attempt` returns the result, which must equal `expected`."""

    area: str
    what: str
    expected: str
    attempt: Callable[[Visitor], str]
    attack: bool = False  # an attack whose expected result does not begin like a refusal
    function: str | None = None  # the function whose version is to blame for another result
    means: str = ""  # what another result means, in words

    @property
    def is_attack(self) -> bool:
        """Whether the case is an attack that must fail."""
        return self.attack or _REFUSAL.match(self.expected) is not None


Case = Try[Visit]  # needs only what every environment has


def see(case: Try[Visitor], visit: Visitor) -> str:
    """Tries a case and returns its result. An exception is a result, too."""
    try:
        return case.attempt(visit)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
