"""What callers count on: names that answer, time for an answer, errors that look like errors, enough connections."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from ffp.review.concern import Topic
from ffp.review.facts.common import promise
from ffp.review.facts.database_parameters import values_of
from ffp.review.facts.delivery import DISTRIBUTION
from ffp.review.facts.fact import ENDLESS, Fact, Finder, Protection, Truth
from ffp.review.facts.orders import Letting
from ffp.review.facts.origins import origins_of
from ffp.review.facts.values import function_block, names
from ffp.review.side import Side, at, blocks_in
from ffp.stacks import SynthesisedBlock

PROTECTIONS: tuple[Protection, ...] = ()
_ANSWERS = Truth(demanded=False, words=("no", "yes"))
# By the type of a name, what leads it to an API, and the attribute of that with the name.
_LEADING = {
    "aws_apigatewayv2_domain_name": ("aws_apigatewayv2_api_mapping", "domain_name"),
    "aws_api_gateway_domain_name": ("aws_api_gateway_base_path_mapping", "domain_name"),
}
_INTEGRATIONS = {"aws_apigatewayv2_integration": "integration_uri", "aws_api_gateway_integration": "uri"}
_MOST = 30.0  # seconds that API Gateway and CloudFront wait by themselves
_FUNCTION_DEFAULT = 3.0


@dataclass(frozen=True)
class _Need:
    """How much there is of something, and how much is needed."""

    there: float
    needed: float
    unit: str

    def __str__(self) -> str:
        there = "no limit" if self.there == ENDLESS else f"{self.there:g} {self.unit}"
        return f"{there} for {self.needed:g}"


@dataclass(frozen=True)
class _Patience:
    """How long an answer is waited for: no shorter than before, unless everything answers within the time."""

    def is_worse(self, before: _Need, after: _Need) -> bool:
        return after.there < min(before.there, after.needed)

    def is_unfit(self, value: _Need) -> bool:
        return False

    def shown(self, value: _Need) -> str:
        return str(value)


@dataclass(frozen=True)
class _Enough:
    """What is there must suffice, or lack no more than before."""

    def is_worse(self, before: _Need, after: _Need) -> bool:
        return after.needed - after.there > max(before.needed - before.there, 0)

    def is_unfit(self, value: _Need) -> bool:
        return value.needed > value.there

    def shown(self, value: _Need) -> str:
        return str(value)


def _number(value: Any) -> float | None:
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def _names(side: Side) -> Iterator[Fact]:
    """That a public name leads somewhere: a distribution's own ones, those of DNS records, those of APIs."""
    why = "Whoever calls the name gets an error."
    for block in side.of_type(DISTRIBUTION):
        aliases = names(side.get(block, "aliases"))
        says = "Answering to a name of our own"
        has_any = bool(aliases)
        yield promise(side, block, "any name", says, Topic.AVAILABILITY, _ANSWERS, has_any, why, absent=False)
        for record in side.of_type("aws_route53_record"):
            if block in side.blocks_of([record.attributes.get("alias"), record.attributes.get("records")]):
                name = str(side.get(record, "name"))
                says, is_known = f"Answering to {name}", _answers(aliases, name)
                question = f"answers to {name}"
                yield promise(side, block, question, says, Topic.AVAILABILITY, _ANSWERS, is_known, why, absent=is_known)
    for type_, (leading, attribute) in _LEADING.items():
        led = {
            each.address for one in side.of_type(leading) for each in side.owners(one.attributes.get(attribute), type_)
        }
        led |= {
            name.address
            for name in side.of_type(type_)
            for one in side.of_type(leading)
            if side.get(one, attribute) == side.get(name, attribute)
        }
        for block in side.of_type(type_):
            says, is_led = "Leading to an API", block.address in led
            yield promise(side, block, "leads", says, Topic.AVAILABILITY, _ANSWERS, is_led, why, absent=False)


