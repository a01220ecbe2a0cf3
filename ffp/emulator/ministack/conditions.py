"""Condition keys that MiniStack does not provide, or provides where AWS does not."""

import os
from collections.abc import Mapping
from typing import Any

from calls import Call
from ministack.services import cognito, iam, kms, lambda_svc

# The claims of GitHub's tokens that STS knows as condition keys, by AWS's service authorisation reference; `aud`, `sub`
# and `amr`, which it knows of any provider, MiniStack provides.
_GITHUB = "token.actions.githubusercontent.com"
_GITHUB_CLAIMS = (
    *("actor", "actor_id", "enterprise_id", "environment", "job_workflow_ref", "ref", "repository", "repository_id"),
    *("repository_owner_id", "workflow"),
)
_ENCRYPTION = "x-amz-server-side-encryption"
# Actions with the boundary that the call gives as a key, and actions with the one that a role or a user has: by the
# service authorisation reference of September 2026. For roles, also what changes its trust, or removes it.
_GIVING_BOUNDARY = ("Create{}", "Put{}PermissionsBoundary")
_UNDER_BOUNDARY = (
    "Attach{}Policy",
    "Delete{}PermissionsBoundary",
    "Delete{}Policy",
    "Detach{}Policy",
    "Put{}Policy",
)
_UNDER_ROLES_BOUNDARY = ("Delete{}", "Update{}", "Update{}Description", "UpdateAssume{}Policy")


def boundary_of(call: Call) -> dict[str, str]:
    """IAM's own key: the boundary that a role or a user gets, or has."""
    for kind, standing in (("Role", iam._roles), ("User", iam._users)):
        boundary = None
        if call.action in _actions(_GIVING_BOUNDARY, kind):
            boundary = call.query.get("PermissionsBoundary")
        elif call.action in _actions((*_UNDER_BOUNDARY, *(_UNDER_ROLES_BOUNDARY if kind == "Role" else ())), kind):
            boundary = (standing.get(call.query.get(f"{kind}Name")) or {}).get("PermissionsBoundary")
        if boundary:
            return {"iam:permissionsboundary": boundary}
    return {}


def _actions(patterns: tuple[str, ...], kind: str) -> set[str]:
    return {f"iam:{pattern.format(kind)}" for pattern in patterns}


def opening_of(call: Call) -> dict[str, str]:
    """Keys of a call that lets others in: whom a function is opened to, and whether public policies are blocked."""
    match call.action:
        case "kms:CreateGrant":
            return {"kms:grantisforawsresource": "false"}  # of each that does not come through another service
        case "lambda:AddPermission":
            return {"lambda:principal": str(call.data.get("Principal"))}
        case "secretsmanager:PutResourcePolicy" if "BlockPublicPolicy" in call.data:
            return {"secretsmanager:blockpublicpolicy": str(call.data["BlockPublicPolicy"]).lower()}
    return {}


def encryption_of(headers: Mapping[str, str] | None) -> dict[str, str]:
    """All that a write to S3 says of its encryption; MiniStack provides only the algorithm."""
    return {f"s3:{name}": value for name, value in (headers or {}).items() if name.startswith(_ENCRYPTION)}


def github_claims_of(token: str) -> dict[str, Any]:
    """What a token of GitHub's claims, as far as a trust policy can ask for it."""
    try:
        claims = cognito._decode_id_token_unverified(token)
    except (TypeError, ValueError):
        return {}
    if not isinstance(claims, dict) or claims.get("iss") != f"https://{_GITHUB}":
        return {}
    return {f"{_GITHUB}:{name}": claims[name] for name in _GITHUB_CLAIMS if name in claims}


def source_function_of(session: Mapping[str, Any]) -> dict[str, str]:
    """Which function a session's calls come from: one that runs under its role and has given the session its name.

    MiniStack names a function's session after it, as Lambda does, and lets root take on a role in Lambda's stead.
    """
    by_root = session.get("SourcePrincipalArn", "").endswith(":root")
    if "Arn" not in session or ("SourcePrincipalArn" in session and not by_root):
        return {}
    role, name = session["Arn"].split("/")[-2:]
    account, region = session["Arn"].split(":")[4], os.environ["MINISTACK_REGION"]
    config = (lambda_svc._functions.get_scoped(account, region, name) or {}).get("config") or {}
    runs = config.get("Role", "").rpartition("/")[2] == role
    return {"lambda:sourcefunctionarn": config["FunctionArn"]} if runs else {}


def is_service(ctx: Any) -> str | None:
    """Whether a service itself makes the call. Every signed call says so, and no anonymous one."""
    values = {"Anonymous": None, "Service": "true", "WebIdentityUser": None}
    return values.get(ctx.principal_type, "false")


def principal_arn_of(ctx: Any) -> str:
    """Who calls: of a session the role with its path, where MiniStack provides the session."""
    arn = str(ctx.principal_arn)
    role = iam._roles.get_scoped(ctx.principal_account, None, arn.split("/")[-2]) if ":assumed-role/" in arn else None
    return str((role or {}).get("Arn", arn))


def source_account_of(ctx: Any) -> str | None:
    """The account for which a service takes on a role: MiniStack lets root do so in the stead of any service."""
    in_a_services_stead = ctx.action == "sts:AssumeRole" and ctx.principal_arn.endswith(":root")
    return str(ctx.principal_account) if in_a_services_stead else ctx.service_context.get("aws:sourceaccount")


def aliases_of(ctx: Any) -> list[str] | None:
    """The names of the key that is asked for; nothing where it has none."""
    found = [arn for arn, key in kms._aliases.items() if ctx.resource_arn.endswith(f":key/{key}")]
    return [arn.split(":", 5)[5] for arn in found] or None
