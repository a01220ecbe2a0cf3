"""Changes of sign-in: passwords, factors, triggers, clients, and who else vouches for users."""

import copy
from collections.abc import Callable
from typing import Any

from ffp.review.concern import Topic
from tests.review.corpus.edit import Document, Edit, blocks, first, first_named, make, one_of, put

Change = Callable[[Document], None]
POOL, CLIENT = "aws_cognito_user_pool", "aws_cognito_user_pool_client"
SERVER, DOMAIN = "aws_cognito_resource_server", "aws_cognito_user_pool_domain"
IDENTITIES, ROLES = "aws_cognito_identity_pool", "aws_cognito_identity_pool_roles_attachment"
_TOKEN = "lambda_config.pre_token_generation"


def of_list(type_: str, attribute: str, *more: str) -> Change:
    """Adds values to a list of the first block of a type."""
    return lambda document: first(document, type_).setdefault(attribute, []).extend(more)


def _attribute(name: str, **given: Any) -> Change:
    def change(document: Document) -> None:
        one_of((each for each in first(document, POOL)["schema"] if each["name"] == name), name).update(given)

    return change


def _immutable(document: Document) -> str:
    fixed = (each["name"] for each in first(document, POOL)["schema"] if each["mutable"] is False)
    return str(one_of(fixed, "an attribute that never changes"))


def _demands_a_factor(pool: Document) -> bool:
    return bool(pool.get("mfa_configuration") == "ON")


def _is_protected(pool: Document) -> bool:
    return bool(pool.get("deletion_protection") == "ACTIVE")


def _another_page(document: Document) -> None:
    pages = first(document, CLIENT)["callback_urls"]
    page = one_of((each for each in pages if each.startswith("https")), "a page with TLS")
    pages.append(f"{page}/again")


def _new_attribute(document: Document) -> None:
    attribute = {"name": "planted", "attribute_data_type": "String", "mutable": True, "required": False}
    first(document, POOL)["schema"].append(attribute)


def _new_client(**changed: Any) -> Change:
    def change(document: Document) -> None:
        found = {**copy.deepcopy(first(document, CLIENT)), "name": "planted", **changed}
        blocks(document, CLIENT)["planted"] = {name: value for name, value in found.items() if value is not None}

    return change


def _other_trigger(document: Document) -> None:
    used = str(first(document, POOL)["lambda_config"])
    other = one_of((name for name in blocks(document, "aws_lambda_alias") if name not in used), "another function")
    config = first(document, POOL)["lambda_config"]
    config["pre_token_generation"] = f"${{aws_lambda_alias.{other}.arn}}"
    config["pre_token_generation_config"]["lambda_arn"] = f"${{aws_lambda_alias.{other}.arn}}"


def _new_scope(document: Document) -> None:
    """A scope that the change invents, and that the client may ask for."""
    name, server = first_named(document, SERVER)
    server["scope"].append({"scope_name": "planted.read", "scope_description": "Planted"})
    scope = f"${{{SERVER}.{name}.identifier}}/planted.read"
    first(document, CLIENT)["allowed_oauth_scopes"].append(scope)


def _same_times(document: Document) -> None:
    client = first(document, CLIENT)
    client["access_token_validity"] *= 60
    client["token_validity_units"][0]["access_token"] = "seconds"
    client["refresh_token_validity"] *= 60
    client["token_validity_units"] = {**client["token_validity_units"][0], "refresh_token": "minutes"}


def _days(document: Document) -> None:
    first(document, CLIENT)["token_validity_units"] = {"refresh_token": "days"}


def _reordered(document: Document) -> None:
    pool, client = first(document, POOL), first(document, CLIENT)
    pool["schema"].reverse()
    pool["password_policy"] = [pool["password_policy"]]
    for name in ("allowed_oauth_scopes", "read_attributes", "write_attributes"):
        client[name].reverse()


def _second_domain(document: Document) -> None:
    blocks(document, DOMAIN)["planted"] = {**first(document, DOMAIN), "domain": "planted"}


def _provider(**given: Any) -> Change:
    details = {"oidc_issuer": "https://x.example", "client_id": "x"}
    common = {"provider_name": "planted", "provider_type": "OIDC", "provider_details": details}
    return make("aws_cognito_identity_provider", **{**common, **given})


def _pool_of_identities(**given: Any) -> Change:
    return make(IDENTITIES, identity_pool_name="planted", **given)


