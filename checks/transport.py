"""NET-4: the highest TLS floor that each hop allows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from checks.block import Block
from checks.check import ScannedStack, data_check, resource_check, stack_check

_VIEWER_FLOOR = "TLSv1.3_2025"
# AWS provider 5.100 refuses the floor above; it serves `local` and the offline plan, never an environment on AWS.
_VIEWER_FLOOR_OF_RELEASE_5 = "TLSv1.2_2021"


@stack_check("FFP_NET_4_1", "Viewers reach CloudFront over TLS 1.3", "aws_cloudfront_distribution")
def viewer_floor(distribution: Block, stack: ScannedStack) -> Iterator[str]:
    """Set minimum_protocol_version, which needs the domain's certificate: the default one means TLS 1.0."""
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


@resource_check("FFP_NET_4_3", "CloudFront reaches its origins over TLS 1.2", "aws_cloudfront_distribution")
def origins_are_https(distribution: Block) -> Iterator[str]:
    """CloudFront offers no higher origin floor than TLSv1.2; name it alone."""
    for origin in distribution.blocks("origin.custom_origin_config"):
        if origin.value("origin_protocol_policy") != "https-only":
            yield f"origin_protocol_policy is {origin.value('origin_protocol_policy')}"
        if origin.strings("origin_ssl_protocols") != ["TLSv1.2"]:
            yield f"origin_ssl_protocols are {origin.strings('origin_ssl_protocols')}"


# A plan shows a group's name in place of the reference to it.
@resource_check("FFP_NET_4_4", "PostgreSQL takes TLS 1.3 connections only", "aws_db_instance", "aws_db_parameter_group")
def database_floor(group: Block) -> Iterator[str]:
    """Set rds.force_ssl to 1 and ssl_min_protocol_version to TLSv1.3, in a group that the instance names."""
    if group.kind == "aws_db_instance":
        if not group.planned and "aws_db_parameter_group." not in str(group.value("parameter_group_name")):
            yield "parameter_group_name is no group of the stack"
        return
    values = {str(p.value("name")): str(p.value("value")) for p in group.blocks("parameter")}
    for name, wanted in (("rds.force_ssl", "1"), ("ssl_min_protocol_version", "TLSv1.3")):
        if values.get(name) != wanted:
            yield f"{name} is {values.get(name)}, must be {wanted}"


@resource_check("FFP_NET_4_5", "A domain of the API accepts TLS 1.2 at least", "aws_apigatewayv2_domain_name")
def api_floor(domain: Block) -> Iterator[str]:
    """TLS_1_2 is the highest floor that an HTTP API has."""
    yield from domain.lacks({"domain_name_configuration.security_policy": "TLS_1_2"})


_PLAIN_HTTP = ("Bool", "aws:SecureTransport", "false")
_OLD_TLS = ("NumericLessThan", "s3:TlsVersion", "1.3")
_OLDEST_TLS = ("NumericLessThan", "s3:TlsVersion", "1.2")
# AWS's services by themselves, in the name of who called them, and by the roles that AWS alone makes and takes on.
_BUT_SERVICES = frozenset(
    {
        ("Bool", "aws:PrincipalIsAWSService", "false"),
        ("BoolIfExists", "aws:ViaAWSService", "false"),
        ("ArnNotLike", "aws:PrincipalArn", "arn:aws:iam::account:role/aws-service-role/*"),
    }
)
_ACCOUNT = re.compile(r"(?<=:)\d{12}(?=:)")  # FFP_IAM_2_6 says which


def _conditions(statement: Block) -> set[tuple[str, str, str]]:
    return {
        (str(each.value("test")), str(each.value("variable")), ",".join(_plain(v) for v in each.values("values")))
        for each in statement.blocks("condition")
    }


def _plain(value: object) -> str:
    return _ACCOUNT.sub("account", str(value).lower())


def _is_denial(statement: Block) -> bool:
    return statement.value("effect") == "Deny" and "*" in statement.strings("principals.identifiers")


def _covers(statement: Block, bucket: Block, stack: ScannedStack) -> bool:
    """Whether it holds for every action on the bucket and on all that lies in it, as far as a plan knows those."""
    names = {f"arn:aws:s3:::{bucket.value('bucket')}", f"${{{bucket.address}.arn}}"}
    resources = set(statement.strings("resources"))
    named = stack.planned or any({name, f"{name}/*"} <= resources for name in names)
    return named and statement.strings("actions") == ["s3:*"]


