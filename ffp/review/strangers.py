"""Who outside of this account a stack sends data to, lets in, or gets something from: accounts, hosts, buckets."""

import ipaddress
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from ffp.review.concern import Concern, Grade, Topic
from ffp.review.side import Side, once_a_side, values_in
from ffp.stacks import SynthesisedBlock

_ARN = re.compile(r"arn:aws[\w-]*:[\w-]+:[^:]*:(?P<account>\d{12}):\S+")
_ACCOUNT = re.compile(r"\d{12}")
_OF_ACCOUNTS = re.compile(r"account|owner_id|registry_id|user_ids|catalog_id")
_BUCKET = re.compile(r"(?:arn:aws[\w-]*:s3:::|s3://)(?P<bucket>[a-z0-9][a-z0-9.-]+)(?:/.*)?")
# Paths of what is read, not written.
_READ = re.compile(r"source|script|code|model|image|package|plugin|template|(^|\.)location$|(^|\.)location\.")
_BUCKET_NAME = re.compile(r"(^|[._])bucket(_name)?$")
_HOST = re.compile(
    r"(?:[a-z][a-z0-9+.:-]*://)?(?:[^/@\s]*@)?(?P<host>(?:[a-z0-9_-]+\.)+[a-z0-9-]+)\.?(?:[:/?#].*)?", re.I
)
_PRIVATE = tuple(
    ipaddress.ip_network(each)
    for each in ("10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16")
)
# The ends of paths, after the type, of hosts that get data, answer for names, or decide what is decrypted.
_RECEIVERS = (
    ".account_url",
    ".application_host_url",
    ".cluster_endpoint",
    ".cluster_jdbcurl",
    "codebuild_project.source.location",
    ".collection_endpoint",
    ".confirmation_url",
    ".container_url",
    ".domain_name_servers",
    ".elasticsearch.endpoint",
    ".hec_endpoint",
    ".http.url",
    ".http_config.endpoint",
    ".http_endpoint_configuration.url",
    ".https_notification_configuration.endpoint",
    ".instance_url",
    ".invocation_endpoint",
    ".name_node.hostname",
    ".name_server.name",
    ".server_hostname",
    ".server_name",
    ".settings.url",
    ".target_ip.ip",
    "_transfer_connector.url",
    ".web_url",
    ".xks_proxy_uri_endpoint",
)
# What other judges say of these types, they say better.
_OTHER_JUDGES = (
    "aws_ami_launch_permission",
    "aws_cloudwatch_event_permission",
    "aws_iam_",
    "aws_kms_",
    "aws_lakeformation_permissions",
    "aws_lambda_layer_version_permission",
    "aws_lambda_permission",
    "aws_ram_",
    "aws_snapshot_create_volume_permission",
    "aws_ssoadmin_account_assignment",
    "aws_vpc_endpoint",
    "aws_vpc_peering_",
)
_WITH_OWN_BUCKETS = ("aws_cloudfront_", "aws_lambda_", "aws_s3")  # which say by its name what they belong to
_ELSEWHERE = re.compile(
    r"(^|\.)(tags|tags_all|lifecycle|depends_on|layers|\w*principals?|\w*policy|permissions_boundary)($|\.)"
)
_PLACES = re.compile(r"\[\d+\]")


@dataclass(frozen=True)
class Stranger:
    """Somebody outside, as one attribute of a resource names them."""

    type: str
    who: str
    address: str
    path: str
    says: str


def concerns(before: Side, after: Side) -> Iterator[Concern]:
    """A concern for each of them whom no resource of the type named before."""
    known = {(each.type, each.who) for each in strangers(before)}
    told: set[tuple[str, str]] = set()
    for each in strangers(after):
        if (each.type, each.who) not in known and (each.address, each.who) not in told:
            told.add((each.address, each.who))
            why = "Whoever is there gets what goes there, or decides what comes from there."
            title = f"{each.address} names {each.says} in {each.path}"
            yield Concern(Grade.RED, Topic.EXPOSURE, each.address, title, after=each.who, why=why)


