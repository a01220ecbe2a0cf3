"""How changes find what they edit: by type and content, never by an application's names."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from tests.review.corpus.edit import Document, DoesNotApply
from tests.review.opinion.kinds import POLICY_DOCUMENT

Where = str | tuple[str, ...] | Callable[[Any], bool] | None
Predicate = Callable[[Any], bool]
Finder = Callable[[Document], Any]


def of_type(document: Document, kind: str) -> Any:
    found = document.get("resource", {}).get(kind)
    if not found:
        raise DoesNotApply(f"no {kind}")
    return found


def matches(where: Where, name: str, block: Document) -> bool:
    if where is None:
        return True
    if callable(where):
        return where(block)
    wanted = (where,) if isinstance(where, str) else where
    text = name + " " + json.dumps({k: v for k, v in block.items() if k != "//"})
    return all(each in text for each in wanted)


def pick(document: Document, kind: str, where: Where = None, nth: int = 0) -> Any:
    found = [(n, b) for n, b in of_type(document, kind).items() if matches(where, n, b)]
    if len(found) <= nth:
        raise DoesNotApply(f"no such {kind}")
    return found[nth]


def target(text: Any, kind: str | None = None) -> tuple[str, str]:
    """The type and name of the resource that a reference leads to."""
    found = re.search("\\$\\{(?:data\\.)?(aws_\\w+)\\.([\\w-]+)[.\\[]", text or "")
    if not found or (kind and found[1] != kind):
        raise DoesNotApply("no reference")
    return (found[1], found[2])


def reference(kind: str, name: str, attribute: str = "id") -> str:
    return f"${{{kind}.{name}.{attribute}}}"


def account(document: Document) -> str:
    return str(document["provider"]["aws"][0]["allowed_account_ids"][0])


def region(document: Document) -> str:
    return str(document["provider"]["aws"][0]["region"])


def prefix(document: Document) -> str:
    return str(document["terraform"]["backend"]["s3"]["bucket"].split("-state-")[0])


def environment(document: Document) -> str:
    return str(document["provider"]["aws"][0]["default_tags"][0]["tags"]["environment"])


def place_of(block: Any, path: str) -> tuple[Any, Any]:
    parts = [int(p) if p.isdigit() else p for p in path.split(".")]
    for part in parts[:-1]:
        try:
            block = block[part]
        except (KeyError, IndexError, TypeError):
            raise DoesNotApply(f"no {path}") from None
    return (block, parts[-1])


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def policies(
    document: Document, kind: str, attribute: str = "policy", where: Where = None
) -> Iterator[tuple[str, Any, str, Any]]:
    """Each block of this type with the document that it names."""
    for name, block in of_type(document, kind).items():
        found = re.fullmatch(f"\\$\\{{data\\.{POLICY_DOCUMENT}\\.([\\w-]+)\\.json\\}}", str(block.get(attribute)))
        if found and matches(where, name, block):
            yield (name, block, found[1], document["data"][POLICY_DOCUMENT][found[1]])


def statement_of(document: Document, kind: str, pred: Predicate, attribute: str = "policy", where: Where = None) -> Any:
    """The first statement of such a policy that satisfies; with its document."""
    for _, _, _name, policy in policies(document, kind, attribute, where):
        for statement in policy["statement"]:
            if pred(statement):
                return (policy, statement)
    raise DoesNotApply(f"no such statement of {kind}")


def allows(*actions: str) -> Predicate:
    return lambda statement: (
        statement["effect"] == "Allow" and all(a in listed(statement.get("actions")) for a in actions)
    )


def denies(*actions: str) -> Predicate:
    return lambda statement: (
        statement["effect"] == "Deny" and all(a in listed(statement.get("actions")) for a in actions)
    )


def both(*preds: Predicate) -> Predicate:
    return lambda statement: all(p(statement) for p in preds)


def about(variable: str) -> Predicate:
    return lambda statement: any(c["variable"].endswith(variable) for c in statement.get("condition", ()))


def condition_of(statement: Any, variable: str) -> Any:
    for each in statement.get("condition", ()):
        if each["variable"].endswith(variable):
            return each
    raise DoesNotApply(f"no condition on {variable}")


def named_document(policy: str) -> str:
    """The name of the document that a policy's reference leads to."""
    found = re.search(POLICY_DOCUMENT + "\\.([\\w-]+)\\.json", policy)
    if not found:
        raise DoesNotApply("no document")
    return found[1]
