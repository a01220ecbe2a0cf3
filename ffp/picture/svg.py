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
# In a picture of a change only what changes has a colour.
_CHANGES_STYLE = """
.box path { fill: #f6f7f8; stroke: #9aa5b1; }
.box.added path { fill: #d9f2df; stroke: #1d6b36; stroke-width: 2; }
.box.changed path { fill: #e6defa; stroke: #5b3fa8; stroke-width: 2; }
.box.removed path { fill: #fbdedb; stroke: #b3261a; stroke-width: 2; stroke-dasharray: 5 3; }
.arrow.added path, .arrow.added polygon { stroke: #1d6b36; stroke-width: 2; }
.arrow.changed path, .arrow.changed polygon { stroke: #5b3fa8; stroke-width: 2; }
.arrow.removed path, .arrow.removed polygon { stroke: #b3261a; stroke-width: 2; }
.arrow.removed path { stroke-dasharray: 5 3; }
@media (prefers-color-scheme: dark) {
.box path { fill: #1f252c; stroke: #66717d; }
.box.added path { fill: #173a20; stroke: #6cc888; }
.box.changed path { fill: #34254f; stroke: #b9a3f5; }
.box.removed path { fill: #4a1b18; stroke: #ff8a7d; }
.arrow.added path, .arrow.added polygon { stroke: #6cc888; }
.arrow.changed path, .arrow.changed polygon { stroke: #b9a3f5; }
.arrow.removed path, .arrow.removed polygon { stroke: #ff8a7d; }
}
"""
_LEGEND = (("added", "+ added"), ("changed", "~ changed"), ("removed", "- removed"), ("", "unchanged"))
_LEGEND_HEIGHT, _LEGEND_STEP = 34, 100


def styled(svg: str, diagram: Diagram, title: str, *, changes: bool = False) -> str:
    """The picture of a diagram, from Graphviz's SVG; of a change, with its colours and a legend."""
    ET.register_namespace("", _NAMESPACE)
    root = ET.fromstring(re.sub(r"<!DOCTYPE[^>]*>", "", svg))  # noqa: S314 - our own program wrote it
    width, height = (float(each) for each in root.attrib["viewBox"].split()[2:])
    if changes:
        width, height = max(width, len(_LEGEND) * _LEGEND_STEP + 20), height + _LEGEND_HEIGHT
        root.attrib["viewBox"] = f"0 0 {width:g} {height:g}"
        root.append(_legend(height))
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
            ("style", {}, _STYLE + (_CHANGES_STYLE if changes else "")),
            ("rect", {**paper, "rx": "8"}, None),
        )
    ):
        element = ET.Element(_tag(tag), attributes)
        element.text, element.tail = text, "\n"
        root.insert(place, element)
    return ET.tostring(root, encoding="unicode") + "\n"


def _legend(height: float) -> ET.Element:
    legend = ET.Element(_tag("g"), {"class": "legend"})
    for place, (mark, text) in enumerate(_LEGEND):
        left, top = 14 + place * _LEGEND_STEP, height - 28
        group = ET.SubElement(legend, _tag("g"), {"class": f"box {mark}".rstrip()})
        ET.SubElement(group, _tag("path"), {"d": f"M{left:g} {top:g}h22v14h-22z"})
        words = ET.SubElement(group, _tag("text"), {"x": f"{left + 28:g}", "y": f"{top + 11:g}", "font-size": "11"})
        words.text = text
    return legend


def description_of(diagram: Diagram) -> str:
    """The picture in words: each frame with its boxes, and each arrow."""
    names = {frame.id: frame.title for frame in diagram.frames}
    names |= {
        box.id: " ".join([box.title, *([f"({', '.join(box.lines)})"] if box.lines else [])]) for box in diagram.boxes
    }
    contents = {frame: [names[box.id] for box in diagram.boxes if box.frame == frame.id] for frame in diagram.frames}
    sentences = [f"{frame.title}: {'; '.join(boxes)}." for frame, boxes in contents.items() if boxes]
    arrows = [
        f"{names[arrow.source]} to {names[arrow.target]}: {' '.join(arrow.label.split())}"
        f"{f' ({arrow.mark})' if arrow.mark else ''}."
        for arrow in diagram.arrows
    ]
    return "\n".join([*sentences, *arrows])


def changes_of(diagram: Diagram) -> str:
    """The boxes that a change touches, in words."""
    marked = [box for box in diagram.boxes if box.mark]
    return "\n".join(f"{box.title} ({', '.join(box.lines)}) is {box.mark}." for box in marked)


def _tag(name: str) -> str:
    return f"{{{_NAMESPACE}}}{name}"
