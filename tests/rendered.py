"""Policy documents of a synthesised stack as IAM reads them: what Terraform's data source would come to."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ffp.stacks import SynthesisedStack

Policy = dict[str, Any]
ArnOf = Callable[[str], str]

_REFERENCE = re.compile(r"\$\{([^}]*)\}")


def rendered(stack: SynthesisedStack, document: str, arn_of: ArnOf) -> Policy:
    """One document of the stack."""
    return policy(stack.by_address[f"data.aws_iam_policy_document.{document}"].attributes.get("statement", []), arn_of)


def policy(statements: Iterable[Mapping[str, Any]], arn_of: ArnOf) -> Policy:
    """A document's statements; `arn_of` gives the value of each reference, such as `aws_kms_key.state.arn`."""

    def plain(text: str) -> str:
        return _REFERENCE.sub(lambda match: arn_of(match[1]), text)

    return {"Version": "2012-10-17", "Statement": [_statement(each, plain) for each in statements]}


def no_references(reference: str) -> str:
    """For documents that name everything themselves."""
    raise AssertionError(f"{reference} is not known before it is deployed")


def _statement(statement: Mapping[str, Any], plain: Callable[[str], str]) -> dict[str, Any]:
    written = {"Sid": statement["sid"], "Effect": statement["effect"], "Action": statement["actions"]}
    for key, name in (("resources", "Resource"), ("not_resources", "NotResource")):
        if values := statement.get(key):
            written[name] = [plain(each) for each in values]
    for principal in statement.get("principals", []):
        if principal["type"] == "*":
            written["Principal"] = "*"
        else:
            kinds = written.setdefault("Principal", {})
            kinds[principal["type"]] = [plain(each) for each in principal["identifiers"]]
    conditions: dict[str, dict[str, list[str]]] = defaultdict(dict)
    for each in statement.get("condition", []):
        conditions[each["test"]][each["variable"]] = [plain(value) for value in each["values"]]
    if conditions:
        written["Condition"] = dict(conditions)
    return written
