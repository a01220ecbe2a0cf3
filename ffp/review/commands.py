"""The command `ffp review`: writes the page and the Markdown of a change's review, and prints the verdict."""

import gc
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from ffp import compare, git, stacks
from ffp import scan as scanner
from ffp.known import settings_with
from ffp.progress import messages, progress
from ffp.project import BUILD, OUTPUT, ROOT, BadInputError
from ffp.review.report import Review
from ffp.up_to_date import require_current

FOLDER = BUILD / "review"
FAILURE = 1
answers = Console(highlight=False, emoji=False)


class Format(StrEnum):
    """What is printed."""

    TABLE = "table"
    MARKDOWN = "markdown"
    JSON = "json"
    SARIF = "sarif"


def review_command(
    environment: Annotated[str, typer.Argument(help="An environment, such as prod.", metavar="ENV")],
    against: Annotated[
        str | None, typer.Option(help="A branch, tag or commit; if omitted, where this branch left main.")
    ] = None,
    plan: Annotated[
        Path | None, typer.Option(help="A saved plan of the environment, or its JSON by `terraform show -json`.")
    ] = None,
    scan: Annotated[bool, typer.Option("--scan", help="Scan the environment's stacks, which takes seconds.")] = False,
    format: Annotated[Format, typer.Option(help="What is printed.")] = Format.TABLE,  # noqa: A002
    twin: Annotated[
        bool,
        typer.Option("--twin", help="Try, which takes seconds, whether anything depends on the environment's name."),
    ] = False,
    to: Annotated[Path, typer.Option("--to", help="The folder for the page and the Markdown.")] = FOLDER,
    source_url: Annotated[
        str, typer.Option(help="The address of the sources at a code host, to link lines of Python.")
    ] = "",
    out: Annotated[Path, typer.Option("--out", help="The folder with the synthesised stacks.")] = OUTPUT,
) -> None:
    """Review a change: what is dangerous, who gains access, what is reachable, what it costs, what changes."""
    settings = settings_with(environment)
    _require_address(source_url)
    if twin and out.resolve() != OUTPUT:
        raise BadInputError(
            f"twin: {out} may be of other sources than these, which make the twin; leave one of both out"
        )
    files = _emptied(to, environment)
    from ffp.review import (
        machine,
        markdown,
        page,
        plans,
        reviewing,
        twins,
    )  # loads what a call with bad input does not need

    with progress() as report, _without_collections():
        after = {each.name: each for each in stacks.load(out, with_assets=False)}
        if environment not in after:
            raise BadInputError(f"{out}: contains no stack {environment}; run `ffp synth`")
        require_current([after[environment]], out)
        reference = against or merge_base()
        before = compare.of_commit(reference, report)
        saved = plans.read(plan, after[environment], report) if plan else None
        own = [each for name, each in after.items() if name in (environment, f"bootstrap-{environment}")]
        other = twins.of(after[environment], report) if twin else None
        results = scanner.scan(own, today=_today(), report=report) if scan else None
        made = reviewing.review(
            environment,
            settings,
            (before, after),
            against=against or _in_words(reference),
            today=_today(),
            plan=saved,
            results=results,
            twin=other,
            report=report,
        )
        report("writing")
        texts = (page.as_page(made, source_url), markdown.as_markdown(made, f"{environment}.html"))
        for file, text in zip(files, texts, strict=True):
            file.write_text(text, encoding="utf-8", newline="\n")
    if format is Format.MARKDOWN:
        print(texts[1])
    elif format is Format.JSON:
        print(machine.as_json(made))
    elif format is Format.SARIF:
        stack = after[environment].path.resolve()
        shown = stack.relative_to(ROOT) if stack.is_relative_to(ROOT) else stack
        lines = {block.address: block.lines for stack in own for block in stack.blocks}
        print(machine.as_sarif(made, shown.as_posix(), lines))
    else:
        show(answers, made, scanned=scan)
    messages.print(f"{to / environment}.html and .md", markup=False)
    if made.red:
        raise typer.Exit(FAILURE)


@contextmanager
def _without_collections() -> Iterator[None]:
    """Lets Python search for no garbage: a review makes a million objects that live until its end, and few cycles."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def show(console: Console, review: Review, *, scanned: bool = False) -> None:
    """Prints the verdict: red first, then what is silenced and what could not be judged."""
    if review.concerns:
        table = Table(
            "",
            Column("what", ratio=2, overflow="fold"),
            Column("before", ratio=1, overflow="fold"),
            Column("after", ratio=1, overflow="fold"),
            box=box.SIMPLE_HEAD,
            padding=(0, 1, 0, 0),
            pad_edge=False,
            expand=True,
        )
        for each in review.concerns:
            colour = "red" if each in review.red else "yellow"
            what = f"{escape(each.title)}\n[dim]{escape(each.why)}[/]" if each.why else escape(each.title)
            table.add_row(f"[{colour}]{each.grade}[/]", what, escape(each.before), escape(each.after))
        console.print(table)
    for silenced in review.silenced:
        text = f"silenced until {silenced.until}: {silenced.concern.title}: {silenced.because}"
        console.print(text, markup=False, soft_wrap=True)
    for unknown in review.unknowns:
        console.print(f"note: {unknown}", markup=False, soft_wrap=True)
    amber = len(review.concerns) - len(review.red)
    console.print(
        f"{review.environment}: {len(review.red)} red, {amber} amber, {len(review.silenced)} silenced,"
        f" against {review.before}",
        markup=False,
        soft_wrap=True,
    )
    for section in review.sections:
        if section.changed_rows or (section.id == "scan" and scanned):
            console.print(f"{section.title}: {section.summary}", markup=False, soft_wrap=True)


def merge_base() -> str:
    """The commit where this branch left main. Raises BadInputError if git does not know one."""
    for main in ("origin/main", "main"):
        found = git.run("merge-base", "HEAD", main)
        if found.returncode == 0:
            return found.stdout.strip()
    raise BadInputError("against: git knows no branch main that this one left; name a branch, a tag or a commit")


def _in_words(commit: str) -> str:
    """What the commit is with which a change is compared if nobody names one."""
    where = "the last commit of main" if git.head() == commit else "where this branch left main"
    return f"{commit[:9]}, {where}"


def _require_address(source_url: str) -> None:
    if source_url and not re.fullmatch(r"https?://[^/\s]+/\S+", source_url):
        raise BadInputError(
            f"source-url: {source_url} is no address; write https://HOST/OWNER/NAME/blob/COMMIT, or leave it out"
        )


def _emptied(folder: Path, environment: str) -> tuple[Path, Path]:
    """The page and the Markdown that will be written. Older ones go first, so that none is taken for a failed run's."""
    files = (folder / f"{environment}.html", folder / f"{environment}.md")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file in files:
            file.unlink(missing_ok=True)
            file.touch()
            file.unlink()
    except OSError as error:
        raise BadInputError(f"to: {folder} cannot be written: {error.strerror}; name another folder") from None
    return files


def _today() -> date:
    return datetime.now(UTC).date()
