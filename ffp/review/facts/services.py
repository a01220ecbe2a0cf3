"""What resources of any service promise by attributes whose names mean the same everywhere."""

import json
import re
from collections.abc import Iterator, Mapping
from functools import reduce
from typing import Any

from ffp.review.concern import Topic
from ffp.review.facts.attributes import DEFAULTS, DEFAULTS_INSIDE, MEANINGS, Meaning
from ffp.review.facts.common import promise
from ffp.review.facts.fact import Fact, Finder, Order, Protection
from ffp.review.facts.orders import Letting, Unwanted
from ffp.review.facts.scripts import MACHINES
from ffp.review.side import Side, Unknown, at, blocks_in, values_in
from ffp.stacks import SynthesisedBlock

# Rooms of their own judge these types, by what their attributes mean together.
_ROOMS = (
    "aws_api_gateway_",
    "aws_apigatewayv2_",
    "aws_appsync_graphql_api",
    "aws_cloudfront_",
    "aws_cognito_",
    "aws_db_",
    "aws_iam_",
    "aws_kms_",
    "aws_lambda_",
    "aws_lb_listener",
    "aws_network_acl",
    "aws_rds_",
    "aws_s3_bucket",
    "aws_secretsmanager_",
    "aws_security_group",
    "aws_sns_",
    "aws_sqs_",
    "aws_vpc_security_group_",
    "aws_waf",
)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_PAIRS = ("parameter", "setting")  # blocks with a name and a value
_JSON = ("configuration", "container_definitions", "container_properties", "policy")
_WORDS_OF_OTHERS = frozenset({"environment_variables", "labels", "lifecycle", "tags", "tags_all", "variables"})
_SWITCHES = {"true": True, "enabled": True, "on": True, "false": False, "disabled": False, "off": False}
_BY_LAST_STEP: dict[str, list[tuple[str, Meaning]]] = {}
for _name, _meaning in sorted(
    ((name, each) for each in MEANINGS for name in each.names.split()), key=lambda each: -len(each[0])
):
    _BY_LAST_STEP.setdefault(_name.rpartition(".")[2], []).append((_name, _meaning))  # the longest name first
_NO_DATABASES = ("dynamodb", "elasticsearch", "kafka", "kinesis", "neptune", "opensearch", "redis", "s3")
# Where nothing in the resource's attributes keeps it private: with what it is.
_PUBLIC_BY_NATURE: Mapping[str, str] = {
    "aws_amplify_branch": "a web site",
    "aws_ecrpublic_repository": "images for everybody",
    "aws_lightsail_distribution": "a distribution",
    "aws_lightsail_instance": "a machine with open ports",
    "aws_lightsail_instance_public_ports": "open ports",
    "aws_lightsail_lb": "a load balancer",
}
# What opens a way by its mere existence: its type, the attribute that would guard it, what it does, what follows.
_WAYS = (
    (
        "aws_ec2_traffic_mirror_session",
        "",
        "Copying packets",
        "Whoever has the target reads what the interface sends and receives.",
    ),
    (
        "aws_codebuild_webhook",
        "filter_group",
        "Building what anybody proposes",
        "Without a filter, the code of every pull request runs with the role of the build.",
    ),
)
_EVERYWHERE = re.compile(r".*/0$")

PROTECTIONS: tuple[Protection, ...] = ()


def _promises(side: Side) -> Iterator[Fact]:
    """What each resource's attributes mean by their names. A room of its own may say more of the same attribute."""
    for block in side.stack.resources:
        if block.type.startswith(_ROOMS) or block.type in MACHINES:
            continue
        defaults = {**_defaults(side, block), **DEFAULTS_INSIDE.get(block.type, {})}
        for (path, meaning), values in _meant(side, block).items():
            yield promise(
                side,
                block,
                f"{block.type}.{path}",
                meaning.says,
                meaning.topic,
                meaning.order,
                reduce(lambda one, other: _worse(meaning.order, one, other), values),
                meaning.why,
                absent=defaults.get(path, meaning.absent),
            )


def _worse(order: Order, one: Any, other: Any) -> Any:
    return other if order.is_worse(one, other) else one


def _meant(side: Side, block: SynthesisedBlock) -> dict[tuple[str, Meaning], list[Any]]:
    """Every value that means something, by its path and meaning; defaults where a new resource needs the attribute."""
    found: dict[tuple[str, Meaning], list[Any]] = {}
    defaults = _defaults(side, block)
    exempt = DEFAULTS.get(block.type, {}).keys() - defaults.keys()
    missing = set(defaults)
    for path, value in _inside(block.attributes, ""):
        if value is None or path in exempt or (meaning := _meaning_of(block.type, path)) is None:
            continue
        missing.discard(path)
        known = _normal(side.resolved(value))
        if not isinstance(known, Unknown) and not (isinstance(known, str) and "${" in known):
            found.setdefault((path, meaning), []).append(meaning.read(known))
    for path in missing:
        if meaning := _meaning_of(block.type, path):
            found[path, meaning] = [defaults[path]]
    for path, value in DEFAULTS_INSIDE.get(block.type, {}).items():
        if (meaning := _meaning_of(block.type, path)) and _lacks(block.attributes, path.split(".")):
            found.setdefault((path, meaning), []).append(value)
    return found


