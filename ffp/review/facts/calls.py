"""What calls of functions promise: a released version behind an alias, retries, events that are not dropped."""

import re
from collections.abc import Iterator
from functools import partial
from typing import Any

from ffp.review.concern import Topic
from ffp.review.facts.common import keyed, name_of, named, owner_of, promise
from ffp.review.facts.fact import Amount, Fact, Finder, Members, Protection, Ranked, Truth
from ffp.review.facts.orders import Letting, Unwanted
from ffp.review.facts.patterns import Filters
from ffp.review.side import Side, at, blocks_in
from ffp.stacks import SynthesisedBlock

_invocation = partial(
    Protection,
    type="aws_lambda_function_event_invoke_config",
    topic=Topic.RECOVERY,
    owner="function_name",
    of="aws_lambda_function",
    why="An event that fails for a moment is given up earlier.",
)
_source = partial(Protection, type="aws_lambda_event_source_mapping")
_FUNCTION_ARN = re.compile(r"arn:aws[\w-]*:lambda:[^:]*:[^:]*:function:[\w-]+(?P<qualifier>:[\w$-]+)?")
_LEADING_ATTRIBUTE = re.compile(r"aws_lambda_function\.[\w-]+\.(qualified_)?(invoke_)?arn\b")
_BELONGING = frozenset({"aws_lambda_alias", "aws_lambda_function", "aws_lambda_permission"})
_CALLING_BY_NAME = frozenset({"aws_lambda_event_source_mapping", "aws_lambda_invocation", "aws_lambda_function_url"})
_WAYS = ("by its name, for the newest code", "by a version", "by its alias")
_NEWEST, _ANOTHER, _FIXED, _RELEASED = (
    "the newest code, released or not",
    "another function's",
    "a fixed one",
    "the released one",
)

PROTECTIONS: tuple[Protection, ...] = (
    _invocation(path="maximum_retry_attempts", says="Retries of failed events", order=Amount("times"), absent=2),
    _invocation(
        path="maximum_event_age_in_seconds", says="How long an event may wait", order=Amount("s"), absent=21600
    ),
    _source(
        path="enabled",
        says="Reading events",
        topic=Topic.AVAILABILITY,
        order=Truth(words=("off", "on")),
        absent=True,
        why="Events wait in the source until they expire, and then are lost.",
    ),
    _source(
        path="maximum_retry_attempts",
        says="Retries of failed events",
        topic=Topic.RECOVERY,
        order=Amount("times", endless=(None, -1, "-1")),
        why="An event that fails for a moment is given up earlier.",
    ),
    _source(
        path="maximum_record_age_in_seconds",
        says="How long an event may wait",
        topic=Topic.RECOVERY,
        order=Amount("s", endless=(None, -1, "-1")),
        why="What waits for longer is dropped.",
    ),
    _source(
        path="function_response_types",
        says="Reports of the failed part of a batch",
        topic=Topic.RECOVERY,
        order=Members("shrink"),
        absent=(),
        why="Without them a batch counts as done although a part of it failed, or is done twice.",
    ),
)


def _sources(side: Side) -> Iterator[Fact]:
    """The events that each event source mapping drops."""
    for block in side.of_type("aws_lambda_event_source_mapping"):
        criteria = blocks_in(side.get(block, "filter_criteria"))
        patterns = [each.get("pattern") for one in criteria for each in blocks_in(one.get("filter"))] or None
        why = "Events that it does not match are dropped, and nobody is told."
        yield promise(side, block, "filter", "The filter of events", Topic.AVAILABILITY, Filters(), patterns, why)


def _versions(side: Side) -> Iterator[Fact]:
    """The version to which each alias leads its callers."""
    for block in side.of_type("aws_lambda_alias"):
        yield promise(
            side,
            block,
            "version",
            "The version that callers get",
            Topic.EXPOSURE,
            Ranked((_NEWEST, _ANOTHER, _FIXED, _RELEASED), floor=_FIXED),
            _version(side, block, block.attributes.get("function_version")),
            "Callers get code that this deploy did not release.",
            absent=_RELEASED,
        )
        weights = at(block.attributes, "routing_config.additional_version_weights")
        yield promise(
            side,
            block,
            "other versions",
            "Other versions that callers get",
            Topic.EXPOSURE,
            Letting(refused=lambda _: True),
            sorted(str(side.resolved(each)) for each in weights) if isinstance(weights, dict) else (),
            "A part of the calls gets code that this deploy did not release.",
            absent=(),
        )


