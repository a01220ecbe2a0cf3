"""IAM-1, IAM-2, SEC-2 and MAP-6: what AWS's services may do with our resources, and on whose behalf."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from checks.block import REFERENCE, Block
from checks.check import ScannedStack, data_check, resource_check, stack_check

_DOCUMENT = "aws_iam_policy_document"
_CLOUDFRONT = "cloudfront.amazonaws.com"
_SOURCE_ARN = "aws:SourceArn"
_SOURCE_ACCOUNT = "aws:SourceAccount"
# Condition keys that name the resource for which a service works, or which it encrypts.
_ON_BEHALF_OF = (_SOURCE_ARN, "kms:EncryptionContext:aws:logs:arn", "kms:EncryptionContext:aws:lambda:FunctionArn")
_EXACT = ("StringEquals", "ArnEquals")
_BY_PATTERN = ("StringLike", "ArnLike")
_ACCOUNT = re.compile(r"\d{12}")
_DISTRIBUTION = re.compile(
    r"(\$\{)?aws_cloudfront_distribution\.[\w-]+(\.arn)?\}?|arn:aws:cloudfront::\d{12}:distribution/[A-Z0-9]+"
)

# Services that roles may trust without a condition, since a role can be passed only within its own account.
TAKES_ROLES_WITHOUT_A_SOURCE: Mapping[str, str] = MappingProxyType(
    {
        "malware-protection-plan.guardduty.amazonaws.com": (
            "AWS does not document that GuardDuty names the plan for which it assumes a role"
        ),
        "rds.amazonaws.com": "AWS does not document that RDS names the proxy for which it assumes a role",
    }
)


def _admitting(document: Block) -> Iterator[tuple[Block, list[str]]]:
    """The statements that allow something to services, with these services."""
    for statement in document.blocks("statement"):
        services = [
            service
            for principals in statement.blocks("principals")
            if principals.value("type") == "Service"
            for service in principals.strings("identifiers")
        ]
        if services and statement.value("effect") in (None, "Allow"):
            yield statement, services


def _is_in_an_account(arn: str) -> bool:
    if REFERENCE.search(arn.partition(":")[0]):
        return True
    parts = arn.split(":", 5)
    return len(parts) == 6 and (_ACCOUNT.fullmatch(parts[4]) is not None or "${" in parts[4])


def _acts_for_us(condition: Block, *, planned: bool) -> bool:
    """Whether a condition limits a service to an account. A plan leaves out values that are not known yet."""
    variable, test, values = str(condition.value("variable")), condition.value("test"), condition.strings("values")
    if variable.lower() == _SOURCE_ACCOUNT.lower() and test == "StringEquals":
        return bool(values or planned) and all(_ACCOUNT.fullmatch(value) or "${" in value for value in values)
    if variable.lower() in map(str.lower, _ON_BEHALF_OF) and test in (*_EXACT, *_BY_PATTERN):
        return bool(values or planned) and all(map(_is_in_an_account, values))
    return False


def _assumes_a_role(statement: Block, services: list[str]) -> bool:
    return statement.strings("actions") == ["sts:AssumeRole"] and set(services) <= TAKES_ROLES_WITHOUT_A_SOURCE.keys()


@data_check("FFP_IAM_2_7", "Services act only on behalf of our account", _DOCUMENT)
def services_act_for_us(document: Block) -> Iterator[str]:
    """Limit each service by aws:SourceAccount or its exact source: other accounts use the same service."""
    for statement, services in _admitting(document):
        bound = any(_acts_for_us(each, planned=document.planned) for each in statement.blocks("condition"))
        if not bound and not _assumes_a_role(statement, services):
            yield f"{statement.value('sid')}: {', '.join(services)} on behalf of any account"


@data_check("FFP_MAP_6_4", "CloudFront reads only for named distributions", _DOCUMENT)
def distribution_is_named(document: Block) -> Iterator[str]:
    """Name the distribution with StringEquals on aws:SourceArn: others could serve the bucket without signatures."""
    for statement, services in _admitting(document):
        if _CLOUDFRONT in services and not any(
            _names_distributions(each, planned=document.planned) for each in statement.blocks("condition")
        ):
            yield f"{statement.value('sid')}: any distribution"


def _names_distributions(condition: Block, *, planned: bool) -> bool:
    values = condition.strings("values")
    about = str(condition.value("variable")).lower() == _SOURCE_ARN.lower() and condition.value("test") in _EXACT
    return about and bool(values or planned) and all(map(_DISTRIBUTION.fullmatch, values))


@stack_check("FFP_SEC_2_2", "Secrets' policies only deny", "aws_secretsmanager_secret_policy")
def secrets_policies_only_deny(policy: Block, stack: ScannedStack) -> Iterator[str]:
    """Grant access in the roles' own policies: no permissions boundary limits what a secret's policy allows."""
    document = stack.referenced(str(policy.value("policy")))
    for statement in document.blocks("statement") if document else ():
        if statement.value("effect") in (None, "Allow"):
            yield f"{statement.value('sid')}: allows instead of denying"


# Without a policy AWS attaches one that allows everything. A plan shows neither.
@resource_check("FFP_IAM_1_4", "VPC endpoints have a policy", "aws_vpc_endpoint", only="json")
def endpoint_has_a_policy(endpoint: Block) -> Iterator[str]:
    """Set policy to a document that names actions, resources and callers: an endpoint reaches all accounts."""
    if not endpoint.value("policy"):
        yield "policy is missing"
