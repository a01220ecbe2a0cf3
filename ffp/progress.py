"""Progress messages on stderr."""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console

messages = Console(stderr=True, soft_wrap=True, highlight=False, emoji=False)

_SECONDS_BETWEEN_COUNTS = 10


@contextmanager
def progress() -> Iterator[Callable[[str], object]]:
    """Yields a function that shows a message on stderr: a terminal shows the latest one, other outputs one per line."""
    if messages.is_terminal:
        with messages.status("starting") as status:
            yield status.update
    else:
        yield _Lines()


class _Lines:
    """Prints each message on a line. Of messages that differ only in their numbers, it prints one every ten seconds."""

    def __init__(self) -> None:
        self._last_wording = ""
        self._next_at = 0.0

    def __call__(self, message: str) -> None:
        wording = re.sub(r"\d+", "#", message)
        if wording != self._last_wording or time.monotonic() >= self._next_at:
            messages.print(message, markup=False)
            self._last_wording, self._next_at = wording, time.monotonic() + _SECONDS_BETWEEN_COUNTS
