"""MAP-2 and ENC-3, and the API's part of MON-1 and COST-1."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from checks.block import Block
from checks.check import ScannedStack, resource_check, stack_check
from settings.machine_clients import CLIENT_ID

_MAPPING = "aws_apigatewayv2_api_mapping"


@resource_check("FFP_MAP_2_1", "Every route demands a JSON web token", "aws_apigatewayv2_route")
def route_is_authorised(route: Block) -> Iterator[str]:
    """Set authorization_type to JWT with an authoriser; a public route carries a waiver that says why."""
    yield from route.mismatches({"authorization_type": "JWT"})
    if not route.value("authorizer_id"):
        yield "authorizer_id is missing"


@resource_check("FFP_MAP_2_2", "Every authorised route demands a scope", "aws_apigatewayv2_route")
def route_asks_for_scope(route: Block) -> Iterator[str]:
    """Set authorization_scopes: the authoriser ignores token_use, so only a scope refuses ID tokens."""
    if route.value("authorization_type") == "JWT" and not route.value("authorization_scopes"):
        yield "authorization_scopes are missing"


@resource_check("FFP_MAP_2_3", "The API is throttled", "aws_apigatewayv2_stage")
def stage_is_throttled(stage: Block) -> Iterator[str]:
    """Set the stage's default rate and burst limits: without them only the account's limit applies."""
    for limit in ("throttling_rate_limit", "throttling_burst_limit"):
        if stage.number(f"default_route_settings.{limit}") <= 0:
            yield f"default_route_settings.{limit} is missing"


@resource_check("FFP_MAP_2_4", "CORS names its origins, methods and headers", "aws_apigatewayv2_api")
def cors_is_explicit(api: Block) -> Iterator[str]:
    """List what the web client sends: `*` lets every site call the API from a browser."""
    for part in ("allow_origins", "allow_methods", "allow_headers"):
        for value in api.strings(f"cors_configuration.{part}"):
            if "*" in value:
                yield f"cors_configuration.{part} has {value}"


@resource_check("FFP_MAP_2_6", "Tokens are accepted only in the Authorization header", "aws_apigatewayv2_authorizer")
def token_is_in_the_header(authoriser: Block) -> Iterator[str]:
    """Set identity_sources to $request.header.Authorization: URLs appear in logs, histories and referrers."""
    sources = authoriser.strings("identity_sources")
    if [source.lower() for source in sources] != ["$request.header.authorization"]:
        yield f"identity_sources are {sources}"


@resource_check("FFP_MAP_2_7", "Browsers send no cookies to the API", "aws_apigatewayv2_api")
def cors_is_without_credentials(api: Block) -> Iterator[str]:
    """Leave allow_credentials off: only our pages send the token, but browsers add cookies to any page's request."""
    if api.value("cors_configuration.allow_credentials"):
        yield "cors_configuration.allow_credentials is on"


@stack_check("FFP_MAP_2_8", "An API with its own domain name accepts only clients with a certificate", _MAPPING)
def domain_name_demands_certificates(mapping: Block, stack: ScannedStack) -> Iterator[str]:
    """Set the trust store and its version; a name for everybody carries a waiver that says why."""
    if stack.planned:  # a plan shows no references to resources that it creates
        return
    name = stack.referenced(str(mapping.value("domain_name")))
    for argument in ("truststore_uri", "truststore_version"):
        if name is None or not name.value(f"mutual_tls_authentication.{argument}"):
            yield f"mutual_tls_authentication.{argument} of its name is missing"


@stack_check("FFP_MAP_2_9", "An API with its own domain name has no other address", _MAPPING)
def domain_name_is_the_only_address(mapping: Block, stack: ScannedStack) -> Iterator[str]:
    """Disable the execute-api address: it has neither the name's certificate nor demands one of its clients."""
    if stack.planned:
        return
    api = stack.referenced(str(mapping.value("api_id")))
    if api is None or api.value("disable_execute_api_endpoint") is not True:
        yield "disable_execute_api_endpoint of its API is not set"


