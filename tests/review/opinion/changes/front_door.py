"""Changes of the API."""

from typing import Any

from tests.review.corpus.edit import Document
from tests.review.opinion.cases import Change, dangerous
from tests.review.opinion.editing import add, drop, put
from tests.review.opinion.finding import pick, prefix, reference
from tests.review.opinion.kinds import ROUTE, STAGE
from tests.review.opinion.parts import inside, private_route

API = "aws_apigatewayv2_api"
AUTHORISER = "aws_apigatewayv2_authorizer"


def route_open(document: Document) -> None:
    _, block = pick(document, ROUTE, private_route)
    for key in ("authorizer_id", "authorization_scopes"):
        block.pop(key)
    block["authorization_type"] = "NONE"


def add_route(key: str, **more: Any) -> Change:

    def edit(document: Document) -> None:
        _name, block = pick(document, ROUTE, private_route)
        fresh = {"api_id": block["api_id"], "route_key": key, "target": block["target"], "authorization_type": "NONE"}
        for attribute, value in more.items():
            fresh[attribute] = block.get(attribute) if value is True else value
        add(document, ROUTE, "planted", fresh)

    return edit


dangerous("route-without-authoriser", "front door", "Anybody calls the route.")(route_open)
dangerous("route-authorisation-unsaid", "front door", "The default is NONE.")(
    lambda document: [pick(document, ROUTE, private_route)[1].pop(k) for k in ("authorization_type", "authorizer_id")]
)
dangerous("route-without-scopes", "front door", "An ID token, and every role, may call the route.")(
    drop(ROUTE, "authorization_scopes", private_route)
)
dangerous("route-with-empty-scopes", "front door", "No scope is asked for.")(
    put(ROUTE, "authorization_scopes", [], private_route)
)
dangerous("route-accepts-a-further-scope", "front door", "Any one of the scopes is enough: readers may write.")(
    put(ROUTE, "authorization_scopes", lambda value: [*value, value[0].replace(".write", ".read")], ".write")
)
dangerous("route-accepts-a-weaker-scope", "front door", "Readers may write.")(
    put(ROUTE, "authorization_scopes", lambda value: [value[0].replace(".write", ".read")], ".write")
)
dangerous("route-accepts-openid", "front door", "Every token has this scope.")(
    put(ROUTE, "authorization_scopes", lambda value: [*value, "openid"], private_route)
)
dangerous("route-by-iam", "front door", "IAM in place of the token: no tenant, no scope.")(
    lambda document: (
        lambda block: (
            block.pop("authorizer_id"),
            block.pop("authorization_scopes"),
            block.update(authorization_type="AWS_IAM"),
        )
    )(pick(document, ROUTE, private_route)[1])
)
dangerous("route-any-method", "front door", "Reading scope for every method.")(
    put(ROUTE, "route_key", lambda value: "ANY " + value.split(" ")[1], ("GET", "JWT"))
)
dangerous("route-to-another-function", "front door", "A route with a reader's scope leads to a function that writes.")(
    lambda document: pick(document, ROUTE, ".read")[1].update(target=pick(document, ROUTE, ".write")[1]["target"])
)
dangerous("new-public-route", "front door", "A new way to a function with patients' data for everybody.")(
    add_route("GET /api/export")
)
dangerous("new-public-default-route", "front door", "Whatever matches nothing else reaches the function.")(
    add_route("$default")
)
dangerous("new-public-proxy-route", "front door", "All methods and paths.")(add_route("ANY /{proxy+}"))
dangerous("new-route-without-scopes", "front door", "Every token, also an ID token.")(
    add_route("GET /api/summary", authorization_type="JWT", authorizer_id=True)
)
dangerous("new-route-for-preflight-in-function", "front door", "OPTIONS without authoriser reaches the function.")(
    add_route("OPTIONS /api/{proxy+}")
)
dangerous("authoriser-second-audience", "front door", "Tokens of another client are accepted.")(
    lambda document: pick(document, AUTHORISER)[1]["jwt_configuration"]["audience"].append("4h57kexampleclient")
)
dangerous("authoriser-another-issuer", "front door", "Whoever runs that issuer signs in as anybody.")(
    put(AUTHORISER, "jwt_configuration.issuer", "https://login.partner.example")
)
dangerous("authoriser-another-pool", "front door", "Users of another pool are accepted.")(
    put(AUTHORISER, "jwt_configuration.issuer", "https://cognito-idp.eu-west-2.amazonaws.com/eu-west-2_ABCdefGHI")
)
dangerous("authoriser-token-in-query", "front door", "Tokens in addresses end in logs.")(
    put(AUTHORISER, "identity_sources", ["$request.querystring.token"])
)
dangerous("authoriser-by-function", "front door", "Code decides who gets in, and answers are cached.")(
    lambda document: (
        lambda block: (
            block.pop("jwt_configuration"),
            block.update(
                authorizer_type="REQUEST",
                authorizer_uri=("arn:aws:apigateway:eu-west-2:lambda:path/2015-03-31/functions/x/invocations"),
                authorizer_result_ttl_in_seconds=3600,
                authorizer_payload_format_version="2.0",
            ),
        )
    )(pick(document, AUTHORISER)[1])
)
dangerous("integration-to-a-strangers-host", "front door", "Requests with tokens go to a stranger.")(
    lambda document: pick(document, "aws_apigatewayv2_integration")[1].update(
        integration_type="HTTP_PROXY",
        integration_uri="https://collector.partner.example/{proxy}",
        integration_method="ANY",
    )
)
dangerous("integration-past-the-alias", "front door", "Unpublished code answers, and the permission is for the alias.")(
    lambda document: pick(document, "aws_apigatewayv2_integration")[1].update(
        integration_uri=reference("aws_lambda_function", pick(document, "aws_lambda_function")[0], "invoke_arn")
    )
)
dangerous("integration-writes-the-tenant", "front door", "A header of the caller replaces what the function reads.")(
    put(
        "aws_apigatewayv2_integration",
        "request_parameters",
        {"overwrite:header.x-tenant": "$request.querystring.tenant"},
        new=True,
    )
)
dangerous("cors-of-everybody", "front door", "Any page may call the API.")(
    put(API, "cors_configuration.allow_origins", ["*"])
)
dangerous("cors-one-origin-more", "front door", "A stranger's page may call the API.")(
    put(API, "cors_configuration.allow_origins", lambda value: [*value, "https://ffp-example.netlify.app"])
)
dangerous("cors-any-https", "front door", "Every page on HTTPS.")(
    put(API, "cors_configuration.allow_origins", ["https://*"])
)
dangerous("cors-of-a-laptop", "front door", "Whatever runs on a user's machine.")(
    put(API, "cors_configuration.allow_origins", lambda value: [*value, "http://localhost:3000"])
)
dangerous("cors-in-clear", "front door", "A page that anybody on the way can change.")(
    put(API, "cors_configuration.allow_origins", lambda value: [o.replace("https:", "http:") for o in value])
)
dangerous("cors-subdomains", "front door", "Every subdomain, also one taken over.")(
    put(API, "cors_configuration.allow_origins", lambda value: ["https://*." + o.split(".", 1)[1] for o in value])
)
dangerous("cors-with-credentials", "front door", "Cookies of other pages are sent along.")(
    put(API, "cors_configuration.allow_credentials", True, new=True)
)
dangerous("cors-headers-of-everybody", "front door", "Any header.", doubt="small")(
    put(API, "cors_configuration.allow_headers", ["*"])
)
dangerous("throttle-of-a-route-removed", "front door", "Invitations by the thousand.")(
    put(STAGE, "route_settings", lambda value: [r for r in value if "POST" not in r["route_key"]])
)
dangerous("throttle-of-a-route-raised", "front door", "2 a second become 2,000.")(
    put(
        STAGE,
        "route_settings",
        lambda value: [
            dict(r, throttling_rate_limit=2000, throttling_burst_limit=5000) if "POST" in r["route_key"] else r
            for r in value
        ],
    )
)
dangerous("throttle-of-all-removed", "front door", "The account's limit is the only one.")(
    drop(STAGE, "default_route_settings")
)
dangerous("throttle-of-all-raised", "front door", "100 a second become 10,000.")(
    lambda document: pick(document, STAGE)[1]["default_route_settings"].update(
        throttling_rate_limit=10000, throttling_burst_limit=5000
    )
)
dangerous("throttle-burst-alone-raised", "front door", "The burst is fifty times.")(
    lambda document: pick(document, STAGE)[1]["default_route_settings"].update(throttling_burst_limit=10000)
)
dangerous("throttle-to-zero", "availability", "Every request is refused.", doubt="stricter, and down")(
    lambda document: pick(document, STAGE)[1]["default_route_settings"].update(
        throttling_rate_limit=0, throttling_burst_limit=0
    )
)


