"""Files that say what an environment is, kept beside the tests so that a change of them is read by a person."""

from pathlib import Path

import pytest

FOLDER = Path(__file__).parent / "reviewed"


def compare(request: pytest.FixtureRequest, name: str, lines: list[str]) -> None:
    """Fails when the reviewed file says something else; `pytest --update-reviewed` writes it anew."""
    path = FOLDER / name
    if request.config.getoption("--update-reviewed"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    reviewed = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    gone = [f"- {line}" for line in reviewed if line not in lines]
    new = [f"+ {line}" for line in lines if line not in reviewed]
    if gone or new or reviewed != lines:
        shown = "\n".join((*gone, *new)) or "the order of the lines"
        pytest.fail(
            f"{name} has not been reviewed:\n{shown}\nIf that is meant, run `.venv/bin/pytest --update-reviewed` and "
            "let a second person read the difference.",
            pytrace=False,
        )