def _denies(
    bucket: Block,
    stack: ScannedStack,
    wanted: tuple[str, str, str],
    spared: frozenset[tuple[str, str, str]] = frozenset(),
) -> Iterable[str]:
    """Nothing if some statement denies everybody everything under the wanted condition, sparing nobody else."""
    for policy in stack.of_kind("aws_s3_bucket_policy"):
        target = policy.value("bucket")
        if target != bucket.value("bucket") and stack.referred(str(target)) is not bucket:
            continue
        document = stack.referred(str(policy.value("policy")))
        if document is None:
            return [] if stack.planned else ["the bucket's policy is no policy document of this stack"]
        denials = filter(_is_denial, document.blocks("statement"))
        if any(
            {wanted} <= _conditions(denial) <= {wanted, *spared} and _covers(denial, bucket, stack)
            for denial in denials
        ):
            return []
    return [f"no statement denies everybody everything where {wanted}, sparing {sorted(spared) or 'nobody'}"]


@stack_check("FFP_NET_4_6", "Every bucket refuses plain HTTP", "aws_s3_bucket")
def bucket_refuses_http(bucket: Block, stack: ScannedStack) -> Iterable[str]:
    """Its policy document denies everybody everything where aws:SecureTransport is false, without exceptions."""
    return _denies(bucket, stack, _PLAIN_HTTP)


@stack_check("FFP_NET_4_7", "Every bucket refuses TLS below 1.3", "aws_s3_bucket")
def bucket_refuses_old_tls(bucket: Block, stack: ScannedStack) -> Iterable[str]:
    """Its policy document denies everybody everything where s3:TlsVersion is below 1.3, and spares AWS's services."""
    return _denies(bucket, stack, _OLD_TLS, _BUT_SERVICES)


@stack_check("FFP_NET_4_10", "Every bucket refuses TLS below 1.2, to services of AWS too", "aws_s3_bucket")
def bucket_refuses_oldest_tls(bucket: Block, stack: ScannedStack) -> Iterable[str]:
    """Its policy document denies everybody everything where s3:TlsVersion is below 1.2, without exceptions."""
    return _denies(bucket, stack, _OLDEST_TLS)


# By which resource each takes its policy, and the actions that plain HTTP could carry.
_POLICY_OF = {
    "aws_secretsmanager_secret": ("aws_secretsmanager_secret_policy", "secret_arn", {"secretsmanager:*"}),
    "aws_sns_topic": ("aws_sns_topic_policy", "arn", {"sns:*", "sns:Publish"}),
    "aws_sqs_queue": ("aws_sqs_queue_policy", "queue_url", {"sqs:*"}),
}


@stack_check("FFP_NET_4_9", "Secrets, topics and queues refuse plain HTTP", *_POLICY_OF)
def holder_refuses_http(holder: Block, stack: ScannedStack) -> Iterator[str]:
    """Give it a policy whose document denies everybody everything where aws:SecureTransport is false."""
    kind, target, actions = _POLICY_OF[holder.kind]
    documents = [
        stack.referred(str(policy.value("policy")))
        for policy in stack.of_kind(kind)
        if stack.referred(str(policy.value(target))) is holder
    ]
    denials = (each for document in documents if document for each in filter(_is_denial, document.blocks("statement")))
    refuses = any(_conditions(each) == {_PLAIN_HTTP} and actions & set(each.strings("actions")) for each in denials)
    if not stack.planned and not refuses:
        yield "no policy denies plain HTTP"


@data_check("FFP_NET_4_8", "Plain HTTP is refused without exceptions", "aws_iam_policy_document")
def http_is_refused_to_all(document: Block) -> Iterator[str]:
    """A denial where aws:SecureTransport is false has no other condition: each would spare somebody."""
    for statement in document.blocks("statement"):
        conditions = _conditions(statement)
        about_http = any(variable == _PLAIN_HTTP[1] for _, variable, _ in conditions)
        if (
            about_http
            and statement.value("effect") == "Deny"
            and not (_is_denial(statement) and conditions == {_PLAIN_HTTP})
        ):
            yield f"{statement.value('sid')}: spares some callers"
