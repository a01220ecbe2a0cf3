"""One change of a synthesised stack, as a pull request would make it, and what a review must say about it."""

import copy
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from ffp.review.concern import Topic
from ffp.stacks import SynthesisedBlock, SynthesisedStack

Document = dict[str, Any]  # a whole cdk.tf.json
Resources = Mapping[str, Mapping[str, Any]]  # by address
Each = TypeVar("Each")


class DoesNotApply(Exception):  # noqa: N818 - the name is a sentence
    """The stack has nothing that this edit could change."""


@dataclass(frozen=True)
class Edit:
    """One change. A dangerous one says what the verdict must be about; a harmless one says nothing.

    `change` edits the document in place and raises DoesNotApply if there is nothing to change. It finds blocks by what
    they are, never by the sample's names, so that it applies to any application.
    """

    name: str
    change: Callable[[Document], object]
    about: Topic | None = None
    stack: str = "platform"  # or "bootstrap"


def edited(stack: SynthesisedStack, document: Document, edit: Edit) -> SynthesisedStack:
    """The stack with one edit made to a copy of its document. Raises DoesNotApply if it says so already."""
    changed = copy.deepcopy(document)
    edit.change(changed)
    for section in ("data", "resource"):  # types that were only looked for
        changed[section] = {type_: named for type_, named in changed.get(section, {}).items() if named}
    if changed == document:
        raise DoesNotApply("it is like this already")
    return stack_of(changed, stack.name, stack.path)


def stack_of(document: Mapping[str, Any], name: str = "prod", path: Path = Path("none")) -> SynthesisedStack:
    """A stack as it is read from such a document, without the lines of its blocks."""
    blocks = []
    for type_, configurations in document.get("provider", {}).items():
        for body in configurations if isinstance(configurations, list) else [configurations]:
            address = ".".join(("provider", type_, *filter(None, [body.get("alias")])))
            blocks.append(SynthesisedBlock(address, "provider", type_, body, {}, (1, 1)))
    for section, start in (("data", "data."), ("resource", "")):
        for type_, named in document.get(section, {}).items():
            for each, body in named.items():
                attributes = {key: value for key, value in body.items() if key != "//"}
                comment = body.get("//")
                waivers = comment.get("waivers", {}) if isinstance(comment, dict) else {}
                address = f"{start}{type_}.{each}"
                made = SynthesisedBlock(address, section, type_, attributes, waivers, (1, 1), comment)  # type: ignore[arg-type]
                blocks.append(made)
    others = {key: value for key, value in document.items() if key not in ("//", "data", "provider", "resource")}
    return SynthesisedStack(name, path, tuple(blocks), others)


def stack_with(resources: Resources, data: Resources | None = None, **others: Any) -> SynthesisedStack:
    """A stack with these blocks, by address."""
    document: Document = {"resource": {}, "data": {}, **others}
    for section, bodies in (("resource", resources), ("data", data or {})):
        for address, body in bodies.items():
            type_, _, name = address.partition(".")
            document[section].setdefault(type_, {})[name] = dict(body)
    return stack_of(document)


def blocks(document: Document, type_: str) -> dict[str, Any]:
    """The blocks of a type by their names; a data source's type begins with `data.`."""
    section, _, kind = type_.rpartition(".")
    found: dict[str, Any] = document.setdefault(section or "resource", {}).setdefault(kind, {})
    return found


def first(document: Document, type_: str, where: Callable[[Document], bool] = lambda _: True) -> Document:
    """The first block of a type that fulfils a condition. Raises DoesNotApply if there is none."""
    return first_named(document, type_, where)[1]


def first_named(
    document: Document, type_: str, where: Callable[[Document], bool] = lambda _: True
) -> tuple[str, Document]:
    """The first block of a type that fulfils a condition, after its name. Raises DoesNotApply if there is none."""
    return one_of(((name, each) for name, each in blocks(document, type_).items() if where(each)), type_)


def one_of(found: Iterable[Each], what: str) -> Each:
    """The first of several. Raises DoesNotApply if there is none."""
    for each in found:
        return each
    raise DoesNotApply(what)


def put(
    type_: str, path: str, value: Any, where: Callable[[Document], bool] = lambda _: True
) -> Callable[[Document], None]:
    """Puts a value at a dotted path of the first block of a type that fulfils a condition; None removes it.

    Numbers in the path are places in a list. Does not apply where the path's beginning is missing.
    """

    def change(document: Document) -> None:
        place: Any = first(document, type_, where)
        *way, last = path.split(".")
        for step in way:
            place = place[int(step)] if isinstance(place, list) else place.get(step)
            if place is None or place == []:
                raise DoesNotApply(f"{type_}.{path}")
        key: Any = int(last) if isinstance(place, list) else last
        if value is not None:
            place[key] = value
        elif isinstance(place, dict) and key not in place:
            raise DoesNotApply(f"{type_}.{path}")
        else:
            del place[key]

    return change


def make(type_: str, **arguments: Any) -> Callable[[Document], None]:
    """Makes one more block."""
    return lambda document: blocks(document, type_).update(planted=arguments)


def drop(type_: str, where: Callable[[Document], bool] = lambda _: True) -> Callable[[Document], None]:
    """Removes the first block of a type that fulfils a condition."""

    def change(document: Document) -> None:
        name, _ = first_named(document, type_, where)
        del blocks(document, type_)[name]

    return change
