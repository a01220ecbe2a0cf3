"""Puts a new output folder in the place of the old one, whole or not at all."""

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
from ffp.stack_folder import is_left, is_state, strangers
from ffp.stacks import STACKS

MANIFEST = "manifest.json"  # cdktf's own list of the stacks in an output folder


@contextmanager
def publish(out: Path, *, keep_other_stacks: bool = False) -> Iterator[Path]:
    """Yields an empty folder that becomes `out` when the block ends well.

    Until then, and whatever happens inside, `out` stays as it was. What Terraform left beside a stack is carried
    over; so are, on request, the stacks that were not written this time. Two runs take turns. Raises BadInputError
    where a stack's folder holds anything else, which Terraform would obey.
    """
    out = out.resolve()
    _refuse_foreign(out)
    out.parent.mkdir(parents=True, exist_ok=True)
    with _turn(out):
        _recover(out)
        _refuse_strangers(out)
        fresh = Path(tempfile.mkdtemp(prefix=f".{out.name}.{os.getpid()}-", dir=out.parent))
        try:
            fresh.chmod(0o755)
            yield fresh
            if out.exists():
                _carry_over(out, fresh, keep_other_stacks=keep_other_stacks)
            _swap(fresh, out)
            shutil.rmtree(_retired(out), ignore_errors=True)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)


def _refuse_foreign(out: Path) -> None:
    inside = {entry.name for entry in out.iterdir()} if out.is_dir() else set()
    if (out.exists() and not out.is_dir()) or (inside and not inside & {STACKS, MANIFEST}):
        raise BadInputError(f"out: {out} holds something other than stacks; name a new or empty folder")


def _refuse_strangers(out: Path) -> None:
    if found := [problem for folder in sorted((out / STACKS).glob("*/")) for problem in strangers(folder)]:
        raise BadInputError(*found)


@contextmanager
def _turn(out: Path) -> Iterator[None]:
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


def _retired(out: Path) -> Path:
    return out.parent / f".{out.name}.retired"


def _recover(out: Path) -> None:
    """Takes away what a killed run left; safe because only the holder of the lock gets here."""
    if _retired(out).exists() and not out.exists():
        _retired(out).rename(out)
    for leftover in (*_unpublished(out), _retired(out)):
        shutil.rmtree(leftover, ignore_errors=True)


def _carry_over(old: Path, new: Path, *, keep_other_stacks: bool) -> None:
    for folder in sorted((old / STACKS).glob("*/")):
        target = new / STACKS / folder.name
        entries = sorted(folder.iterdir())
        if target.exists():
            entries = [each for each in entries if is_left(each.name)]
        elif not keep_other_stacks:  # the stack is gone, but what it made may stand, known only by its state
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
    """A hard link to a file, or a copy where the file system has no links."""
    try:
        os.link(source, target, follow_symlinks=False)
    except (OSError, NotImplementedError):
        shutil.copy2(source, target, follow_symlinks=False)


def _swap(new: Path, out: Path) -> None:
    """Puts `new` in the place of `out`. Killed between the two lines, it leaves what `_recover` puts right."""
    if out.exists():
        out.rename(_retired(out))
    new.rename(out)
