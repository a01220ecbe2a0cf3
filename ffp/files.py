"""Files that are written whole, and runs that take turns at a folder."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from ffp.project import BadInputError


@contextmanager
def put_in_place(file: Path, text: str, *, mode: int = 0o666) -> Iterator[None]:
    """Writes a file once what is done meanwhile has ended well; leaves nothing of it otherwise."""
    unfinished = file.with_name(f".{file.name}.{os.getpid()}")
    unfinished.unlink(missing_ok=True)
    try:
        with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w", encoding="utf-8") as opened:
            opened.write(text)
        yield
        unfinished.replace(file)
    finally:
        unfinished.unlink(missing_ok=True)


@contextmanager
def one_run(lock: Path, what: str) -> Iterator[None]:
    """Holds the lock of something that one run at a time works on; BadInputError where another one holds it."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(lock, timeout=0):
            yield
    except Timeout:
        raise BadInputError(f"{what}: another run is at work; wait for its end") from None
