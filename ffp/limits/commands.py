"""The command that shows how much of AWS's limits the synthesised stacks use."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Column, Table

from catalogue.limits import Limit
from ffp import limits, stacks
from ffp.project import OUTPUT
from settings import environments

console = Console(highlight=False, emoji=False)


def limits_command(
    stack: Annotated[list[str] | None, typer.Option("--stack", help="Only this stack; repeat for several.")] = None,
    out: Annotated[Path, typer.Option("--out", help="The folder with the synthesised stacks.")] = OUTPUT,
) -> None:
    """Show how much of each of AWS's limits the synthesised stacks use, the fullest first."""
    accounts = {name: each.limits for name, each in environments.load().items()}
    fullest: dict[Limit, limits.Use] = {}
    for use in limits.uses(stacks.load(out, stack or (), with_assets=False), accounts):
        fullest.setdefault(use.limit, use)
    shown = Table("limit", Column("used", justify="right"), "", "stack", Column("where", overflow="fold"))
    for limit, use in fullest.items():
        shown.add_row(limit.name, f"{use.number:,} of {use.allowed:,}", f"{use.share:.0%}", use.stack, use.where)
    console.print(shown)
