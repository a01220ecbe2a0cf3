import json
from typing import Any

from settings import AdministerUsers, WithdrawInvitations
from settings.tenancy import full_name
from tests.modules.template import Template, plain
from tests.modules.variants import SES
from tests.settings.changed import PROD


def test_a_tenant_is_set_once_and_a_role_by_administrators_alone(prod: Template) -> None:
    schema = {each["name"]: each["mutable"] for each in prod.one("aws_cognito_user_pool")["schema"]}
    assert schema == {"tenantId": False, "role": True}
    client = prod.one("aws_cognito_user_pool_client")
    assert set(client["write_attributes"]) == {"email", "family_name", "given_name"}
    assert {"custom:tenantId", "custom:role"} <= set(client["read_attributes"])


def test_administrators_create_users_and_users_prove_themselves_twice(prod: Template) -> None:
    pool = prod.one("aws_cognito_user_pool")
    assert pool["admin_create_user_config"] == {"allow_admin_create_user_only": True}
    assert pool["mfa_configuration"] == "ON"
    assert pool["software_token_mfa_configuration"] == {"enabled": True}
    policy = pool["password_policy"]
    assert policy["minimum_length"] == 14
    assert all(policy[f"require_{kind}"] for kind in ("lowercase", "uppercase", "numbers", "symbols"))
    assert pool["account_recovery_setting"]["recovery_mechanism"] == [{"name": "verified_email", "priority": 1}]


def test_an_invitation_lasts_a_week_and_comes_from_cognito_or_from_an_identity_of_ours(
    prod: Template, warm: Template
) -> None:
    pool = prod.one("aws_cognito_user_pool")
    assert pool["password_policy"]["temporary_password_validity_days"] == 7
    assert "email_configuration" not in pool
    assert warm.one("aws_cognito_user_pool")["email_configuration"] == {
        "email_sending_account": "DEVELOPER",
        "source_arn": SES.arn,
        "from_email_address": SES.sender,
    }


def test_one_role_alone_deletes_users_and_none_but_it_and_those_who_invite_reads_them(prod: Template) -> None:
    can: dict[str, set[str]] = {}
    for group in PROD.application.groups:
        for statement in prod.grants(group.name).values():
            for action in statement["actions"]:
                if action.startswith("cognito-idp:"):
                    can.setdefault(action.partition(":")[2], set()).add(group.name)
    inviting, deleting = (
        {group.name for group in PROD.application.groups if binding in group.bindings}
        for binding in (AdministerUsers(), WithdrawInvitations())
    )
    assert len(deleting) == 1
    assert not inviting & deleting
    assert can.pop("AdminDeleteUser") == deleting
    assert can.pop("AdminGetUser") == inviting | deleting
    assert set.union(*can.values()) == inviting


def test_the_pool_is_protected_unless_the_environment_is_disposable(prod: Template, gateway: Template) -> None:
    kept, disposable = (each.one("aws_cognito_user_pool") for each in (prod, gateway))
    assert (kept["deletion_protection"], kept["lifecycle"]["prevent_destroy"]) == ("ACTIVE", True)
    assert disposable["deletion_protection"] == "INACTIVE"
    assert "prevent_destroy" not in disposable["lifecycle"]


def test_access_tokens_get_their_claims_from_a_trigger_of_version_2(prod: Template) -> None:
    pool = prod.one("aws_cognito_user_pool")
    assert pool["user_pool_tier"] == "ESSENTIALS"
    config = pool["lambda_config"]["pre_token_generation_config"]
    assert config["lambda_version"] == "V2_0"
    assert plain(config["lambda_arn"]) == "function-add-claims_alias"
    permission = prod.one("aws_lambda_permission", "function-add-claims_user-pool")
    assert permission["principal"] == "cognito-idp.amazonaws.com"
    assert permission["source_arn"] == "${aws_cognito_user_pool.identity_pool.arn}"
    assert set(prod.grants("token")) == {"Trace", "WriteLogs"}


def test_the_web_client_uses_the_code_flow_without_a_secret(prod: Template) -> None:
    client = prod.one("aws_cognito_user_pool_client")
    assert client["generate_secret"] is False
    assert client["allowed_oauth_flows"] == ["code"]
    assert client["allowed_oauth_flows_user_pool_client"] is True
    assert client["explicit_auth_flows"] == ["ALLOW_REFRESH_TOKEN_AUTH"]
    assert client["supported_identity_providers"] == ["COGNITO"]
    assert client["callback_urls"] == ["https://web.ffp.example/signed-in"]
    assert client["logout_urls"] == ["https://web.ffp.example/signed-out"]


