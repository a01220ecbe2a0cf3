"""What would widen the deploy role's reach, or undo what it stands on: each is one call, and each must be refused."""

import json
from collections.abc import Mapping
from typing import Any

from tests.emulator.calls import PROBE
from tests.emulator.chosen import GROUP
from tests.emulator.judging import LOCAL, PATH

DEPLOY, PLAN, FUNCTION = (f"local-ffp-{name}" for name in ("deploy", "plan", GROUP))
STATES = f"local-ffp-state-{LOCAL.account_id}"
STATE, FOUNDATIONS = (f"{stack}/terraform.tfstate" for stack in ("local", "bootstrap-local"))
STATE_KEY = "alias/local-ffp-state"

_IAM = f"arn:aws:iam::{LOCAL.account_id}"
_ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
_BOUNDARY, _CI_BOUNDARY, _OWN = (
    f"{_IAM}:policy/local-ffp-{name}" for name in ("boundary", "delivery-boundary", "deploy-compute")
)
_GITHUB = f"{_IAM}:oidc-provider/token.actions.githubusercontent.com"


def _policy(**statement: str) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]})


_ALL = _policy(Action="*", Resource="*")
ANYBODY = _policy(Action="sts:AssumeRole", Principal="*")
_ROLE = {"RoleName": f"local-ffp-{PROBE}", "Path": PATH, "AssumeRolePolicyDocument": ANYBODY}
PERSON = "local-ffp-alice"  # a role of the platform's prefix and a person's own, which the tests make

# The service, its operation, and what it is called with.
WIDENINGS: Mapping[str, tuple[str, str, Mapping[str, Any]]] = {
    "a policy of its own": (
        "iam",
        "put_role_policy",
        {"RoleName": DEPLOY, "PolicyName": PROBE, "PolicyDocument": _ALL},
    ),
    "a policy for the plan role": (
        "iam",
        "put_role_policy",
        {"RoleName": PLAN, "PolicyName": PROBE, "PolicyDocument": _ALL},
    ),
    "a policy in another environment": (
        "iam",
        "put_role_policy",
        {"RoleName": f"prod-ffp-{GROUP}", "PolicyName": PROBE, "PolicyDocument": _ALL},
    ),
    "all of AWS for itself": ("iam", "attach_role_policy", {"RoleName": DEPLOY, "PolicyArn": _ADMINISTRATOR}),
    "all of AWS for a function": ("iam", "attach_role_policy", {"RoleName": FUNCTION, "PolicyArn": _ADMINISTRATOR}),
    "no boundary for itself": ("iam", "delete_role_permissions_boundary", {"RoleName": DEPLOY}),
    "no boundary for a function": ("iam", "delete_role_permissions_boundary", {"RoleName": FUNCTION}),
    "a wider boundary for itself": (
        "iam",
        "put_role_permissions_boundary",
        {"RoleName": DEPLOY, "PermissionsBoundary": _ADMINISTRATOR},
    ),
    "a wider boundary for a function": (
        "iam",
        "put_role_permissions_boundary",
        {"RoleName": FUNCTION, "PermissionsBoundary": _CI_BOUNDARY},
    ),
    "itself for anybody": ("iam", "update_assume_role_policy", {"RoleName": DEPLOY, "PolicyDocument": ANYBODY}),
    "itself for a function": (
        "lambda",
        "create_function",
        {"FunctionName": f"local-ffp-{PROBE}", "Role": f"{_IAM}:role/{DEPLOY}", "Code": {"ZipFile": b"-"}},
    ),
    "a role without a boundary": ("iam", "create_role", _ROLE),
    "a role under a wider boundary": ("iam", "create_role", {**_ROLE, "PermissionsBoundary": _CI_BOUNDARY}),
    "a role of no environment": (
        "iam",
        "create_role",
        {**_ROLE, "RoleName": PROBE, "PermissionsBoundary": _BOUNDARY},
    ),
    "a role outside the platform's path": (
        "iam",
        "create_role",
        {**_ROLE, "Path": "/", "PermissionsBoundary": _BOUNDARY},
    ),
    "a person's role for anybody": (
        "iam",
        "update_assume_role_policy",
        {"RoleName": PERSON, "PolicyDocument": ANYBODY},
    ),
    "a policy for a person's role": (
        "iam",
        "put_role_policy",
        {"RoleName": PERSON, "PolicyName": PROBE, "PolicyDocument": _ALL},
    ),
    "a person's role gone": ("iam", "delete_role", {"RoleName": PERSON}),
    "a function for everybody": (
        "lambda",
        "add_permission",
        {
            "FunctionName": "local-ffp-list-notes",
            "StatementId": PROBE,
            "Action": "lambda:InvokeFunction",
            "Principal": "*",
        },
    ),
    "a function for itself": (
        "lambda",
        "add_permission",
        {
            "FunctionName": "local-ffp-list-notes",
            "StatementId": PROBE,
            "Action": "lambda:InvokeFunction",
            "Principal": f"{_IAM}:role/{DEPLOY}",
        },
    ),
    "more in its own policies": (
        "iam",
        "create_policy_version",
        {"PolicyArn": _OWN, "PolicyDocument": _ALL, "SetAsDefault": True},
    ),
    "more in the functions' boundary": (
        "iam",
        "create_policy_version",
        {"PolicyArn": _BOUNDARY, "PolicyDocument": _ALL, "SetAsDefault": True},
    ),
    "more in its own boundary": (
        "iam",
        "create_policy_version",
        {"PolicyArn": _CI_BOUNDARY, "PolicyDocument": _ALL, "SetAsDefault": True},
    ),
    "an older version of its policies": (
        "iam",
        "set_default_policy_version",
        {"PolicyArn": _OWN, "VersionId": "v1"},
    ),
    "a policy gone": ("iam", "delete_policy", {"PolicyArn": _BOUNDARY}),
    "a user": ("iam", "create_user", {"UserName": f"local-ffp-{PROBE}"}),
    "another audience": (
        "iam",
        "add_client_id_to_open_id_connect_provider",
        {"OpenIDConnectProviderArn": _GITHUB, "ClientID": PROBE},
    ),
    "another issuer": (
        "iam",
        "create_open_id_connect_provider",
        {"Url": "https://gitlab.com", "ClientIDList": [PROBE]},
    ),
    "a function's role": (
        "sts",
        "assume_role",
        {"RoleArn": f"{_IAM}:role{PATH}{FUNCTION}", "RoleSessionName": PROBE},
    ),
    "the foundations' state read": ("s3", "get_object", {"Bucket": STATES, "Key": FOUNDATIONS}),
    "the foundations' state written": ("s3", "put_object", {"Bucket": STATES, "Key": FOUNDATIONS, "IfNoneMatch": "*"}),
    "a new object beside the states": ("s3", "put_object", {"Bucket": STATES, "Key": PROBE, "Body": PROBE}),
    "the state deleted": ("s3", "delete_object", {"Bucket": STATES, "Key": STATE}),
    "a version of the state deleted": ("s3", "delete_object", {"Bucket": STATES, "Key": STATE, "VersionId": PROBE}),
    "no policy for the states": ("s3", "delete_bucket_policy", {"Bucket": STATES}),
    "no versions of the states": (
        "s3",
        "put_bucket_versioning",
        {"Bucket": STATES, "VersioningConfiguration": {"Status": "Suspended"}},
    ),
    "an end for old states": ("s3", "delete_bucket_lifecycle", {"Bucket": STATES}),
    "no states": ("s3", "delete_bucket", {"Bucket": STATES}),
}
