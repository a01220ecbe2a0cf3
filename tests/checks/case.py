"""What a case of a check is: a block that passes, and the changes that must fail."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Values = Mapping[str, Any]

KEY = "${aws_kms_key.data.arn}"
DOCUMENT = "data.aws_iam_policy_document"
EVERYBODY = {"type": "*", "identifiers": ["*"]}
PLAIN_HTTP = {"test": "Bool", "variable": "aws:SecureTransport", "values": ["false"]}


@dataclass(frozen=True)
class Case:
    """A good block of a kind; each change replaces whole attributes of it, None taking one away."""

    check: str
    kind: str
    good: Values
    broken: tuple[Values, ...] = ()
    accepted: tuple[Values, ...] = ()
    beside: Values = field(default_factory=dict)  # the rest of the stack, for checks that read more than one block
    broken_beside: tuple[Values, ...] = ()
    forbidden: bool = False  # no block of this kind can be good

    def stacks(self) -> dict[str, dict[str, Any]]:
        """The JSON of a stack for each variant; `good` and `accepted-…` must pass, `broken-…` must fail."""
        return {
            "broken" if self.forbidden else "good": self._stack({}, self.beside),
            **{f"accepted-{n}": self._stack(change, self.beside) for n, change in enumerate(self.accepted)},
            **{f"broken-{n}": self._stack(change, self.beside) for n, change in enumerate(self.broken)},
            **{f"broken-beside-{n}": self._stack({}, beside) for n, beside in enumerate(self.broken_beside)},
        }

    def _stack(self, change: Values, beside: Values) -> dict[str, Any]:
        block = {key: value for key, value in {**self.good, **change}.items() if value is not None}
        stack = {key: dict(value) for key, value in beside.items()}
        category, _, kind = self.kind.rpartition(".")
        if category == "provider":
            stack[category] = {kind: [block]}
        elif category == "terraform":
            stack[category] = {kind: block}
        else:
            stack.setdefault(category or "resource", {})[kind] = {"subject": block}
        return stack


def release(version: str) -> dict[str, Any]:
    """The rest of a stack that asks for this release of the provider."""
    return {"terraform": {"required_providers": {"aws": {"source": "hashicorp/aws", "version": version}}}}


def backend(name: str, account: str = "111111111111") -> dict[str, Any]:
    """The rest of a stack with this name: its backend. Checks read the environment and the account from it."""
    s3 = {
        "bucket": f"{name.removeprefix('bootstrap-')}-ffp-state-{account}",
        "key": f"{name}/terraform.tfstate",
        "region": "eu-west-2",
        "allowed_account_ids": [account],
    }
    return {"terraform": {"backend": {"s3": s3}}}


def tenancy(tenant: str = "practice", role: str = "duty") -> dict[str, Any]:
    """The rest of a stack whose functions are told these names of the user pool's attributes."""
    variables = {"TENANCY": json.dumps({"tenant": tenant, "role": role})}
    return {"resource": {"aws_lambda_function": {"any": {"environment": {"variables": variables}}}}}


def statement(**values: Any) -> dict[str, Any]:
    """A policy document's arguments with this one statement."""
    return {"statement": [values]}


def on(variable: str, *values: str, test: str = "StringEquals") -> dict[str, Any]:
    """One condition, as an argument of a statement."""
    return {"condition": [{"test": test, "variable": variable, "values": list(values)}]}


def document(name: str, **values: Any) -> dict[str, Any]:
    """The rest of a stack: a policy document with one statement."""
    return {**backend("dev"), "data": {"aws_iam_policy_document": {name: statement(**values)}}}