def _version(side: Side, alias: SynthesisedBlock, version: Any) -> str:
    functions = side.owners(version, "aws_lambda_function") if "${" in str(version) else []
    if functions:
        is_own = functions[0] in side.owners(alias.attributes.get("function_name"), "aws_lambda_function")
        return _RELEASED if is_own else _ANOTHER
    return _NEWEST if "LATEST" in str(version) else _FIXED


def _callers(side: Side) -> Iterator[Fact]:
    """By which name each resource calls a function: past an alias it gets code that no deploy released."""
    aliased = {
        side.address(function)
        for alias in side.of_type("aws_lambda_alias")
        for function in side.owners(alias.attributes.get("function_name"), "aws_lambda_function")
    }
    for block in side.stack.resources:
        if block.type in _BELONGING or "policy" in block.type:
            continue
        for function, kind in _called(side, block).items():
            least = _WAYS[-1] if function in aliased else _WAYS[0]
            yield promise(
                side,
                block,
                f"calls {function}",
                f"The call of {function}",
                Topic.EXPOSURE,
                Ranked(_WAYS, least),
                kind,
                "Past its alias, callers get code that no deploy released, and going back with the alias misses them.",
                absent=least,
            )


def _called(side: Side, block: SynthesisedBlock) -> dict[str, str]:
    """The weakest way in which a resource calls each function."""
    found: dict[str, str] = {}
    for path, value in block.values:
        if not isinstance(value, str) or path.startswith("depends_on"):
            continue
        by_name = path == "function_name" and block.type in _CALLING_BY_NAME
        if not by_name and "lambda" not in value:
            continue
        arn = _FUNCTION_ARN.search(str(side.resolved(value))) if "lambda" in value else None
        if not arn and not by_name and not _LEADING_ATTRIBUTE.search(value):
            continue
        qualifier = str((arn and arn["qualifier"]) or (by_name and side.get(block, "qualifier")) or "").lstrip(":")
        kind = _WAYS[0] if not qualifier or "LATEST" in qualifier else _WAYS[1] if qualifier.isdigit() else _WAYS[2]
        if "qualified" in value:
            kind = _WAYS[1]
        for function in side.owners(arn[0] if arn else value, "aws_lambda_function"):
            address = side.address(function)
            found[address] = min(found.get(address, kind), kind, key=_WAYS.index)
    return found


def _called_by_plans(side: Side) -> Iterator[Fact]:
    """The functions that each plan calls: a data source runs before anybody has approved anything."""
    for block in side.stack.blocks:
        if block.kind == "data" and block.type == "aws_lambda_invocation":
            value = name_of(side, block.attributes.get("function_name"))
            why = "Whoever may plan runs the function, with the input in the configuration, before any approval."
            yield promise(
                side,
                block,
                "called by plans",
                "The function that each plan calls",
                Topic.EXPOSURE,
                Unwanted(),
                value,
                why,
            )


def _preparations(side: Side) -> Iterator[Fact]:
    """The functions that a deploy calls itself."""
    for block in side.of_type("aws_lambda_invocation"):
        yield promise(
            side,
            block,
            "called by the deploy",
            "The call by the deploy",
            Topic.AVAILABILITY,
            Truth(demanded=False, words=("no longer", "at each release")),
            True,
            "What the function prepares, such as a database, stays as it is, and new code may not fit it.",
            absent=False,
            subject=owner_of(side, block.attributes.get("function_name"), "aws_lambda_function", block),
        )


def _events(side: Side) -> Iterator[Fact]:
    """The sources whose events each function reads."""
    for block in side.of_type("aws_lambda_event_source_mapping"):
        source = name_of(side, block.attributes.get("event_source_arn")) or "a source of its own"
        yield promise(
            side,
            block,
            f"reads {source}",
            f"Reading {source}",
            Topic.AVAILABILITY,
            Truth(demanded=False, words=("no longer", "yes")),
            True,
            "Its events are handled no longer: they expire, or somebody else gets them.",
            absent=False,
            subject=owner_of(side, block.attributes.get("function_name"), "aws_lambda_function", block),
        )


_MOVED = "Events that the function could not handle are lost, or go to somebody else."

FINDERS: tuple[Finder, ...] = (
    _sources,
    _versions,
    _callers,
    _called_by_plans,
    _preparations,
    _events,
    keyed("aws_lambda_event_source_mapping", "kms_key_arn", "The key of the filter"),
    named(
        "aws_lambda_event_source_mapping",
        "destination_config.on_failure.destination_arn",
        "Where failed events go",
        Topic.RECOVERY,
        _MOVED,
    ),
)
