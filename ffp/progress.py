"""Says what is going on while something takes long."""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console

messages = Console(stderr=True, soft_wrap=True, highlight=False, emoji=False)

_SECONDS_BETWEEN_COUNTS = 10


@contextmanager
def progress() -> Iterator[Callable[[str], object]]:
    """A function that says what is going on: in place on a terminal, as lines elsewhere; on stderr in both."""
    if messages.is_terminal:
        with messages.status("starting") as status:
            yield status.update
    else:
        yield _Lines()


class _Lines:
    """One line a message; of messages that only count on, one now and then."""

    def __init__(self) -> None:
        self._last = ""
        self._due = 0.0

    def __call__(self, message: str) -> None:
        what = re.sub(r"\d+", "#", message)
        if what != self._last or time.monotonic() >= self._due:
            messages.print(message, markup=False)
            self._last, self._due = what, time.monotonic() + _SECONDS_BETWEEN_COUNTS
