"""The same program under cdktn: a copy, in which the document's command is carried out, run in cdktn's environment."""

import json
import re
import shutil
import subprocess
import sysconfig
from collections.abc import Iterator, Mapping
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from ffp.doctor import CDKTN
from ffp.project import ROOT
from tests.settings.project import copy_to

DOCUMENT = ROOT / "docs/migration.md"
# What the program imports beside the framework comes after the framework's own packages, some of which are older.
_PROGRAM = """
import json, pathlib, sys
sys.path.append(sys.argv[1])
from modules.framework import App, SqsQueue
from modules.stacks import synthesise
from settings import environments
from tests.sample.environments import ALL as SAMPLE
from tests.sample.other import ALL as OTHERS

for folder, settings in {"output": environments.load(), "sample_output": SAMPLE, "other_output": OTHERS}.items():
    synthesise(settings, [*settings, *(f"bootstrap-{name}" for name in settings)], pathlib.Path(folder))
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules if name.startswith("cdkt")})))
"""

_ABSENT = "(absent)"
Difference = tuple[str, str, object, object]  # the file, the path in it, ours, theirs


def command() -> str:
    """The document's command that puts cdktn into the seam's place."""
    found: str = re.findall(r"^perl .*modules/framework.*$", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE)[0]
    return found


def listed() -> set[Difference]:
    """The differences that the document lists; a file may be a pattern."""
    row = re.compile(r"^\| `(\S+)` \| `(\S+)` \| `(\S+)` \| `(\S+)` \| \w", re.MULTILINE)
    text = DOCUMENT.read_text(encoding="utf-8")
    return {(match[1], match[2], match[3], match[4]) for match in row.finditer(text)}


def synthesise(folder: Path) -> list[str]:
    """Synthesises what ships, the sample and the other applications, into folders with the names of our fixtures.

    Returns which packages of a framework were loaded.
    """
    copy_to(folder)
    shutil.copy(ROOT / "pyproject.toml", folder)
    shutil.copytree(ROOT / "tests/sample", folder / "tests/sample", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "tests/__init__.py").touch()
    shutil.copytree(ROOT / ".build/wheels", folder / ".build/wheels")
    subprocess.run(["bash", "-euc", command()], cwd=folder, check=True)
    done = subprocess.run(
        [CDKTN / "bin/python", "-B", "-c", _PROGRAM, sysconfig.get_path("purelib")],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    loaded: list[str] = json.loads(done.stdout)
    return loaded


def differences(ours: Path, theirs: Path) -> list[Difference]:
    """What differs between two folders of stacks: values in JSON, and other files as a whole."""
    files = {file.relative_to(side) for side in (ours, theirs) for file in side.rglob("*") if file.is_file()}
    found: list[Difference] = []
    for name in sorted(files):
        left, right = _content(ours / name), _content(theirs / name)
        found += [(name.as_posix(), *each) for each in compare(left, right)]
    return found


def unlisted(found: list[Difference], known: set[Difference]) -> list[Difference]:
    """The differences that no row lists."""
    return [each for each in found if not any(_is(each, row) for row in known)]


def missing(found: list[Difference], known: set[Difference]) -> list[Difference]:
    """The rows that list no difference."""
    return [row for row in known if not any(_is(each, row) for each in found)]


def _is(found: Difference, row: Difference) -> bool:
    return fnmatch(found[0], row[0]) and found[1:] == row[1:]


def _content(file: Path) -> Any:
    if not file.exists():
        return _ABSENT
    return json.loads(file.read_text(encoding="utf-8")) if file.suffix == ".json" else file.read_bytes()


def compare(ours: Any, theirs: Any, path: str = "") -> Iterator[tuple[str, object, object]]:
    """Each value that differs: its path, ours, theirs."""
    if isinstance(ours, Mapping) and isinstance(theirs, Mapping):
        for key in sorted({*ours, *theirs}):
            yield from compare(ours.get(key, _ABSENT), theirs.get(key, _ABSENT), f"{path}.{key}".lstrip("."))
    elif isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        for index, (left, right) in enumerate(zip(ours, theirs, strict=True)):
            yield from compare(left, right, f"{path}[{index}]")
    elif ours != theirs or type(ours) is not type(theirs):
        yield path, ours, theirs
