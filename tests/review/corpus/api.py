"""Changes of APIs: their routes, authorisers, throttles, logs, and other ways to call a function."""

import json
from collections.abc import Callable
from typing import Any

from ffp.review.concern import Topic
from tests.review.corpus.edit import Document, Edit, blocks, drop, first, first_named, make, one_of, put

Change = Callable[[Document], None]
API, ROUTE, STAGE = "aws_apigatewayv2_api", "aws_apigatewayv2_route", "aws_apigatewayv2_stage"
AUTHORISER, INTEGRATION = "aws_apigatewayv2_authorizer", "aws_apigatewayv2_integration"
DOMAIN, URL = "aws_apigatewayv2_domain_name", "aws_lambda_function_url"
_WITHOUT_TOKEN: dict[str, Any] = {"authorization_type": "NONE", "authorization_scopes": None, "authorizer_id": None}


def guarded(route: Document) -> bool:
    """Whether a route demands a token with scopes."""
    return bool(route.get("authorization_scopes"))


def _is_open(route: Document) -> bool:
    return bool(route.get("authorization_type", "NONE") == "NONE")


def _new_route(key: str = "GET /planted", like: Callable[[Document], bool] = guarded, **changed: Any) -> Change:
    """A route like another one, but for some arguments; None leaves one out."""

    def change(document: Document) -> None:
        found = {**first(document, ROUTE, like), "route_key": key, **changed}
        blocks(document, ROUTE)["planted"] = {name: value for name, value in found.items() if value is not None}

    return change


def _swap_targets(document: Document) -> None:
    one = first(document, ROUTE, guarded)
    other = first(document, ROUTE, lambda each: bool(each["target"] != one["target"]))
    one["target"], other["target"] = other["target"], one["target"]


def _other_function(document: Document) -> None:
    one = first(document, INTEGRATION)
    one["integration_uri"] = one_of(
        (
            each["integration_uri"]
            for each in reversed(blocks(document, INTEGRATION).values())
            if each["integration_uri"] != one["integration_uri"]
        ),
        "another integration",
    )


def _to_the_web(document: Document) -> None:
    integration = first(document, INTEGRATION)
    integration |= {
        "integration_type": "HTTP_PROXY",
        "integration_uri": "https://example.com",
        "integration_method": "ANY",
    }


def _falls_through(document: Document) -> None:
    """A route goes, and an open one for everything answers in its place."""
    _new_route("ANY /{proxy+}", **_WITHOUT_TOKEN)(document)
    drop(ROUTE, guarded)(document)


def _lose_throttle(document: Document) -> None:
    settings = first(document, STAGE, lambda each: bool(each.get("route_settings")))["route_settings"]
    settings.pop()


def _lose_field(document: Document) -> None:
    settings = first(document, STAGE)["access_log_settings"]
    fields = json.loads(settings["format"])
    del fields[one_of((key for key, value in fields.items() if "sourceIp" in value), "the caller's address")]
    settings["format"] = json.dumps(fields)


def _rename_field(document: Document) -> None:
    settings = first(document, STAGE)["access_log_settings"]
    fields = json.loads(settings["format"])
    settings["format"] = json.dumps(dict(reversed([*fields.items(), ("stage", "$context.stage")])))


def _second_authoriser(audience: list[str] | None = None) -> Change:
    def change(document: Document) -> None:
        copied = json.loads(json.dumps(first(document, AUTHORISER)))
        if audience:
            copied["jwt_configuration"]["audience"] = audience
        blocks(document, AUTHORISER)["planted"] = copied
        first(document, ROUTE, guarded)["authorizer_id"] = f"${{{AUTHORISER}.planted.id}}"

    return change


def _request_authoriser(**changed: Any) -> Change:
    def change(document: Document) -> None:
        authoriser = first(document, AUTHORISER)
        authoriser.pop("jwt_configuration", None)
        authoriser |= {"authorizer_type": "REQUEST", "authorizer_payload_format_version": "2.0", **changed}

    return change


def _url(**arguments: Any) -> Change:
    def change(document: Document) -> None:
        alias, found = first_named(document, "aws_lambda_alias")
        called = {"function_name": found["function_name"], "qualifier": f"${{aws_lambda_alias.{alias}.name}}"}
        blocks(document, URL)["planted"] = {**called, **arguments}

    return change


def _issuer_by_id(document: Document) -> None:
    pool, _ = first_named(document, "aws_cognito_user_pool")
    address = f"https://cognito-idp.eu-west-2.amazonaws.com/${{aws_cognito_user_pool.{pool}.id}}"
    first(document, AUTHORISER)["jwt_configuration"]["issuer"] = address


