"""What the stacks are made of, found by what it is for."""

import copy
import json
from collections.abc import Callable
from typing import Any

from tests.review.corpus.edit import Document, DoesNotApply
from tests.review.opinion.cases import Change
from tests.review.opinion.editing import literal, put
from tests.review.opinion.finding import Finder, Predicate, Where, listed, of_type, pick, place_of, reference, target
from tests.review.opinion.kinds import NOTHING


def database(document: Document) -> Any:
    return pick(document, "aws_db_instance")


def distribution(document: Document) -> Any:
    return pick(document, "aws_cloudfront_distribution")[1]


def media(document: Document) -> str:
    """The bucket that the distribution serves."""
    for origin in listed(distribution(document)["origin"]):
        try:
            return target(origin["domain_name"], "aws_s3_bucket")[1]
        except DoesNotApply:
            pass
    raise DoesNotApply("no bucket behind the distribution")


def logs(document: Document) -> str:
    """The bucket that receives access logs."""
    return target(pick(document, "aws_s3_bucket_logging")[1]["target_bucket"], "aws_s3_bucket")[1]


def state(document: Document) -> str:
    """The bucket with versions to restore: in the bootstrap, the states'."""
    return target(pick(document, "aws_s3_bucket_logging")[1]["bucket"], "aws_s3_bucket")[1]


def part_of(document: Document, kind: str, bucket: str) -> tuple[str, Any]:
    for name, block in of_type(document, kind).items():
        if block.get("bucket") == reference("aws_s3_bucket", bucket):
            return (name, block)
    raise DoesNotApply(f"no {kind} of {bucket}")


def bucket_part(kind: str, path: str, value: Any, which: Finder = media, new: bool = False) -> Change:

    def edit(document: Document) -> None:
        _, block = part_of(document, kind, which(document))
        place, key = place_of(block, path)
        if value is NOTHING:
            if key not in place:
                raise DoesNotApply(path)
            del place[key]
        else:
            place[key] = value(place.get(key)) if callable(value) else copy.deepcopy(value)

    return edit


def without_part(kind: str, which: Finder = media) -> Change:

    def edit(document: Document) -> None:
        name, _ = part_of(document, kind, which(document))
        del document["resource"][kind][name]
        literal(document, kind, name)
        if not document["resource"][kind]:
            del document["resource"][kind]

    return edit


def forget(document: Document, policy: Document, statement: Any) -> None:
    policy["statement"].remove(statement)


def database_group(document: Document) -> str:
    return target(listed(database(document)[1]["vpc_security_group_ids"])[0], "aws_security_group")[1]


def inside(block: Any) -> bool:
    return "vpc_config" in block


def outside(block: Any) -> bool:
    return "vpc_config" not in block


def variable(name: str, value: Any, where: Where = inside, nth: int = 0, new: bool = True) -> Change:

    def edit(document: Document) -> None:
        _, block = pick(document, "aws_lambda_function", where, nth)
        variables = block["environment"]["variables"]
        if not new and name not in variables:
            raise DoesNotApply(name)
        variables[name] = value(variables[name]) if callable(value) else value

    return edit


def has_variable(name: str) -> Predicate:
    return lambda block: name in block.get("environment", {}).get("variables", {})


def largest(kinds: dict[str, Document]) -> Document:
    """Of several kinds of media the one with the largest files."""
    return max(kinds.values(), key=lambda kind: int(kind["maximum_bytes"]))


def smallest(kinds: dict[str, Document]) -> Document:
    """Of several kinds of media the one with the smallest files."""
    return min(kinds.values(), key=lambda kind: int(kind["maximum_bytes"]))


def json_variable(name: str, change: Callable[..., object]) -> Change:
    """A variable whose value is JSON, edited in every function that has it."""

    def edit(document: Document) -> None:
        found = False
        for block in of_type(document, "aws_lambda_function").values():
            variables = block.get("environment", {}).get("variables", {})
            if name in variables:
                value = json.loads(variables[name])
                change(value)
                variables[name] = json.dumps(value)
                found = True
        if not found:
            raise DoesNotApply(name)

    return edit


def token_function(document: Document) -> str:
    alias = target(
        pick(document, "aws_cognito_user_pool")[1]["lambda_config"]["pre_token_generation_config"]["lambda_arn"]
    )[1]
    return target(of_type(document, "aws_lambda_alias")[alias]["function_name"])[1]


def private_route(block: Any) -> bool:
    return bool(block.get("authorization_scopes"))


def subnet(document: Document, tier: str) -> Any:
    return pick(document, "aws_subnet", lambda block: block.get("tags", {}).get("tier") == tier)


def route_table(document: Document, tier: str) -> str:
    name, _ = subnet(document, tier)
    for block in of_type(document, "aws_route_table_association").values():
        if block["subnet_id"] == reference("aws_subnet", name):
            return target(block["route_table_id"])[1]
    raise DoesNotApply("no route table")


def parameter(name: str, value: Any) -> Change:

    def edit(document: Document) -> None:
        _, block = pick(document, "aws_db_parameter_group")
        for each in block["parameter"]:
            if each["name"] == name:
                if value is NOTHING:
                    block["parameter"].remove(each)
                else:
                    each["value"] = value
                return
        raise DoesNotApply(name)

    return edit


def media_behaviour(document: Document) -> Any:
    for each in distribution(document)["ordered_cache_behavior"]:
        if each.get("trusted_key_groups"):
            return each
    raise DoesNotApply("no signed behaviour")


def api_behaviour(document: Document) -> Any:
    for each in distribution(document)["ordered_cache_behavior"]:
        if "POST" in each["allowed_methods"]:
            return each
    raise DoesNotApply("no behaviour of the API")


def rule_of(document: Document, kind: str) -> Any:
    for each in pick(document, "aws_wafv2_web_acl")[1]["rule"]:
        if kind in each["statement"]:
            return each
    raise DoesNotApply(kind)


def alarm(metric: str, path: str, value: Any, new: bool = False, where: Predicate | None = None) -> Change:
    """One alarm on this metric, directly or in a query."""

    def matching(block: Any) -> bool:
        return (block.get("metric_name") == metric or f'"metric_name": "{metric}"' in json.dumps(block)) and (
            where is None or where(block)
        )

    return put("aws_cloudwatch_metric_alarm", path, value, matching, new)


def on_metric(metric: str) -> Predicate:
    return lambda block: block.get("metric_name") == metric
