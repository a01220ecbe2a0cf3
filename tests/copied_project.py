"""A copy of the whole repository in which documents are followed with the commands that they give.

It has the packages of this environment and what `make synth` and `make cdktf` fetched, so that nothing is installed
again, and finds its own code before all else.
"""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path

import pytest

from ffp import terraform
from ffp.project import ROOT
from tests.support import require

# Each copy runs a suite of its own, so one worker makes them all, one after the other.
ONE_AFTER_THE_OTHER = pytest.mark.xdist_group("copies")


@dataclass(frozen=True)
class Project:
    """The copy: a repository of its own with one commit."""

    folder: Path

    def run(self, *command: str, text: str | None = None, **more: str) -> str:
        """What a command prints, with more variables; one that fails fails the test with all that it printed."""
        variables = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "GIT_"))}
        done = subprocess.run(
            command,
            cwd=self.folder,
            env=variables | {"FFP_REQUIRE_ALL": "0"} | more,
            input=text,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout[-5000:]}\n{done.stderr[-5000:]}"
        return done.stdout

    def carry_out(self, commands: str) -> None:
        """Runs a document's commands, as a user pastes them into a shell."""
        self.run("bash", "-euc", commands)

    def apply(self, difference: str) -> None:
        """Applies a document's difference, each part of which must fit one place only, wherever the lines are now."""
        for file, parts in re.findall(r"^\+\+\+ b/(\S+)\n(.*)", difference, re.DOTALL | re.MULTILINE):
            path = self.folder / file
            text = path.read_text(encoding="utf-8") if path.exists() else ""
            for part in re.split(r"^@@.*\n", parts, flags=re.MULTILINE)[1:]:
                before = "".join(f"{line[1:]}\n" for line in part.splitlines() if not line.startswith("+"))
                assert not before or text.count(before) == 1, f"{file} does not have this once:\n{before}"
        self.run("git", "apply", "--whitespace=error", "-", text=difference)

    def touched(self) -> list[str]:
        """What differs from the last commit, files that are new included."""
        self.run("git", "add", "--all")
        return self.run("git", "diff", "--cached", "--name-only", "--no-renames").splitlines()

    def static_suite(self) -> str:
        """Runs all tests that need no server and no Terraform, and gives the summary line.

        Terraform's plans of every stack take as long as a third of the others; `plan` makes that of one.
        """
        return self.run("make", "--no-print-directory", "static", FFP_TERRAFORM="none").splitlines()[-1]

    def plan(self, environment: str) -> None:
        """Scans an environment by both lenses, for which the real provider plans it. A finding fails the test."""
        require(terraform.find(), "Terraform and the AWS provider")
        self.run(".venv/bin/ffp", "scan", "--plan", "--stack", environment)


def copy_to(folder: Path) -> Project:
    """Copies what git tracks or would track."""
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--deduplicate"]
    for name in subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines():
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    shutil.copytree(ROOT / ".build/wheels", folder / ".build/wheels")
    if (ROOT / "node_modules").is_dir():
        shutil.copytree(ROOT / "node_modules", folder / "node_modules", symlinks=True, copy_function=os.link)
    _environment(folder)
    project = Project(folder)
    for command in (("init", "--quiet"), ("add", "--all"), (*_AUTHOR, "commit", "--quiet", "--message=As it ships")):
        project.run("git", *command)
    return project


_AUTHOR = ("-c", "user.name=Somebody", "-c", "user.email=somebody@ffp.example")


def _environment(folder: Path) -> None:
    """A virtual environment that has this one's packages, and the copy in place of this project."""
    place = folder / ".venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", place], check=True)
    packages = sysconfig.get_path("purelib", vars={"base": str(place)})
    Path(packages, "copied.pth").write_text(f"{folder}\n{sysconfig.get_path('purelib')}\n", encoding="utf-8")
    for script in Path(sys.prefix, "bin").iterdir():
        target = place / "bin" / script.name
        if not target.exists() and script.is_file() and script.read_bytes()[:2] == b"#!":
            text = re.sub(r"\A#!\S+", f"#!{place}/bin/python", script.read_text(encoding="utf-8"))
            target.write_text(text, encoding="utf-8")
            target.chmod(0o755)
        elif not target.exists():
            target.symlink_to(script)
    for made in (
        place / ".ready",
        folder / ".build/wheels/python3.13-arm64/.ready",
        folder / "node_modules/.package-lock.json",
    ):
        if made.parent.is_dir():
            made.touch()
