"""The pictures of a review: architecture and network reach with the change coloured in, and cost by service."""

import json
import re
from collections.abc import Mapping
from dataclasses import replace

from ffp.model import Changes, Model, both, model_of, touched
from ffp.picture import draw_changes
from ffp.project import ToolError
from ffp.reference import charts
from ffp.review.changes import affected
from ffp.review.report import Mark, Picture
from ffp.review.shown import clipped, one_line, shown
from ffp.review.side import Side
from ffp.stacks import SynthesisedBlock

SECTION = "pictures"  # the id of the section with them
UNDRAWN = "no pictures"  # how a note begins that says why there are none
_CENT = 0.005
_LONGEST = 60  # characters of a name in a picture
_CONNECTION = re.compile(r"any port|ports? \d+|HTTPS|uploads|sign in")


def cost(before: Mapping[str, float], after: Mapping[str, float], unit: str = "dollars a month") -> Picture | None:
    """A bar for each service that costs something, with what the change adds and saves; None if nothing costs."""
    services = sorted({*before, *after}, key=lambda each: (-max(before.get(each, 0), after.get(each, 0)), each))
    shown = [each for each in services if max(before.get(each, 0), after.get(each, 0)) >= _CENT]
    if not shown:
        return None
    pairs = {each: (float(before.get(each, 0)), float(after.get(each, 0))) for each in shown}
    series = {
        "unchanged": [min(pair) for pair in pairs.values()],
        "added by this change": [max(new - old, 0) for old, new in pairs.values()],
        "saved by this change": [max(old - new, 0) for old, new in pairs.values()],
    }
    used = {name: values for name, values in series.items() if name == "unchanged" or any(values)}
    words = [
        f"{name}: {new:,.2f} {unit}" + (f", before {old:,.2f}" if abs(new - old) >= _CENT else "")
        for name, (old, new) in pairs.items()
    ]
    title = "Cost by service, expected month"
    return Picture(title, charts.bars(title, unit, shown, used), ".\n".join([*words, ""]).strip())


def drawn(
    before: Side, after: Side, marks: Mapping[str, Mark] | None = None
) -> tuple[dict[str, Picture], tuple[str, ...]]:
    """The pictures `architecture` and `network`, and in words what could not be drawn.

    `marks` says what changed, by today's address; without it, every block whose values differ did.
    """
    old, new = model_of(before.stack), model_of(after.stack)
    found = (
        changed(before, after) if marks is None else {address: mark.value for address, mark in marks.items() if mark}
    )
    by_stack = touched(after.stack, found), touched(before.stack, {k: v for k, v in found.items() if v == Mark.REMOVED})
    changes = Changes({**by_stack[1].parts, **by_stack[0].parts}, {**by_stack[1].services, **by_stack[0].services})
    whole = both(old, new, before.renamed, changes)
    reach = both(_connections(old), _connections(new), before.renamed)
    titles = f"The architecture of {new.name}", f"The network of {new.name}: who can open a connection to whom"
    try:
        drawings = draw_changes(
            [(title, _drawable(model), marks) for title, (model, marks) in zip(titles, (whole, reach), strict=True)]
        )
    except ToolError as missing:
        return {}, (f"{UNDRAWN}: {missing}",)
    pictures = [Picture(title, svg, words) for title, (svg, words) in zip(titles, drawings, strict=True)]
    return dict(zip(("architecture", "network"), pictures, strict=True)), ()


def changed(before: Side, after: Side) -> dict[str, str]:
    """How each block differs, by today's address: added, removed or changed. Equal ones are left out."""
    old, new = ({side.address(block): block for block in side.stack.blocks} for side in (before, after))
    may_differ = affected(before, after)
    return {
        address: Mark.ADDED.value
        if address not in old
        else Mark.REMOVED.value
        if address not in new
        else Mark.CHANGED.value
        for address in dict.fromkeys((*new, *old))
        if address not in old
        or address not in new
        or (address in may_differ and _text(before, old[address]) != _text(after, new[address]))
    }


def _drawable(model: Model) -> Model:
    """A model whose texts are short, and show what is invisible."""
    parts = {
        id_: replace(part, name=_short(part.name), kind=_short(part.kind), tier=part.tier and _short(part.tier))
        for id_, part in model.parts.items()
    }
    tiers = tuple(replace(tier, name=_short(tier.name)) for tier in model.tiers)
    links = tuple(replace(link, verbs=tuple(map(_short, link.verbs))) for link in model.links)
    return replace(model, parts=parts, tiers=tiers, links=links)


def _short(text: str) -> str:
    return clipped(shown(one_line(text)), _LONGEST)


def _text(side: Side, block: SynthesisedBlock) -> str:
    """The values of a block as one text, without the order in which Terraform works."""
    values = {name: value for name, value in block.attributes.items() if name != "depends_on"}
    return json.dumps(side.resolved(values), sort_keys=True, default=str)


def _connections(model: Model) -> Model:
    """The part of a model that opens connections."""
    links = [replace(link, verbs=tuple(verb for verb in link.verbs if _CONNECTION.match(verb))) for link in model.links]
    kept = tuple(link for link in links if link.verbs)
    ends = {end for link in kept for end in (link.source, link.target)}
    parts = {id_: part for id_, part in model.parts.items() if id_ in ends}
    return replace(model, parts=parts, links=kept, counts={})
