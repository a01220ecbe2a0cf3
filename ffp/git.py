"""What git knows about the project's folder."""

import shutil
import subprocess

from ffp.project import ROOT, ToolError


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Git's answer, whether it succeeds or fails. Raises ToolError if git is not installed."""
    program = shutil.which("git")
    if program is None:
        raise ToolError("git: not installed, but knows the commits that are compared and delivered; install it")
    command = [program, "-C", str(ROOT), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - git, our own arguments


def head() -> str:
    """The whole id of the commit that is checked out. Raises ToolError if there is none."""
    return _answer("rev-parse", "--verify", "HEAD").strip()


def changes() -> list[str]:
    """The files that differ from that commit, and those that git neither knows nor ignores."""
    return [line[3:] for line in _answer("status", "--porcelain").splitlines()]


def _answer(*arguments: str) -> str:
    done = run(*arguments)
    if done.returncode:
        raise ToolError(f"git {arguments[0]}: {done.stderr.strip()}")
    return done.stdout
