"""Replaces the output folder with a new one, completely or not at all."""

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from ffp.project import BadInputError
from ffp.stack_folder import foreign_entries, is_kept, is_state
from ffp.stacks import STACKS

MANIFEST = "manifest.json"  # cdktf's own list of the stacks in an output folder


@contextmanager
def publish(out: Path, *, keep_other_stacks: bool = False) -> Iterator[Path]:
    """Yields an empty folder that replaces `out` when the block succeeds. If the block fails, `out` stays as it was.

    Terraform's own files next to a stack are carried over and, if `keep_other_stacks` is set, so are the stacks that
    the block does not write. A second run waits for the first. Raises BadInputError if a stack's folder contains a
    foreign file, which Terraform would read.
    """
    out = out.resolve()
    _refuse_other_folder(out)
    out.parent.mkdir(parents=True, exist_ok=True)
    with _exclusive(out):
        _recover(out)
        _refuse_foreign_entries(out)
        new = Path(tempfile.mkdtemp(prefix=f".{out.name}.{os.getpid()}-", dir=out.parent))
        try:
            new.chmod(0o755)
            yield new
            if out.exists():
                _carry_over(out, new, keep_other_stacks=keep_other_stacks)
            _swap(new, out)
            shutil.rmtree(_previous(out), ignore_errors=True)
        finally:
            shutil.rmtree(new, ignore_errors=True)


def _refuse_other_folder(out: Path) -> None:
    inside = {entry.name for entry in out.iterdir()} if out.is_dir() else set()
    if (out.exists() and not out.is_dir()) or (inside and not inside & {STACKS, MANIFEST}):
        raise BadInputError(f"out: {out} contains something other than stacks; name a new or empty folder")


def _refuse_foreign_entries(out: Path) -> None:
    if problems := [problem for folder in sorted((out / STACKS).glob("*/")) for problem in foreign_entries(folder)]:
        raise BadInputError(*problems)


@contextmanager
def _exclusive(out: Path) -> Iterator[None]:
    lock = FileLock(out.parent / f".{out.name}.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        writers = [folder.name.split(".")[-1].split("-")[0] for folder in _unpublished(out)]
        print(f"waiting for process {writers[0] if writers else '?'}, which is writing {out}", file=sys.stderr)
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def _unpublished(out: Path) -> list[Path]:
    return sorted(out.parent.glob(f".{out.name}.[0-9]*-*"))


def _previous(out: Path) -> Path:
    return out.parent / f".{out.name}.retired"


def _recover(out: Path) -> None:
    """Restores `out` and removes temporary folders after a killed run. The caller must hold the lock."""
    if _previous(out).exists() and not out.exists():
        _previous(out).rename(out)
    for leftover in (*_unpublished(out), _previous(out)):
        shutil.rmtree(leftover, ignore_errors=True)


def _carry_over(old: Path, new: Path, *, keep_other_stacks: bool) -> None:
    for folder in sorted((old / STACKS).glob("*/")):
        target = new / STACKS / folder.name
        entries = sorted(folder.iterdir())
        if target.exists():
            entries = [each for each in entries if is_kept(each.name)]
        elif not keep_other_stacks:  # the stack was removed, but its resources may exist, and only its state knows them
            entries = [each for each in entries if is_state(each.name)]
        for entry in entries:
            if not (target / entry.name).exists():
                target.mkdir(parents=True, exist_ok=True)
                _link(entry, target / entry.name)
    if keep_other_stacks:
        _merge_manifests(old / MANIFEST, new / MANIFEST)


def _merge_manifests(old: Path, new: Path) -> None:
    if old.exists() and new.exists():
        before, now = (json.loads(path.read_text(encoding="utf-8")) for path in (old, new))
        now["stacks"] = dict(sorted({**before["stacks"], **now["stacks"]}.items()))
        new.write_text(json.dumps(now, indent=2), encoding="utf-8")


def _link(source: Path, target: Path) -> None:
    if source.is_dir() and not source.is_symlink():
        shutil.copytree(source, target, symlinks=True, copy_function=link_or_copy)
    else:
        link_or_copy(source, target)


def link_or_copy(source: str | Path, target: str | Path) -> None:
    """Creates a hard link to a file, or a copy if the file system has no hard links."""
    try:
        os.link(source, target, follow_symlinks=False)
    except (OSError, NotImplementedError):
        shutil.copy2(source, target, follow_symlinks=False)


def _swap(new: Path, out: Path) -> None:
    """Replaces `out` with `new`. If the process is killed between the two steps, `_recover` completes them."""
    if out.exists():
        out.rename(_previous(out))
    new.rename(out)
