"""Which files of a function's folder are packed: those that git tracks, or, without git, those of the endings below.

No other file of a machine gets into a package: no `.env`, no editor's file, no link. A clean checkout packs the same
files with git and without it, since tracked files must have one of the endings, too.
"""

import os
import shutil
import subprocess
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from operator import itemgetter
from pathlib import Path

from settings.base import InvalidSettings, Problem
from settings.secrecy import secrets_in_source

ENDINGS = (".cjs", ".js", ".json", ".mjs", ".mts", ".pem", ".py", ".sql", ".ts", ".tsx", ".typed")
# What a bundle of TypeScript imports: code, JSON, and texts.
TEXTS = (".pem", ".sql")
IMPORTED = (".cjs", ".js", ".json", ".mjs", ".mts", *TEXTS, ".ts", ".tsx")
REQUIREMENTS, REQUIREMENTS_SOURCE = "requirements.txt", "requirements.in"  # what `settings/requirements.py` reads
_NEVER = frozenset({"__pycache__", "node_modules"})  # the entries of .gitignore, for use without git


@dataclass(frozen=True)
class _File:
    """One file below a folder of functions, and whether git tracks it; None where there is no git to ask."""

    path: Path
    tracked: bool | None

    @property
    def is_code(self) -> bool:
        return self.path.suffix in ENDINGS and not self.path.name.startswith(".")


def packed(root: Path, folder: str) -> list[Path]:
    """The files that a package of this folder carries, in a stable order."""
    return [each.path for each in _files(root, [folder]) if _is_packed(each)]


def problems(root: Path, folders: Iterable[str]) -> Iterator[Problem]:
    """What must not be in these folders: links, files that are not packed, and secrets in those that are."""
    for each in _files(root, sorted({*folders})):
        name, path = each.path.relative_to(root).as_posix(), each.path
        if path.is_symlink():
            yield Problem(name, f"→ {os.readlink(path)}", "is a link", "replace it by a copy, or remove it")
        elif path.name in (REQUIREMENTS, REQUIREMENTS_SOURCE):
            continue  # judged with the functions whose packages they pin
        elif each.tracked and not each.is_code and not path.name.startswith("."):
            yield Problem(
                name,
                path.suffix,
                f"only files that end in {', '.join(ENDINGS)} are packed",
                "write its text in a .ts file, or in a .json or .sql file, which Python reads and TypeScript imports; "
                "or move it out of the folder; or add its ending to settings/sources.py, so that Python can read it",
            )
        elif each.tracked is False and each.is_code:
            yield Problem(name, path.name, "git does not track it, so it is not packed", "`git add` it, or remove it")
        elif _is_packed(each):
            for line, kind in secrets_in_source(path.read_bytes().decode(errors="replace")):
                yield Problem(
                    f"{name}:{line}",
                    "(not shown)",
                    f"looks like {kind}",
                    "keep it in Secrets Manager, bind the group to it, and renew it: it can be read in the code",
                )


def is_tracked(root: Path, name: str) -> bool:
    """Whether git tracks a file; without git, whether it exists."""
    listed = _listed_by_git(root)
    return (root / name).is_file() if listed is None else (name, True) in listed


def look_again() -> None:
    """Asks git anew which files it tracks, for a program that runs while they change."""
    _listed_by_git.cache_clear()


def _is_packed(file: _File) -> bool:
    return file.is_code and file.tracked is not False and file.path.is_file() and not file.path.is_symlink()


def _files(root: Path, folders: list[str]) -> list[_File]:
    """Every file below these folders, except those that git ignores and those that Python and npm generate."""
    listed = _listed_by_git(root)
    found: list[_File] = []
    for folder in folders:
        top = root / folder
        if listed is None:
            below = (path for path in top.rglob("*") if not _NEVER & {*path.relative_to(top).parts})
            found += [_File(path, None) for path in sorted(below) if path.is_symlink() or path.is_file()]
        else:
            start = f"{top.relative_to(root).as_posix()}/"
            first = bisect_left(listed, start, key=itemgetter(0))
            end = bisect_left(listed, f"{start[:-1]}0", key=itemgetter(0))  # 0 follows / in every order of characters
            found += [_File(root / name, tracked) for name, tracked in listed[first:end]]
        if top.is_symlink():
            found.append(_File(top, None))
    return [each for each in found if each.path.is_symlink() or each.path.exists()]


@cache
def _listed_by_git(root: Path) -> list[tuple[str, bool]] | None:
    """Files that git tracks, or neither tracks nor ignores; None without git or outside a repository."""
    if (program := shutil.which("git")) is None:
        return None
    done = subprocess.run(  # noqa: S603 - git, with fixed arguments
        [program, "-C", str(root), "ls-files", "-z", "-t", "--cached", "--others", "--exclude-standard"],
        capture_output=True,
        check=False,
    )
    if done.returncode and (root / ".git").exists():
        why = os.fsdecode(done.stderr).strip().partition("\n")[0]
        raise InvalidSettings([Problem("functions", str(root), f"git lists no files: {why}", "follow git's message")])
    entries = os.fsdecode(done.stdout).split("\0")
    listed = {entry[2:]: entry[0] != "?" for entry in entries if entry}
    return sorted(listed.items()) if any(listed.values()) else None
