"""IAM-1, IAM-2, SEC-2 and MAP-6: what AWS's services may do with resources of ours, and on whose behalf."""

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
# Arguments that name who a service works for: its caller's resource, or what it encrypts.
_ON_BEHALF_OF = (_SOURCE_ARN, "kms:EncryptionContext:aws:logs:arn", "kms:EncryptionContext:aws:lambda:FunctionArn")
_EXACT = ("StringEquals", "ArnEquals")
_BY_PATTERN = ("StringLike", "ArnLike")
_ACCOUNT = re.compile(r"\d{12}")
_DISTRIBUTION = re.compile(
    r"(\$\{)?aws_cloudfront_distribution\.[\w-]+(\.arn)?\}?|arn:aws:cloudfront::\d{12}:distribution/[A-Z0-9]+"
)

# Trusted without a condition; a role is passed within its account alone, so that nobody else can name it.
TAKES_ROLES_WITHOUT_A_SOURCE: Mapping[str, str] = MappingProxyType(
    {
        "rds.amazonaws.com": "RDS is not documented to say for which proxy it takes a role",
    }
)


def _admitting(document: Block) -> Iterator[tuple[Block, list[str]]]:
    """The statements that allow services something, with those services."""
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
    """Whether a condition binds a service to an account; a plan leaves out values that are not yet known."""
    variable, test, values = str(condition.value("variable")), condition.value("test"), condition.strings("values")
    if variable.lower() == _SOURCE_ACCOUNT.lower() and test == "StringEquals":
        return bool(values or planned) and all(_ACCOUNT.fullmatch(value) or "${" in value for value in values)
    if variable.lower() in map(str.lower, _ON_BEHALF_OF) and test in (*_EXACT, *_BY_PATTERN):
        return bool(values or planned) and all(map(_is_in_an_account, values))
    return False


def _takes_a_role(statement: Block, services: list[str]) -> bool:
    return statement.strings("actions") == ["sts:AssumeRole"] and set(services) <= TAKES_ROLES_WITHOUT_A_SOURCE.keys()


@data_check("FFP_IAM_2_7", "Services act on behalf of our account only", _DOCUMENT)
def services_act_for_us(document: Block) -> Iterator[str]:
    """Bind each service by aws:SourceAccount or the exact source: it serves every account of AWS, ours is one."""
    for statement, services in _admitting(document):
        bound = any(_acts_for_us(each, planned=document.planned) for each in statement.blocks("condition"))
        if not bound and not _takes_a_role(statement, services):
            yield f"{statement.value('sid')}: {', '.join(services)} on behalf of any account"


@data_check("FFP_MAP_6_4", "CloudFront reads for named distributions only", _DOCUMENT)
def distribution_is_named(document: Block) -> Iterator[str]:
    """Demand by StringEquals on aws:SourceArn the distribution: any other could serve our media, unsigned."""
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
    """Let roles read a secret by their own policies: what a secret's policy allows, no boundary holds back."""
    document = stack.referred(str(policy.value("policy")))
    for statement in document.blocks("statement") if document else ():
        if statement.value("effect") in (None, "Allow"):
            yield f"{statement.value('sid')}: allows instead of denying"


# Without a policy of ours AWS attaches one that lets everything through; a plan shows neither.
@resource_check("FFP_IAM_1_4", "VPC endpoints carry what a policy of ours names", "aws_vpc_endpoint", only="json")
def endpoint_has_a_policy(endpoint: Block) -> Iterator[str]:
    """Set policy to a document that names actions, resources and callers: an endpoint leads to every account."""
    if not endpoint.value("policy"):
        yield "policy is missing"
