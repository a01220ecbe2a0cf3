"""The project's folders, and the two kinds of errors that end a command."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
OUTPUT = ROOT / "cdktf.out"
BUILD = ROOT / ".build"


class BadInputError(Exception):
    """One or more problems of the input, each a line with place, fault and remedy. The command's exit code is 2."""

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class ToolError(Exception):
    """A tool or service that the project uses has failed. The message explains why; the command's exit code is 1."""
