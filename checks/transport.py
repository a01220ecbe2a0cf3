"""NET-4: the highest minimum TLS version that each connection supports."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from checks.block import Block
from checks.check import ScannedStack, data_check, resource_check, stack_check
from settings.names import ENVIRONMENT, PROJECT
from settings.recovery import BACKUP_ROLE, RESTORE_OBJECTS_ROLE
from settings.storage import MALWARE_SCANS_ROLE

_VIEWER_FLOOR = "TLSv1.3_2025"
# AWS provider 5.100 refuses the minimum above. It is used for `local` and offline plans, but not for AWS.
_VIEWER_FLOOR_OF_RELEASE_5 = "TLSv1.2_2021"


@stack_check("FFP_NET_4_1", "Viewers reach CloudFront over TLS 1.3", "aws_cloudfront_distribution")
def viewer_floor(distribution: Block, stack: ScannedStack) -> Iterator[str]:
    """Set minimum_protocol_version, which needs the domain's certificate: with the default one it is TLS 1.0."""
    allowed = {_VIEWER_FLOOR}
    if stack.planned or stack.release.startswith("5."):
        allowed.add(_VIEWER_FLOOR_OF_RELEASE_5)
    floor = distribution.value("viewer_certificate.minimum_protocol_version")
    if floor not in allowed:
        yield f"minimum_protocol_version is {floor}"


@resource_check("FFP_NET_4_2", "CloudFront serves nothing over plain HTTP", "aws_cloudfront_distribution")
def behaviours_are_https(distribution: Block) -> Iterator[str]:
    """Set viewer_protocol_policy of every behaviour to https-only or redirect-to-https."""
    for kind in ("default_cache_behavior", "ordered_cache_behavior"):
        for behaviour in distribution.blocks(kind):
            policy = behaviour.value("viewer_protocol_policy")
            if policy not in ("https-only", "redirect-to-https"):
                yield f"{kind} {behaviour.value('path_pattern') or ''} has {policy}"


@resource_check("FFP_NET_4_3", "CloudFront connects to its origins over TLS 1.2", "aws_cloudfront_distribution")
def origins_are_https(distribution: Block) -> Iterator[str]:
    """Set origin_ssl_protocols to TLSv1.2 only, which is CloudFront's highest version for origins."""
    for origin in distribution.blocks("origin.custom_origin_config"):
        if origin.value("origin_protocol_policy") != "https-only":
            yield f"origin_protocol_policy is {origin.value('origin_protocol_policy')}"
        if origin.strings("origin_ssl_protocols") != ["TLSv1.2"]:
            yield f"origin_ssl_protocols are {origin.strings('origin_ssl_protocols')}"


# A plan shows a group's name instead of the reference to it.
@resource_check("FFP_NET_4_4", "PostgreSQL accepts only TLS 1.3", "aws_db_instance", "aws_db_parameter_group")
def database_floor(group: Block) -> Iterator[str]:
    """Set rds.force_ssl to 1 and ssl_min_protocol_version to TLSv1.3 in the instance's parameter group."""
    if group.kind == "aws_db_instance":
        if not group.planned and "aws_db_parameter_group." not in str(group.value("parameter_group_name")):
            yield "parameter_group_name is not a group of the stack"
        return
    values = {str(p.value("name")): str(p.value("value")) for p in group.blocks("parameter")}
    for name, required in (("rds.force_ssl", "1"), ("ssl_min_protocol_version", "TLSv1.3")):
        if values.get(name) != required:
            yield f"{name} is {values.get(name)}, must be {required}"


@resource_check("FFP_NET_4_5", "The API's domain name accepts TLS 1.2 or newer", "aws_apigatewayv2_domain_name")
def api_floor(domain: Block) -> Iterator[str]:
    """Set security_policy to TLS_1_2, the highest minimum version of an HTTP API."""
    yield from domain.mismatches({"domain_name_configuration.security_policy": "TLS_1_2"})


_PLAIN_HTTP = ("Bool", "aws:SecureTransport", "false")
_OLD_TLS = ("NumericLessThan", "s3:TlsVersion", "1.3")
_OLDEST_TLS = ("NumericLessThan", "s3:TlsVersion", "1.2")
_ACCOUNT = re.compile(r"(?<=:)\d{12}(?=:)")  # FFP_IAM_2_6 checks which account it is
_OWN_ROLE = re.compile(rf"(?<=:role/){ENVIRONMENT}-{PROJECT}-")  # directly below the root: no deploy can make it


def _conditions(statement: Block) -> set[tuple[str, str, str]]:
    return {
        (
            str(each.value("test")),
            str(each.value("variable")),
            ",".join(sorted(map(_generalised, each.values("values")))),
        )
        for each in statement.blocks("condition")
    }


def _generalised(value: object) -> str:
    return _OWN_ROLE.sub("own-", _ACCOUNT.sub("account", str(value).lower()))


def _is_denial(statement: Block) -> bool:
    return statement.value("effect") == "Deny" and "*" in statement.strings("principals.identifiers")


