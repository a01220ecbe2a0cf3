"""The commit that is delivered: git's answers about the project's folder."""

import shutil
import subprocess

from ffp.project import ROOT, ToolError


def head() -> str:
    """The whole id of the commit that is checked out."""
    return _git("rev-parse", "--verify", "HEAD")


def changes() -> list[str]:
    """The files that differ from that commit, and those that git neither knows nor ignores."""
    return [line[3:] for line in _git("status", "--porcelain").splitlines()]


def _git(*arguments: str) -> str:
    program = shutil.which("git")
    if program is None:
        raise ToolError("git: not installed, but tells which commit is delivered; install it")
    command = [program, "-C", str(ROOT), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - git, our arguments
    if done.returncode:
        raise ToolError(f"git {arguments[0]}: {done.stderr.strip()}")
    return done.stdout.rstrip()
