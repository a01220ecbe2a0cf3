"""MAP-4: who may sign in, and what a user can change about itself."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from checks.block import Block
from checks.check import ScannedStack, resource_check, stack_check

_POOL = "aws_cognito_user_pool"
_CLIENT = "aws_cognito_user_pool_client"
_LEAST_PASSWORD_LENGTH = 12
# Neither shows a password to anybody but Cognito; tokens got by SRP carry no scope, so that no route takes them.
_HARMLESS_FLOWS = {"ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH"}
_CLAIM_TRIGGER_VERSIONS = ("V2_0", "V3_0")


@stack_check("FFP_MAP_4_1", "A user's tenant can never change, and its role is an attribute", _POOL)
def tenant_is_immutable(pool: Block, stack: ScannedStack) -> Iterator[str]:
    """Whoever can change the tenant reads another tenant's patients: the schema must forbid it."""
    schema = {str(attribute.value("name")): attribute for attribute in pool.blocks("schema")}
    if stack.tenancy is None:
        if not stack.planned:
            yield "no function of the stack is told by which attributes tenants and roles are known"
        return
    if stack.tenancy.tenant not in schema or schema[stack.tenancy.tenant].value("mutable") is not False:
        yield f"schema has no immutable {stack.tenancy.tenant}"
    if stack.tenancy.role not in schema:
        yield f"schema has no {stack.tenancy.role}"


@resource_check("FFP_MAP_4_2", "The user pool cannot be deleted by mistake", _POOL)
def pool_is_protected(pool: Block) -> Iterator[str]:
    """Deleting a pool deletes every user; a disposable environment carries a waiver."""
    yield from pool.lacks({"deletion_protection": "ACTIVE"})
    if not pool.planned and pool.value("lifecycle.prevent_destroy") is not True:
        yield "lifecycle.prevent_destroy is not set"


@resource_check("FFP_MAP_4_3", "Users can sign in with a second factor", _POOL)
def second_factor(pool: Block) -> Iterator[str]:
    """Set mfa_configuration to ON or OPTIONAL, with software tokens enabled."""
    yield from pool.lacks(
        {
            "mfa_configuration": frozenset({"ON", "OPTIONAL"}),
            "software_token_mfa_configuration.enabled": True,
        }
    )


@resource_check("FFP_MAP_4_11", "Users must sign in with a second factor", _POOL)
def second_factor_is_demanded(pool: Block) -> Iterator[str]:
    """Set mfa_configuration to ON: a password alone opens patients' data; where there is none, a waiver says so."""
    yield from pool.lacks({"mfa_configuration": "ON"})


@resource_check("FFP_MAP_4_4", "Only administrators create users", _POOL)
def users_are_invited(pool: Block) -> Iterator[str]:
    """A user who signs up would choose the tenant."""
    yield from pool.lacks({"admin_create_user_config.allow_admin_create_user_only": True})


@resource_check("FFP_MAP_4_5", f"Passwords have {_LEAST_PASSWORD_LENGTH} characters or more", _POOL)
def passwords_are_long(pool: Block) -> Iterator[str]:
    """Set password_policy.minimum_length."""
    if pool.number("password_policy.minimum_length") < _LEAST_PASSWORD_LENGTH:
        yield f"password_policy.minimum_length is below {_LEAST_PASSWORD_LENGTH}"


@resource_check("FFP_MAP_4_6", "Access tokens can carry the tenant", _POOL)
def tokens_carry_claims(pool: Block) -> Iterator[str]:
    """Claims in access tokens need a version 2 trigger, which the LITE tier refuses only once it is applied."""
    trigger = pool.blocks("lambda_config.pre_token_generation_config")
    if trigger and pool.value("user_pool_tier") == "LITE":
        yield "user_pool_tier LITE takes no version 2 trigger"
    if not trigger or trigger[0].value("lambda_version") not in _CLAIM_TRIGGER_VERSIONS:
        yield "lambda_config has no pre_token_generation_config of version 2"


@resource_check("FFP_MAP_4_7", "Clients sign in by the code flow alone", _CLIENT)
def code_flow_only(client: Block) -> Iterator[str]:
    """Name explicit_auth_flows: left out, Cognito allows its own password and custom flows."""
    yield from client.lacks({"allowed_oauth_flows_user_pool_client": True})
    if client.strings("allowed_oauth_flows") != ["code"]:
        yield f"allowed_oauth_flows are {client.strings('allowed_oauth_flows')}"
    flows = set(client.strings("explicit_auth_flows"))
    if not flows or flows - _HARMLESS_FLOWS:
        yield f"explicit_auth_flows are {sorted(flows)}"


@resource_check("FFP_MAP_4_8", "Clients give away no users, and their tokens can be revoked", _CLIENT)
def client_is_discreet(client: Block) -> Iterator[str]:
    """Set prevent_user_existence_errors to ENABLED and enable_token_revocation."""
    yield from client.lacks({"prevent_user_existence_errors": "ENABLED", "enable_token_revocation": True})


@resource_check("FFP_MAP_4_9", "Users can write no attribute of ours: neither their tenant nor their role", _CLIENT)
def claims_are_read_only(client: Block) -> Iterator[str]:
    """Name write_attributes: left out, the client may write every attribute."""
    writable = client.strings("write_attributes")
    if not writable:
        yield "write_attributes are missing"
    yield from (f"write_attributes has {attribute}" for attribute in writable if attribute.startswith("custom:"))


@resource_check("FFP_MAP_4_10", "Users come back to exact HTTPS addresses only", _CLIENT)
def addresses_are_exact(client: Block) -> Iterator[str]:
    """No wildcard and no plain HTTP, but for http://localhost in clients named dev-… or local-…"""
    developers = str(client.value("name")).startswith(("dev-", "local-"))
    for path in ("callback_urls", "logout_urls", "default_redirect_uri"):
        for address in client.strings(path):
            if address.startswith(("${", "aws_")):
                continue
            parts = urlsplit(address)
            local = developers and parts.scheme == "http" and parts.hostname == "localhost"
            if "*" in address or (parts.scheme != "https" and not local):
                yield f"{path} has {address}"
