"""Machines: their secrets, the clients that the API accepts, and what the token trigger knows of them."""

import json

import pytest

from tests.modules.template import Template, synthesised
from tests.sample.machines import WITH_MACHINES
from tests.settings.changed import area

METERS, WATCH, ARCHIVE = WITH_MACHINES.identity.machines


@pytest.fixture(scope="module")
def staging() -> Template:
    """An environment with three machines: of a tenant, of the platform, and one without a client."""
    return synthesised(WITH_MACHINES)


@pytest.fixture(scope="module")
def without_clients() -> Template:
    return synthesised(area("identity", WITH_MACHINES, machines=(ARCHIVE,)))


@pytest.fixture(scope="module")
def without_machines() -> Template:
    return synthesised(area("identity", WITH_MACHINES, machines=()))


def _audience(template: Template) -> list[str]:
    audience: list[str] = template.one("aws_apigatewayv2_authorizer")["jwt_configuration"]["audience"]
    return audience


def _variables(template: Template) -> dict[str, str]:
    variables: dict[str, str] = template.one("aws_lambda_function", "function-add-claims_function")["environment"][
        "variables"
    ]
    return variables


def _version(template: Template) -> str:
    version: str = template.one("aws_cognito_user_pool")["lambda_config"]["pre_token_generation_config"][
        "lambda_version"
    ]
    return version


def test_the_api_accepts_the_tokens_of_machines_clients_besides_those_of_people(staging: Template) -> None:
    assert _audience(staging) == [
        "${aws_cognito_user_pool_client.identity_web-client.id}",
        *METERS.client_ids,
        *WATCH.client_ids,
    ]


def test_the_trigger_is_called_for_machines_and_knows_the_tenant_and_scopes_of_each(staging: Template) -> None:
    assert _version(staging) == "V3_0"
    meters = {"name": "meters", "tenant": METERS.tenant, "scopes": ["ffp/records.read"]}
    assert json.loads(_variables(staging)["MACHINES"]) == {
        **dict.fromkeys(METERS.client_ids, meters),
        WATCH.client_ids[0]: {"name": "watch", "tenant": None, "scopes": ["ffp/records.read"]},
    }
    with_machines = [
        address
        for address, each in staging.all("aws_lambda_function").items()
        if "MACHINES" in each["environment"]["variables"]
    ]
    assert with_machines == ["function-add-claims_function"]


def test_terraform_makes_no_client_of_a_machine_but_an_empty_secret_for_each(
    staging: Template, without_machines: Template
) -> None:
    assert set(staging.all("aws_cognito_user_pool_client")) == {"identity_web-client"}
    values = staging.all("aws_secretsmanager_secret_version")
    assert values == without_machines.all("aws_secretsmanager_secret_version")
    secrets = staging.all("aws_secretsmanager_secret")
    for machine in WITH_MACHINES.identity.machines:
        secret = secrets[f"secrets_client-{machine.name}_secret"]
        assert secret["name"] == f"staging-ffp-client-{machine.name}"
        assert secret["kms_key_id"] == secrets["secrets_partner-webhook_secret"]["kms_key_id"]


def test_no_function_reads_the_secret_of_a_machine(staging: Template) -> None:
    for group in WITH_MACHINES.application.groups:
        for statement in staging.grants(group.name).values():
            assert not any("client-" in resource for resource in statement["resources"])


def test_people_are_reminded_to_renew_each_machines_secret(staging: Template, without_machines: Template) -> None:
    reminders = set(staging.all("aws_scheduler_schedule")) - set(without_machines.all("aws_scheduler_schedule"))
    assert reminders == {f"renewals_client-{machine.name}" for machine in WITH_MACHINES.identity.machines}


def test_no_client_of_people_may_ask_for_a_scope_of_machines(staging: Template) -> None:
    scopes = staging.one("aws_cognito_user_pool_client")["allowed_oauth_scopes"]
    assert not any("records.read" in scope for scope in scopes)
    offered = {each["scope_name"] for each in staging.one("aws_cognito_resource_server")["scope"]}
    assert "records.read" in offered


def test_a_route_of_machines_takes_their_scopes_alone_and_has_its_throttle(staging: Template) -> None:
    route = staging.one("aws_apigatewayv2_route", "api_route-get-records")
    assert route["authorization_type"] == "JWT"
    assert route["authorization_scopes"] == ["${aws_cognito_resource_server.identity_api.identifier}/records.read"]
    throttles = {each["route_key"]: each for each in staging.one("aws_apigatewayv2_stage")["route_settings"]}
    assert throttles["GET /api/records"]["throttling_rate_limit"] == 2
    assert throttles["GET /api/records"]["throttling_burst_limit"] == 5


def test_a_machine_without_a_client_changes_nothing_for_people(
    without_clients: Template, without_machines: Template
) -> None:
    assert _audience(without_clients) == _audience(without_machines)
    assert _version(without_clients) == _version(without_machines) == "V2_0"
    assert _variables(without_clients) == _variables(without_machines)
    assert "MACHINES" not in _variables(without_machines)


def test_an_environment_without_machines_has_nothing_for_them(without_machines: Template, staging: Template) -> None:
    more = {each.address for each in staging.stack.blocks} - {each.address for each in without_machines.stack.blocks}
    assert more
    assert all("client-" in address for address in more)
