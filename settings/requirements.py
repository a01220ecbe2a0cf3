"""What a folder's requirements.txt pins, and what is wrong with it.

Packages are known by their SHA-256 alone, so that every machine gets the same bytes from whatever registry it uses.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from settings import sources
from settings.base import Problem
from settings.sources import REQUIREMENTS, REQUIREMENTS_SOURCE

_AGAIN = "run `make lock-functions`, which writes it from the requirements.in beside it"
_COMMENT = re.compile(r"(^|\s+)#.*$")
_HASH = re.compile(r"\s--hash[= ](\S+)")
_SHA256 = re.compile(r"sha256:([0-9a-f]{64})")


@dataclass(frozen=True)
class Locked:
    """One package of a lock: its name and version, the SHA-256 of its files in hexadecimal digits, and its line."""

    name: str
    version: str
    hashes: frozenset[str]
    requirement: Requirement = field(compare=False, repr=False)
    line: int = 0

    def applies(self, markers: dict[str, str]) -> bool:
        """Whether the lock pins it for a platform with these values of Python's environment markers."""
        return self.requirement.marker is None or self.requirement.marker.evaluate(markers)


def locked(lock: Path) -> list[Locked]:
    """The packages of a lock without problems."""
    lines = _read(lock, "")
    return [each for each in lines if isinstance(each, Locked)]


def problems(root: Path, folders: Iterable[str]) -> Iterator[Problem]:
    """Why the packages of these folders' functions cannot be fetched, or could be others on another machine."""
    for folder in sorted({*folders}):
        lock, source = root / folder / REQUIREMENTS, root / folder / REQUIREMENTS_SOURCE
        if lock.is_file() and not lock.is_symlink():
            yield from _of_lock(root, folder)
        elif source.is_file():
            yield Problem(f"{folder}/{REQUIREMENTS}", None, f"{REQUIREMENTS_SOURCE} is not locked", _AGAIN)


def _of_lock(root: Path, folder: str) -> Iterator[Problem]:
    name, source = f"{folder}/{REQUIREMENTS}", root / folder / REQUIREMENTS_SOURCE
    if not sources.is_tracked(root, name):
        yield Problem(
            name, REQUIREMENTS, "git does not track it, so others have other packages", "`git add` it, or remove it"
        )
    versions: dict[str, set[str]] = {}
    for each in _read(root / name, name):
        if isinstance(each, Problem):
            yield each
        else:
            versions.setdefault(each.name, set()).add(each.version)
    if source.is_file():
        yield from _stale(f"{folder}/{REQUIREMENTS_SOURCE}", source.read_text(encoding="utf-8"), versions)


def _stale(field_: str, text: str, versions: dict[str, set[str]]) -> Iterator[Problem]:
    for number, line in _lines(text):
        try:
            wanted = Requirement(line)
        except InvalidRequirement:
            continue  # an option, or what only the locking program can judge
        known = versions.get(canonicalize_name(wanted.name), set())
        if not any(wanted.specifier.contains(each, prereleases=True) for each in known):
            limit = f"{REQUIREMENTS} pins {' and '.join(sorted(known)) or 'nothing of it'}"
            yield Problem(f"{field_}:{number}", line, limit, "run `make lock-functions`, which brings both together")


def _read(lock: Path, name: str) -> Iterator[Locked | Problem]:
    for number, line in _lines(lock.read_text(encoding="utf-8")):
        place = f"{name}:{number}"
        if line.startswith("-"):
            remedy = f"remove it: a registry belongs in pip's own configuration; {_AGAIN}"
            yield Problem(place, line.split("=")[0].split()[0], "only pinned packages may be listed", remedy)
            continue
        text, hashes = _HASH.sub("", line).strip(), _HASH.findall(line)
        try:
            requirement = Requirement(text)
        except InvalidRequirement:
            yield Problem(place, text, "is no requirement that pip reads", _AGAIN)
            continue
        pins = [each for each in requirement.specifier if each.operator == "==" and "*" not in each.version]
        digests = [found[1] for each in hashes if (found := _SHA256.fullmatch(each))]
        if requirement.url or len(pins) != 1 or len(requirement.specifier) != 1:
            yield Problem(place, text, "must be pinned by == to one version", _AGAIN)
        elif not digests or len(digests) != len(hashes):
            yield Problem(place, text, "has no --hash=sha256:…, or another kind of hash", _AGAIN)
        else:
            pinned = pins[0].version
            yield Locked(canonicalize_name(requirement.name), pinned, frozenset(digests), requirement, number)


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """The lines with something in them, joined where one is continued, each with the number at which it begins."""
    held, began = "", 0
    for number, raw in enumerate(text.splitlines(), 1):
        line = _COMMENT.sub("", raw).rstrip()
        began = began or number
        held += line.removesuffix("\\")
        if line.endswith("\\"):
            continue
        if held.strip():
            yield began, held.strip()
        held, began = "", 0
    if held.strip():
        yield began, held.strip()
