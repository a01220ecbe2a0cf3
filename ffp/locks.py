"""Pins what functions in Python bring of their own, for `make lock-functions`: each folder by itself."""

import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from ffp.project import ROOT
from settings import environments
from settings.base import InvalidSettings
from settings.sources import REQUIREMENTS, REQUIREMENTS_SOURCE

_SHARED = "application"  # whose requirements.in `make lock` pins


def folders(root: Path, of_code: Iterable[str]) -> list[str]:
    """The folders of functions' code in which packages are named."""
    return sorted(each for each in {*of_code} if (root / each / REQUIREMENTS_SOURCE).is_file())


def unread(root: Path, locked: Iterable[str]) -> Iterator[str]:
    """Files below application/ that look as if they named packages of a function, and belong to the code of none."""
    known = {_SHARED, *locked}
    for file in sorted((root / _SHARED).rglob(REQUIREMENTS_SOURCE)):
        folder = file.parent.relative_to(root).as_posix()
        if folder not in known and "node_modules" not in file.parts:
            yield f"{folder}/{REQUIREMENTS_SOURCE} is not locked: no function in Python has its code in {folder}"


def lock(root: Path, locked: Sequence[str], uv: str, options: Sequence[str]) -> int:
    """Pins the packages of these folders, the one after the other, and ends at the first that cannot be."""
    for folder in locked:
        print(f"locking {folder}", flush=True)
        source, target = f"{folder}/{REQUIREMENTS_SOURCE}", f"{folder}/{REQUIREMENTS}"
        command = [uv, "pip", "compile", "--quiet", "--universal", "--python-version", "3.11", "--generate-hashes"]
        done = subprocess.run(  # noqa: S603 - uv, with options of whoever runs make
            [*command, "--no-header", *options, source, "--output-file", target], cwd=root, check=False
        )
        if done.returncode:
            print(f"{source} could not be locked: see above; the folders after it were not tried", file=sys.stderr)
            return done.returncode
    return 0


def main() -> int:
    """Locks every folder that an environment's settings name, and says which file it leaves alone."""
    try:
        locked = folders(ROOT, environments.folders_in_python())
    except InvalidSettings as failure:
        print(failure, file=sys.stderr)
        return 2
    for line in unread(ROOT, locked):
        print(line, file=sys.stderr)
    if not locked:
        print(f"no function in Python has a {REQUIREMENTS_SOURCE} in the folder of its code")
    return lock(ROOT, locked, str(Path(sys.executable).parent / "uv"), sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
