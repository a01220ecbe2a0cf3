"""Exports of the user pool, as `library/functions/users/export_users.py` writes them: found, fetched and checked."""

import gzip
import json
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ffp.aws import as_tool_errors, error_code
from ffp.project import BadInputError
from settings import Environment
from settings.names import prefix
from settings.users_export import EXPORTS, PREFIX

FORMAT = 1
_KINDS = {"group": "groups", "user": "users", "membership": "memberships"}


@dataclass(frozen=True)
class Export:
    """A complete export: its file, where it comes from, when it was begun, and how much of each kind it holds."""

    file: Path
    source: str
    begun: str
    counts: Counter[str]

    def lines(self, kind: str) -> Iterator[tuple[int, dict[str, Any]]]:
        """Yields each group, user or membership with the number of its line."""
        for number, line in _parsed(self.file, self.source):
            if kind in line:
                yield number, line[kind]


def bucket_of(settings: Environment) -> str:
    """The name of the bucket with the exports."""
    return f"{prefix(settings.name)}{EXPORTS}-{settings.account_id}"


@contextmanager
def fetched(settings: Environment, source: str | None, s3: Any) -> Iterator[Export]:
    """The export in this file, under this key, or the newest one, while the block runs; a download is then deleted.

    Raises BadInputError if there is none, or if it is not complete.
    """
    if source and Path(source).is_file():
        yield _checked(Path(source), source)
        return
    bucket = bucket_of(settings)
    with TemporaryDirectory() as folder, as_tool_errors():
        key = source or _newest(s3, bucket)
        file = Path(folder, "export.jsonl.gz")
        try:
            s3.download_file(bucket, key, str(file))
        except s3.exceptions.ClientError as refusal:
            if error_code(refusal) not in ("404", "NoSuchKey"):
                raise
            raise BadInputError(
                f"from: {source} is neither a file nor a key of {bucket}; name one of the two"
            ) from None
        yield _checked(file, key)


def _newest(s3: Any, bucket: str) -> str:
    """The key of the newest export. An object exists only if its upload was completed."""
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=PREFIX)
    keys = [str(each["Key"]) for page in pages for each in page.get("Contents", [])]
    if not keys:
        raise BadInputError(f"from: {bucket} holds no export; name a file, or an older version that you fetched")
    return max(keys)  # they begin with the time


def _checked(file: Path, source: str) -> Export:
    counts: Counter[str] = Counter(dict.fromkeys(_KINDS.values(), 0))
    head: dict[str, Any] = {}
    end: dict[str, int] | None = None
    for number, line in _parsed(file, source):
        (kind,) = line if len(line) == 1 else ("",)
        if number == 1 and kind == "export" and line[kind].get("format") == FORMAT:
            head = line[kind]
        elif number == 1:
            raise BadInputError(f"{source}: line 1 is not that of an export in format {FORMAT}; name another file")
        elif kind in _KINDS and end is None:
            counts[_KINDS[kind]] += 1
        elif kind == "end" and end is None:
            end = line[kind]
        else:
            raise BadInputError(f"{source}: line {number} is none of {', '.join(_KINDS)}; name another file")
    if end is None or counts != Counter(end):
        raise BadInputError(f"{source}: it is not complete: its end is missing or counts otherwise; name another file")
    return Export(file, source, str(head["begun"]), counts)


def _parsed(file: Path, source: str) -> Iterator[tuple[int, dict[str, Any]]]:
    number = 0
    try:
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            for number, text in enumerate(lines, start=1):
                yield number, json.loads(text)
    except (EOFError, OSError, ValueError, zlib.error):
        raise BadInputError(f"{source}: cannot be read after line {number}; name another file") from None
