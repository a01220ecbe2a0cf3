"""IAM-1, IAM-2 and CICD-2: roles, their permissions, and the resources to which these are limited."""

from __future__ import annotations

import re
from collections.abc import Iterator

from checks.block import Block
from checks.bound_by_condition import BOUND_BY_CONDITION
from checks.check import ScannedStack, data_check, resource_check, stack_check
from checks.unscopable import UNSCOPABLE
from settings.names import ENVIRONMENT, PROJECT

_DOCUMENT = "aws_iam_policy_document"
_WILDCARD = re.compile(r"[*?]")
_INTERPOLATION = re.compile(r"\$\{([^}]*)\}")
_NAMED = "\0"  # replaces a reference to one resource of the stack
# The name of the web ACL's log group has nothing after the environment and project but the prefix that AWS requires.
_OWN_PREFIX = re.compile(rf"(?:^|[/:])(aws-waf-logs-)?(?P<environment>{ENVIRONMENT})-{PROJECT}(?(1)|[-/:])")
# Names that AWS Backup gives, of which only their beginning is known: the backups, snapshots and restored databases
# that it makes itself, and the rule by which it hears of changed objects. GuardDuty's rules for that. And RDS's own
# option groups.
_NAMED_BY_AWS = re.compile(
    r"recovery-point:|snapshot:awsbackup:job-|db:awsbackup-restore-test-|og:default:postgres-"
    r"|rule/(AwsBackupManagedRule|DO-NOT-DELETE-AmazonGuardDutyMalwareProtectionS3)"
)
_BELOW_ONE_LOG_GROUP = re.compile(r"log-group:[^:]+:")
_TAG = re.compile(r"^(aws:(RequestTag|ResourceTag)|ec2:ResourceTag)/environment$")
# RDS creates the master's secret and tags it only with the instance.
_OWNED = re.compile(r"^(aws:ResourceTag/(environment|aws:rds:primaryDBInstanceArn)|ec2:ResourceTag/environment)$")
_REGION = re.compile(r"^aws:RequestedRegion$")
# The function that a mapping of events calls, whose own name is generated.
_CALLED = re.compile(r"^lambda:FunctionArn$")
_BINDING = re.compile("|".join(each.pattern for each in (_TAG, _OWNED, _REGION, _CALLED)))
_CALLER_IS_KNOWN = re.compile(
    r"^aws:(PrincipalAccount|PrincipalArn|PrincipalOrgID|SourceAccount|SourceArn|SourceVpce)$", re.IGNORECASE
)
_SERVICE_IS_KNOWN = re.compile(r"^iam:PassedToService$")

# Actions that read contents. A condition on the region does not limit these to the environment's own resources.
_READING = frozenset({"kms:Decrypt", "kms:ReEncryptFrom", "secretsmanager:GetSecretValue"})
_ROOT_OR_ACCOUNT = re.compile(r"(\d{12}|arn:aws:iam::\d{12}:root)")

# The only AWS-managed policy that is allowed. It names its resource: RDS's log group for enhanced monitoring.
_AWS_POLICIES_IN_USE = frozenset({"service-role/AmazonRDSEnhancedMonitoringRole"})


def _name_of(match: re.Match[str]) -> str:
    """Replaces references to resources by _NAMED. Regions, accounts and variables identify no resource."""
    return _NAMED if re.search(r"(?<!data\.)\baws_\w+\.", match.group(1)) else ""


def is_too_wide(resource: str) -> bool:
    """Whether a wildcard includes more than one named resource and the environment's own name prefix."""
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
    named = (_OWN_PREFIX.search, _BELOW_ONE_LOG_GROUP.match, _NAMED_BY_AWS.fullmatch)
    return not any(is_named(parts[5]) for is_named in named)


def _allowing(document: Block) -> Iterator[tuple[str, Block]]:
    for statement in document.blocks("statement"):
        if statement.value("effect") in (None, "Allow"):
            yield str(statement.value("sid") or "statement"), statement


def _is_narrow(condition: Block) -> bool:
    """Whether a condition requires values, and no wildcard in them includes resources of others."""
    values = condition.strings("values")
    if condition.value("test") == "StringEquals":
        return not any(_WILDCARD.search(_INTERPOLATION.sub("", value)) for value in values)
    return condition.value("test") in ("ArnEquals", "ArnLike") and not any(map(is_too_wide, values))