@once_a_side
def strangers(side: Side) -> tuple[Stranger, ...]:
    """Everybody outside whom the resources of one side name."""
    return tuple(
        Stranger(block.type, who, side.address(block), path, says)
        for block in side.stack.resources
        if not block.type.startswith(_OTHER_JUDGES)
        for path, who, says in _named(side, block)
    )


def _named(side: Side, block: SynthesisedBlock) -> Iterator[tuple[str, str, str]]:
    for place, value in block.values:
        if not isinstance(value, str) or not (path := _looked_at(place)):
            continue
        text = str(side.resolved(value)).strip()
        if account := _account_in(path, text):
            if account not in _own_accounts(side) and _own_accounts(side):
                yield path, account, "another account"
        elif bucket := _bucket_in(block, path, text):
            if not _READ.search(path) and not _is_own_bucket(side, bucket):
                yield path, bucket, "a bucket that is not the stack's"
        elif (
            f"{block.type[3:]}.{path}".endswith(_RECEIVERS) and (host := host_of(text)) and not is_own_name(side, host)
        ):
            yield path, host, "a host that is not the stack's"


@lru_cache(maxsize=16384)
def _looked_at(place: str) -> str:
    """A path without the places in lists; empty for what is not looked at."""
    path = _PLACES.sub("", place)
    return "" if _ELSEWHERE.search(path) else path


def _account_in(path: str, text: str) -> str:
    if found := _ARN.fullmatch(text):
        return found["account"]
    is_account = _ACCOUNT.fullmatch(text) and _OF_ACCOUNTS.search(path.rpartition(".")[2])
    return text if is_account else ""


def _bucket_in(block: SynthesisedBlock, path: str, text: str) -> str:
    """The bucket that a text names, by its ARN, its address, or, under the name of one, by its name alone."""
    if found := _BUCKET.fullmatch(text):
        return found["bucket"]
    is_name = _BUCKET_NAME.search(path) and not block.type.startswith(_WITH_OWN_BUCKETS) and "${" not in text
    return text if is_name else ""


@once_a_side
def _own_accounts(side: Side) -> frozenset[str]:
    providers = (block for block in side.stack.blocks if block.kind == "provider")
    return frozenset(
        str(each) for block in providers for each in values_in(block.attributes.get("allowed_account_ids"))
    )


def _is_own_bucket(side: Side, name: str) -> bool:
    """Whether a bucket is the stack's, or is called as only somebody of this account or project would call it."""
    if name in _buckets(side) or any(account in name for account in _own_accounts(side)):
        return True
    return _beginning(name) in {_beginning(each) for each in _buckets(side) if each.count("-") > 1}


@once_a_side
def _buckets(side: Side) -> frozenset[str]:
    return frozenset(str(side.get(block, "bucket")) for block in side.of_type("aws_s3_bucket"))


def _beginning(name: str) -> tuple[str, ...]:
    return tuple(name.split("-")[:2])


def host_of(text: str) -> str:
    """The host in an address, in lower case; empty if there is none, or if it is private."""
    found = _HOST.fullmatch(text)
    if found is None or "${" in text:
        return ""
    host = found["host"].lower()
    try:
        address = ipaddress.ip_address(host)
        return "" if any(address in network for network in _PRIVATE) else host
    except ValueError:
        return "" if host.endswith((".internal", ".local", ".localhost")) else host


# Where a stack says which names are its own.
_OWN_NAMES = {
    "aws_acm_certificate": ("domain_name", "subject_alternative_names"),
    "aws_api_gateway_domain_name": ("domain_name",),
    "aws_apigatewayv2_domain_name": ("domain_name",),
    "aws_cloudfront_distribution": ("aliases",),
    "aws_cognito_user_pool_domain": ("domain",),
    "aws_route53_zone": ("name",),
}


@once_a_side
def _own_names(side: Side) -> frozenset[str]:
    return frozenset(
        str(each).lower().removeprefix("*.").rstrip(".")
        for type_, attributes in _OWN_NAMES.items()
        for block in side.of_type(type_)
        for attribute in attributes
        for each in values_in(side.get(block, attribute))
        if "." in str(each)
    )


def is_own_name(side: Side, host: str) -> bool:
    """Whether a host is one of the stack's names, or below one."""
    return any(host == own or host.endswith(f".{own}") for own in _own_names(side))
