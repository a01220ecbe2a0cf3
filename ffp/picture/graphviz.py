"""Lays a diagram out with Graphviz as WebAssembly (@viz-js/viz on Node), so that every machine creates the same SVG."""

import json
import re
import subprocess
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any

from ffp import node
from ffp.picture.boxes import Arrow, Box, Diagram, Frame
from ffp.project import ToolError

PACKAGE = "@viz-js/viz"
# Graphviz knows the widths of ASCII only; in names it guesses others, and the box is a little too wide or narrow.
_GUESSED_WIDTH = re.compile(r"^Warning: no (value for width of|hard-coded metrics).*$", re.MULTILINE)
_CROWD = 45  # arrows in a picture of a change; with more, their labels need more room
_PROGRAM = Path(__file__).with_name("layout.mjs")
_FONT = {
    "fontname": "Helvetica",
    "fontsize": 11,
}  # Graphviz knows its widths, and Arial and Liberation Sans have the same


def laid_out(diagrams: Sequence[Diagram]) -> list[str]:
    """The SVGs that Graphviz creates for some diagrams. Raises ToolError if Graphviz is not installed or fails."""
    program, package = node.program(), node.package(PACKAGE)
    if program is None or package is None:
        raise ToolError(
            f"{'Node' if program is None else PACKAGE} is not installed; run `make cdktf`, then this command again"
        )
    graphs = json.dumps([graph_of(each) for each in diagrams])
    run = subprocess.run(  # noqa: S603 - our own program and no shell
        [program, _PROGRAM], input=graphs, capture_output=True, encoding="utf-8", check=False
    )
    if run.returncode or _GUESSED_WIDTH.sub("", run.stderr).strip():
        raise ToolError(f"Graphviz could not draw: {run.stderr.strip()}")
    drawn: list[str] = json.loads(run.stdout)
    return drawn


def graph_of(diagram: Diagram) -> dict[str, Any]:
    """The diagram in the form that @viz-js/viz reads."""
    crowded = len(diagram.arrows) > _CROWD and any(box.mark for box in diagram.boxes)
    columns = [[box.id for box in diagram.boxes if box.look == look] for look in ("compute", "network")]
    return {
        "directed": True,
        "graphAttributes": {
            **_FONT,
            "bgcolor": "transparent",
            "compound": True,  # arrows may start at frames
            "newrank": True,  # boxes in different frames can share a column
            "nodesep": 0.3 if crowded else 0.15,
            "pad": 0.15,
            "rankdir": "LR",
            "ranksep": 0.5 if crowded else 0.22,
        },
        "nodeAttributes": {**_FONT, "shape": "box", "style": "rounded,filled", "margin": "0.1,0.06"},
        "edgeAttributes": {**_FONT, "fontsize": 10, "arrowsize": 0.6},
        "nodes": [_node(box) for box in diagram.boxes if box.frame is None],
        "subgraphs": [
            *(_cluster(diagram, frame) for frame in diagram.frames if frame.frame is None),
            *(_column(ids) for ids in columns if ids),
        ],
        "edges": [_edge(diagram, arrow) for arrow in diagram.arrows],
    }


def _node(box: Box) -> dict[str, Any]:
    lines = [f"<b>{escape(box.title)}</b>", *map(escape, box.lines)]
    return {
        "name": box.id,
        "attributes": {"label": {"html": "<br/>".join(lines)}, "class": f"box {box.look} {box.mark}".rstrip()},
    }


def _cluster(diagram: Diagram, frame: Frame) -> dict[str, Any]:
    return {
        "name": f"cluster_{frame.id}",
        "graphAttributes": {**_FONT, "label": frame.title, "labeljust": "l", "style": "rounded", "class": "frame"},
        "nodes": [_node(box) for box in diagram.boxes if box.frame == frame.id],
        "subgraphs": [_cluster(diagram, inner) for inner in diagram.frames if inner.frame == frame.id],
    }


def _column(ids: list[str]) -> dict[str, Any]:
    return {"graphAttributes": {"rank": "same"}, "nodes": [{"name": id_} for id_ in ids]}


def _edge(diagram: Diagram, arrow: Arrow) -> dict[str, Any]:
    attributes: dict[str, Any] = {"label": arrow.label, "class": f"arrow {arrow.mark}".rstrip()}
    tail = arrow.source
    if inside := [box.id for box in diagram.boxes if box.frame == arrow.source]:
        tail = inside[len(inside) // 2]  # Graphviz needs a box, and clips the arrow at the frame
        attributes["ltail"] = f"cluster_{arrow.source}"
    functions = {end for box in diagram.boxes if box.look == "compute" for end in (box.id, box.frame)}
    used = {each.target for each in diagram.arrows if each.source in functions}
    if (
        arrow.source in used and arrow.target in functions
    ):  # services that functions use are right of them, even if they call one
        return {"tail": arrow.target, "head": tail, "attributes": {**attributes, "dir": "back"}}
    return {"tail": tail, "head": arrow.target, "attributes": attributes}