def test_tokens_are_short_and_can_be_revoked_and_nobody_learns_who_exists(prod: Template) -> None:
    client = prod.one("aws_cognito_user_pool_client")
    assert client["enable_token_revocation"] is True
    assert client["prevent_user_existence_errors"] == "ENABLED"
    (units,) = client["token_validity_units"]
    assert units == {"access_token": "minutes", "id_token": "minutes", "refresh_token": "hours"}
    assert (client["access_token_validity"], client["id_token_validity"]) == (15, 15)
    assert client["refresh_token_validity"] == 24


def test_the_client_may_ask_for_the_scopes_of_the_resource_server(prod: Template) -> None:
    scopes = {each["scope_name"] for each in prod.one("aws_cognito_resource_server")["scope"]}
    scopes -= set(PROD.application.tenancy.scopes_of_machines)
    server = "${aws_cognito_resource_server.identity_api.identifier}"
    allowed = set(prod.one("aws_cognito_user_pool_client")["allowed_oauth_scopes"])
    assert allowed == {"email", "openid", "profile"} | {f"{server}/{scope}" for scope in scopes}
    assert "notes.write" in scopes


def test_a_further_client_has_what_is_its_own_and_all_else_of_the_first(prod: Template, warm: Template) -> None:
    first = warm.one("aws_cognito_user_pool_client", "identity_web-client")
    further = warm.one("aws_cognito_user_pool_client", "identity_administration-client")
    assert _plain_client(first) == _plain_client(prod.one("aws_cognito_user_pool_client"))
    own = {
        "name": "prod-ffp-administration",
        "callback_urls": ["https://admin.ffp.example/signed-in"],
        "logout_urls": ["https://admin.ffp.example/"],
        "allowed_oauth_scopes": [
            "email",
            "openid",
            "profile",
            "${aws_cognito_resource_server.identity_api.identifier}/users.write",
        ],
        "access_token_validity": 5,
        "id_token_validity": 5,
        "refresh_token_validity": 8,
    }
    assert _plain_client(further) == {**_plain_client(first), **own}


def _plain_client(client: Any) -> dict[str, Any]:
    """A client without the notes that name its construct."""
    return {name: value for name, value in client.items() if name != "//"}


def test_the_api_takes_tokens_and_pages_of_each_client_and_of_no_other(prod: Template, warm: Template) -> None:
    ids = [f"${{aws_cognito_user_pool_client.identity_{name}-client.id}}" for name in ("web", "administration")]
    assert prod.one("aws_apigatewayv2_authorizer")["jwt_configuration"]["audience"] == ids[:1]
    assert warm.one("aws_apigatewayv2_authorizer")["jwt_configuration"]["audience"] == ids
    for stack, origins in ((prod, [PROD.web_origin]), (warm, [PROD.web_origin, "https://admin.ffp.example"])):
        assert stack.one("aws_apigatewayv2_api")["cors_configuration"]["allow_origins"] == origins
        (rule,) = stack.one("aws_s3_bucket_cors_configuration")["cors_rule"]
        assert rule["allowed_origins"] == origins


def test_routes_ask_for_the_names_that_roles_are_given(prod: Template) -> None:
    identifier = prod.one("aws_cognito_resource_server")["identifier"]
    server = "${aws_cognito_resource_server.identity_api.identifier}"
    routes = prod.all("aws_apigatewayv2_route").values()
    asked = {scope.replace(server, identifier) for each in routes for scope in each.get("authorization_scopes", ())}
    given = json.loads(prod.variables("add-claims")["ROLE_SCOPES"])
    assert asked
    of_machines = set(map(full_name, PROD.application.tenancy.scopes_of_machines))
    assert asked - of_machines
    assert asked - of_machines <= {scope for scopes in given.values() for scope in scopes}
    assert not any(of_machines & set(scopes) for scopes in given.values())


def test_the_sign_in_pages_carry_the_environment(prod: Template) -> None:
    assert prod.one("aws_cognito_user_pool_domain")["domain"] == "prod-ffp-sign-in"
