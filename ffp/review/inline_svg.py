"""Prepares drawings for a page: only harmless elements, ids that are unique, and styles that end at the drawing."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from ffp.review.report import Picture
from ffp.review.shown import shown

_SVG = "http://www.w3.org/2000/svg"
_ELEMENTS = re.compile("svg|g|title|desc|rect|path|polygon|polyline|line|circle|ellipse|text|tspan")
_ATTRIBUTES = re.compile(
    "class|id|viewBox|width|height|transform|d|points|c?[xy]|[xy][12]|d[xy]|r[xy]?|opacity|text-anchor"
    "|fill|fill-opacity|stroke|stroke-(dasharray|linecap|opacity|width)|font-(family|size|style|weight)"
)
_SMALLEST = 0.8  # of a drawing's own size; on a narrower page it scrolls, since its words would be illegible
_RULE = re.compile(r"\s*(@media[^{]*)\{((?:[^{}]*\{[^{}]*\})*)\s*\}|\s*([^{}@]+)\{([^{}]*)\}")
_UNSAFE_STYLE = re.compile(r"[<\\]|url\(|@(?!media)|expression\(|/\*")


@dataclass
class Drawings:
    """The drawings of one page. `style` holds the rules of all, each valid only for the drawings that brought it."""

    _styles: dict[str, str] = field(default_factory=dict)  # the class that a style applies to, by the style
    _widths: list[str] = field(default_factory=list)  # a rule for each drawing
    _drawn: int = 0

    @property
    def style(self) -> str:
        """The rules of all drawings so far."""
        rules = (rule for style, name in self._styles.items() for rule in scoped(style, f".{name}"))
        return "\n".join([*rules, *self._widths])

    def inline(self, picture: Picture) -> str:
        """The drawing as an element of an HTML page; empty if it is no SVG."""
        self._drawn += 1
        start = f"drawing-{self._drawn}"
        try:
            root = ET.fromstring(re.sub(r"<!DOCTYPE[^>]*>", "", picture.svg))  # noqa: S314 - our own programs wrote it
        except ET.ParseError:
            return ""
        if root.tag not in (f"{{{_SVG}}}svg", "svg"):
            return ""
        classes = [self._class_of("".join(each.itertext())) for each in root.iter(f"{{{_SVG}}}style")]
        _reduce(root, start)
        root.attrib["class"] = " ".join(filter(None, [root.get("class"), start, *classes]))
        if width := re.match(r"[\d.]+", root.get("width", "")):
            self._widths.append(f".{start} {{ min-width: {float(width[0]) * _SMALLEST:.0f}px; }}")
        root.attrib |= {"role": "img", "aria-labelledby": f"{start}-title", "aria-describedby": f"{start}-description"}
        for place, (tag, text) in enumerate((("title", picture.title), ("desc", picture.description))):
            element = ET.Element(tag, {"id": f"{start}-{'title' if tag == 'title' else 'description'}"})
            element.text = shown(text)
            root.insert(place, element)
        return ET.tostring(root, encoding="unicode", short_empty_elements=True)

    def _class_of(self, style: str) -> str:
        return "" if _UNSAFE_STYLE.search(style) else self._styles.setdefault(style, f"drawn-{len(self._styles) + 1}")


def scoped(style: str, scope: str) -> Iterator[str]:
    """The rules of a style sheet, each valid only below the scope. Other rules than plain ones and @media are lost."""
    for condition, inner, selectors, declarations in _RULE.findall(style):
        if condition:
            yield f"{condition.strip()} {{ {' '.join(scoped(inner, scope))} }}"
        else:
            each = ", ".join(f"{scope} {selector.strip()}" for selector in selectors.split(","))
            yield f"{each} {{{declarations}}}"


def _reduce(root: ET.Element, start: str) -> None:
    """Leaves only what draws, without namespaces, and prefixes every id."""
    for element in list(root.iter()):
        for inner in list(element):
            if not _ELEMENTS.fullmatch(_local(inner.tag)) or (
                element is root and _local(inner.tag) in ("title", "desc")
            ):
                element.remove(inner)
        element.tag = _local(element.tag)
        attributes = dict(_kept(element.attrib.items(), start))
        element.attrib.clear()
        element.attrib.update(attributes)
        element.text, element.tail = (
            shown(each) if each and each.strip() else None for each in (element.text, element.tail)
        )


def _kept(attributes: Iterable[tuple[str, str]], start: str) -> Iterator[tuple[str, str]]:
    for name, value in attributes:
        if _ATTRIBUTES.fullmatch(name) and "url(" not in value:
            yield name, f"{start}-{value}" if name == "id" else value


def _local(tag: object) -> str:
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""
