"""Where the project's folders are, and the two ways in which a command can fail."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
OUTPUT = ROOT / "cdktf.out"
BUILD = ROOT / ".build"


class BadInputError(Exception):
    """One or more problems, each a line that says what is wrong and what to do; the command ends with exit code 2."""

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class ToolError(Exception):
    """A tool that the project relies on has refused; the message is what it said. The exit code is 1."""