@resource_check("FFP_MAP_5_1", "Buckets accept uploads only from named origins", "aws_s3_bucket_cors_configuration")
def upload_origins_are_explicit(cors: Block) -> Iterator[str]:
    """Write the web client's address in allowed_origins."""
    for origin in cors.strings("cors_rule.allowed_origins"):
        if "*" in origin:
            yield f"allowed_origins has {origin}"


_ORIGINS = {
    "aws_apigatewayv2_api": "cors_configuration.allow_origins",
    "aws_s3_bucket_cors_configuration": "cors_rule.allowed_origins",
}
_LOCALHOST = re.compile(r"http://localhost(:\d+)?")


@stack_check(
    "FFP_MAP_2_5", "Browsers call only from HTTPS origins; dev and local also allow a developer's machine", *_ORIGINS
)
def origins_are_https(cors: Block, stack: ScannedStack) -> Iterator[str]:
    """Keep http://localhost out of staging and prod: any program on a user's machine can serve that origin."""
    for origin in cors.strings(_ORIGINS[cors.kind]):
        developer = _LOCALHOST.fullmatch(origin) and (stack.planned or stack.environment in ("dev", "local"))
        if not developer and not origin.startswith(("https://", "${", "aws_")):
            yield f"{_ORIGINS[cors.kind]} has {origin}"


# The reference in JSON, and in a plan.
_POOL_ISSUES = re.compile(r"https://\$\{aws_cognito_user_pool\.[\w-]+\.endpoint\}|aws_cognito_user_pool\.[\w.-]+")
_CLIENT, _CLIENT_ID = "aws_cognito_user_pool_client.", re.compile(CLIENT_ID)


@resource_check("FFP_ENC_3_1", "Tokens must be issued by our user pool for our clients", "aws_apigatewayv2_authorizer")
def authoriser_is_ours(authoriser: Block) -> Iterator[str]:
    """Refer to the stack's user pool and its clients: other accounts' pools also sign valid tokens with RS256.

    Clients of machines, which no stack makes, are named by their ids. An id of another pool would be worth nothing.
    """
    yield from authoriser.mismatches({"authorizer_type": "JWT"})
    if not _POOL_ISSUES.fullmatch(str(authoriser.value("jwt_configuration.issuer"))):
        yield "jwt_configuration.issuer is no user pool of the stack"
    audience = authoriser.strings("jwt_configuration.audience")
    made_elsewhere = [client for client in audience if _CLIENT not in client]
    if len(made_elsewhere) == len(audience) or not all(map(_CLIENT_ID.fullmatch, made_elsewhere)):
        yield "jwt_configuration.audience is no client of the stack, beside which ids of clients may stand"


# An HTTP API cannot log headers. The function's log line has CloudFront's request id, which leads to the caller.
_REQUEST_IDS = ("$context.requestId", "$context.integration.requestId")


@resource_check(
    "FFP_MON_1_3", "The API's access log is JSON and leads to the function's log line", "aws_apigatewayv2_stage"
)
def access_log_is_json(stage: Block) -> Iterator[str]:
    """Set access_log_settings to a destination and a JSON object with the ids of the request and the invocation."""
    if not stage.value("access_log_settings.destination_arn"):
        yield "access_log_settings.destination_arn is missing"
    text = str(stage.value("access_log_settings.format"))
    try:
        fields = json.loads(text)
    except ValueError:
        fields = None
    for id_ in _REQUEST_IDS:
        if not isinstance(fields, dict) or id_ not in fields.values():
            yield f"access_log_settings.format is no JSON object with {id_}"


@resource_check("FFP_COST_1_1", "Detailed route metrics are off", "aws_apigatewayv2_stage")
def metrics_are_plain(stage: Block) -> Iterator[str]:
    """Leave detailed_metrics_enabled off: it costs six custom metrics a month for each route."""
    for settings in ("default_route_settings", "route_settings"):
        if True in stage.values(f"{settings}.detailed_metrics_enabled"):
            yield f"{settings}.detailed_metrics_enabled is on"
