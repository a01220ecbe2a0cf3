"""Limits of the API, of functions, and of sign-in."""

from catalogue.limits.limit import DOCS, Limit

_HTTP_API = f"{DOCS}apigateway/latest/developerguide/http-api-quotas.html"
_LAMBDA = f"{DOCS}lambda/latest/dg/gettingstarted-limits.html"
_COGNITO = f"{DOCS}cognito/latest/developerguide/quotas.html"

API_ROUTES = Limit(
    name="routes of an API",
    value=300,
    unit="routes",
    source=_HTTP_API,
    measured="routes of all functions",
    remedy="let one route serve several cases by a parameter, or divide the application",
    setting="routes_per_api",
)
API_INTEGRATIONS = Limit(
    name="integrations of an API",
    value=300,
    unit="integrations",
    source=_HTTP_API,
    measured="functions with a route: each has one integration for all of its routes",
    remedy="give one function the routes of several, or divide the application",
)
ROUTE_SCOPES = Limit(
    name="scopes of a route",
    value=10,
    unit="scopes",
    source=_HTTP_API,
    measured="scopes of each route",
    remedy="declare a scope for what these roles have in common, and demand that one",
)
AUDIENCES = Limit(
    name="audiences of an authoriser",
    value=50,
    unit="audiences",
    source=_HTTP_API,
    measured="web clients and machines' app clients; settings count two for each machine, as during a renewal",
    remedy="let machines of one owner share a client, or divide the application",
)
ACCESS_LOG_FORMAT = Limit(
    name="format of an API's access log",
    value=3 * 1024,
    unit="bytes",
    source=_HTTP_API,
    measured="the text of the format",
    remedy="log fewer fields",
)
FUNCTION_VARIABLES = Limit(
    name="environment variables of a function",
    value=4 * 1024,
    unit="bytes",
    source=_LAMBDA,
    measured="names and values as one JSON object, as Lambda measures them; roles and bindings add some",
    remedy="move long values into a file of the code, or divide the group, so that each half has fewer bindings",
)
FUNCTION_POLICY = Limit(
    name="resource policy of a function",
    value=20 * 1024,
    unit="bytes",
    source=_LAMBDA,
    measured="one statement for each route, and for each secret that the function rotates",
    remedy="divide its routes among several functions; for rotation, have fewer secrets that rotate",
)
FUNCTION_PACKAGE = Limit(
    name="package of a function",
    value=50 * 1024 * 1024,
    unit="bytes",
    source=_LAMBDA,
    measured="the zip, which Terraform uploads through Lambda's API; not compressed, it reaches this before the 250 MB "
    "of an unpacked one. An `S3Object` is not measured",
    remedy="leave out packages that the code does not import, or bring the code as an S3Object of at most 250 MB "
    "unpacked, or as an Image of at most 10 GB",
)
POOL_SCOPES = Limit(
    name="scopes of a resource server",
    value=100,
    unit="scopes",
    source=_COGNITO,
    measured="scopes of the tenancy",
    remedy="merge scopes",
)
CLIENT_SCOPES = Limit(
    name="scopes of an app client",
    value=50,
    unit="scopes",
    source=_COGNITO,
    measured="scopes of the tenancy, and those of sign-in itself",
    remedy="merge scopes: several routes may demand the same one",
)
CALLBACK_URLS = Limit(
    name="callback addresses of an app client",
    value=100,
    unit="addresses",
    source=_COGNITO,
    measured="identity.callback_urls",
    remedy="remove addresses that are no longer in use",
)
LOGOUT_URLS = Limit(
    name="sign-out addresses of an app client",
    value=100,
    unit="addresses",
    source=_COGNITO,
    measured="identity.logout_urls",
    remedy="remove addresses that are no longer in use",
)
