"""What HTTP APIs promise: origins, throttles, logs, TLS, and whose tokens the authoriser accepts.

What each route promises is compared by `ffp/review/front_door/`, which knows which route answers a request.
"""

from collections.abc import Iterator
from functools import partial
from typing import Any

from ffp.review.concern import Topic
from ffp.review.facts.fact import Amount, Fact, Finder, Members, Protection, Ranked, Same, Truth
from ffp.review.facts.orders import Kept, Letting, TlsFloor
from ffp.review.facts.values import fact_of, function_of, issuer, log_destination, log_fields, personal_fields
from ffp.review.side import Side, values_in
from ffp.stacks import SynthesisedBlock

# Headers by which a request shows who it is from, and a star, which contains them.
_CREDENTIALS = frozenset({"*", "authorization", "cookie", "set-cookie", "x-api-key", "x-amz-security-token"})
ACCOUNT_LIMIT = 10_000  # requests per second that AWS allows an account in a region, if nothing less is set
UNLIMITED = (None, -1, "-1")
THROTTLE = Amount("requests per second", more_is_worse=True, endless=UNLIMITED, floor=ACCOUNT_LIMIT - 1)
BURST = Amount("requests at once", more_is_worse=True, endless=UNLIMITED)
FLOOD = "A few callers can use up the functions' concurrency, and cost without limit."
_FOREIGN_PAGES = "Scripts of these pages can use the browser of a user who is signed in."


OWN_ADDRESS = partial(
    Protection,
    path="disable_execute_api_endpoint",
    says="Closing AWS's own address",
    topic=Topic.EXPOSURE,
    order=Truth(demanded=False),
    absent=False,
    why="Callers can pass by the domain name, and with it by its web ACL and client certificates.",
)


def credential_headers(value: Any) -> list[str]:
    """Those of some headers that show who a request is from."""
    return [each for each in map(str, values_in(value)) if each.lower() in _CREDENTIALS]


def _is_jwt(_side: Side, block: SynthesisedBlock) -> bool:
    return block.attributes.get("authorizer_type") == "JWT" or bool(block.attributes.get("jwt_configuration"))


def _is_request(side: Side, block: SynthesisedBlock) -> bool:
    return not _is_jwt(side, block)


def cors(type_: str, path: str, what: str) -> tuple[Protection, ...]:
    """What a block about cross-origin requests promises, at a path of a type."""
    common = partial(Protection, type=type_, topic=Topic.EXPOSURE, why=_FOREIGN_PAGES)
    return (
        common(
            path=f"{path}.allow_origins",
            says=f"Web origins that may call {what}",
            order=Letting(refused=lambda each: each == "*", fold=True),
            absent=(),
        ),
        common(
            path=f"{path}.allow_credentials",
            says=f"Sending cookies of other sites to {what}",
            order=Truth(wanted=False, demanded=False),
            absent=False,
        ),
        common(
            path=f"{path}.allow_headers",
            says=f"Credentials that other sites may send to {what}",
            order=Letting(fold=True),
            absent=(),
            read=credential_headers,
        ),
        common(
            path=f"{path}.expose_headers",
            says=f"Credentials that other sites may read from {what}",
            order=Letting(fold=True),
            absent=(),
            read=credential_headers,
        ),
    )


def stage(type_: str) -> tuple[Protection, ...]:
    common = partial(Protection, type=type_, topic=Topic.WATCHING)
    return (
        common(
            path="access_log_settings.destination_arn",
            says="The destination of the access logs",
            order=Kept(demanded=True),
            read=log_destination,
            why="Nobody sees who called what, and alarms on the old destination stay silent.",
        ),
        common(
            path="access_log_settings.format",
            says="Fields of the access logs",
            order=Members("shrink"),
            absent=(),
            read=log_fields,
            why="An investigation lacks them, and metric filters that read them count nothing.",
        ),
        common(
            path="client_certificate_id",
            says="The certificate that shows the backend who calls",
            topic=Topic.EXPOSURE,
            order=Kept(),
            why="The backend can no longer tell the API from somebody else.",
        ),
    )


def domain(type_: str, prefix: str) -> tuple[Protection, ...]:
    common = partial(Protection, type=type_, topic=Topic.EXPOSURE)
    return (
        common(
            path=f"{prefix}security_policy",
            says="The oldest version of TLS",
            order=TlsFloor(),
            absent="TLS_1_2",
            why="Connections with broken ciphers can be read.",
        ),
        common(
            path="mutual_tls_authentication.truststore_uri",
            says="The authorities whose client certificates are demanded",
            order=Kept(),
            why="Callers with other certificates, or with none, get in.",
        ),
        common(
            path="mutual_tls_authentication.truststore_version",
            says="The version of the list of authorities",
            order=Kept(),
            why="The list may contain other authorities.",
        ),
    )


