"""Charts of the pages in docs/, drawn by pygal: SVG in light and dark mode, with the same bytes on every machine."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from math import ceil, floor, log10
from typing import Any

import pygal

Point = tuple[float, float]

_SVG = "http://www.w3.org/2000/svg"
_WIDTH, _HEIGHT = 760, 400
_LEFT_OUT = {f"{{{_SVG}}}{tag}" for tag in ("defs", "desc", "title")}  # the script, tooltips and pygal's colours
_STYLE = """
text { fill: #1f2933; font-family: Helvetica, Arial, "Liberation Sans", sans-serif; font-size: 12px; }
.title { font-size: 13px; text-anchor: middle; }
.plot_title { font-size: 15px; font-weight: bold; }
.graph > .background { fill: #ffffff; stroke: #cbd2d9; }
.plot > .background { fill: none; }
.axis path { fill: none; stroke: #cbd2d9; }
.axis .axis.line { stroke: #52606d; }
.axis.x text { text-anchor: middle; }
.axis.y text { text-anchor: end; }
.series .line { fill: none; stroke-width: 2.5; }
.color-0 { fill: #2372ad; stroke: #2372ad; }
.color-1 { fill: #c4691c; stroke: #c4691c; }
.color-2 { fill: #2f8045; stroke: #2f8045; }
.color-3 { fill: #7a4fc0; stroke: #7a4fc0; }
.color-4 { fill: #b83a4b; stroke: #b83a4b; }
.color-5 { fill: #52606d; stroke: #52606d; }
.color-6 { fill: #8d6b00; stroke: #8d6b00; }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3; }
.graph > .background { fill: #161b22; stroke: #3d444d; }
.axis path { stroke: #3d444d; }
.axis .axis.line { stroke: #9da7b1; }
.color-0 { fill: #5aa7dd; stroke: #5aa7dd; }
.color-1 { fill: #e0914a; stroke: #e0914a; }
.color-2 { fill: #5cb377; stroke: #5cb377; }
.color-3 { fill: #a684e0; stroke: #a684e0; }
.color-4 { fill: #e07a88; stroke: #e07a88; }
.color-5 { fill: #9da7b1; stroke: #9da7b1; }
.color-6 { fill: #e0c04a; stroke: #e0c04a; }
}
"""


def lines(title: str, across: str, up: str, series: Mapping[str, Sequence[Point]]) -> str:
    """A chart of lines, each through its points."""
    chart = pygal.XY(**_options(title, across, up), show_dots=False)
    for name, points in series.items():
        chart.add(name, list(points))
    return _finished(chart.render(), title)


def lines_by_powers(title: str, across: str, up: str, series: Mapping[str, Sequence[Point]]) -> str:
    """A chart of lines whose axes both grow by powers of ten; points at or below zero are left out."""
    logarithms = {name: [(log10(x), log10(y)) for x, y in points if x > 0 and y > 0] for name, points in series.items()}
    every = [point for points in logarithms.values() for point in points]
    chart = pygal.XY(**_options(title, across, up), show_dots=False)
    for axis, labels in (("x_labels", [x for x, _ in every]), ("y_labels", [y for _, y in every])):
        setattr(chart, axis, list(range(floor(min(labels)), ceil(max(labels)) + 1)))
    chart.x_value_formatter = chart.value_formatter = lambda power: f"{10**power:,g}"
    for name, points in logarithms.items():
        chart.add(name, points)
    return _finished(chart.render(), title)


def bars(title: str, up: str, labels: Sequence[str], series: Mapping[str, Sequence[float]]) -> str:
    """A chart of horizontal bars, each of stacked parts, in the order of the labels."""
    chart = pygal.HorizontalStackedBar(**_options(title, up, ""))
    chart.x_labels = list(reversed(labels))  # pygal begins at the bottom
    for name, values in series.items():
        chart.add(name, list(reversed(values)))
    return _finished(chart.render(), title)


def _options(title: str, across: str, up: str) -> dict[str, Any]:
    return {
        "title": title,
        "x_title": across,
        "y_title": up,
        "width": _WIDTH,
        "height": _HEIGHT,
        "explicit_size": True,
        "no_prefix": True,
        "js": (),
        "disable_xml_declaration": True,
        "truncate_legend": -1,
        "legend_box_size": 10,
    }


def _finished(svg: Any, title: str) -> str:
    """The chart with our colours, and without pygal's script, tooltips and date."""
    ET.register_namespace("", _SVG)
    root = ET.fromstring(svg)  # noqa: S314 - pygal wrote it
    for parent in list(root.iter()):
        for inner in list(parent):
            overlay = "overlay" in inner.get("class", "")
            if not isinstance(inner.tag, str) or inner.tag in _LEFT_OUT or overlay:
                parent.remove(inner)
    root.attrib.pop("id", None)
    root.attrib.update({"role": "img", "aria-label": title})
    for place, (tag, text) in enumerate((("title", title), ("style", _STYLE))):
        element = ET.Element(f"{{{_SVG}}}{tag}")
        element.text, element.tail = text, "\n"
        root.insert(place, element)
    text = ET.tostring(root, encoding="unicode")
    # Half a pixel does not matter, and the last digits of a logarithm differ between machines.
    return re.sub(r"\d+\.\d{2,}", lambda match: f"{float(match[0]):.1f}", text) + "\n"
