"""Who gets into a user pool, and which programs decide it: triggers, sign-in pages, users and machines, groups."""

import json
from collections.abc import Iterator

from ffp.review.concern import Topic
from ffp.review.facts.fact import Fact, Finder, Members, Protection, Ranked
from ffp.review.facts.identity import POOL
from ffp.review.facts.orders import Kept, Letting, Unwanted
from ffp.review.facts.values import fact_of, first_of, function_of
from ffp.review.side import Side, at, blocks_in

# Triggers that decide who signs in, that write tokens, or that see passwords and codes: a new one needs a look.
_POWERFUL = frozenset(
    {
        "create_auth_challenge",
        "custom_email_sender",
        "custom_sms_sender",
        "define_auth_challenge",
        "pre_sign_up",
        "pre_token_generation",
        "user_migration",
        "verify_auth_challenge_response",
    }
)
_TRIGGERS = (*sorted(_POWERFUL), "custom_message", "post_authentication", "post_confirmation", "pre_authentication")

PROTECTIONS: tuple[Protection, ...] = ()


def _triggers(side: Side) -> Iterator[Fact]:
    """The functions that a pool calls: they decide who signs in, and what the tokens say."""
    for block in side.of_type(POOL):
        config = at(block.attributes, "lambda_config")
        for name in _TRIGGERS:
            nested = at(config, f"{name}_config") if name == "pre_token_generation" else at(config, name)
            called = at(nested, "lambda_arn") or at(config, name)
            yield fact_of(
                side,
                block,
                question=name,
                says=f"The function for {name.replace('_', ' ')}",
                order=Kept(first=name in _POWERFUL),
                value=function_of(side, called) or None,
                why="It decides who signs in or what tokens say, or it sees passwords and codes.",
            )
        version = side.resolved(at(config, "pre_token_generation_config.lambda_version"))
        if at(config, "pre_token_generation") or at(config, "pre_token_generation_config"):
            yield fact_of(
                side,
                block,
                question="token version",
                says="The version of the token trigger",
                order=Ranked(("V1_0", "V2_0", "V3_0")),
                value=version or "V1_0",
                absent=version or "V1_0",
                why="Version 1 cannot change access tokens, and version 2 none of machines: they then lack our claims.",
            )


def _domains(side: Side) -> Iterator[Fact]:
    """The addresses of a pool's sign-in pages."""
    for pool in side.of_type(POOL):
        pages = [
            block
            for block in side.of_type("aws_cognito_user_pool_domain")
            if first_of(side, block.attributes.get("user_pool_id"), POOL) is pool
        ]
        yield fact_of(
            side,
            pool,
            question="domains",
            says="Addresses of sign-in pages",
            order=Letting(),
            value=[side.get(block, "domain") for block in pages],
            absent=(),
            address=side.address(pages[-1] if pages else pool),
            why="A further page where users type their passwords is open to the internet.",
        )


def _people(side: Side) -> Iterator[Fact]:
    """Users, memberships of groups, and roles of AWS that a group gives."""
    for type_, says, paths in (
        ("aws_cognito_user", "The account", ("username",)),
        ("aws_cognito_user_in_group", "The membership", ("username", "group_name")),
        ("aws_cognito_user_group", "The role of AWS that members have", ("role_arn",)),
    ):
        for block in side.of_type(type_):
            given = [str(found) for path in paths if (found := side.get(block, path))]
            yield fact_of(
                side,
                block,
                question="person",
                says=says,
                order=Unwanted(),
                value=" in ".join(given) or None,
                why="Somebody gets access by it.",
            )


def _machines(side: Side) -> Iterator[Fact]:
    """The machines that get tokens of their own, as the token trigger's variable lists them."""
    for block in side.of_type("aws_lambda_function"):
        try:
            machines = json.loads(str(side.get(block, "environment.variables.MACHINES")))
        except ValueError:
            continue
        for client, machine in machines.items() if isinstance(machines, dict) else ():
            if not isinstance(machine, dict):
                continue
            tenant = f"for the tenant {machine['tenant']}" if machine.get("tenant") else "without a tenant"
            yield fact_of(
                side,
                block,
                question=f"{client} machine",
                says=f"The machine with the client {client}",
                order=Kept(first=True, removal=False),
                value=f"{machine.get('name')}, {tenant}, with {', '.join(map(str, machine.get('scopes', ())))}",
                why="A program that has the client's secret calls the API, without a user.",
            )


def _watched(side: Side) -> Iterator[Fact]:
    """The logs that a pool writes."""
    for block in side.of_type("aws_cognito_log_delivery_configuration"):
        for pool in side.blocks_of(block.attributes.get("user_pool_id")):
            sent = [
                f"{each.get('event_source')} {each.get('log_level')}"
                for each in blocks_in(side.get(block, "log_configurations"))
            ]
            yield fact_of(
                side,
                pool,
                question="logs",
                says="Logs of sign-ins and of messages",
                topic=Topic.WATCHING,
                order=Members("shrink"),
                value=sent,
                absent=(),
                address=side.address(block),
            )


FINDERS: tuple[Finder, ...] = (_triggers, _domains, _people, _machines, _watched)
