"""Which lines of our code in TypeScript a bundle holds, by its source map: esbuild leaves out what nothing uses."""

import json
import posixpath
import re
import string
import zipfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

_MAP = ".mjs.map"
_DIGITS = {letter: at for at, letter in enumerate(f"{string.ascii_uppercase}{string.ascii_lowercase}{string.digits}+/")}
_MORE, _BITS = 32, 5  # of a number in a source map: whether another digit follows, and how many bits each has


@cache
def lines_of(package: Path, code: str) -> frozenset[tuple[str, int]]:
    """The lines of which a zip with a folder's bundle has code, each with its file, from the root of the repository."""
    found = set[tuple[str, int]]()
    with zipfile.ZipFile(package) as archive:
        for name in archive.namelist():
            if name.endswith(_MAP):
                source_map = json.loads(archive.read(name))
                folder = posixpath.dirname(posixpath.join(code, name))
                files = [posixpath.normpath(posixpath.join(folder, each)) for each in source_map["sources"]]
                found |= {(files[source], line + 1) for source, line in _places(source_map["mappings"])}
    return frozenset(found)


def _places(mappings: str) -> Iterator[tuple[int, int]]:
    """The sources, by their numbers, and their lines, from 0, to which a source map leads."""
    source = line = 0
    for segment in re.split("[;,]", mappings):
        if len(numbers := _numbers(segment)) > 1:  # the first is the column of the bundle
            source, line = source + numbers[1], line + numbers[2]
            yield source, line


def _numbers(segment: str) -> list[int]:
    """The numbers of a segment, in base 64 with the lowest bits first, the very lowest of which is the sign."""
    found, value, shift = [], 0, 0
    for letter in segment:
        digit = _DIGITS[letter]
        value |= (digit & (_MORE - 1)) << shift
        shift += _BITS
        if not digit & _MORE:
            found.append(-(value >> 1) if value & 1 else value >> 1)
            value = shift = 0
    return found
