"""Draws the model of a stack as an SVG."""

from ffp.model import Changes, Model
from ffp.picture.boxes import diagram_of
from ffp.picture.graphviz import laid_out
from ffp.picture.svg import changes_of, description_of, styled
from ffp.project import ROOT

STACK, FILE = "prod", ROOT / "docs/architecture.svg"  # the stack whose picture the documents show, and its file


def draw(model: Model) -> str:
    """The SVG of a stack, which is the same on every machine. Raises ToolError if Graphviz is missing."""
    diagram = diagram_of(model)
    return styled(laid_out(diagram), diagram, f"The architecture of the stack {model.name}")


def draw_change(model: Model, changes: Changes, title: str) -> tuple[str, str]:
    """The SVG of what a change touches, and the same in words. Raises ToolError if Graphviz is missing."""
    diagram = diagram_of(model, changes)
    words = "\n".join(filter(None, (changes_of(diagram), description_of(diagram))))
    return styled(laid_out(diagram), diagram, title, changes=bool(changes)), words