def _answers(aliases: Iterable[str], name: str) -> bool:
    return "${" in name or any(
        alias == name or (alias.startswith("*.") and alias[2:] == name.partition(".")[2]) for alias in aliases
    )


def _errors(side: Side) -> Iterator[Fact]:
    """Errors that a distribution presents as success. If it only serves public files, that is how pages are found."""
    for block in side.of_type(DISTRIBUTION):
        is_public = all(each.is_static for each in origins_of(side, block).values())
        is_signed = any(
            at(each, key)
            for part in ("default_cache_behavior", "ordered_cache_behavior")
            for each in blocks_in(block.attributes.get(part))
            for key in ("trusted_key_groups", "trusted_signers")
        )
        disguised = [
            f"{each.get('error_code')} as {each.get('response_code')}"
            for each in blocks_in(side.get(block, "custom_error_response"))
            if str(each.get("response_code") or "0")[0] in "23" and (is_signed or not is_public)
        ]
        yield promise(
            side,
            block,
            "disguised errors",
            "Errors that look like success",
            Topic.EXPOSURE,
            Letting(),
            disguised,
            "Callers take a refusal or a failure for an answer, and alarms on errors count none.",
            absent=(),
        )


def _time_of(side: Side, function: SynthesisedBlock | None) -> float | None:
    return None if function is None else _number(side.get(function, "timeout") or _FUNCTION_DEFAULT)


def _patience(side: Side) -> Iterator[Fact]:
    """How long callers of functions wait for them."""
    why = "Calls that take longer get an error, although the function finishes them."
    slowest: dict[str, float] = {}
    for type_, attribute in _INTEGRATIONS.items():
        for block in side.of_type(type_):
            needed = _time_of(side, function_block(side, block.attributes.get(attribute)))
            given = _number(side.get(block, "timeout_milliseconds") or _MOST * 1000)
            if needed is None or given is None:
                continue
            value = _Need(given / 1000, min(needed, _MOST), "s")
            for api in side.blocks_of([block.attributes.get("api_id"), block.attributes.get("rest_api_id")]):
                slowest[api.address] = max(slowest.get(api.address, 0), min(value.there, value.needed))
            says = "How long it waits for its function"
            yield promise(side, block, "patience", says, Topic.AVAILABILITY, _Patience(), value, why, absent=value)
    for block in side.of_type(DISTRIBUTION):
        for origin in blocks_in(block.attributes.get("origin")):
            apis = [each for each in side.blocks_of(origin.get("domain_name")) if each.address in slowest]
            given = _number(side.resolved(at(origin, "custom_origin_config.origin_read_timeout")) or _MOST)
            if apis and given is not None:
                value = _Need(given, slowest[apis[0].address], "s")
                question, says = f"patience with {apis[0].address}", f"How long it waits for {side.address(apis[0])}"
                yield promise(side, block, question, says, Topic.AVAILABILITY, _Patience(), value, why, absent=value)


def _connections(side: Side) -> Iterator[Fact]:
    """Whether a database has a connection for each execution of the functions that connect to it."""
    users: dict[str, list[SynthesisedBlock]] = {}
    for function in side.of_type("aws_lambda_function"):
        for each in side.blocks_of(function.attributes.get("environment")):
            users.setdefault(each.address, []).append(function)
    for block in side.of_type("aws_db_instance", "aws_rds_cluster"):
        there = _number(values_of(side, block).get("max_connections"))
        reserved = [_number(side.get(each, "reserved_concurrent_executions")) for each in users.get(block.address, ())]
        if there is not None:
            yield promise(
                side,
                block,
                "connections",
                "Connections for all executions of functions",
                Topic.AVAILABILITY,
                _Enough(),
                _Need(there, sum(each for each in reserved if each and each > 0), "connections"),
                "Under load the database refuses connections, of other functions, too.",
                absent=_Need(ENDLESS, 0, "connections"),
            )


FINDERS: tuple[Finder, ...] = (_names, _errors, _patience, _connections)