def _covers(statement: Block, bucket: Block, stack: ScannedStack) -> bool:
    """Whether it applies to all actions on the bucket and its objects. A plan may not know the resources."""
    names = {f"arn:aws:s3:::{bucket.value('bucket')}", f"${{{bucket.address}.arn}}"}
    resources = set(statement.strings("resources"))
    named = stack.planned or any({name, f"{name}/*"} <= resources for name in names)
    return named and statement.strings("actions") == ["s3:*"]


def _denies(
    bucket: Block,
    stack: ScannedStack,
    condition: tuple[str, str, str],
    exceptions: frozenset[tuple[str, str, str]] = frozenset(),
) -> Iterable[str]:
    """A problem, unless a statement denies everybody everything under this condition, with no other exceptions."""
    for policy in stack.of_kind("aws_s3_bucket_policy"):
        target = policy.value("bucket")
        if target != bucket.value("bucket") and stack.referenced(str(target)) is not bucket:
            continue
        document = stack.referenced(str(policy.value("policy")))
        if document is None:
            return [] if stack.planned else ["the bucket's policy is not a policy document of this stack"]
        denials = filter(_is_denial, document.blocks("statement"))
        if any(
            {condition} <= _conditions(denial) <= {condition, *exceptions} and _covers(denial, bucket, stack)
            for denial in denials
        ):
            return []
    return [f"no statement denies everybody everything if {condition}, with exceptions {sorted(exceptions) or 'none'}"]


@stack_check("FFP_NET_4_6", "Every bucket refuses plain HTTP", "aws_s3_bucket")
def bucket_refuses_http(bucket: Block, stack: ScannedStack) -> Iterable[str]:
    """Deny everybody everything in its policy document if aws:SecureTransport is false, without exceptions."""
    return _denies(bucket, stack, _PLAIN_HTTP)


@stack_check("FFP_NET_4_7", "Every bucket refuses TLS below 1.3", "aws_s3_bucket")
def bucket_refuses_old_tls(bucket: Block, stack: ScannedStack) -> Iterable[str]:
    """Deny everybody but AWS's services everything in its policy document if s3:TlsVersion is below 1.3.

    AWS Backup and GuardDuty count as such with their roles, which are outside the path below which a deploy makes
    roles.
    """
    own = (BACKUP_ROLE, RESTORE_OBJECTS_ROLE, MALWARE_SCANS_ROLE)
    roles = ("aws-service-role/*", *(f"own-{role}" for role in own))
    # Acting for themselves, on behalf of a caller, with a service-linked role, or with a role that people made.
    but_services = {
        ("Bool", "aws:PrincipalIsAWSService", "false"),
        ("BoolIfExists", "aws:ViaAWSService", "false"),
        ("ArnNotLike", "aws:PrincipalArn", ",".join(sorted(f"arn:aws:iam::account:role/{role}" for role in roles))),
    }
    return _denies(bucket, stack, _OLD_TLS, frozenset(but_services))


@stack_check("FFP_NET_4_10", "Every bucket refuses TLS below 1.2, also from AWS's services", "aws_s3_bucket")
def bucket_refuses_oldest_tls(bucket: Block, stack: ScannedStack) -> Iterable[str]:
    """Deny everybody everything in its policy document if s3:TlsVersion is below 1.2, without exceptions."""
    return _denies(bucket, stack, _OLDEST_TLS)


# For each type, the type of its policy, the attribute that names it there, and the actions to deny.
_POLICY_OF = {
    "aws_secretsmanager_secret": ("aws_secretsmanager_secret_policy", "secret_arn", {"secretsmanager:*"}),
    "aws_sns_topic": ("aws_sns_topic_policy", "arn", {"sns:*", "sns:Publish"}),
    "aws_sqs_queue": ("aws_sqs_queue_policy", "queue_url", {"sqs:*"}),
}


@stack_check("FFP_NET_4_9", "Secrets, topics and queues refuse plain HTTP", *_POLICY_OF)
def holder_refuses_http(holder: Block, stack: ScannedStack) -> Iterator[str]:
    """Give it a policy whose document denies everybody everything if aws:SecureTransport is false."""
    kind, target, actions = _POLICY_OF[holder.kind]
    documents = [
        stack.referenced(str(policy.value("policy")))
        for policy in stack.of_kind(kind)
        if stack.referenced(str(policy.value(target))) is holder
    ]
    denials = (each for document in documents if document for each in filter(_is_denial, document.blocks("statement")))
    refuses = any(_conditions(each) == {_PLAIN_HTTP} and actions & set(each.strings("actions")) for each in denials)
    if not stack.planned and not refuses:
        yield "no policy denies plain HTTP"


@data_check("FFP_NET_4_8", "Plain HTTP is refused without exceptions", "aws_iam_policy_document")
def http_is_refused_to_all(document: Block) -> Iterator[str]:
    """Deny without any other condition if aws:SecureTransport is false: each one would make an exception."""
    for statement in document.blocks("statement"):
        conditions = _conditions(statement)
        about_http = any(variable == _PLAIN_HTTP[1] for _, variable, _ in conditions)
        if (
            about_http
            and statement.value("effect") == "Deny"
            and not (_is_denial(statement) and conditions == {_PLAIN_HTTP})
        ):
            yield f"{statement.value('sid')}: makes exceptions for some callers"
