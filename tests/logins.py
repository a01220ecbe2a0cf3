"""Constant logins, as of functions that start all the time."""

import contextlib
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

READERS = 4
PATIENCE_SECONDS = 30


@dataclass
class Logins:
    """Each reader reads the current secret, logs in and asks something, again and again."""

    log_in: Callable[[], str]
    """Gives the user that it logged in as."""
    users: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    _rounds: Counter[int] = field(default_factory=Counter)
    _ended: threading.Event = field(default_factory=threading.Event)

    @contextlib.contextmanager
    def going_on(self) -> Iterator["Logins"]:
        readers = [threading.Thread(target=self._read, args=(number,)) for number in range(READERS)]
        for reader in readers:
            reader.start()
        try:
            yield self
        finally:
            self._ended.set()
            for reader in readers:
                reader.join()

    def go_round(self) -> None:
        """Returns when all have read the secret anew: between two rotations are days, and a login takes no day."""
        goal = {number: self._rounds[number] + 2 for number in range(READERS)}
        for _ in range(PATIENCE_SECONDS * 100):
            if all(self._rounds[number] >= least for number, least in goal.items()):
                return
            self._ended.wait(0.01)
        raise TimeoutError("the logins stand still")

    def _read(self, number: int) -> None:
        while not self._ended.wait(0.002):
            try:
                self.users[self.log_in()] += 1
            except Exception as error:
                self.failures.append(repr(error))
            self._rounds[number] += 1