def _bound(statement: Block, variable: re.Pattern[str]) -> bool:
    return any(
        variable.match(str(condition.value("variable"))) and _is_narrow(condition)
        for condition in statement.blocks("condition")
    )


def _binds_to_own_keys(statement: Block) -> bool:
    """Whether it is limited to our keys: by tag and alias, since a new key's tag takes minutes to become effective."""
    values = {
        (each.value("test"), each.value("variable")): each.strings("values") for each in statement.blocks("condition")
    }
    aliases = values.get(("ForAllValues:StringLike", "kms:ResourceAliases"), [])
    return bool(
        ("StringEqualsIfExists", "aws:ResourceTag/environment") in values
        and aliases
        and all(_OWN_PREFIX.search(alias) and alias.find("*") in (-1, len(alias) - 1) for alias in aliases)
    )


@data_check("FFP_IAM_2_1", "No statement allows a wildcard resource", _DOCUMENT)
def resources_are_named(document: Block) -> Iterator[str]:
    """Name the resource, a path below it, or the environment's prefix. checks/unscopable.py lists the exceptions."""
    for sid, statement in _allowing(document):
        if statement.values("not_resources"):
            yield f"{sid}: not_resources allows all other resources"
        wide = [resource for resource in statement.strings("resources") if is_too_wide(resource)]
        for action in statement.strings("actions") if wide else []:
            binding = _OWNED if action in _READING else _BINDING
            bound = _bound(statement, binding) or (action.startswith("kms:") and _binds_to_own_keys(statement))
            if action not in UNSCOPABLE and not (action in BOUND_BY_CONDITION and bound):
                yield f"{sid}: {action} on {', '.join(wide)}"


def _delegates_to_account(statement: Block) -> bool:
    """Whether it lets IAM decide, by kms:* for the account. With less, the account could lose access to its key."""
    identifiers = statement.strings("principals.identifiers")
    return bool(identifiers) and all(_ROOT_OR_ACCOUNT.fullmatch(identifier) for identifier in identifiers)


@data_check("FFP_IAM_2_2", "No statement allows a wildcard action", _DOCUMENT)
def actions_are_named(document: Block) -> Iterator[str]:
    """List each action: a wildcard also allows actions that AWS adds later."""
    for sid, statement in _allowing(document):
        if statement.values("not_actions"):
            yield f"{sid}: not_actions allows all other actions"
        for action in statement.strings("actions"):
            if _WILDCARD.search(action) and not (action == "kms:*" and _delegates_to_account(statement)):
                yield f"{sid}: {action}"


@data_check("FFP_IAM_2_3", "No statement allows everybody access", _DOCUMENT)
def principals_are_named(document: Block) -> Iterator[str]:
    """Name the principal. If AWS requires `*`, as in a gateway endpoint's policy, add a condition on the caller."""
    for sid, statement in _allowing(document):
        if statement.blocks("not_principals"):
            yield f"{sid}: not_principals allows all other principals"
        principals = statement.strings("principals.identifiers") + statement.strings("principals.type")
        if "*" in principals and not _bound(statement, _CALLER_IS_KNOWN):
            yield f"{sid}: principal * without a condition on the caller"


# A plan shows neither its stack nor the stack's tags.
@stack_check("FFP_IAM_2_5", "Statements name only their own environment", f"data.{_DOCUMENT}")
def statements_stay_at_home(document: Block, stack: ScannedStack) -> Iterator[str]:
    """Take prefixes, tags and regions from the stack's context. Only the bootstrap may limit just by a condition."""
    if stack.planned:
        return
    for sid, statement in _allowing(document):
        for text in (*statement.strings("resources"), *statement.strings("condition.values")):
            if any(each["environment"] != stack.environment for each in _OWN_PREFIX.finditer(text)):
                yield f"{sid}: {text} belongs to another environment"
        for condition in statement.blocks("condition"):
            variable, values = str(condition.value("variable")), set(condition.strings("values"))
            if _TAG.match(variable) and condition.value("test") != "Null" and values != {stack.environment}:
                yield f"{sid}: {variable} is {sorted(values)}"
            if _REGION.match(variable) and not values <= stack.regions:
                yield f"{sid}: {variable} is {sorted(values)}"
        if not stack.is_bootstrap and any(map(is_too_wide, statement.strings("resources"))):
            for action in BOUND_BY_CONDITION.keys() & set(statement.strings("actions")) - UNSCOPABLE.keys():
                yield f"{sid}: {action} is limited only by a condition, in a stack without CI roles"


