"""NET-4: the highest TLS floor that each hop allows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from policies.block import Block
from policies.check import Stack, resource_check, stack_check

_VIEWER_FLOOR = "TLSv1.3_2025"
# AWS provider 5.100 refuses the floor above; it serves `local` and the offline plan, never an environment on AWS.
_VIEWER_FLOOR_OF_RELEASE_5 = "TLSv1.2_2021"


@stack_check("FFP_NET_4_1", "Viewers reach CloudFront over TLS 1.3", "aws_cloudfront_distribution")
def viewer_floor(distribution: Block, stack: Stack) -> Iterator[str]:
    """Set minimum_protocol_version, which needs the domain's certificate: the default one means TLS 1.0."""
    allowed = {_VIEWER_FLOOR}
    releases = [block.value("aws.version") for block in stack.of_kind("terraform.required_providers")]
    if stack.planned or any(str(release).lstrip("~>= ").startswith("5.") for release in releases):
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


@resource_check("FFP_NET_4_4", "PostgreSQL takes TLS 1.3 connections only", "aws_db_parameter_group")
def database_floor(group: Block) -> Iterator[str]:
    """Set rds.force_ssl to 1 and ssl_min_protocol_version to TLSv1.3."""
    values = {str(p.value("name")): str(p.value("value")) for p in group.blocks("parameter")}
    for name, wanted in (("rds.force_ssl", "1"), ("ssl_min_protocol_version", "TLSv1.3")):
        if values.get(name) != wanted:
            yield f"{name} is {values.get(name)}, must be {wanted}"


@resource_check("FFP_NET_4_5", "A domain of the API accepts TLS 1.2 at least", "aws_apigatewayv2_domain_name")
def api_floor(domain: Block) -> Iterator[str]:
    """TLS_1_2 is the highest floor that an HTTP API has."""
    yield from domain.lacks({"domain_name_configuration.security_policy": "TLS_1_2"})


def _deny_conditions(bucket: Block, stack: Stack) -> Iterator[Block] | None:
    """The conditions under which the bucket's policy denies everybody; None where this lens cannot show them."""
    for policy in stack.of_kind("aws_s3_bucket_policy"):
        target = policy.value("bucket")
        if target != bucket.value("bucket") and stack.referred(str(target)) is not bucket:
            continue
        document = stack.referred(str(policy.value("policy")))
        if document is None:
            return None
        return (
            condition
            for statement in document.blocks("statement")
            if statement.value("effect") == "Deny" and "*" in statement.strings("principals.identifiers")
            for condition in statement.blocks("condition")
        )
    return iter(())


def _denies(bucket: Block, stack: Stack, test: str, variable: str, value: str) -> Iterable[str]:
    conditions = _deny_conditions(bucket, stack)
    if conditions is None:
        return [] if stack.planned else ["the bucket's policy is no policy document of this stack"]
    for condition in conditions:
        values = [str(value).lower() for value in condition.values("values")]
        if (condition.value("test"), condition.value("variable"), values) == (test, variable, [value]):
            return []
    return [f"no statement denies everybody where {variable} {test} {value}"]


@stack_check("FFP_NET_4_6", "Every bucket refuses plain HTTP", "aws_s3_bucket")
def bucket_refuses_http(bucket: Block, stack: Stack) -> Iterable[str]:
    """Its policy document denies everybody where aws:SecureTransport is false."""
    return _denies(bucket, stack, "Bool", "aws:SecureTransport", "false")


@stack_check("FFP_NET_4_7", "Every bucket refuses TLS below 1.3", "aws_s3_bucket")
def bucket_refuses_old_tls(bucket: Block, stack: Stack) -> Iterable[str]:
    """Its policy document denies everybody but AWS services where s3:TlsVersion is below 1.3."""
    return _denies(bucket, stack, "NumericLessThan", "s3:TlsVersion", "1.3")
