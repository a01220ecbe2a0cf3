"""IAM-1, IAM-2 and CICD-2: who may do what, on which resources."""

from __future__ import annotations

import re
from collections.abc import Iterator

from policies.block import Block
from policies.bound_by_condition import BOUND_BY_CONDITION
from policies.check import data_check, resource_check
from policies.unscopable import UNSCOPABLE

_DOCUMENT = "aws_iam_policy_document"
_WILDCARD = re.compile(r"[*?]")
_INTERPOLATION = re.compile(r"\$\{([^}]*)\}")
_NAMED = "\0"  # stands for the name of one resource of ours
_OWN_PREFIX = re.compile(r"(^|[/:]|aws-waf-logs-)(dev|staging|prod|local)-")
_BELOW_ONE_LOG_GROUP = re.compile(r"log-group:[^:]+:")
_TAG_OR_REGION = re.compile(r"^(aws:(RequestTag|ResourceTag)/.+|ec2:ResourceTag/.+|aws:RequestedRegion)$")
_CALLER_IS_KNOWN = re.compile(
    r"^aws:(PrincipalAccount|PrincipalArn|PrincipalOrgID|SourceAccount|SourceArn|SourceVpce)$", re.IGNORECASE
)
_ACCOUNT = re.compile(r"(\d{12}|arn:aws:iam::\d{12}:root)")

# The only policy of AWS's own whose resources are limited by name: RDS's log group for enhanced monitoring.
_AWS_POLICIES_IN_USE = frozenset({"service-role/AmazonRDSEnhancedMonitoringRole"})


def _name_of(match: re.Match[str]) -> str:
    """One resource of ours stays one; a region, an account or a variable names nothing by itself."""
    return _NAMED if re.search(r"(?<!data\.)\baws_\w+\.", match.group(1)) else ""


def is_too_wide(resource: str) -> bool:
    """Whether a wildcard reaches beyond one named resource or the environment's own name prefix."""
    text = _INTERPOLATION.sub(_name_of, resource)
    wildcard = _WILDCARD.search(text)
    if wildcard is None:
        return False
    before = text[: wildcard.start()]
    if _NAMED in before:
        return before.endswith(_NAMED)
    parts = before.split(":", 5)  # arn:partition:service:region:account:resource
    if len(parts) < 6:
        return True
    return not (_OWN_PREFIX.search(parts[5]) or _BELOW_ONE_LOG_GROUP.match(parts[5]))


def _allowing(document: Block) -> Iterator[tuple[str, Block]]:
    for statement in document.blocks("statement"):
        if statement.value("effect") in (None, "Allow"):
            yield str(statement.value("sid") or "statement"), statement


def _conditions(statement: Block, wanted: re.Pattern[str]) -> bool:
    return any(wanted.match(variable) for variable in statement.strings("condition.variable"))


@data_check("FFP_IAM_2_1", "No statement allows a wildcard resource", _DOCUMENT)
def resources_are_named(document: Block) -> Iterator[str]:
    """Name the resource, a path below it or the environment's prefix; policies/unscopable.py lists the exceptions."""
    for sid, statement in _allowing(document):
        if statement.values("not_resources"):
            yield f"{sid}: not_resources allows all the others"
        wide = [resource for resource in statement.strings("resources") if is_too_wide(resource)]
        bound = _conditions(statement, _TAG_OR_REGION)
        for action in statement.strings("actions") if wide else []:
            if action not in UNSCOPABLE and not (bound and action in BOUND_BY_CONDITION):
                yield f"{sid}: {action} on {', '.join(wide)}"


def _delegates_to_account(statement: Block) -> bool:
    """A key's policy hands its key to IAM by kms:* for the account; less would lock the key away from its owner."""
    identifiers = statement.strings("principals.identifiers")
    return bool(identifiers) and all(_ACCOUNT.fullmatch(identifier) for identifier in identifiers)


@data_check("FFP_IAM_2_2", "No statement allows a wildcard action", _DOCUMENT)
def actions_are_named(document: Block) -> Iterator[str]:
    """List each action: AWS adds new ones under an old wildcard."""
    for sid, statement in _allowing(document):
        if statement.values("not_actions"):
            yield f"{sid}: not_actions allows all the others"
        for action in statement.strings("actions"):
            if _WILDCARD.search(action) and not (action == "kms:*" and _delegates_to_account(statement)):
                yield f"{sid}: {action}"


@data_check("FFP_IAM_2_3", "No statement lets everybody in", _DOCUMENT)
def principals_are_named(document: Block) -> Iterator[str]:
    """Name the principal; where AWS wants `*`, as in a gateway endpoint's policy, a condition says who is meant."""
    for sid, statement in _allowing(document):
        if statement.blocks("not_principals"):
            yield f"{sid}: not_principals lets all the others in"
        principals = statement.strings("principals.identifiers") + statement.strings("principals.type")
        if "*" in principals and not _conditions(statement, _CALLER_IS_KNOWN):
            yield f"{sid}: principal * without a condition on the caller"


_POLICY_ATTRIBUTES = {
    "aws_cloudwatch_log_resource_policy": "policy_document",
    "aws_iam_policy": "policy",
    "aws_iam_role": "assume_role_policy",
    "aws_iam_role_policy": "policy",
    "aws_kms_key": "policy",
    "aws_kms_key_policy": "policy",
    "aws_s3_bucket_policy": "policy",
    "aws_secretsmanager_secret_policy": "policy",
    "aws_sns_topic": "policy",
    "aws_sns_topic_policy": "policy",
    "aws_sqs_queue": "policy",
    "aws_sqs_queue_policy": "policy",
    "aws_vpc_endpoint": "policy",
}


# A plan shows the text that a document came to, so only the JSON lens can tell how it was written.
@resource_check("FFP_IAM_2_4", "Policies are written as policy documents", *_POLICY_ATTRIBUTES, only="json")
def policies_are_documents(resource: Block) -> Iterator[str]:
    """Refer to an aws_iam_policy_document: text and jsonencode() escape this scan and Checkov's own."""
    attribute = _POLICY_ATTRIBUTES[resource.kind]
    for policy in resource.strings(attribute):
        if f"data.{_DOCUMENT}." not in policy:
            yield f"{attribute} is no policy document"
    if resource.blocks("inline_policy"):
        yield "inline_policy is no policy document"


@resource_check(
    "FFP_IAM_1_1",
    "Roles hold policies of ours, none of AWS's broad ones",
    "aws_iam_role",
    "aws_iam_role_policy_attachment",
)
def policies_are_ours(resource: Block) -> Iterator[str]:
    """Grant the few actions needed in a document: AWS's policies allow every resource and grow without notice."""
    for arn in resource.strings("policy_arn") + resource.strings("managed_policy_arns"):
        _, of_aws, name = arn.partition(":iam::aws:policy/")
        if of_aws and name not in _AWS_POLICIES_IN_USE:
            yield f"{name} is a policy of AWS's"


@resource_check(
    "FFP_CICD_2_1",
    "Nobody has long-lived credentials",
    "aws_iam_access_key",
    "aws_iam_user",
    "aws_iam_user_login_profile",
)
def no_users(resource: Block) -> Iterator[str]:
    """People and pipelines assume roles with short-lived credentials."""
    yield f"{resource.kind} is a long-lived credential or its owner"