def _rename_route(document: Document) -> None:
    routes, (name, _) = blocks(document, ROUTE), first_named(document, ROUTE, guarded)
    routes["planted"] = routes.pop(name)


def _new_method(document: Document) -> None:
    """A route with a method that no route had, which pages may use."""
    first(document, API)["cors_configuration"]["allow_methods"].append("QUERY")
    _new_route("QUERY /planted")(document)


def _document(security: list[Any]) -> Change:
    body = {"paths": {"/planted": {"get": {"security": security}}}, "components": {"securitySchemes": {"a": {}}}}
    return lambda document: first(document, API).update(body=json.dumps(body))


def _as_text(document: Document) -> None:
    configuration = first(document, AUTHORISER)["jwt_configuration"]
    configuration["audience"] = configuration["audience"][0]


def _as_list(document: Document) -> None:
    stage = first(document, STAGE)
    stage["default_route_settings"] = [stage["default_route_settings"]]
    stage["access_log_settings"] = [stage["access_log_settings"]]
    stage.get("route_settings", []).reverse()


def _one_scope_more(document: Document) -> None:
    first(document, ROUTE, guarded)["authorization_scopes"].append("ffp/other")


_OPEN = Topic.EXPOSURE
DANGEROUS = (
    Edit("a route loses its authoriser", put(ROUTE, "authorization_type", "NONE", guarded), _OPEN),
    Edit("a route's authorisation is left out", put(ROUTE, "authorization_type", None, guarded), _OPEN),
    Edit("a function decides instead of a token", put(ROUTE, "authorization_type", "CUSTOM", guarded), _OPEN),
    Edit("a route admits roles of AWS instead of users", put(ROUTE, "authorization_type", "AWS_IAM", guarded), _OPEN),
    Edit("a route loses its scopes", put(ROUTE, "authorization_scopes", None, guarded), _OPEN),
    Edit("a route's scopes are empty", put(ROUTE, "authorization_scopes", [], guarded), _OPEN),
    Edit("a route accepts one scope more", _one_scope_more, _OPEN),
    Edit("a route accepts another scope", put(ROUTE, "authorization_scopes.0", "ffp/other", guarded), _OPEN),
    Edit("a new route without authoriser", _new_route(**_WITHOUT_TOKEN), _OPEN),
    Edit("a new route to an open function", _new_route(like=_is_open), _OPEN),
    Edit("a new route without scopes", _new_route(authorization_scopes=None), _OPEN),
    Edit("a new default route", _new_route("$default", **_WITHOUT_TOKEN), _OPEN),
    Edit("a route for everything", _new_route("ANY /{proxy+}", authorization_type="NONE"), _OPEN),
    Edit("a removed route falls to an open one", _falls_through, _OPEN),
    Edit("two routes swap their functions", _swap_targets, _OPEN),
    Edit("a route runs another function", _other_function, _OPEN),
    Edit("a route leads to the web", _to_the_web, _OPEN),
    Edit("the API acts by a role", put(INTEGRATION, "credentials_arn", "arn:aws:iam::1:role/x"), _OPEN),
    Edit("the API rewrites requests", put(INTEGRATION, "request_parameters", {"overwrite:path": "/"}), _OPEN),
    Edit("the events have another form", put(INTEGRATION, "payload_format_version", "1.0"), Topic.AVAILABILITY),
    Edit("the authoriser accepts another client", put(AUTHORISER, "jwt_configuration.audience", ["x"]), _OPEN),
    Edit("the authoriser accepts every client", put(AUTHORISER, "jwt_configuration.audience", None), _OPEN),
    Edit(
        "the authoriser trusts another issuer", put(AUTHORISER, "jwt_configuration.issuer", "https://x.example"), _OPEN
    ),
    Edit("tokens in the address", put(AUTHORISER, "identity_sources", ["$request.querystring.token"]), _OPEN),
    Edit("a function decides instead of tokens", _request_authoriser(authorizer_uri="x"), _OPEN),
    Edit("another authoriser with more clients", _second_authoriser(["x"]), _OPEN),
    Edit("a target makes a default route", put(API, "target", "arn:aws:lambda:eu-west-2:1:function:x"), _OPEN),
    Edit("a document makes an open route", _document([]), _OPEN),
    Edit(
        "a page of somebody else may call", put(API, "cors_configuration.allow_origins", ["https://x.example"]), _OPEN
    ),
    Edit("every page may call", put(API, "cors_configuration.allow_origins", ["*"]), _OPEN),
    Edit("pages may send cookies", put(API, "cors_configuration.allow_credentials", True), _OPEN),
    Edit("pages may use every method", put(API, "cors_configuration.allow_methods", ["*"]), _OPEN),
    Edit("pages may send every header", put(API, "cors_configuration.allow_headers", ["*"]), _OPEN),
    Edit("pages may read every header", put(API, "cors_configuration.expose_headers", ["*"]), _OPEN),
    Edit("the stage has no throttle", put(STAGE, "default_route_settings", None), _OPEN),
    Edit("the stage lets more through", put(STAGE, "default_route_settings.throttling_rate_limit", 5000), _OPEN),
    Edit("the stage lets more burst", put(STAGE, "default_route_settings.throttling_burst_limit", "5000"), _OPEN),
    Edit("a route loses its throttle", _lose_throttle, _OPEN),
    Edit("a route lets more through", put(STAGE, "route_settings.0.throttling_rate_limit", 500), _OPEN),
    Edit("a route lets nothing through", put(STAGE, "route_settings.0.throttling_rate_limit", 0), Topic.AVAILABILITY),
    Edit("a second stage without throttle", make(STAGE, api_id="x", name="debug"), _OPEN),
    Edit("a second stage without logs", make(STAGE, api_id="x", name="debug"), Topic.WATCHING),
    Edit("the API has no access logs", put(STAGE, "access_log_settings", None), Topic.WATCHING),
    Edit("the access logs move", put(STAGE, "access_log_settings.destination_arn", "arn:aws:logs:x"), Topic.WATCHING),
    Edit("the access logs lose a field", _lose_field, Topic.WATCHING),
    Edit("whole requests are logged", put(STAGE, "default_route_settings.data_trace_enabled", True), _OPEN),
    Edit("a public function URL", _url(authorization_type="NONE"), _OPEN),
    Edit("a function URL for every page", _url(authorization_type="AWS_IAM", cors={"allow_origins": ["*"]}), _OPEN),
    Edit("a GraphQL API with a key", make("aws_appsync_graphql_api", authentication_type="API_KEY"), _OPEN),
    Edit("a listener without TLS", make("aws_lb_listener", protocol="HTTP", port=80), _OPEN),
    Edit(
        "a listener with old TLS",
        make("aws_lb_listener", protocol="HTTPS", ssl_policy="ELBSecurityPolicy-2016-08"),
        _OPEN,
    ),
    Edit("a name with old TLS", make(DOMAIN, domain_name_configuration={"security_policy": "TLS_1_0"}), _OPEN),
    Edit(
        "a REST API with an open method",
        lambda each: (
            make("aws_api_gateway_rest_api", name="x")(each),
            make("aws_api_gateway_method", rest_api_id="x", http_method="GET", authorization="NONE")(each),
        ),
        _OPEN,
    ),
)
HARMLESS = (
    Edit("a new route with authoriser and scope", _new_route()),
    Edit("a new route with a method of its own", _new_method),
    Edit("the same authoriser for a route, once more", _second_authoriser()),
    Edit("a route is renamed", _rename_route),
    Edit("a route disappears", drop(ROUTE, guarded)),
    Edit("an open route demands a signature", put(ROUTE, "authorization_type", "AWS_IAM", _is_open)),
    Edit("the issuer in another spelling", _issuer_by_id),
    Edit("the audience as a text", _as_text),
    Edit(
        "the token's header in another spelling", put(AUTHORISER, "identity_sources", "$request.header.authorization")
    ),
    Edit("a stricter throttle", put(STAGE, "default_route_settings.throttling_rate_limit", "1")),
    Edit("a stricter throttle of a route", put(STAGE, "route_settings.0.throttling_rate_limit", 1)),
    Edit("a stage's settings as a list", _as_list),
    Edit("one more field in the access logs, in another order", _rename_field),
    Edit("metrics of each route", put(STAGE, "default_route_settings.detailed_metrics_enabled", "true")),
    Edit("fewer pages may call", put(API, "cors_configuration.allow_origins", [])),
    Edit("no page may call", put(API, "cors_configuration", None)),
    Edit("AWS's own address is closed", put(API, "disable_execute_api_endpoint", True)),
    Edit("the API has another description", put(API, "description", "planted")),
    Edit("a signed function URL", _url(authorization_type="AWS_IAM")),
    Edit("a document with an authorised route", _document([{"a": []}])),
    Edit(
        "a listener with TLS",
        make("aws_lb_listener", protocol="HTTPS", ssl_policy="ELBSecurityPolicy-TLS13-1-2-2021-06"),
    ),
    Edit(
        "a listener that redirects to TLS",
        make(
            "aws_lb_listener", protocol="HTTP", default_action=[{"type": "redirect", "redirect": {"protocol": "HTTPS"}}]
        ),
    ),
)
