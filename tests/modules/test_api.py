import json
import re

from settings import Route, Webhook, problems_of
from tests.modules import variants
from tests.modules.template import Template, plain, synthesised
from tests.settings import changed
from tests.settings.changed import PROD
from tests.settings.tenancy_cases import tenancy

SERVER = "${aws_cognito_resource_server.identity_api.identifier}"


def test_every_route_wants_a_token_but_those_that_the_settings_list(prod: Template) -> None:
    routes = {each["route_key"]: each for each in prod.all("aws_apigatewayv2_route").values()}
    public = {key for key, each in routes.items() if each["authorization_type"] == "NONE"}
    assert public == {"GET /api/health", "POST /api/partner/events"}
    for key in set(routes) - public:
        assert routes[key]["authorization_type"] == "JWT"
        assert routes[key]["authorizer_id"] == "${aws_apigatewayv2_authorizer.api_authoriser.id}"
        assert routes[key]["authorization_scopes"]
    for key in public:
        assert "authorizer_id" not in routes[key]
        assert "authorization_scopes" not in routes[key]


def test_a_public_route_is_waived_and_no_other_is(prod: Template) -> None:
    waived = {each.address for each in prod.stack.of_type("aws_apigatewayv2_route") if each.waivers}
    assert waived == {f"aws_apigatewayv2_route.api_route-{each}" for each in ("get-health", "post-partner-events")}


def test_a_public_routes_waiver_carries_the_reason_that_its_settings_give(prod: Template, warm: Template) -> None:
    for stack, settings in ((prod, PROD), (warm, variants.warm())):
        for function in settings.application.functions:
            for route in function.routes:
                if route.public:
                    block = stack.stack.by_address[f"aws_apigatewayv2_route.api_route-{route.id}"]
                    reasons = {waiver["reason"] for waiver in block.waivers.values()}
                    [reason] = reasons
                    assert reason.startswith("Listed as public in the settings")
                    assert reason.endswith(f": {route.public.because}")
                    assert ("signed by partner-webhook:" in reason) == isinstance(route.public, Webhook)


def test_a_route_asks_for_the_full_name_of_its_scope(prod: Template) -> None:
    route = prod.one("aws_apigatewayv2_route", "api_route-post-notes")
    assert route["authorization_scopes"] == [f"{SERVER}/notes.write"]


def test_the_authoriser_believes_our_pool_for_our_client(prod: Template) -> None:
    authoriser = prod.one("aws_apigatewayv2_authorizer")
    assert authoriser["authorizer_type"] == "JWT"
    assert authoriser["identity_sources"] == ["$request.header.Authorization"]
    assert authoriser["jwt_configuration"] == {
        "audience": ["${aws_cognito_user_pool_client.identity_web-client.id}"],
        "issuer": "https://${aws_cognito_user_pool.identity_pool.endpoint}",
    }


def test_each_route_may_invoke_its_functions_alias_and_nothing_else_may(prod: Template) -> None:
    execution = "${aws_apigatewayv2_api.api_api.execution_arn}"
    sources = {
        name: each["source_arn"]
        for name, each in prod.all("aws_lambda_permission").items()
        if each["principal"] == "apigateway.amazonaws.com"
    }
    expected = set()
    for route in prod.all("aws_apigatewayv2_route").values():
        method, path = route["route_key"].split()
        expected.add(f"{execution}/*/{method}" + re.sub(r"\{[^}]*\}", "*", path))
    assert set(sources.values()) == expected
    assert len(sources) == len(expected)
    assert sources["function-get-playback_get-media-asset-id-playback"] == f"{execution}/*/GET/api/media/*/playback"


def test_a_route_reaches_its_own_function(prod: Template) -> None:
    target = prod.one("aws_apigatewayv2_route", "api_route-get-media-asset-id-playback")["target"]
    assert target == "integrations/${aws_apigatewayv2_integration.api_integration-get-playback.id}"
    integration = prod.one("aws_apigatewayv2_integration", "api_integration-get-playback")
    assert plain(integration["integration_uri"]) == "function-get-playback_alias"
    assert integration["payload_format_version"] == "2.0"
    assert integration["timeout_milliseconds"] == 30_000


