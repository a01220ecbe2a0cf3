"""Atomic writing of files, and locks that exclude concurrent runs."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from ffp.project import BadInputError


@contextmanager
def put_in_place(file: Path, text: str, *, mode: int = 0o666) -> Iterator[None]:
    """Replaces a file with `text` when the block succeeds. If the block fails, the file stays as it was."""
    temporary = file.with_name(f".{file.name}.{os.getpid()}")
    temporary.unlink(missing_ok=True)
    try:
        with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w", encoding="utf-8") as stream:
            stream.write(text)
        yield
        temporary.replace(file)
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def one_run(lock: Path, what: str) -> Iterator[None]:
    """Holds a lock while the block runs.

    Raises BadInputError if another run holds it; `what` names the locked thing.
    """
    lock.parent.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(lock, timeout=0):
            yield
    except Timeout:
        raise BadInputError(f"{what}: another run is using it; wait until that run has ended") from None
