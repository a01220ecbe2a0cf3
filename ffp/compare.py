"""Compares the working tree's synthesised JSON with a commit's, to show that a refactoring changes nothing."""

import hashlib
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ffp import git, stacks
from ffp.project import BUILD, ROOT, BadInputError, ToolError
from ffp.stack_folder import ASSETS
from ffp.stacks import SynthesisedStack

_KEPT, _MOST_KEPT = "commits", 8  # the folder of commits' stacks in the build folder, and how many it holds
_PACKAGES = "requirements.txt"  # another release of a package may synthesise a commit differently
# The attributes that depend only on a function's source code.
_CODE_ATTRIBUTES = frozenset({"filename", "source_code_hash"})


@dataclass(frozen=True)
class Difference:
    """One block that differs. `attributes` is None if only one of the two sides has the block."""

    stack: str
    address: str
    attributes: tuple[str, ...] | None
    is_added: bool = False

    @property
    def is_code(self) -> bool:
        """Whether only a function's code differs."""
        return self.attributes is not None and _CODE_ATTRIBUTES.issuperset(self.attributes)

    @property
    def description(self) -> str:
        """The difference in words."""
        if self.attributes is None:
            return "added" if self.is_added else "removed"
        return "its code" if self.is_code else ", ".join(self.attributes)


def with_commit(reference: str, report: Callable[[str], object]) -> tuple[list[Difference], int]:
    """The differences between a commit's stacks and the working tree's, and the number of compared blocks.

    Raises BadInputError for a reference that git does not know, and ToolError if one of the two does not synthesise.
    """
    old, new = both_sides(reference, report)
    compared = {(name, address) for both in (old, new) for name in both for address in both[name].by_address}
    return list(differences(old, new)), len(compared)


def both_sides(
    reference: str, report: Callable[[str], object]
) -> tuple[dict[str, SynthesisedStack], dict[str, SynthesisedStack]]:
    """The stacks of a commit and those of the working tree, by name.

    Raises BadInputError for a reference that git does not know, and ToolError if one of the two does not synthesise.
    """
    old = of_commit(reference, report)
    with tempfile.TemporaryDirectory(dir=BUILD, prefix="compare-") as folder:
        report("synthesising the working tree")
        return old, _synthesise(ROOT, Path(folder) / "after")


def of_commit(reference: str, report: Callable[[str], object]) -> dict[str, SynthesisedStack]:
    """The stacks of a commit, by name. They are kept, since a commit's never change: the next call only reads them.

    Raises BadInputError for a reference that git does not know, and ToolError if the commit does not synthesise.
    """
    commit = commit_of(reference)
    packages = hashlib.sha256((ROOT / _PACKAGES).read_bytes()).hexdigest() if (ROOT / _PACKAGES).exists() else ""
    kept = BUILD / _KEPT / f"{commit[:12]}-{packages[:12]}"
    if not kept.exists():
        report(f"synthesising {reference}")
        (BUILD / _KEPT).mkdir(parents=True, exist_ok=True)
        with _checked_out(commit) as before, tempfile.TemporaryDirectory(dir=BUILD, prefix="compare-") as folder:
            new = Path(folder) / "before"
            _synthesise(before, new, reference)
            for assets in new.glob(f"{stacks.STACKS}/*/{ASSETS}"):
                shutil.rmtree(assets)  # some 20 MB; the JSON has their hashes
            with suppress(OSError):  # another run was faster
                new.rename(kept)
        for older in sorted((BUILD / _KEPT).iterdir(), key=lambda each: each.stat().st_mtime)[:-_MOST_KEPT]:
            shutil.rmtree(older, ignore_errors=True)
    return {stack.name: stack for stack in stacks.load(kept)}


def differences(old: Mapping[str, SynthesisedStack], new: Mapping[str, SynthesisedStack]) -> Iterator[Difference]:
    """The blocks that differ, ordered by stack and address."""
    for name in sorted({*old, *new}):
        before = old[name].by_address if name in old else {}
        after = new[name].by_address if name in new else {}
        for address in sorted({*before, *after}):
            if address not in before or address not in after:
                yield Difference(name, address, None, is_added=address in after)
            elif changed := _changed(_comparable(before[address]), _comparable(after[address])):
                yield Difference(name, address, changed)


def _comparable(block: stacks.SynthesisedBlock) -> dict[str, Any]:
    return {**block.attributes, "waivers": dict(block.waivers)}


def _changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[str, ...]:
    if before == after:
        return ()
    return tuple(sorted(name for name in {*before, *after} if before.get(name) != after.get(name)))


@contextmanager
def _checked_out(commit: str) -> Iterator[Path]:
    """Checks a commit out into a temporary folder, with the Lambda packages that `make setup` downloaded."""
    BUILD.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(dir=BUILD, prefix="commit-"))
    try:
        added = git.run("worktree", "add", "--detach", "--quiet", "--force", str(folder), commit)
        if added.returncode:
            raise ToolError(f"git worktree add: {added.stderr.strip()}")
        (folder / BUILD.name).mkdir(exist_ok=True)
        (folder / BUILD.name / "wheels").symlink_to(BUILD / "wheels")
        yield folder
    finally:
        git.run("worktree", "remove", "--force", str(folder))
        shutil.rmtree(folder, ignore_errors=True)


def commit_of(reference: str) -> str:
    """A commit's whole id. Raises BadInputError for a reference that git does not know."""
    found = git.run("rev-parse", "--verify", "--quiet", "--end-of-options", f"{reference}^{{commit}}")
    if found.returncode:
        raise BadInputError(f"against: git knows no commit {reference}; name a branch, a tag or a commit")
    return found.stdout.strip()


def _synthesise(project: Path, out: Path, reference: str = "") -> dict[str, SynthesisedStack]:
    command = [sys.executable, "-B", str(project / "main.py"), "--out", str(out)]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)  # noqa: S603 - our own program
    if done.returncode:
        remedy = "\nif it needs packages that are no longer here, compare with a newer commit" if reference else ""
        raise ToolError(f"{reference or 'the working tree'} does not synthesise: {done.stderr.strip()}{remedy}")
    return {stack.name: stack for stack in stacks.load(out)}