def test_everybody_is_throttled_and_some_routes_more_tightly(prod: Template) -> None:
    stage = prod.one("aws_apigatewayv2_stage")
    assert stage["default_route_settings"] == {
        "detailed_metrics_enabled": False,
        "throttling_burst_limit": 200,
        "throttling_rate_limit": 100,
    }
    limits = {
        each["route_key"]: (each["throttling_rate_limit"], each["throttling_burst_limit"])
        for each in stage["route_settings"]
    }
    assert {"GET /api/health", "POST /api/media", "POST /api/users"} <= limits.keys()
    assert all(0 < rate < 100 and 0 < burst < 200 for rate, burst in limits.values())
    assert not any(each["detailed_metrics_enabled"] for each in stage["route_settings"])


def test_a_route_of_every_character_that_api_gateway_accepts_is_routed_permitted_and_throttled() -> None:
    key = "GET /api/note_books.v2/{note_id}/{page-no}"
    route = Route(key=key, scopes=("notes.read",), requests_per_second=3, burst=4)
    made = synthesised(changed.function("list-notes", routes=(route,)))
    assert made.one("aws_apigatewayv2_route", "api_route-get-note-books-v2-note-id-page-no")["route_key"] == key
    permission = made.one("aws_lambda_permission", "function-list-notes_get-note-books-v2-note-id-page-no")
    assert permission["source_arn"].endswith("/*/GET/api/note_books.v2/*/*")
    throttles = {each["route_key"]: each for each in made.one("aws_apigatewayv2_stage")["route_settings"]}
    assert throttles[key]["throttling_rate_limit"] == 3


def test_the_stage_waits_for_its_log_group_and_the_routes_that_it_throttles(prod: Template) -> None:
    stage = prod.one("aws_apigatewayv2_stage")
    throttled = {each["route_key"] for each in stage["route_settings"]}
    assert set(stage["depends_on"]) == {"aws_cloudwatch_log_group.api_access-logs_group"} | {
        f"aws_apigatewayv2_route.{name}"
        for name, route in prod.all("aws_apigatewayv2_route").items()
        if route["route_key"] in throttled
    }


def test_the_access_log_is_json_with_the_fields_that_queries_use(prod: Template) -> None:
    settings = prod.one("aws_apigatewayv2_stage")["access_log_settings"]
    fields = json.loads(settings["format"])
    assert fields["tenantId"] == "$context.authorizer.claims.tenantId"
    assert fields["role"] == "$context.authorizer.claims.role"
    assert fields["userId"] == "$context.authorizer.claims.sub"
    assert {"timestamp", "requestId", "action", "status", "latencyMs", "error", "integrationError"} <= set(fields)
    group = prod.one("aws_cloudwatch_log_group", "api_access-logs_group")
    assert settings["destination_arn"].endswith(f":log-group:{group['name']}")


def test_a_line_of_the_access_log_leads_to_the_functions_line_and_on_to_cloudfronts(prod: Template) -> None:
    fields = json.loads(prod.one("aws_apigatewayv2_stage")["access_log_settings"]["format"])
    assert fields["functionRequestId"] == "$context.integration.requestId"
    # What the function writes: tests/library/test_requests.py
    assert "x-edge-request-id" in prod.one("aws_cloudwatch_log_delivery")["record_fields"]
    assert "c-ip" in prod.one("aws_cloudwatch_log_delivery")["record_fields"]


def test_no_field_of_the_access_log_can_be_the_tenants(prod: Template) -> None:
    fields = json.loads(prod.one("aws_apigatewayv2_stage")["access_log_settings"]["format"])
    others = fields.keys() - {PROD.application.tenancy.log_field}
    assert [name for name in others if not problems_of(tenancy(log_field=name))] == []


def test_pages_of_our_own_origins_alone_may_call(prod: Template, local: Template) -> None:
    cors = prod.one("aws_apigatewayv2_api")["cors_configuration"]
    assert cors["allow_origins"] == ["https://web.ffp.example"]
    assert "allow_credentials" not in cors
    assert local.one("aws_apigatewayv2_api")["cors_configuration"]["allow_origins"] == ["http://localhost:5173"]
