"""IAM policies as `aws_iam_policy_document` data sources: readable in the JSON, and checked by both scans."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Literal

from modules.common.context import Context
from modules.common.waivers import NEXT_REVIEW, explain, waive
from modules.framework import (
    Construct,
    DataAwsIamPolicyDocument,
    DataAwsIamPolicyDocumentStatement,
    DataAwsIamPolicyDocumentStatementCondition,
    DataAwsIamPolicyDocumentStatementPrincipals,
    IamRole,
)
from settings.names import Limit
from settings.recovery import BACKUP_ROLE, RESTORE_OBJECTS_ROLE
from settings.storage import MALWARE_SCANS_ROLE

# Services for which AWS does not document that they send `aws:SourceAccount` when they assume a role: RDS for proxies,
# and GuardDuty for scans of buckets.
_SEND_NO_SOURCE_ACCOUNT = frozenset({"malware-protection-plan.guardduty.amazonaws.com", "rds.amazonaws.com"})

# The roles with which AWS's services act on buckets. People make them, outside the path of the platform's roles.
ROLES_OF_SERVICES = (BACKUP_ROLE, RESTORE_OBJECTS_ROLE, MALWARE_SCANS_ROLE)


@dataclass(frozen=True)
class Condition:
    """One condition of a statement, for example `Condition("StringEquals", "aws:SourceAccount", "1234…")`."""

    test: str
    key: str
    values: tuple[str, ...]

    def __init__(self, test: str, key: str, *values: str) -> None:
        object.__setattr__(self, "test", test)
        object.__setattr__(self, "key", key)
        object.__setattr__(self, "values", values)


@dataclass(frozen=True)
class Statement:
    """One policy statement.

    `services`, `accounts` and `federated` are the principals of a resource policy or trust policy, and empty in an
    identity policy.
    """

    sid: str
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    effect: Literal["Allow", "Deny"] = "Allow"
    services: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()  # ARNs, or "*" in a Deny
    federated: tuple[str, ...] = ()
    conditions: tuple[Condition, ...] = ()
    not_resources: tuple[str, ...] = ()  # only in a Deny, which then applies to everything except these

    def for_principal(self, label: str, role_arn: str) -> "Statement":
        """The same permission as a statement of a resource policy, for one role; `label` makes its sid unique."""
        return replace(
            self,
            sid=f"{''.join(word.title() for word in label.split('-'))}{self.sid}",
            accounts=("*",),
            conditions=(*self.conditions, Condition("ArnEquals", "aws:PrincipalArn", role_arn)),
        )


def no_service_of_aws(context: Context) -> tuple[Condition, ...]:
    """Conditions that match every caller except AWS services, which choose their own TLS version.

    A service calls as a service principal, on behalf of its caller (a forward access session), with its service-linked
    role, or, as AWS Backup and GuardDuty do, with a role that people made for it. Only AWS can create or assume a role
    under the path of service-linked roles, and no deployment can make or change a role outside the platform's path. A
    request that lacks the key `aws:ViaAWSService` is treated as the caller's own.
    """
    roles = ("aws-service-role/*", *(context.name(role) for role in ROLES_OF_SERVICES))
    return (
        Condition("Bool", "aws:PrincipalIsAWSService", "false"),
        Condition("BoolIfExists", "aws:ViaAWSService", "false"),
        Condition(
            "ArnNotLike", "aws:PrincipalArn", *(f"arn:aws:iam::{context.account_id}:role/{role}" for role in roles)
        ),
    )


@cache  # a document is rewritten each time a statement is added
def _struct(statement: Statement) -> DataAwsIamPolicyDocumentStatement:
    principals = [
        DataAwsIamPolicyDocumentStatementPrincipals(type=kind, identifiers=list(identifiers))
        for kind, identifiers in (
            ("Service", statement.services),
            ("Federated", statement.federated),
            ("*" if statement.accounts == ("*",) else "AWS", statement.accounts),
        )
        if identifiers
    ]
    conditions = [
        DataAwsIamPolicyDocumentStatementCondition(test=each.test, variable=each.key, values=list(each.values))
        for each in statement.conditions
    ]
    return DataAwsIamPolicyDocumentStatement(
        sid=statement.sid,
        effect=statement.effect,
        actions=list(statement.actions),
        resources=list(statement.resources) or None,
        not_resources=list(statement.not_resources) or None,
        principals=principals or None,
        condition=conditions or None,
    )


class PolicyDocument(Construct):
    """A policy to which statements can be added until synthesis.

    A sid occurs once: a statement with the same sid adds its resources to the first.
    """

    def __init__(self, scope: Construct, id_: str, statements: Sequence[Statement] = ()) -> None:
        super().__init__(scope, id_)
        self._statements: dict[str, Statement] = {}
        self._document = DataAwsIamPolicyDocument(self, "document")
        self.add(*statements)

    @property
    def json(self) -> str:
        return self._document.json

    def add(self, *statements: Statement) -> None:
        """Adds statements. Raises ValueError if a sid is in use by a statement that differs in more than resources."""
        for statement in statements:
            before = self._statements.get(statement.sid, statement)
            if replace(before, resources=statement.resources) != statement:
                raise ValueError(f"two different statements are called {statement.sid!r} in {self.node.path}")
            resources = tuple(dict.fromkeys((*before.resources, *statement.resources)))
            self._statements[statement.sid] = replace(statement, resources=resources)
        if self._statements:
            self._write()

    def explain(self, sid: str, reason: str) -> None:
        """Records why a statement is there, in the JSON, for those who review it."""
        explain(self._document, sid, reason)

    def replace(self, statement: Statement) -> None:
        """Replaces the statement that has the same sid, for example to extend its list of conditions."""
        self._statements[statement.sid] = statement
        self._write()

    def waive(self, check: str, reason: str, *, expires: date = NEXT_REVIEW) -> None:
        """Waives a finding on this policy, with the reason."""
        waive(self._document, check, reason, expires=expires)

    def _write(self) -> None:
        self._document.put_statement([_struct(each) for each in self._statements.values()])


def service_role(
    scope: Construct,
    id_: str,
    *,
    context: Context,
    name: str,
    service: str,
    description: str,
    source: str = "",
    boundary_arn: str = "",
    path: str = "",
) -> IamRole:
    """A role that one AWS service may assume for this account.

    `boundary_arn` is the permissions boundary, and `path` its IAM path: by default those of the environment's roles.
    `source` is the ARN on whose behalf the service must act. It prevents the confused-deputy problem, for services that
    send `aws:SourceArn`.
    """
    own_account = Condition("StringEquals", "aws:SourceAccount", context.account_id)
    conditions = (
        *([own_account] if service not in _SEND_NO_SOURCE_ACCOUNT else ()),
        *([Condition("ArnLike", "aws:SourceArn", source)] if source else ()),
    )
    trust = PolicyDocument(
        scope,
        f"{id_}-trust",
        [Statement("Assume", ("sts:AssumeRole",), (), services=(service,), conditions=conditions)],
    )
    return IamRole(
        scope,
        id_,
        name=context.name(name, Limit.ROLE),
        path=path or context.role_path,
        description=description,
        assume_role_policy=trust.json,
        permissions_boundary=boundary_arn or context.boundary_arn,
    )