_OPEN, _LOCAL = Topic.EXPOSURE, "http://localhost:3000/signed-in"
DANGEROUS = (
    Edit("the second factor is off", put(POOL, "mfa_configuration", "OFF"), _OPEN),
    Edit("the second factor is optional", put(POOL, "mfa_configuration", "OPTIONAL", _demands_a_factor), _OPEN),
    Edit("the second factor is left out", put(POOL, "mfa_configuration", None), _OPEN),
    Edit("codes of an app are off", put(POOL, "software_token_mfa_configuration.enabled", False), _OPEN),
    Edit("codes by text message", put(POOL, "sms_configuration", {"external_id": "x", "sns_caller_arn": "x"}), _OPEN),
    Edit("codes by mail", put(POOL, "email_mfa_configuration", {"message": "{####}"}), _OPEN),
    Edit(
        "known devices need no second factor",
        put(POOL, "device_configuration", {"challenge_required_on_new_device": True}),
        _OPEN,
    ),
    Edit(
        "a code by mail instead of a password",
        put(POOL, "sign_in_policy", {"allowed_first_auth_factors": ["PASSWORD", "EMAIL_OTP"]}),
        _OPEN,
    ),
    Edit("everybody may sign up", put(POOL, "admin_create_user_config.allow_admin_create_user_only", False), _OPEN),
    Edit("sign-up is left out", put(POOL, "admin_create_user_config", None), _OPEN),
    Edit("short passwords", put(POOL, "password_policy.minimum_length", "8"), _OPEN),
    Edit("no password policy", put(POOL, "password_policy", None), _OPEN),
    Edit("passwords without symbols", put(POOL, "password_policy.require_symbols", False), _OPEN),
    Edit("passwords without numbers", put(POOL, "password_policy.require_numbers", None), _OPEN),
    Edit("old temporary passwords", put(POOL, "password_policy.temporary_password_validity_days", 90), _OPEN),
    Edit("users can be deleted", put(POOL, "deletion_protection", "INACTIVE", _is_protected), Topic.RECOVERY),
    Edit(
        "recovery by telephone",
        put(POOL, "account_recovery_setting.recovery_mechanism.0.name", "verified_phone_number"),
        _OPEN,
    ),
    Edit("addresses are not verified", put(POOL, "auto_verified_attributes", None), _OPEN),
    Edit("a cheaper plan", put(POOL, "user_pool_tier", "LITE"), _OPEN),
    Edit("names by case", put(POOL, "username_configuration.case_sensitive", True), _OPEN),
    Edit("sign-in by telephone", of_list(POOL, "username_attributes", "phone_number"), _OPEN),
    Edit("the tenant can change", lambda each: _attribute(_immutable(each), mutable=True)(each), _OPEN),
    Edit("no token trigger", put(POOL, "lambda_config", None), _OPEN),
    Edit("another token trigger", _other_trigger, _OPEN),
    Edit("an old token trigger", put(POOL, f"{_TOKEN}_config.lambda_version", "V1_0"), _OPEN),
    Edit(
        "a trigger that sees passwords",
        put(POOL, "lambda_config.user_migration", "arn:aws:lambda:eu-west-2:1:function:x"),
        _OPEN,
    ),
    Edit("a second address of sign-in pages", _second_domain, _OPEN),
    Edit("tokens in addresses", of_list(CLIENT, "allowed_oauth_flows", "implicit"), _OPEN),
    Edit("tokens without users", of_list(CLIENT, "allowed_oauth_flows", "client_credentials"), _OPEN),
    Edit("sign-in by password", of_list(CLIENT, "explicit_auth_flows", "ALLOW_USER_PASSWORD_AUTH"), _OPEN),
    Edit(
        "sign-in by password, in the old spelling", of_list(CLIENT, "explicit_auth_flows", "ADMIN_NO_SRP_AUTH"), _OPEN
    ),
    Edit("all ways to sign in that AWS has by default", put(CLIENT, "explicit_auth_flows", None), _OPEN),
    Edit("a local page gets the code", of_list(CLIENT, "callback_urls", _LOCAL), _OPEN),
    Edit("a page of somebody else gets the code", of_list(CLIENT, "callback_urls", "https://x.example/"), _OPEN),
    Edit("a page without TLS gets the code", put(CLIENT, "callback_urls.0", "http://web.ffp.example/signed-in"), _OPEN),
    Edit("users are sent elsewhere", of_list(CLIENT, "logout_urls", "https://x.example/"), _OPEN),
    Edit(
        "a client may ask for more",
        of_list(CLIENT, "allowed_oauth_scopes", "aws.cognito.signin.user.admin"),
        Topic.ACCESS,
    ),
    Edit("access tokens for a day", put(CLIENT, "access_token_validity", 1440), _OPEN),
    Edit("access tokens in AWS's unit", put(CLIENT, "token_validity_units", None), _OPEN),
    Edit("sessions for days", _days, _OPEN),
    Edit("ID tokens for an hour", put(CLIENT, "id_token_validity", 60), _OPEN),
    Edit("sessions cannot be ended", put(CLIENT, "enable_token_revocation", False), _OPEN),
    Edit("accounts can be guessed", put(CLIENT, "prevent_user_existence_errors", "LEGACY"), _OPEN),
    Edit("accounts can be guessed by default", put(CLIENT, "prevent_user_existence_errors", None), _OPEN),
    Edit("users write their role", of_list(CLIENT, "write_attributes", "custom:role"), _OPEN),
    Edit("users write everything", put(CLIENT, "write_attributes", None), _OPEN),
    Edit("a client reads more", of_list(CLIENT, "read_attributes", "phone_number"), _OPEN),
    Edit(
        "somebody else vouches for a client's users", of_list(CLIENT, "supported_identity_providers", "Google"), _OPEN
    ),
    Edit("somebody else vouches for users", _provider(), _OPEN),
    Edit("somebody else writes roles", _provider(attribute_mapping={"custom:role": "role"}), _OPEN),
    Edit("a new client without limits", _new_client(write_attributes=None), _OPEN),
    Edit("a new client for passwords", _new_client(explicit_auth_flows=["ALLOW_USER_PASSWORD_AUTH"]), _OPEN),
    Edit("a new client with tokens in addresses", _new_client(allowed_oauth_flows=["implicit"]), _OPEN),
    Edit("a new client without users", _new_client(allowed_oauth_flows=["client_credentials"]), _OPEN),
    Edit("a new client without TLS", _new_client(callback_urls=["http://x.example/"]), _OPEN),
    Edit("credentials of AWS for everybody", _pool_of_identities(allow_unauthenticated_identities=True), _OPEN),
    Edit("a role for everybody", make(ROLES, identity_pool_id="x", roles={"unauthenticated": "x"}), _OPEN),
    Edit("a user", make("aws_cognito_user", user_pool_id="x", username="x"), _OPEN),
    Edit("a member of a group", make("aws_cognito_user_in_group", username="x", group_name="administrators"), _OPEN),
    Edit("a group with a role of AWS", make("aws_cognito_user_group", name="x", role_arn="x"), _OPEN),
    Edit("a new user pool without a second factor", make(POOL, name="x"), _OPEN),
)
HARMLESS = (
    Edit("longer passwords", put(POOL, "password_policy.minimum_length", 16)),
    Edit("shorter temporary passwords", put(POOL, "password_policy.temporary_password_validity_days", "1")),
    Edit("no old password again", put(POOL, "password_policy.password_history_size", 5)),
    Edit("recovery by administrators", put(POOL, "account_recovery_setting.recovery_mechanism.0.name", "admin_only")),
    Edit("threat protection", put(POOL, "user_pool_add_ons", {"advanced_security_mode": "ENFORCED"})),
    Edit("a better plan", put(POOL, "user_pool_tier", "PLUS")),
    Edit("one more optional attribute", _new_attribute),
    Edit("passkeys", put(POOL, "sign_in_policy", {"allowed_first_auth_factors": ["PASSWORD", "WEB_AUTHN"]})),
    Edit(
        "another text of the invitation",
        put(POOL, "admin_create_user_config.invite_message_template", {"email_subject": "x"}),
    ),
    Edit("lists in another order", _reordered),
    Edit("shorter access tokens", put(CLIENT, "access_token_validity", 5)),
    Edit("the same times in other units", _same_times),
    Edit("another page of the same site", _another_page),
    Edit("fewer scopes", put(CLIENT, "allowed_oauth_scopes.3", None)),
    Edit("a new scope and who may ask for it", _new_scope),
    Edit("a new client with the same limits", _new_client()),
    Edit(
        "a new refresh token at each use",
        put(CLIENT, "refresh_token_rotation", [{"feature": "ENABLED", "retry_grace_period_seconds": 0}]),
    ),
    Edit("users write less", put(CLIENT, "write_attributes.0", None)),
    Edit("a group without a role", make("aws_cognito_user_group", name="x")),
    Edit("signed-in users get credentials", _pool_of_identities(allow_unauthenticated_identities="false")),
)
