"""Answers a synthesis and its scan from memory, if nothing that they read and nothing that they wrote has changed."""

import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from ffp.project import BUILD, ROOT
from ffp.stack_folder import is_kept
from ffp.stacks import STACKS
from ffp.up_to_date import SOURCES, files_in

# Beside the sources: the program itself, what packages carry, and the locks that are placed beside stacks.
_READ = (*SOURCES, "checks", "ffp", "providers", ".build/wheels")
# Beginnings of the variables that the program, jsii, Node.js, CDKTF and Checkov obey.
_VARIABLES = ("BC_", "CDKTF_", "CHECKOV_", "CKV_", "FFP_", "JSII_", "LOG_LEVEL", "NODE_", "PRISMA_", "PYTHON", "SYNTH_")
_MEMORY = BUILD / "synth"


@dataclass(frozen=True)
class Answer:
    """What a run has printed, its exit code, and when it ended."""

    text: str
    code: int
    at: str


def inputs(root: Path = ROOT) -> str:
    """A digest of everything that a run reads, by content: files, versions, variables, and what git tracks."""
    digest = hashlib.sha256()
    for part in (*_files(root, _READ), *_surroundings(root)):
        digest.update(part)
    return digest.hexdigest()


def outputs(out: Path) -> str:
    """A digest of an output folder, without Terraform's own files next to stacks; the same file is read once."""
    known: dict[tuple[int, int], bytes] = {}
    digest = hashlib.sha256()
    for path in sorted(files_in(out)):
        name = path.relative_to(out)
        if len(name.parts) > 2 and name.parts[0] == STACKS and is_kept(name.parts[2]):
            continue
        status = path.lstat()
        identity = (status.st_dev, status.st_ino)  # packages of several functions are one file
        if identity not in known:
            known[identity] = _content(path)
        digest.update(f"{name}\0".encode() + known[identity])
    return digest.hexdigest()


def recall(out: Path, request: str) -> Answer | None:
    """What the last run that wrote this folder answered, if it was the same request and nothing has changed since."""
    try:
        kept = json.loads(_place(out).read_text(encoding="utf-8"))
        if kept["request"] == request and kept["inputs"] == inputs() and kept["outputs"] == outputs(out):
            return Answer(**kept["answer"])
    except (OSError, ValueError, LookupError, TypeError):
        pass  # no memory, or none that can be read, is no answer
    return None


def keep(out: Path, request: str, read: str, text: str, code: int) -> None:
    """Keeps an answer. `read` is the digest of the inputs before the run: what has changed during it is not kept."""
    place = _place(out)
    place.unlink(missing_ok=True)
    if read != inputs():
        return
    answer = Answer(text, code, datetime.now().astimezone().isoformat(timespec="seconds"))
    kept = {"request": request, "inputs": read, "outputs": outputs(out), "answer": asdict(answer)}
    place.parent.mkdir(parents=True, exist_ok=True)
    unfinished = place.with_suffix(f".{os.getpid()}")
    unfinished.write_text(json.dumps(kept), encoding="utf-8")
    os.replace(unfinished, place)


def _place(out: Path) -> Path:
    return _MEMORY / f"{hashlib.sha256(str(out.resolve()).encode()).hexdigest()[:16]}.json"


def _files(root: Path, names: Iterable[str]) -> Iterator[bytes]:
    for path in sorted(path for name in names for path in files_in(root / name)):
        yield f"{path.relative_to(root)}\0".encode() + _content(path)


def _content(path: Path) -> bytes:
    if path.is_symlink():
        return os.fsencode(os.readlink(path))
    return hashlib.sha256(path.read_bytes()).digest()


def _surroundings(root: Path) -> Iterator[bytes]:
    yield f"{sys.version} {platform.machine()}".encode()
    for folder in sys.path:  # the names tell the releases
        yield "\n".join(sorted(path.name for path in Path(folder).glob("*.dist-info"))).encode()
    for name, value in sorted(os.environ.items()):
        if name.startswith(_VARIABLES):
            yield f"{name}={value}\0".encode()
    if git := shutil.which("git"):
        listing = ["ls-files", "-z", "-t", "--cached", "--others", "--exclude-standard", "--", *_READ]
        command = [git, "-C", str(root), *listing]
        yield subprocess.run(command, capture_output=True, check=False).stdout  # noqa: S603 - git, fixed arguments