_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_ACCOUNT_ID = re.compile(r"(?:^|[:-])(\d{12})(?=$|[:/.])")


@stack_check("FFP_IAM_2_6", "Nothing names an account other than the stack's own", "aws_*", "data.aws_*")
def accounts_are_ours(block: Block, stack: ScannedStack) -> Iterator[str]:
    """Take the account from the stack's context: another account's administrators control what it holds."""
    for text in block.texts() if stack.accounts else ():
        for account in _ACCOUNT_ID.findall(_UUID.sub("", text)):
            if account not in stack.accounts:
                yield f"{account} is another account"


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


# A plan shows only the resulting text, so only the JSON lens shows whether it comes from a policy document.
@resource_check("FFP_IAM_2_4", "Policies are written as policy documents", *_POLICY_ATTRIBUTES, only="json")
def policies_are_documents(resource: Block) -> Iterator[str]:
    """Refer to an aws_iam_policy_document: this scan and Checkov's own checks do not read text and jsonencode()."""
    attribute = _POLICY_ATTRIBUTES[resource.kind]
    for policy in resource.strings(attribute):
        if f"data.{_DOCUMENT}." not in policy:
            yield f"{attribute} is not a policy document"
    if resource.blocks("inline_policy"):
        yield "inline_policy is not a policy document"


@resource_check(
    "FFP_IAM_1_1",
    "Roles have policies of the stack instead of broad AWS-managed ones",
    "aws_iam_role",
    "aws_iam_role_policy_attachment",
)
def policies_are_ours(resource: Block) -> Iterator[str]:
    """Grant the few actions needed: AWS-managed policies allow all resources and change without notice."""
    for arn in resource.strings("policy_arn") + resource.strings("managed_policy_arns"):
        _, of_aws, name = arn.partition(":iam::aws:policy/")
        if of_aws and name not in _AWS_POLICIES_IN_USE:
            yield f"{name} is an AWS-managed policy"


_BOUNDARY = re.compile(
    rf"arn:aws:iam::\d{{12}}:policy/{ENVIRONMENT}-{PROJECT}-([a-z]+-)*boundary"
    r"|\$\{aws_iam_policy\.[\w-]*boundary[\w-]*\.arn\}"
)


# A plan does not know the ARN of a boundary that it creates.
@resource_check("FFP_IAM_1_2", "Roles have a permissions boundary of the environment", "aws_iam_role", only="json")
def role_is_bounded(role: Block) -> Iterator[str]:
    """Set permissions_boundary to the environment's. It limits a role whatever policies it gets later."""
    if not _BOUNDARY.fullmatch(str(role.value("permissions_boundary"))):
        yield f"permissions_boundary is {role.value('permissions_boundary')}"


# A plan does not show its stack. CI's own roles, in the bootstrap stack, are outside this path on purpose.
@stack_check("FFP_IAM_1_5", "The platform's roles have the environment's IAM path", "aws_iam_role")
def role_has_our_path(role: Block, stack: ScannedStack) -> Iterator[str]:
    """Set path to the environment's, /<env>-ffp/. CI may change all roles below it, and no other role."""
    if stack.environment and not stack.is_bootstrap and role.value("path") != f"/{stack.environment}-ffp/":
        yield f"path is {role.value('path') or '/'}"


@data_check("FFP_IAM_1_3", "Roles are passed only to named services", _DOCUMENT)
def passing_names_the_service(document: Block) -> Iterator[str]:
    """Give iam:PassRole a condition StringEquals on iam:PassedToService: otherwise every service could use the role."""
    for sid, statement in _allowing(document):
        if "iam:PassRole" in statement.strings("actions") and not _bound(statement, _SERVICE_IS_KNOWN):
            yield f"{sid}: iam:PassRole without a condition on the service"


@resource_check(
    "FFP_CICD_2_1",
    "There are no users with long-lived credentials",
    "aws_iam_access_key",
    "aws_iam_user",
    "aws_iam_user_login_profile",
)
def no_users(resource: Block) -> Iterator[str]:
    """Remove it: people and pipelines assume roles with short-lived credentials."""
    yield f"{resource.kind} is a long-lived credential or its owner"
