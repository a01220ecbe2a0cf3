"""The findings of a scan, for both lenses."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from ffp.project import ROOT
from ffp.stacks import SynthesisedStack

Lens = Literal["json", "plan"]
Key = tuple[str, str]  # address, check id


@dataclass(frozen=True)
class Finding:
    """One check that one block of a stack fails, with the block's lines in the stack's file."""

    stack: str
    address: str
    check: str
    name: str
    lenses: frozenset[Lens]
    file: str
    first_line: int
    last_line: int
    details: tuple[str, ...] = ()  # further explanations, if the check has any
    guideline: str | None = None  # a URL or a sentence
    waived: str | None = None  # the waiver's reason

    @property
    def key(self) -> Key:
        """Identifies the finding in both lenses."""
        return self.address, self.check

    @property
    def place(self) -> str:
        """File and line, in the form that terminals and editors turn into a link."""
        return f"{self.file}:{self.first_line}"


@dataclass(frozen=True)
class Outcome:
    """The result of one lens for one stack."""

    failed: Mapping[Key, Finding]
    passed: frozenset[Key]


def in_stack(
    stack: SynthesisedStack,
    address: str,
    lines: tuple[int, int],
    *,
    check: str,
    name: str,
    lenses: frozenset[Lens] = frozenset(),
    details: tuple[str, ...] = (),
    guideline: str | None = None,
) -> Finding:
    """A finding at these lines of the stack's file. The file's path is relative to the project if it is inside it."""
    path = stack.path.resolve()
    return Finding(
        stack=stack.name,
        address=address,
        check=check,
        name=name,
        lenses=lenses,
        file=(path.relative_to(ROOT) if path.is_relative_to(ROOT) else path).as_posix(),
        first_line=lines[0],
        last_line=lines[1],
        details=details,
        guideline=guideline,
    )
