"""Changes of policies."""

import copy
from collections.abc import Callable
from typing import Any

from tests.review.corpus.edit import Document, DoesNotApply
from tests.review.opinion.cases import Change
from tests.review.opinion.editing import add_data
from tests.review.opinion.finding import (
    Finder,
    Predicate,
    Where,
    about,
    allows,
    both,
    denies,
    named_document,
    policies,
    statement_of,
)
from tests.review.opinion.kinds import POLICY_DOCUMENT, ROLE_POLICY
from tests.review.opinion.parts import part_of


def policy_document(document: Document, name: str, *statements: Any) -> str:
    add_data(document, POLICY_DOCUMENT, name, {"statement": list(statements)})
    return f"${{data.{POLICY_DOCUMENT}.{name}.json}}"


def allow(
    actions: list[str],
    resources: Any,
    *conditions: tuple[str, str, list[Any]],
    principals: list[tuple[str, list[str]]] | None = None,
    sid: str = "New",
    effect: str = "Allow",
) -> Document:
    made: Document = {"actions": actions, "effect": effect, "resources": resources, "sid": sid}
    if conditions:
        made["condition"] = [{"test": t, "variable": v, "values": x} for t, v, x in conditions]
    if principals:
        made["principals"] = [{"type": t, "identifiers": x} for t, x in principals]
    return made


def remove_condition(statement: Any, variable: str) -> Any:
    statement["condition"] = [c for c in statement["condition"] if not c["variable"].endswith(variable)]
    if not statement["condition"]:
        del statement["condition"]
    return statement


def grant(kind: str, statement: Any, attribute: str = "policy", where: Where = None, nth: int = 0) -> Change:
    """One more statement in such a policy; `statement` may be made from the document and the block."""

    def edit(document: Document) -> None:
        found = list(policies(document, kind, attribute, where))
        if len(found) <= nth:
            raise DoesNotApply(f"no policy of {kind}")
        _name, block, _, policy = found[nth]
        policy["statement"].append(
            statement(document, block, policy) if callable(statement) else copy.deepcopy(statement)
        )

    return edit


def edit_statement(
    kind: str, pred: Predicate, change: Callable[..., object], attribute: str = "policy", where: Where = None
) -> Change:

    def edit(document: Document) -> None:
        policy, statement = statement_of(document, kind, pred, attribute, where)
        change(document, policy, statement)

    return edit


def without_statement(kind: str, pred: Predicate, attribute: str = "policy", where: Where = None) -> Change:
    """Removes one statement."""

    def edit(document: Document) -> None:
        policy, statement = statement_of(document, kind, pred, attribute, where)
        policy["statement"].remove(statement)

    return edit


def bucket_statement(which: Finder, make: Callable[[Document, str], Document]) -> Change:

    def edit(document: Document) -> None:
        bucket = which(document)
        _, block = part_of(document, "aws_s3_bucket_policy", bucket)
        found = named_document(block["policy"])
        name = document["resource"]["aws_s3_bucket"][bucket]["bucket"]
        document["data"][POLICY_DOCUMENT][found]["statement"].append(make(document, "arn:aws:s3:::" + name))

    return edit


def edit_bucket_statement(which: Finder, pred: Predicate, change: Callable[..., object]) -> Change:

    def edit(document: Document) -> object:
        _, block = part_of(document, "aws_s3_bucket_policy", which(document))
        found = named_document(block["policy"])
        policy = document["data"][POLICY_DOCUMENT][found]
        for statement in policy["statement"]:
            if pred(statement):
                return change(document, policy, statement)
        raise DoesNotApply("no such statement")

    return edit


def more(statement: Any, nth: int = 0, where: Where = None) -> Change:
    return grant(ROLE_POLICY, statement, where=where, nth=nth)


VIA_SERVICE = both(allows("kms:Decrypt"), about("ViaService"))
OUTSIDE_FUNCTIONS = both(lambda statement: statement["effect"] == "Deny", about("SourceFunctionArn"))
TLS = both(denies("s3:*"), about("SecureTransport"))
