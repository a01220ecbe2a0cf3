"""What lets somebody in without a policy: invoke permissions, grants, shares with accounts, access control lists."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from ffp.review.access.conditions import Condition, clause, unreadable
from ffp.review.access.documents import Reader, repetition
from ffp.review.access.globs import EVERYTHING, Names
from ffp.review.access.names import with_place
from ffp.review.access.statements import Statement
from ffp.review.side import Side, at, blocks_in, values_in
from ffp.stacks import SynthesisedBlock

Shared = Iterator[tuple[str, list[Statement]]]
_SERVICE = "amazonaws.com"
# The clause that each attribute of an invoke permission demands: its test and its key.
_OF_A_PERMISSION: Mapping[str, tuple[str, str]] = {
    "source_arn": ("ArnLike", "aws:SourceArn"),
    "source_account": ("StringEquals", "aws:SourceAccount"),
    "principal_org_id": ("StringEquals", "aws:PrincipalOrgID"),
    "organization_id": ("StringEquals", "aws:PrincipalOrgID"),
    "event_source_token": ("StringEquals", "lambda:EventSourceToken"),
    "function_url_auth_type": ("StringEquals", "lambda:FunctionUrlAuthType"),
}
# Types that share one resource with one principal: the attributes with both, and what the principal may then do.
_SIMPLE: Mapping[str, tuple[str, str, str]] = {
    "aws_ami_launch_permission": ("image_id", "account_id", "ec2:RunInstances"),
    "aws_cloudwatch_event_permission": ("event_bus_name", "principal", "events:PutEvents"),
    "aws_ecs_account_setting": ("name", "principal_arn", "ecs:*"),
    "aws_eks_access_policy_association": ("cluster_name", "principal_arn", "eks:*"),
    "aws_lakeformation_permissions": ("catalog_id", "principal", "lakeformation:*"),
    "aws_ram_principal_association": ("resource_share_arn", "principal", "ram:*"),
    "aws_redshift_endpoint_authorization": ("cluster_identifier", "account", "redshift:*"),
    "aws_snapshot_create_volume_permission": ("snapshot_id", "account_id", "ec2:CreateVolume"),
    "aws_ssoadmin_account_assignment": ("permission_set_arn", "principal_id", "sts:AssumeRole"),
    "aws_vpc_endpoint_service_allowed_principal": (
        "vpc_endpoint_service_id",
        "principal_arn",
        "ec2:CreateVpcEndpoint",
    ),
}
# Types with a list of those with whom they are shared.
_LISTED: Mapping[str, tuple[str, str]] = {
    "aws_db_cluster_snapshot": ("shared_accounts", "rds:CopyDBClusterSnapshot"),
    "aws_db_snapshot": ("shared_accounts", "rds:CopyDBSnapshot"),
    "aws_db_snapshot_copy": ("shared_accounts", "rds:CopyDBSnapshot"),
    "aws_vpc_endpoint_service": ("allowed_principals", "ec2:CreateVpcEndpoint"),
    "aws_iam_openid_connect_provider": ("client_id_list", "sts:AssumeRoleWithWebIdentity"),
}
# Types that make a credential of a user that is valid until somebody takes it away.
_CREDENTIALS: Mapping[str, str] = {
    "aws_iam_access_key": "an access key",
    "aws_iam_service_specific_credential": "a service's credential",
    "aws_iam_signing_certificate": "a signing certificate",
    "aws_iam_user_login_profile": "a password",
    "aws_iam_user_ssh_key": "an SSH key",
}
CREDENTIAL = "Credential:"
AUDIENCE = "Audience:"  # of tokens
_PUBLIC_LISTS = {"public-read": "s3:GetObject", "public-read-write": "s3:*", "authenticated-read": "s3:GetObject"}


def all_of(side: Side, reader: Reader) -> Shared:
    """Each resource that somebody is let in to, by its address, with the statements that say so."""
    kinds: tuple[Callable[[Side, Reader], Shared], ...] = (
        _invocations,
        _layers,
        _grants,
        _simple,
        _listed,
        _lists,
        _credentials,
    )
    for kind in kinds:
        yield from kind(side, reader)


def _statement(
    side: Side,
    block: SynthesisedBlock,
    principals: Names,
    actions: list[str],
    resource: str,
    condition: Condition = frozenset(),
) -> Statement:
    if (repeated := repetition(block)) is not None:
        condition |= {unreadable(str(side.resolved(repeated)), "for each of")}
    return Statement(
        True,
        principals,
        Names(frozenset(each.lower() for each in actions)),
        Names(frozenset({resource})) if resource else EVERYTHING,
        condition,
        address=side.address(block),
    )


def _principals(reader: Reader, value: Any) -> Names:
    found = set()
    for text in reader.texts(value):
        if text.endswith(_SERVICE) and ":" not in text:
            found.add(f"Service:{text}")
        else:
            found |= reader.principals({"AWS": [text]}).patterns
    return Names(frozenset(found))


def _owner(side: Side, value: Any, type_: str = "", attribute: str = "name") -> str:
    """The address of the resource that a value names, or the value itself if it is not of this stack."""
    for block in side.blocks_of(value):
        if block.kind == "resource" and type_ in ("", block.type):
            return side.address(block)
    text = str(side.resolved(value))
    for block in side.of_type(type_) if type_ else ():
        if text.rpartition(":")[2] == side.get(block, attribute):
            return side.address(block)
    return text


def _invocations(side: Side, reader: Reader) -> Shared:
    """Who may invoke or change a function, by its permissions."""
    for block in side.of_type("aws_lambda_permission"):
        attribute = block.attributes.get
        owner = _owner(side, attribute("function_name"), "aws_lambda_function", "function_name")
        qualifier = side.resolved(attribute("qualifier"))
        clauses = {
            clause(test, key, reader.texts(attribute(name)))
            for name, (test, key) in _OF_A_PERMISSION.items()
            if attribute(name) not in (None, "")
        }
        principals = _principals(reader, attribute("principal") or "*")
        resource = f"{owner}:{qualifier}" if qualifier else owner
        action = str(side.resolved(attribute("action") or "lambda:InvokeFunction"))
        yield owner, [_statement(side, block, principals, [action], resource, frozenset(clauses))]


def _layers(side: Side, reader: Reader) -> Shared:
    for block in side.of_type("aws_lambda_layer_version_permission"):
        attribute = block.attributes.get
        owner = _owner(side, attribute("layer_name"), "aws_lambda_layer_version", "layer_name")
        organisation = reader.texts(attribute("organization_id")) if attribute("organization_id") else []
        condition = frozenset({clause("StringEquals", "aws:PrincipalOrgID", organisation)} if organisation else ())
        principals = _principals(reader, attribute("principal") or "*")
        action = str(attribute("action") or "lambda:GetLayerVersion")
        yield owner, [_statement(side, block, principals, [action], owner, condition)]


def _grants(side: Side, reader: Reader) -> Shared:
    """Who may use a key by a grant."""
    for block in side.of_type("aws_kms_grant"):
        attribute = block.attributes.get
        owner = _owner(side, attribute("key_id"), "aws_kms_key")
        clauses = set()
        for constraint in blocks_in(attribute("constraints")):
            for name, test in (
                ("encryption_context_equals", "StringEquals"),
                ("encryption_context_subset", "StringLike"),
            ):
                for key, value in dict(side.resolved(constraint.get(name)) or {}).items():
                    clauses.add(clause(test, f"kms:EncryptionContext:{key}", [str(value)]))
        operations = [f"kms:{each}" for each in reader.texts(attribute("operations"))]
        principals = _principals(reader, attribute("grantee_principal"))
        yield owner, [_statement(side, block, principals, operations, owner, frozenset(clauses))]


def _simple(side: Side, reader: Reader) -> Shared:
    for type_, (owner_attribute, principal, action) in _SIMPLE.items():
        for block in side.of_type(type_):
            attribute = block.attributes.get
            owner = _owner(side, attribute(owner_attribute)) if attribute(owner_attribute) else side.address(block)
            value = attribute(principal)
            if value is None:  # shared with a group or an organisation
                value = attribute("group") or attribute("organization_arn") or attribute("organizational_unit_arn")
            condition = _condition_of(reader, at(block.attributes, "condition"))
            everyone = "*" if value == "all" else value
            yield owner, [_statement(side, block, _principals(reader, everyone), [action], owner, condition)]


def _condition_of(reader: Reader, given: Any) -> Condition:
    """The only condition that a permission for an event bus can have."""
    if not isinstance(given, Mapping) or not given:
        return frozenset()
    test, key, value = (str(given.get(name, "")) for name in ("type", "key", "value"))
    return frozenset({clause(test, key, reader.texts(value))})


def _listed(side: Side, reader: Reader) -> Shared:
    for type_, (attribute, action) in _LISTED.items():
        for block in side.of_type(type_):
            owner = side.address(block)
            for each in values_in(block.attributes.get(attribute)):
                whom = _principals(reader, "*" if each == "all" else each)
                if attribute == "client_id_list":
                    whom = Names(frozenset(f"{AUDIENCE}{text}" for text in reader.texts(each)))
                yield owner, [_statement(side, block, whom, [action], owner)]
    for block in side.of_type("aws_ssm_document"):
        for account in values_in(at(block.attributes, "permissions.account_ids")):
            everyone = "*" if account == "All" else account
            owner = side.address(block)
            for one in str(everyone).split(","):
                yield owner, [_statement(side, block, _principals(reader, one), ["ssm:GetDocument"], owner)]


def _credentials(side: Side, reader: Reader) -> Shared:
    """Who may act as a user with a credential that does not expire."""
    for type_, words in _CREDENTIALS.items():
        for block in side.of_type(type_):
            owner = _owner(side, block.attributes.get("user"), "aws_iam_user")
            whoever = Names(frozenset({f"{CREDENTIAL}{words} ({side.address(block)})"}))
            yield owner, [_statement(side, block, whoever, ["sts:GetSessionToken"], owner)]


def _lists(side: Side, reader: Reader) -> Shared:
    """Who is let in by the access control list of a bucket."""
    share = partial(_statement, side)
    for block in side.of_type("aws_s3_bucket_acl", "aws_s3_bucket"):
        owner = _owner(side, block.attributes.get("bucket")) if block.type != "aws_s3_bucket" else side.address(block)
        if action := _PUBLIC_LISTS.get(str(block.attributes.get("acl"))):
            yield owner, [share(block, EVERYTHING, [action], owner)]
        for grant in blocks_in(at(block.attributes, "access_control_policy.grant")):
            uri, id_, mail = (at(grant, f"grantee.{each}") for each in ("uri", "id", "email_address"))
            who = EVERYTHING if str(uri).endswith(("AllUsers", "AuthenticatedUsers")) else None
            name = with_place(side, str(side.resolved(id_ or uri or mail)))
            permission = f"s3:{str(grant.get('permission', '')).title().replace('_', '')}"
            yield owner, [share(block, who or Names(frozenset({f"CanonicalUser:{name}"})), [permission], owner)]
