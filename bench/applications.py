"""Puts applications of many functions, and many environments, into the copy of the repository."""

import re
import subprocess

from bench.stacks import PROJECT
from ffp.keys import Pair
from ffp.project import ROOT, BadInputError, ToolError
from settings.playback_keys import SLOTS, public_half

ENVIRONMENT = "prod"  # the one environment of an application of many functions: it has every alarm
_PLATFORM = 3  # functions of the model that are not counted in its FUNCTIONS
FIRST_ENVIRONMENT = "place0"  # of many
_PATTERN = "staging"  # the environment of which the others are copies, as README.md makes one

_MODEL = ROOT / "bench/many_functions.py"


def put_functions(count: int, *, memory_mb: int = 256) -> None:
    """Gives the copy an application of so many functions, in one environment. Raises BadInputError if too few."""
    if count <= _PLATFORM:
        raise BadInputError(f"--functions {count}: must be more than the {_PLATFORM} that every application here has")
    text = _MODEL.read_text(encoding="utf-8")
    for name, value in (("FUNCTIONS", count - _PLATFORM), ("MEMORY_MB", memory_mb)):
        text = re.sub(rf"^{name} = \d+", f"{name} = {value}", text, flags=re.MULTILINE)
    (PROJECT / "application/application.py").write_text(text, encoding="utf-8")
    for file in PROJECT.glob("environments/*.py"):
        if file.stem != ENVIRONMENT:
            file.unlink()


def put_environments(count: int) -> None:
    """Gives the copy so many environments, all alike but for names, accounts, domains and addresses."""
    folder = PROJECT / "environments"
    pattern = (folder / f"{_PATTERN}.py").read_text(encoding="utf-8")
    for file in folder.glob("*.py"):
        file.unlink()
    for number in range(count):
        name = f"place{number}"
        text = re.sub("2222", f"{4000 + number}", pattern.replace(_PATTERN, name))
        (folder / f"{name}.py").write_text(re.sub(r"10[.]20", f"10.{100 + number}", text), encoding="utf-8")
        for slot in SLOTS:
            public_half(folder / "keys", name, slot).write_text(Pair.generate().public, encoding="utf-8")


def commit() -> str:
    """Commits what the copy has. Returns the commit."""
    author = ("-c", "user.name=Somebody", "-c", "user.email=somebody@ffp.example")
    _git("add", "--all")
    _git(*author, "commit", "--quiet", "--allow-empty", "--message=Measured")
    return _git("rev-parse", "HEAD")


def restore(commit_: str) -> None:
    """Gives the copy the files of a commit, and no others."""
    _git("reset", "--quiet", "--hard", commit_)
    _git("clean", "--quiet", "--force", "-d")


def _git(*arguments: str) -> str:
    command = ["git", *arguments]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)  # noqa: S603 - our arguments
    if done.returncode:
        raise ToolError(f"git {arguments[0]} failed in the copy of the repository: {done.stderr.strip()}")
    return done.stdout.strip()
