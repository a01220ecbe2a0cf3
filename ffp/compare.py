"""What a change of the sources does to the synthesised JSON: two commits, or a commit and the working tree.

A refactoring changes nothing; this is how that is seen.
"""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ffp import stacks
from ffp.project import BUILD, ROOT, BadInputError, ToolError
from ffp.stacks import SynthesisedStack

# What follows from a function's source code only: its hash, and the file that is named after it.
_OF_CODE = frozenset({"filename", "source_code_hash"})


@dataclass(frozen=True)
class Difference:
    """One block that differs: its stack, its address, and in which attributes; None where it is in one of the two."""

    stack: str
    address: str
    attributes: tuple[str, ...] | None
    is_added: bool = False

    @property
    def is_code(self) -> bool:
        """Whether a function's code is all that differs."""
        return self.attributes is not None and _OF_CODE.issuperset(self.attributes)

    @property
    def words(self) -> str:
        """What differs, for people."""
        if self.attributes is None:
            return "added" if self.is_added else "removed"
        return "its code" if self.is_code else ", ".join(self.attributes)


def with_commit(reference: str, report: Callable[[str], object]) -> tuple[list[Difference], int]:
    """How the working tree's stacks differ from those of a commit, and how many blocks were compared.

    Raises BadInputError for a reference that git does not know, ToolError where one of the two does not synthesise.
    """
    with _checked_out(reference) as before, tempfile.TemporaryDirectory(dir=BUILD, prefix="compare-") as folder:
        report(f"synthesising {reference}")
        old = _synthesise(before, Path(folder) / "before")
        report("synthesising the working tree")
        new = _synthesise(ROOT, Path(folder) / "after")
        compared = {(name, address) for both in (old, new) for name in both for address in both[name].by_address}
        return list(differences(old, new)), len(compared)


def differences(old: Mapping[str, SynthesisedStack], new: Mapping[str, SynthesisedStack]) -> Iterator[Difference]:
    """The blocks that differ, in the order of stacks and addresses."""
    for name in sorted({*old, *new}):
        before = old[name].by_address if name in old else {}
        after = new[name].by_address if name in new else {}
        for address in sorted({*before, *after}):
            if address not in before or address not in after:
                yield Difference(name, address, None, is_added=address in after)
            elif changed := _changed(_whole(before[address]), _whole(after[address])):
                yield Difference(name, address, changed)


def _whole(block: stacks.SynthesisedBlock) -> dict[str, Any]:
    return {**block.attributes, "waivers": dict(block.waivers)}


def _changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(sorted(name for name in {*before, *after} if before.get(name) != after.get(name)))


@contextmanager
def _checked_out(reference: str) -> Iterator[Path]:
    """A commit's files in a folder of their own, with the packages that `make setup` fetched for Lambda."""
    BUILD.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(dir=BUILD, prefix="commit-"))
    try:
        if _git("rev-parse", "--verify", "--quiet", f"{reference}^{{commit}}").returncode:
            raise BadInputError(f"against: git knows no commit {reference}; name a branch, a tag or a commit")
        added = _git("worktree", "add", "--detach", "--quiet", "--force", str(folder), reference)
        if added.returncode:
            raise ToolError(f"git worktree add: {added.stderr.strip()}")
        (folder / BUILD.name).mkdir(exist_ok=True)
        (folder / BUILD.name / "wheels").symlink_to(BUILD / "wheels")
        yield folder
    finally:
        _git("worktree", "remove", "--force", str(folder))
        shutil.rmtree(folder, ignore_errors=True)


def _git(*arguments: str) -> subprocess.CompletedProcess[str]:
    program = shutil.which("git")
    if program is None:
        raise BadInputError("against: git is not installed, which keeps the commit to compare with")
    command = [program, "-C", str(ROOT), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - git, with words of ours


def _synthesise(project: Path, out: Path) -> dict[str, SynthesisedStack]:
    command = [sys.executable, "-B", str(project / "main.py"), "--out", str(out)]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)  # noqa: S603 - our own program
    if done.returncode:
        raise ToolError(f"{project.name} does not synthesise: {done.stderr.strip()}")
    return {stack.name: stack for stack in stacks.load(out)}