_authoriser = partial(Protection, type="aws_apigatewayv2_authorizer", topic=Topic.EXPOSURE)
CACHED = "Somebody whose rights were withdrawn keeps them for so long."

PROTECTIONS: tuple[Protection, ...] = (
    *cors("aws_apigatewayv2_api", "cors_configuration", "the API"),
    OWN_ADDRESS(type="aws_apigatewayv2_api"),
    *stage("aws_apigatewayv2_stage"),
    *domain("aws_apigatewayv2_domain_name", "domain_name_configuration."),
    Protection(
        type="aws_apigatewayv2_stage",
        path="default_route_settings.throttling_rate_limit",
        says="The throttle of the rate",
        topic=Topic.EXPOSURE,
        order=THROTTLE,
        why=FLOOD,
    ),
    Protection(
        type="aws_apigatewayv2_stage",
        path="default_route_settings.throttling_burst_limit",
        says="The throttle of bursts",
        topic=Topic.EXPOSURE,
        order=BURST,
        why=FLOOD,
    ),
    Protection(
        type="aws_apigatewayv2_stage",
        path="default_route_settings.detailed_metrics_enabled",
        says="Metrics of each route",
        topic=Topic.WATCHING,
        order=Truth(demanded=False),
        absent=False,
        why="Alarms on the metrics of one route receive no data.",
    ),
    Protection(
        type="aws_apigatewayv2_stage",
        path="default_route_settings.data_trace_enabled",
        says="Writing whole requests to the logs",
        topic=Topic.EXPOSURE,
        order=Truth(wanted=False),
        absent=False,
        why="Tokens and personal data then stand in the logs.",
    ),
    Protection(
        type="aws_apigatewayv2_stage",
        path="default_route_settings.logging_level",
        says="The level of the execution logs",
        topic=Topic.WATCHING,
        order=Ranked(("OFF", "ERROR", "INFO")),
        absent="OFF",
        why="Errors are no longer written.",
    ),
    _authoriser(path="authorizer_type", says="The kind", order=Same(), why="Who gets in is decided differently."),
    _authoriser(
        path="jwt_configuration.issuer",
        says="The issuer whose tokens are accepted",
        order=Kept(demanded=True),
        applies=_is_jwt,
        read=issuer,
        why="Whoever can get a token from the new issuer can call the routes.",
    ),
    _authoriser(
        path="jwt_configuration.audience",
        says="The clients whose tokens are accepted",
        order=Letting(refused=lambda each: each == "*"),
        absent=("*",),
        applies=_is_jwt,
        why="Tokens that were issued for other clients are accepted.",
    ),
    _authoriser(
        path="identity_sources",
        says="The values by which answers of the authoriser are told apart",
        order=Members("shrink"),
        absent=(),
        applies=_is_request,
        why="A cached answer for one caller is given to another.",
    ),
    _authoriser(
        path="authorizer_result_ttl_in_seconds",
        says="How long an answer of the authoriser is reused",
        order=Amount("seconds", more_is_worse=True),
        absent=300,
        applies=_is_request,
        why=CACHED,
    ),
)


def _functions(side: Side) -> Iterator[Fact]:
    """Which function decides who gets in."""
    for block in side.of_type("aws_apigatewayv2_authorizer", "aws_api_gateway_authorizer"):
        yield Fact(
            subject=side.address(block),
            question="function",
            says="The function that decides who gets in",
            topic=Topic.EXPOSURE,
            order=Kept(),
            value=function_of(side, block.attributes.get("authorizer_uri")) or None,
            absent=None,
            address=side.address(block),
            why="Another program decides.",
        )


def _places(side: Side) -> Iterator[Fact]:
    """Where a token stands in a request."""
    for block in side.of_type("aws_apigatewayv2_authorizer"):
        if _is_jwt(side, block):
            given = values_in(side.get(block, "identity_sources")) or ["$request.header.authorization"]
            yield fact_of(
                side,
                block,
                question="place",
                says="The place of the token",
                order=Same(),
                value=sorted(str(each).lower() for each in given),
                why="A token in an address is written to logs and histories.",
            )


def _personal(side: Side) -> Iterator[Fact]:
    """What access logs keep about the person who calls."""
    for block in side.of_type("aws_apigatewayv2_stage", "aws_api_gateway_stage"):
        yield fact_of(
            side,
            block,
            question="personal data in logs",
            says="Personal data of callers in the access logs",
            order=Letting(refused=lambda _: True),
            value=personal_fields(side.get(block, "access_log_settings.format")),
            absent=(),
            why="Names and mail addresses stay in the log as long as its lines, for all who may read it.",
        )


FINDERS: tuple[Finder, ...] = (_functions, _personal, _places)
