"""MAP-4: who can sign in, and what users can change about themselves."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from checks.block import Block
from checks.check import ScannedStack, resource_check, stack_check

_POOL = "aws_cognito_user_pool"
_CLIENT = "aws_cognito_user_pool_client"
_LEAST_PASSWORD_LENGTH = 12
# Neither reveals a password to anybody but Cognito. Tokens from SRP have no scope, so that no route accepts them.
_HARMLESS_FLOWS = {"ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH"}
_CLAIM_TRIGGER_VERSIONS = ("V2_0", "V3_0")


@stack_check("FFP_MAP_4_1", "A user's tenant cannot change, and the role is an attribute", _POOL)
def tenant_is_immutable(pool: Block, stack: ScannedStack) -> Iterator[str]:
    """Declare the tenant immutable in the schema: who could change it could read another tenant's data."""
    schema = {str(attribute.value("name")): attribute for attribute in pool.blocks("schema")}
    if stack.tenancy is None:
        if not stack.planned:
            yield "no function of the stack has TENANCY, which names the attributes of tenant and role"
        return
    if stack.tenancy.tenant not in schema or schema[stack.tenancy.tenant].value("mutable") is not False:
        yield f"schema has no immutable {stack.tenancy.tenant}"
    if stack.tenancy.role not in schema:
        yield f"schema has no {stack.tenancy.role}"


@resource_check("FFP_MAP_4_2", "The user pool cannot be deleted by mistake", _POOL)
def pool_is_protected(pool: Block) -> Iterator[str]:
    """Set deletion_protection and prevent_destroy: a deleted pool's users are lost. Waive it if disposable."""
    yield from pool.mismatches({"deletion_protection": "ACTIVE"})
    if not pool.planned and pool.value("lifecycle.prevent_destroy") is not True:
        yield "lifecycle.prevent_destroy is not set"


@resource_check("FFP_MAP_4_3", "Users can sign in with a second factor", _POOL)
def second_factor(pool: Block) -> Iterator[str]:
    """Set mfa_configuration to ON or OPTIONAL, with software tokens enabled."""
    yield from pool.mismatches(
        {
            "mfa_configuration": frozenset({"ON", "OPTIONAL"}),
            "software_token_mfa_configuration.enabled": True,
        }
    )


@resource_check("FFP_MAP_4_11", "Users must sign in with a second factor", _POOL)
def second_factor_is_demanded(pool: Block) -> Iterator[str]:
    """Set mfa_configuration to ON, so that a stolen password is not enough. Waive it where no patient data is held."""
    yield from pool.mismatches({"mfa_configuration": "ON"})


@resource_check("FFP_MAP_4_4", "Only administrators create users", _POOL)
def users_are_invited(pool: Block) -> Iterator[str]:
    """Set allow_admin_create_user_only: users who sign up themselves could choose a tenant."""
    yield from pool.mismatches({"admin_create_user_config.allow_admin_create_user_only": True})


@resource_check("FFP_MAP_4_5", f"Passwords have {_LEAST_PASSWORD_LENGTH} characters or more", _POOL)
def passwords_are_long(pool: Block) -> Iterator[str]:
    """Set password_policy.minimum_length."""
    if pool.number("password_policy.minimum_length") < _LEAST_PASSWORD_LENGTH:
        yield f"password_policy.minimum_length is below {_LEAST_PASSWORD_LENGTH}"


@resource_check("FFP_MAP_4_6", "Access tokens can carry the tenant", _POOL)
def tokens_carry_claims(pool: Block) -> Iterator[str]:
    """Set a trigger of version 2, which claims in access tokens need. The tier LITE refuses it, but only on apply."""
    trigger = pool.blocks("lambda_config.pre_token_generation_config")
    if trigger and pool.value("user_pool_tier") == "LITE":
        yield "user_pool_tier LITE does not support a version 2 trigger"
    if not trigger or trigger[0].value("lambda_version") not in _CLAIM_TRIGGER_VERSIONS:
        yield "lambda_config has no pre_token_generation_config of version 2"


@resource_check("FFP_MAP_4_7", "Clients sign in only with the code flow", _CLIENT)
def code_flow_only(client: Block) -> Iterator[str]:
    """Set explicit_auth_flows: without it, Cognito also allows its password and custom flows."""
    yield from client.mismatches({"allowed_oauth_flows_user_pool_client": True})
    if client.strings("allowed_oauth_flows") != ["code"]:
        yield f"allowed_oauth_flows are {client.strings('allowed_oauth_flows')}"
    flows = set(client.strings("explicit_auth_flows"))
    if not flows or flows - _HARMLESS_FLOWS:
        yield f"explicit_auth_flows are {sorted(flows)}"


@resource_check("FFP_MAP_4_8", "Clients do not reveal which users exist, and their tokens can be revoked", _CLIENT)
def client_is_discreet(client: Block) -> Iterator[str]:
    """Set prevent_user_existence_errors to ENABLED and enable_token_revocation."""
    yield from client.mismatches({"prevent_user_existence_errors": "ENABLED", "enable_token_revocation": True})


@resource_check("FFP_MAP_4_9", "Users cannot write custom attributes, such as their tenant and role", _CLIENT)
def claims_are_read_only(client: Block) -> Iterator[str]:
    """Set write_attributes: without it, the client may write all attributes."""
    writable = client.strings("write_attributes")
    if not writable:
        yield "write_attributes are missing"
    yield from (f"write_attributes has {attribute}" for attribute in writable if attribute.startswith("custom:"))


@resource_check("FFP_MAP_4_10", "Sign-in returns users only to exact HTTPS addresses", _CLIENT)
def addresses_are_exact(client: Block) -> Iterator[str]:
    """Use no wildcards and no plain HTTP, except for http://localhost in clients named dev-… or local-…"""
    developers = str(client.value("name")).startswith(("dev-", "local-"))
    for path in ("callback_urls", "logout_urls", "default_redirect_uri"):
        for address in client.strings(path):
            if address.startswith(("${", "aws_")):
                continue
            parts = urlsplit(address)
            local = developers and parts.scheme == "http" and parts.hostname == "localhost"
            if "*" in address or (parts.scheme != "https" and not local):
                yield f"{path} has {address}"
