"""What other ways in promise: function URLs, GraphQL APIs, load balancers."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from ffp.review.concern import Topic
from ffp.review.facts.api import cors
from ffp.review.facts.fact import Fact, Finder, Protection, Ranked, Truth
from ffp.review.facts.orders import Kept, Letting, TlsFloor
from ffp.review.facts.values import function_of
from ffp.review.side import Side, at, blocks_in

_balancer = partial(Protection, type="aws_lb", topic=Topic.EXPOSURE)
_CLEAR = ("HTTP", "TCP")
_SIGN_IN = ("authenticate-cognito", "authenticate-oidc")

PROTECTIONS: tuple[Protection, ...] = (
    Protection(
        type="aws_lambda_function_url",
        path="authorization_type",
        says="Demanding a signature of AWS",
        topic=Topic.EXPOSURE,
        order=Ranked(("NONE", "AWS_IAM"), floor="AWS_IAM"),
        absent="NONE",
        why="Everybody on the internet who learns the address can run the function, without a throttle.",
    ),
    *cors("aws_lambda_function_url", "cors", "the function"),
    Protection(
        type="aws_lambda_function_url",
        path="cors.allow_methods",
        says="Methods that web pages may use with the function",
        topic=Topic.EXPOSURE,
        order=Letting(frozenset({"GET", "HEAD"})),
        absent=(),
    ),
    _balancer(
        path="drop_invalid_header_fields",
        says="Dropping invalid headers",
        order=Truth(demanded=False),
        absent=False,
        why="Requests can be smuggled past what reads the headers.",
    ),
    _balancer(
        path="desync_mitigation_mode",
        says="Protection from smuggled requests",
        order=Ranked(("monitor", "defensive", "strictest")),
        absent="defensive",
    ),
    _balancer(
        path="access_logs.enabled",
        says="Access logs",
        topic=Topic.WATCHING,
        order=Truth(demanded=False),
        absent=False,
        why="Nobody sees who called what.",
    ),
    Protection(
        type="aws_lb_listener",
        path="ssl_policy",
        says="The oldest version of TLS",
        topic=Topic.EXPOSURE,
        order=TlsFloor(),
        why="Connections with broken ciphers can be read.",
    ),
    Protection(
        type="aws_lb_listener",
        path="mutual_authentication.mode",
        says="Demanding client certificates",
        topic=Topic.EXPOSURE,
        order=Ranked(("off", "passthrough", "verify")),
        absent="off",
    ),
)


def _graphs(side: Side) -> Iterator[Fact]:
    """How callers of a GraphQL API show who they are."""
    for block in side.of_type("aws_appsync_graphql_api"):
        more = blocks_in(side.get(block, "additional_authentication_provider"))
        yield Fact(
            subject=side.address(block),
            question="authentication",
            says="Ways to sign in",
            topic=Topic.EXPOSURE,
            order=Letting(frozenset({"AWS_IAM"}), refused=lambda each: each == "API_KEY"),
            value=[side.get(block, "authentication_type"), *(each.get("authentication_type") for each in more)],
            absent=(),
            address=side.address(block),
            why="An API key is no secret: it stands in every app that uses it.",
        )


def _listeners(side: Side) -> Iterator[Fact]:
    """Whether a listener encrypts, and whether it lets in only who has signed in."""
    for block in side.of_type("aws_lb_listener", "aws_lb_listener_rule"):
        actions = blocks_in(side.get(block, "default_action" if block.type == "aws_lb_listener" else "action"))
        common: dict[str, Any] = {"subject": side.address(block), "address": side.address(block)}
        yield Fact(
            **common,
            question="sign-in",
            says="Demanding that callers have signed in",
            topic=Topic.EXPOSURE,
            order=Truth(demanded=False),
            value=any(each.get("type") in _SIGN_IN for each in actions),
            absent=False,
        )
        if block.type == "aws_lb_listener":
            redirects = [each for each in actions if at(each, "redirect.protocol") == "HTTPS"]
            protocol = str(side.get(block, "protocol") or "HTTP")
            yield Fact(
                **common,
                question="encryption",
                says="Encryption on the way",
                topic=Topic.EXPOSURE,
                order=Truth(demanded=protocol == "HTTP"),
                value=protocol not in _CLEAR or bool(actions and len(redirects) == len(actions)),
                absent=False,
                why="What passes can be read and changed on the way.",
            )


def _functions(side: Side) -> Iterator[Fact]:
    """Which function an address runs."""
    for block in side.of_type("aws_lambda_function_url"):
        yield Fact(
            subject=side.address(block),
            question="function",
            says="The function",
            topic=Topic.EXPOSURE,
            order=Kept(),
            value=function_of(side, block.attributes.get("function_name")) or None,
            absent=None,
            address=side.address(block),
            why="The callers of the address now run other code, with other rights.",
        )


FINDERS: tuple[Finder, ...] = (_graphs, _listeners, _functions)
