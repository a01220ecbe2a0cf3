"""Bad input in routes that a sender's signature opens."""

from dataclasses import replace
from typing import Any

from settings import Environment, GeneratedKey, ReadSecret, Webhook
from tests.settings.case import Case
from tests.settings.changed import PROD, area, function, function_of, group, secret

(ROUTE,) = function_of("receive-event").routes
assert isinstance(ROUTE.public, Webhook)
(WEBHOOKS,) = (each for each in PROD.application.secrets if each.name == ROUTE.public.signed_with)
WEBHOOK = ROUTE.public
FUNCTION = "application.functions[receive-event].routes[POST /api/partner/events].public"
FIELD = f"{FUNCTION}.signed_with"
IN_ITS_GROUP = "application.groups[partner].functions[receive-event].routes[{}]"


def _route(settings: Environment = PROD, /, **changes: Any) -> Environment:
    return function("receive-event", settings, routes=(replace(ROUTE, **changes),))


def _signed_with(name: str, settings: Environment = PROD, /) -> Environment:
    return _route(settings, public=replace(WEBHOOK, signed_with=name))


def _put() -> Environment:
    key = "PUT /api/partner/events"
    return area("application", _route(key=key), public_routes=("GET /api/health", key))


CASES = {
    "a webhook that is not listed": Case(
        area("application", public_routes=("GET /api/health",)),
        FUNCTION,
        "The partner's servers call it",
        "listed in application.public_routes",
        "list it there",
    ),
    "a webhook signed with what does not exist": Case(
        _signed_with("partner"), FIELD, "'partner'", "must name one of", "name one of these"
    ),
    "a webhook whose secret its group cannot read": Case(
        group("partner", bindings=()),
        FIELD,
        "'partner-webhook'",
        "group partner cannot read it",
        "bind the group with ReadSecret('partner-webhook')",
    ),
    "a webhook whose secret is generated": Case(
        _signed_with("own-key", secret(name="own-key", renewal=GeneratedKey(days=30))),
        FIELD,
        "'own-key'",
        "its renewal is GeneratedKey",
        "choose RenewedByPeople",
    ),
    "a webhook whose handler verifies with another secret": Case(
        _signed_with(
            "other", group("partner", secret(name="other", renewal=WEBHOOKS.renewal), bindings=(ReadSecret("other"),))
        ),
        FIELD,
        "'other'",
        "receive_event.handler verifies with partner-webhook, so that every delivery would fail",
        "name partner-webhook here, or other in the handler",
    ),
    "a webhook signed with no name": Case(
        _signed_with("Partner"),
        f"{IN_ITS_GROUP.format(ROUTE.key)}.public.signed_with",
        "'Partner'",
        "lower-case words",
        "write it like",
    ),
    "a webhook whose handler verifies nothing": Case(
        function("receive-event", handler="work.handler"),
        FUNCTION,
        "'work.handler'",
        "does not call receiver of ffp_lambda.webhook, so that everybody could call it",
        "make the handler with receiver of ffp_lambda.webhook",
    ),
    "a webhook without a throttle": Case(
        _route(requests_per_second=None, burst=None),
        f"{IN_ITS_GROUP.format(ROUTE.key)}.requests_per_second",
        "None",
        "a throttle of its own",
        "give requests_per_second and burst",
    ),
    "a webhook that is no POST": Case(
        _put(), f"{IN_ITS_GROUP.format('PUT /api/partner/events')}.key", "'PUT /api", "a webhook is a POST", "with POST"
    ),
    "a webhook with scopes": Case(
        _route(scopes=("notes.read",)),
        f"{IN_ITS_GROUP.format(ROUTE.key)}.scopes",
        "'notes.read'",
        "a public route has no token",
        "drop one",
    ),
    "a webhook without a reason": Case(
        _route(public=Webhook(signed_with=WEBHOOK.signed_with, because="partner")),
        f"{IN_ITS_GROUP.format(ROUTE.key)}.public.because",
        "'partner'",
        "20 to 500 characters",
        "defend before an auditor",
    ),
}
