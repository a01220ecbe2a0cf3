"""Draws the model of a stack as an SVG."""

from collections.abc import Sequence

from ffp.model import Changes, Model
from ffp.picture.boxes import diagram_of
from ffp.picture.graphviz import laid_out
from ffp.picture.svg import changes_of, description_of, styled
from ffp.project import ROOT

STACK, FILE = "prod", ROOT / "docs/architecture.svg"  # the stack whose picture the documents show, and its file


def draw(model: Model) -> str:
    """The SVG of a stack, which is the same on every machine. Raises ToolError if Graphviz is missing."""
    diagram = diagram_of(model)
    (svg,) = laid_out([diagram])
    return styled(svg, diagram, f"The architecture of the stack {model.name}")


def draw_changes(pictures: Sequence[tuple[str, Model, Changes]]) -> list[tuple[str, str]]:
    """The SVG of what a change touches, and the same in words, for each title with a model and its changes.

    Raises ToolError if Graphviz is missing.
    """
    diagrams = [diagram_of(model, changes) for _, model, changes in pictures]
    return [
        (
            styled(svg, diagram, title, changes=bool(changes)),
            "\n".join(filter(None, (changes_of(diagram), description_of(diagram)))),
        )
        for (title, _, changes), diagram, svg in zip(pictures, diagrams, laid_out(diagrams), strict=True)
    ]
