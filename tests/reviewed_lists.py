"""Lists of what the stacks consist of, which people review: one list for all environments, with their differences.

A list has a heading, "every environment" or the names of some, and below it the lines that are true of exactly these.
In the lines, `{environment}` and `{account}` are those of the environment.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from ffp.project import ROOT
from settings import Environment

FOLDER = ROOT / "tests/reviewed"
EVERY = "every environment"
UPDATE = "--update-reviewed"


def general(line: str, environment: Environment) -> str:
    """The line without what is an environment's own: its name and its account."""
    return re.sub(rf"\b{environment.name}\b", "{environment}", line).replace(environment.account_id, "{account}")


def read(path: Path, environments: Iterable[str]) -> dict[str, list[str]]:
    """Each environment's lines; none for a list that does not exist yet."""
    lines: dict[str, list[str]] = {name: [] for name in environments}
    named: Iterable[str] = ()
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
        if line.startswith("  "):
            for name in named:
                lines.setdefault(name, []).append(line.strip())
        elif line:
            named = lines if line == EVERY else line.split(", ")
    return lines


def write(path: Path, lines: Mapping[str, Iterable[str]]) -> None:
    """Writes a list: what is true of every environment first."""
    holders: dict[str, list[str]] = defaultdict(list)
    for name in sorted(lines):
        for line in lines[name]:
            holders[line].append(name)
    sections: dict[str, list[str]] = defaultdict(list)
    for line in sorted(holders):
        names = holders[line]
        sections[EVERY if len(names) == len(lines) else ", ".join(names)].append(line)
    order = sorted(sections, key=lambda heading: (heading != EVERY, heading))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        "\n".join("\n".join((heading, *(f"  {line}" for line in sections[heading]), "")) for heading in order),
        encoding="utf-8",
    )


def compare(request: pytest.FixtureRequest, path: Path, lines: Mapping[str, list[str]]) -> None:
    """Fails when the reviewed list is different; `make update` writes it."""
    if request.config.getoption(UPDATE):
        write(path, lines)
    reviewed = read(path, lines)
    changes = [
        f"{sign} {name}: {line}"
        for name in sorted({*reviewed, *lines})
        for sign, some, others in (("-", reviewed, lines), ("+", lines, reviewed))
        for line in some.get(name, ())
        if line not in others.get(name, ())
    ]
    if changes:
        pytest.fail(
            "\n".join((f"{path.relative_to(FOLDER)} has not been reviewed:", *changes))
            + "\nIf this change is intended, run `make update` and have a second "
            "person read the difference.",
            pytrace=False,
        )
