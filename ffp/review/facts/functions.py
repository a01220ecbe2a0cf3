"""What functions promise: their place in the VPC, limits, where their code and lines come and go, tracing."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from ffp.review.concern import Grade, Topic
from ffp.review.facts import calls, function_code, variables
from ffp.review.facts.common import keyed, name_of, owner_of, promise
from ffp.review.facts.fact import Amount, Fact, Finder, Members, Protection, Ranked, Truth, in_words
from ffp.review.facts.function_orders import Concurrency, Runtime, level
from ffp.review.facts.orders import Letting
from ffp.review.side import Side, at, values_in

_function = partial(Protection, type="aws_lambda_function")
_ELSEWHERE, _PUBLIC = "in another network", "public"
_LEVELS = ("FATAL", "ERROR", "WARN", "INFO")

PROTECTIONS: tuple[Protection, ...] = (
    _function(
        path="reserved_concurrent_executions",
        says="Reserved executions",
        topic=Topic.AVAILABILITY,
        order=Concurrency(),
        why="With 0 the function never runs; without a reservation it can use up what all functions share.",
    ),
    _function(
        path="tracing_config.mode",
        says="Tracing",
        topic=Topic.WATCHING,
        order=Ranked(("PassThrough", "Active")),
        absent="PassThrough",
        why="Nobody can later see where a call spent its time or failed.",
    ),
    _function(
        path="runtime",
        says="The runtime",
        topic=Topic.EXPOSURE,
        order=Runtime(),
        why="An older runtime gets no security patches, or ends sooner.",
    ),
    _function(
        path="publish",
        says="Publishing a version at each deploy",
        topic=Topic.RECOVERY,
        order=Truth(demanded=False),
        absent=False,
        why="An alias then has no version to go back to, and callers get code that can change below them.",
    ),
    _function(
        path="logging_config.log_format",
        says="The format of log lines",
        topic=Topic.WATCHING,
        order=Ranked(("Text", "JSON")),
        absent="Text",
        why="Metric filters and saved queries read fields of JSON: alarms on them see nothing.",
    ),
    _function(
        path="logging_config.application_log_level",
        says="The level of the function's own log lines",
        topic=Topic.WATCHING,
        order=Ranked(_LEVELS),
        absent="INFO",
        read=level,
        why="Lines below the level are dropped, and with them what alarms, audits and queries read.",
    ),
    _function(
        path="logging_config.system_log_level",
        says="The level of Lambda's log lines",
        topic=Topic.WATCHING,
        order=Ranked(_LEVELS),
        absent="INFO",
        read=level,
        why="Lambda's reports on duration, memory and errors are lines of level INFO.",
    ),
    _function(
        path="skip_destroy",
        says="Keeping old versions",
        topic=Topic.RECOVERY,
        order=Truth(demanded=False),
        absent=False,
        why="Versions to which somebody could go back are deleted.",
    ),
    Protection(
        type="aws_lambda_runtime_management_config",
        path="update_runtime_on",
        says="Patches of the runtime",
        topic=Topic.EXPOSURE,
        order=Ranked(("Manual", "FunctionUpdate", "Auto")),
        absent="Auto",
        owner="function_name",
        of="aws_lambda_function",
        why="A pinned runtime gets no security patches.",
    ),
    Protection(
        type="aws_lambda_function_recursion_config",
        path="recursive_loop",
        says="Stopping a function that calls itself without end",
        topic=Topic.AVAILABILITY,
        order=Ranked(("Allow", "Terminate")),
        absent="Terminate",
        owner="function_name",
        of="aws_lambda_function",
        why="A loop then runs until it has used up the account's executions, and costs without a limit.",
    ),
    Protection(
        type="aws_lambda_provisioned_concurrency_config",
        path="provisioned_concurrent_executions",
        says="Provisioned executions",
        topic=Topic.AVAILABILITY,
        order=Amount(),
        absent=0,
        grade=Grade.AMBER,
        owner="function_name",
        of="aws_lambda_function",
        why="Calls beyond them have cold starts.",
    ),
)


def _placement(side: Side) -> Iterator[Fact]:
    """Whether each function is in the VPC, and whether it outlives the failure of a zone."""
    for block in side.of_type("aws_lambda_function"):
        zones = {_zone(side, each) for each in values_in(at(block.attributes, "vpc_config.subnet_ids"))}
        yield promise(
            side,
            block,
            "in the VPC",
            "The place in the VPC",
            Topic.EXPOSURE,
            Truth(demanded=False, words=("outside", "inside")),
            bool(zones),
            "Outside the VPC neither security groups nor endpoint policies nor flow logs apply to it.",
            absent=False,
        )
        yield promise(
            side,
            block,
            "zones",
            "Running in several zones",
            Topic.AVAILABILITY,
            Truth(demanded=False, words=("no", "yes")),
            len(zones) != 1,  # outside the VPC, Lambda uses all zones
            "If its one zone fails, the function fails with it.",
            absent=True,
        )


def _subnets(side: Side) -> Iterator[Fact]:
    """In what kind of subnets each function is."""
    tables = set()
    for block in side.of_type("aws_route", "aws_route_table"):
        if any(way.type == "aws_internet_gateway" for way in side.blocks_of(dict(block.attributes))):
            owner = side.named(block.attributes.get("route_table_id"))
            tables.add((owner or block).address)
    public = {
        subnet.address
        for block in side.of_type("aws_route_table_association")
        if any(table.address in tables for table in side.blocks_of(block.attributes.get("route_table_id")))
        for subnet in side.owners(block.attributes.get("subnet_id"), "aws_subnet")
    }
    for block in side.of_type("aws_lambda_function"):
        named = [side.named(each) for each in values_in(at(block.attributes, "vpc_config.subnet_ids"))]
        kinds = {_ELSEWHERE if each is None else _PUBLIC if each.address in public else "private" for each in named}
        yield promise(
            side,
            block,
            "subnets",
            "The kind of subnets",
            Topic.EXPOSURE,
            Letting(harmless=frozenset({"private"})),
            sorted(kinds) or [_ELSEWHERE, _PUBLIC],
            "In another network other rules apply; in a public subnet nothing stands between it and the internet.",
            absent=(_ELSEWHERE, _PUBLIC),
        )


def _zone(side: Side, subnet: Any) -> str:
    block = side.named(subnet)
    return str(side.get(block, "availability_zone") or block.address if block else subnet)


def _logs(side: Side) -> Iterator[Fact]:
    """The log group to which each function writes."""
    groups = {str(side.get(each, "name")): side.address(each) for each in side.of_type("aws_cloudwatch_log_group")}
    for block in side.of_type("aws_lambda_function"):
        given = side.get(block, "logging_config.log_group") or f"/aws/lambda/{side.get(block, 'function_name')}"
        why = "Key, retention, metric filters and queries belong to the former group, and see its lines no longer."
        value = groups.get(str(given), name_of(side, given))
        yield promise(side, block, "log group", "The log group", Topic.WATCHING, _LogGroup(), value, why)


@dataclass(frozen=True)
class _LogGroup:
    """A log group of the stack that must stay the same one. The name of another one does not matter."""

    def is_worse(self, before: Any, after: Any) -> bool:
        return str(before).startswith("aws_cloudwatch_log_group.") and before != after

    def is_unfit(self, value: Any) -> bool:
        return False

    def shown(self, value: Any) -> str:
        return in_words(value)


def _dead_letters(side: Side) -> Iterator[Fact]:
    """Where events go that a function failed to handle, by either of Lambda's two ways."""
    functions = side.of_type("aws_lambda_function")
    found = {side.address(block): [(block, "dead_letter_config.target_arn")] for block in functions}
    for block in side.of_type("aws_lambda_function_event_invoke_config"):
        owner = owner_of(side, block.attributes.get("function_name"), "aws_lambda_function", block)
        found.setdefault(owner, []).append((block, "destination_config.on_failure.destination"))
    for address, ways in found.items():
        yield promise(
            side,
            ways[-1][0],
            "failed events",
            "Where failed events go",
            Topic.RECOVERY,
            Members("shrink", wild=()),
            [name for block, path in ways if (name := name_of(side, at(block.attributes, path)))],
            "Events that the function could not handle are lost, or go to somebody else.",
            absent=(),
            subject=address,
        )


PROTECTIONS += (*calls.PROTECTIONS, *function_code.PROTECTIONS)
FINDERS: tuple[Finder, ...] = (
    _placement,
    _subnets,
    _logs,
    _dead_letters,
    keyed("aws_lambda_function", "kms_key_arn", "The key of the variables"),
    *calls.FINDERS,
    *function_code.FINDERS,
    *variables.FINDERS,
)