@dangerous(
    "new-function-url",
    "front door",
    ("A function with an address of its own, for everybody, past authoriser, firewall and throttle."),
)
def new_function_url(document: Document) -> None:
    _, block = pick(document, "aws_lambda_function", inside)
    add(
        document,
        "aws_lambda_function_url",
        "planted",
        {"function_name": block["function_name"], "authorization_type": "NONE"},
    )


@dangerous("new-function-url-by-iam-for-everybody", "front door", "By IAM, but everybody has the permission.")
def new_function_url_by_iam_for_everybody(document: Document) -> None:
    _, block = pick(document, "aws_lambda_function", inside)
    add(
        document,
        "aws_lambda_function_url",
        "planted",
        {"function_name": block["function_name"], "authorization_type": "AWS_IAM"},
    )
    add(
        document,
        "aws_lambda_permission",
        "planted",
        {
            "function_name": block["function_name"],
            "action": "lambda:InvokeFunctionUrl",
            "principal": "*",
            "function_url_auth_type": "AWS_IAM",
        },
    )


@dangerous("new-api-without-authoriser", "front door", "A second API without an authoriser to the same function.")
def new_api_without_authoriser(document: Document) -> None:
    _, _block = pick(document, "aws_lambda_function", inside)
    add(
        document,
        API,
        "internal",
        {
            "name": prefix(document) + "-internal",
            "protocol_type": "HTTP",
            "target": reference("aws_lambda_function", pick(document, "aws_lambda_function", inside)[0], "arn"),
        },
    )


@dangerous("new-rest-api", "front door", "A REST API for everybody.")
def new_rest_api(document: Document) -> None:
    add(document, "aws_api_gateway_rest_api", "legacy", {"name": "legacy"})
    add(
        document,
        "aws_api_gateway_method",
        "legacy",
        {
            "rest_api_id": "${aws_api_gateway_rest_api.legacy.id}",
            "resource_id": "${aws_api_gateway_rest_api.legacy.root_resource_id}",
            "http_method": "ANY",
            "authorization": "NONE",
        },
    )


@dangerous("new-domain-of-the-api", "front door", "A name of the API with an old TLS policy, past the distribution.")
def new_domain_of_the_api(document: Document) -> None:
    add(
        document,
        "aws_apigatewayv2_domain_name",
        "api",
        {
            "domain_name": "api.ffp.example",
            "domain_name_configuration": {
                "certificate_arn": "arn:aws:acm:eu-west-2:333333333333:certificate/x",
                "endpoint_type": "REGIONAL",
                "security_policy": "TLS_1_0",
            },
        },
    )
