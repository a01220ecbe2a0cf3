"""What a change does to a document: puts, removes, renames and adds."""

import copy
import re
from typing import Any

from tests.review.corpus.edit import Document, DoesNotApply
from tests.review.opinion.cases import Change
from tests.review.opinion.finding import Where, of_type, pick, place_of
from tests.review.opinion.kinds import NOTHING

PARTS = {
    "aws_s3_bucket": ("bucket",),
    "aws_kms_key": ("target_key_id", "key_id"),
    "aws_sns_topic": ("topic_arn", "arn"),
    "aws_sqs_queue": ("queue_url",),
    "aws_secretsmanager_secret": ("secret_id", "secret_arn"),
    "aws_iam_role": ("role",),
    "aws_cognito_user_pool": ("user_pool_id",),
    "aws_apigatewayv2_api": ("api_id",),
    "aws_lambda_function": ("function_name",),
    "aws_vpc": ("vpc_id",),
}


def add(document: Document, kind: str, name: str, block: Document) -> Document:
    document["resource"].setdefault(kind, {})[name] = block
    return block


def add_data(document: Document, kind: str, name: str, block: Any) -> Any:
    document.setdefault("data", {}).setdefault(kind, {})[name] = block
    return block


def put(kind: str, path: str, value: Any, where: Where = None, new: bool = False, nth: int = 0) -> Change:
    """Sets one attribute of the first such block; `new` if it need not be there before."""

    def edit(document: Document) -> None:
        name, block = pick(document, kind, where, nth)
        place, key = place_of(block, path)
        missing = key not in place if isinstance(place, dict) else key >= len(place)
        if missing and (not new):
            raise DoesNotApply(f"no {path} in {kind}.{name}")
        if value is NOTHING:
            del place[key]
        else:
            old = None if missing else copy.deepcopy(place[key])
            place[key] = (
                value(old)
                if callable(value) and (not (new and missing))
                else value(None)
                if callable(value)
                else copy.deepcopy(value)
            )

    return edit


def drop(kind: str, path: str, where: Where = None, nth: int = 0) -> Change:
    return put(kind, path, NOTHING, where, nth=nth)


def literal(document: Document, kind: str, name: str) -> None:
    """In place of references to what goes: a literal, as whoever keeps the dependents would write."""
    pattern = re.compile(f"\\$\\{{{kind}\\.{re.escape(name)}[.\\[][^}}]*\\}}")

    def walk(value: Any) -> Any:
        if isinstance(value, str):
            return pattern.sub("gone-" + name, value)
        if isinstance(value, list):
            return [walk(v) for v in value if v != f"{kind}.{name}"]
        if isinstance(value, dict):
            return {k: v if k == "//" else walk(v) for k, v in value.items()}
        return value

    for section in ("resource", "data", "output"):
        if section in document:
            document[section] = walk(document[section])


def remove(document: Document, kind: str, name: str) -> Any:
    """Removes a resource with the parts that only describe it."""
    block = of_type(document, kind).pop(name)
    for other, blocks in list(document["resource"].items()):
        for each, body in list(blocks.items()):
            for attribute in PARTS.get(kind, ()):
                value = body.get(attribute)
                if isinstance(value, str) and re.fullmatch(f"\\$\\{{{kind}\\.{re.escape(name)}\\.\\w+\\}}", value):
                    if other in ("aws_cloudwatch_metric_alarm",):
                        continue
                    blocks.pop(each, None)
    literal(document, kind, name)
    for each in [k for k, v in document["resource"].items() if not v]:
        del document["resource"][each]
    return block


def delete(kind: str, where: Where = None, nth: int = 0) -> Change:

    def edit(document: Document) -> None:
        name, _ = pick(document, kind, where, nth)
        remove(document, kind, name)

    return edit


def without(kind: str, where: Where = None, nth: int = 0) -> Change:
    """Removes the one block alone: nothing else refers to it except depends_on."""

    def edit(document: Document) -> None:
        name, _ = pick(document, kind, where, nth)
        del of_type(document, kind)[name]
        literal(document, kind, name)
        if not document["resource"][kind]:
            del document["resource"][kind]

    return edit


def readdress(document: Document, kind: str, old: str, new: str, moved: bool = False) -> None:
    """Another address for the same block; references follow."""
    document["resource"][kind] = {new if n == old else n: b for n, b in document["resource"][kind].items()}
    pattern = re.compile(f"(?<![\\w.-]){kind}\\.{re.escape(old)}(?![\\w-])")

    def walk(value: Any) -> Any:
        if isinstance(value, str):
            return pattern.sub(f"{kind}.{new}", value)
        if isinstance(value, list):
            return [walk(v) for v in value]
        if isinstance(value, dict):
            return {k: v if k == "//" else walk(v) for k, v in value.items()}
        return value

    for section in ("resource", "data", "output"):
        if section in document:
            document[section] = walk(document[section])
    if moved:
        document.setdefault("moved", []).append({"from": f"{kind}.{old}", "to": f"{kind}.{new}"})


def renamed(kind: str, where: Where = None, moved: bool = False, nth: int = 0) -> Change:

    def edit(document: Document) -> None:
        name, _ = pick(document, kind, where, nth)
        readdress(document, kind, name, "other_" + name, moved)

    return edit


def plants(*blocks: Any, more: Change | None = None) -> Change:
    """New resources, each a type and a block or what makes it of the document."""

    def edit(document: Document) -> None:
        for place, (kind, block) in enumerate(blocks):
            add(document, kind, f"planted{place or ''}", block(document) if callable(block) else copy.deepcopy(block))
        if more:
            more(document)

    return edit
