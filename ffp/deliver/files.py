"""The files that a run of `ffp deliver` leaves to the next one, and to the job of GitHub Actions that it runs in."""

import json
import os
from pathlib import Path

from ffp.deliver.place import FOLDER
from ffp.deliver.planning import Planned
from ffp.project import BadInputError
from ffp.review import machine, markdown, page

TICKET = "ticket.json"
_PAGE, _TEXT, _REVIEW = "review.html", "review.md", "review.json"


def folder_of(environment: str) -> Path:
    """The folder for an environment's files, which exists then."""
    folder = FOLDER / environment
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def emptied(environment: str) -> Path:
    """The folder for the files of this run. Older ones go first, so that none is taken for a failed run's."""
    folder = folder_of(environment)
    for name in (TICKET, _PAGE, _TEXT, _REVIEW):
        (folder / name).unlink(missing_ok=True)
    return folder


def write(folder: Path, made: Planned, source_url: str) -> None:
    """Writes the review as a page, as Markdown and as JSON, with the ticket of a stored plan; tells the job of both."""
    text = markdown.as_markdown(made.review, _PAGE)
    (folder / _PAGE).write_text(page.as_page(made.review, source_url), encoding="utf-8")
    (folder / _TEXT).write_text(text, encoding="utf-8")
    (folder / _REVIEW).write_text(machine.as_json(made.review), encoding="utf-8")
    if made.ticket:
        (folder / TICKET).write_text(made.ticket.as_json(), encoding="utf-8")
        tell_job("GITHUB_OUTPUT", f"ticket={made.ticket.as_json()}")
        text = f"Approve this plan and its review with the code `{made.ticket.code}`.\n\n{text}"
    tell_job("GITHUB_STEP_SUMMARY", text)


def tell_job(variable: str, text: str) -> None:
    """Appends to a file that GitHub Actions reads after the step; elsewhere there is none."""
    if name := os.environ.get(variable):
        with Path(name).open("a", encoding="utf-8") as file:
            file.write(f"{text}\n")


def comment(environment: str) -> str | None:
    """The text of the comment; None if the plan changes nothing, so that no comment is needed."""
    folder = folder_of(environment)
    if not (folder / _REVIEW).exists():
        return f"**{environment}** could not be planned at the newest commit: see the job that plans it."
    try:
        review_made = json.loads((folder / _REVIEW).read_text(encoding="utf-8"))
        tables = [table for section in review_made["sections"] for table in section["tables"]]
        is_red = any(row["grade"] == "red" for table in tables for row in table["rows"])
        counts = [int(review_made["numbers"][each]) for each in ("red", "amber", "silenced", "changed_rows")]
        return (folder / _TEXT).read_text(encoding="utf-8") if is_red or any(counts) else None
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise BadInputError(
            f"review: {folder} contains none that can be read ({type(error).__name__}); run"
            f" `ffp deliver plan {environment}` again"
        ) from None
