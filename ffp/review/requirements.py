"""The table of requirements in docs/security.md: what proves each, and which resources of a stack meet it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ffp.project import ROOT

DOCUMENT = ROOT / "docs/security.md"
_ROW = re.compile(
    r"^\| (?P<ids>[A-Z]+-\d[^|]*?) \| (?P<what>[^|]+) \| (?P<how>[^|]+) \| (?P<proof>.+) \|$", re.MULTILINE
)
_CHECKS = re.compile(r"`((?:FFP|CKV2?)_[A-Z]+_)?(\d+_)?(\d+)`(?: to `(?:\d+_)?(\d+)`)?")
_TEST = re.compile(r"`((?:tests/|test_)[\w/]+\.py)`")


@dataclass(frozen=True)
class Requirement:
    """One row of the table: its ids, its sentence, the checks and the tests that prove it."""

    ids: str
    what: str
    checks: tuple[str, ...]
    tests: tuple[str, ...]


@cache
def requirements(document: Path = DOCUMENT) -> tuple[Requirement, ...]:
    """The rows of the table; none if the document is not there."""
    rows = list(_ROW.finditer(document.read_text(encoding="utf-8"))) if document.exists() else []
    proofs = {row["ids"]: row["proof"] for row in rows}
    return tuple(
        Requirement(row["ids"], _plain(row["what"]), tuple(dict.fromkeys(checks_in(proof))), tuple(_tests(proof)))
        for row in rows
        for proof in [proofs.get(row["proof"].removeprefix("as "), row["proof"])]
    )


def checks_in(text: str) -> Iterator[str]:
    """The checks that a text names, those of a range too: `CKV_AWS_53` to `56`, `FFP_NET_1_1`, `1_2`."""
    family = ours = ""
    for named, area, first, last in _CHECKS.findall(text):
        family = named or family
        ours = named if named.startswith("FFP_") else ours
        start = ours if area else family  # ours alone have two numbers
        yield from (f"{start}{area}{number}" for number in range(int(first), int(last or first) + 1))


def _tests(text: str) -> Iterator[str]:
    """The test files that a text names; one without a folder is in the folder of the one before it."""
    folder = "tests"
    for name in dict.fromkeys(_TEST.findall(text)):
        if "/" in name:
            folder = name.rpartition("/")[0]
            yield name
        else:
            yield f"{folder}/{name}"


def _plain(text: str) -> str:
    """A cell without Markdown's marks."""
    return re.sub(r"\[([^\]]+)\]\([^)]*\)", r"\1", text).replace("`", "").strip()
