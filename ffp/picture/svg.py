"""Adds a title, a description and colours for light and dark mode to Graphviz's SVG."""

import re
import xml.etree.ElementTree as ET

from ffp.picture.boxes import Diagram

_NAMESPACE = "http://www.w3.org/2000/svg"
_STYLE = """
.paper { fill: #ffffff; stroke: #cbd2d9; }
text { fill: #1f2933; font-family: Helvetica, Arial, "Liberation Sans", sans-serif; }
.frame path, .frame polygon { fill: none; stroke: #7b8794; stroke-dasharray: 6 4; }
.arrow path { fill: none; stroke: #52606d; }
.arrow polygon { fill: #52606d; stroke: #52606d; }
.compute path { fill: #fdebd8; stroke: #c4691c; }
.data path { fill: #ddeefb; stroke: #2372ad; }
.entry path { fill: #ede4fb; stroke: #7a4fc0; }
.network path, .outside path { fill: #eef1f4; stroke: #7b8794; }
.operations path { fill: #e2f4e6; stroke: #2f8045; }
.security path { fill: #fbe1e4; stroke: #b83a4b; }
.unknown path { fill: #fff3b0; stroke: #8d6b00; stroke-dasharray: 3 3; }
@media (prefers-color-scheme: dark) {
.paper { fill: #161b22; stroke: #3d444d; }
text { fill: #e6edf3; }
.frame path, .frame polygon { stroke: #8b949e; }
.arrow path { stroke: #9da7b1; }
.arrow polygon { fill: #9da7b1; stroke: #9da7b1; }
.compute path { fill: #4a2f14; stroke: #e0914a; }
.data path { fill: #12324a; stroke: #5aa7dd; }
.entry path { fill: #34254f; stroke: #a684e0; }
.network path, .outside path { fill: #2a3038; stroke: #8b949e; }
.operations path { fill: #173a20; stroke: #5cb377; }
.security path { fill: #4a1b22; stroke: #e07a88; }
.unknown path { fill: #4a3d00; stroke: #e0c04a; }
}
"""


def styled(svg: str, diagram: Diagram, title: str) -> str:
    """The picture of a diagram, from Graphviz's SVG."""
    ET.register_namespace("", _NAMESPACE)
    root = ET.fromstring(re.sub(r"<!DOCTYPE[^>]*>", "", svg))  # noqa: S314 - our own program wrote it
    width, height = (float(each) for each in root.attrib["viewBox"].split()[2:])
    root.attrib.update({"width": f"{width:g}", "height": f"{height:g}", "role": "img"})
    root.attrib["aria-labelledby"] = "title description"
    for parent in list(root.iter()):
        for inner in [each for each in parent if each.tag == _tag("title")]:
            parent.remove(inner)  # Graphviz's ids, which browsers would show as tooltips
    paper = {"class": "paper", "x": "0.5", "y": "0.5", "width": f"{width - 1:g}", "height": f"{height - 1:g}"}
    for place, (tag, attributes, text) in enumerate(
        (
            ("title", {"id": "title"}, title),
            ("desc", {"id": "description"}, description_of(diagram)),
            ("style", {}, _STYLE),
            ("rect", {**paper, "rx": "8"}, None),
        )
    ):
        element = ET.Element(_tag(tag), attributes)
        element.text, element.tail = text, "\n"
        root.insert(place, element)
    return ET.tostring(root, encoding="unicode") + "\n"


def description_of(diagram: Diagram) -> str:
    """The picture in words: each frame with its boxes, and each arrow."""
    names = {frame.id: frame.title for frame in diagram.frames}
    names |= {
        box.id: " ".join([box.title, *([f"({', '.join(box.lines)})"] if box.lines else [])]) for box in diagram.boxes
    }
    contents = {frame: [names[box.id] for box in diagram.boxes if box.frame == frame.id] for frame in diagram.frames}
    sentences = [f"{frame.title}: {'; '.join(boxes)}." for frame, boxes in contents.items() if boxes]
    arrows = [
        f"{names[arrow.source]} to {names[arrow.target]}: {' '.join(arrow.label.split())}." for arrow in diagram.arrows
    ]
    return "\n".join([*sentences, *arrows])


def _tag(name: str) -> str:
    return f"{{{_NAMESPACE}}}{name}"
