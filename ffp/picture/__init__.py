"""Draws the model of a stack as an SVG."""

from ffp.model import Model
from ffp.picture.boxes import diagram_of
from ffp.picture.graphviz import laid_out
from ffp.picture.svg import finished
from ffp.project import ROOT

STACK, FILE = "prod", ROOT / "docs/architecture.svg"  # what the documents show, and where


def draw(model: Model) -> str:
    """The picture of a stack, the same for the same model on every machine; ToolError where Graphviz is missing."""
    diagram = diagram_of(model)
    return finished(laid_out(diagram), diagram, f"The architecture of the stack {model.name}")