def _meaning_of(type_: str, path: str) -> Meaning | None:
    for name, meaning in _BY_LAST_STEP.get(path.rpartition(".")[2], ()):
        if (path == name or path.endswith(f".{name}")) and (not meaning.only or type_ in meaning.only):
            return meaning
    return None


def _defaults(side: Side, block: SynthesisedBlock) -> Mapping[str, Any]:
    """What counts where a resource says nothing; nothing for one to which it does not matter, by what it is for."""
    found = DEFAULTS.get(block.type, {})
    match block.type:
        case "aws_lb" | "aws_alb" if side.get(block, "load_balancer_type") == "gateway":
            return {}
        case "aws_dms_endpoint" if side.get(block, "engine_name") in _NO_DATABASES:
            return {}
        case "aws_elastic_beanstalk_environment" if side.get(block, "tier") == "Worker":
            return {}
        case "aws_elasticache_cluster" if block.attributes.get("replication_group_id"):
            return {}
        case "aws_elasticache_replication_group" if side.get(block, "engine") == "valkey":
            return {**found, "at_rest_encryption_enabled": True}
        case "aws_msk_cluster" if block.attributes.get("client_authentication"):
            return dict.fromkeys(found, False)
    return found


def _inside(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Every value by its path without places in lists. JSON texts, and blocks with a name and a value, are entered."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            step = _CAMEL.sub("_", str(key)).lower()
            if step not in _WORDS_OF_OTHERS:
                step = f"{path}.{step}" if path else step
                yield step, inner
                yield from _inside(inner, step)
        if path.endswith(_PAIRS):
            yield f"{path}.{str(value.get('name')).lower()}", value.get("value")
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _inside(inner, path)
    elif isinstance(value, str) and path.endswith(_JSON) and value[:1] in ("{", "["):
        try:
            inner = json.loads(value)
        except (ValueError, RecursionError):
            return
        if isinstance(inner, dict | list):
            yield from _inside(inner, path)


def _normal(value: Any) -> Any:
    """A value as orders compare it: words for a switch as truth values, other texts in lower case."""
    if isinstance(value, list | tuple):
        return [_normal(each) for each in value]
    return _SWITCHES.get(value.lower(), value.lower()) if isinstance(value, str) else value


def _lacks(value: Any, way: list[str]) -> bool:
    """Whether a block at a path lacks its last step."""
    step, *rest = way
    blocks = blocks_in(value) if not isinstance(value, Mapping) else [value]
    return any(_lacks(each.get(step), rest) if rest else each.get(step) is None for each in blocks)


def _clusters(side: Side) -> Iterator[Fact]:
    """From where the control plane of a Kubernetes cluster can be reached."""
    for block in side.of_type("aws_eks_cluster"):
        is_public = _normal(side.get(block, "vpc_config.endpoint_public_access")) is not False
        cidrs = [str(each) for each in values_in(side.get(block, "vpc_config.public_access_cidrs"))] or ["0.0.0.0/0"]
        order = Letting(refused=lambda each: _EVERYWHERE.fullmatch(each) is not None)
        says, why = "Addresses that may call the control plane", "Only credentials stand before the whole cluster."
        value = cidrs if is_public else ()
        yield promise(side, block, "addresses", says, Topic.EXPOSURE, order, value, why, absent=("0.0.0.0/0",))


def _public_by_nature(side: Side) -> Iterator[Fact]:
    """What is on the internet by its mere existence."""
    for type_, what in _PUBLIC_BY_NATURE.items():
        for block in side.of_type(type_):
            is_guarded = at(block.attributes, "enable_basic_auth") is True
            value, why = (None if is_guarded else what), "Everybody on the internet can call it."
            yield promise(side, block, "public", "Being public", Topic.EXPOSURE, Unwanted(), value, why)


def _ways(side: Side) -> Iterator[Fact]:
    """What lets others in, or data out, by its mere existence."""
    for type_, guard, says, why in _WAYS:
        for block in side.of_type(type_):
            value = None if guard and at(block.attributes, guard) else "on"
            yield promise(side, block, "way", says, Topic.EXPOSURE, Unwanted(), value, why)


FINDERS: tuple[Finder, ...] = (_promises, _clusters, _public_by_nature, _ways)
