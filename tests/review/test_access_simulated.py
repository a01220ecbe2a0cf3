"""Judges our comparison of policies by an IAM simulator that others maintain.

What we call not wider must allow no request that was refused before. What we call wider mostly has such a request.
"""

import itertools
import json
import random
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest

from ffp.review.access.comparison import Comparison
from ffp.review.access.documents import Reader
from ffp.review.access.holders import Holder
from ffp.review.access.names import Inventory
from ffp.review.access.statements import SELF
from ffp.review.side import Side
from tests.rendered import Policy
from tests.review.corpus.edit import stack_of
from tests.simulation.simulator import ALLOWED, ANYTHING, Caller, Simulator

ACCOUNT, OTHER = "111111111111", "222222222222"
_SIDE = Side(stack_of({"provider": {"aws": [{"allowed_account_ids": [ACCOUNT], "region": "eu-west-2"}]}}))
_NOTHING: Policy = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "sts:GetCallerIdentity", "Resource": "*"}],
}
_MOST_REQUESTS = 40

_ACTIONS = ("s3:GetObject", "s3:PutObject", "s3:Get*", "s3:*Object", "s3:*", "s3:DeleteObject", "s3:GetObject*")
_RESOURCES = ("arn:aws:s3:::a/*", "arn:aws:s3:::a/b/*", "arn:aws:s3:::a/b/?", "arn:aws:s3:::*", "*", "arn:aws:s3:::c/d")
_CONDITIONS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("StringEquals", "aws:PrincipalTag/team", ("red", "blue")),
    ("StringLike", "aws:PrincipalTag/team", ("r*", "*", "b?ue")),
    ("StringEqualsIgnoreCase", "aws:PrincipalTag/team", ("RED",)),
    ("StringEqualsIfExists", "aws:PrincipalTag/team", ("red",)),
    ("StringNotEquals", "aws:PrincipalTag/team", ("red", "green")),
    ("StringNotLike", "aws:PrincipalTag/team", ("r*",)),
    ("Null", "aws:PrincipalTag/team", ("true", "false")),
    ("Bool", "aws:SecureTransport", ("true", "false")),
    ("NumericLessThan", "s3:TlsVersion", ("1.2", "1.3")),
    ("NumericGreaterThanEquals", "s3:TlsVersion", ("1.2", "1.3")),
    ("NumericEquals", "s3:TlsVersion", ("1.2", "1.3")),
    ("NumericNotEquals", "s3:TlsVersion", ("1.2",)),
    ("IpAddress", "aws:SourceIp", ("10.0.0.0/8", "10.1.0.0/16", "192.0.2.0/24")),
    ("NotIpAddress", "aws:SourceIp", ("10.1.0.0/16", "10.0.0.0/8")),
    ("ArnLike", "aws:PrincipalArn", ("arn:aws:iam::111111111111:role/*", "arn:aws:iam::111111111111:role/a*")),
    ("DateLessThan", "aws:CurrentTime", ("2027-01-01T00:00:00Z", "2029-01-01T00:00:00Z")),
)
# The values that requests carry, besides none.
_SENT: Mapping[str, tuple[str, ...]] = {
    "aws:PrincipalTag/team": ("red", "RED", "blue", "green", "rose"),
    "aws:SecureTransport": ("true", "false"),
    "s3:TlsVersion": ("1.1", "1.2", "1.25", "1.3"),
    "aws:SourceIp": ("10.1.2.3", "10.2.3.4", "192.0.2.1", "203.0.113.9"),
    "aws:CurrentTime": ("2026-06-01T00:00:00Z", "2028-06-01T00:00:00Z", "2031-01-01T00:00:00Z"),
}
_SENT_ACTIONS = ("s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:GetObjectVersion")
_SENT_RESOURCES = (
    "arn:aws:s3:::a/x",
    "arn:aws:s3:::a/b/x",
    "arn:aws:s3:::a/b/xy",
    "arn:aws:s3:::c/d",
    "arn:aws:s3:::e/f",
)
_PRINCIPALS: tuple[Any, ...] = (
    "*",
    {"AWS": f"arn:aws:iam::{OTHER}:root"},
    {"AWS": f"arn:aws:iam::{OTHER}:role/a"},
    {"AWS": f"arn:aws:iam::{ACCOUNT}:role/a"},
    {"AWS": [f"arn:aws:iam::{ACCOUNT}:role/a", f"arn:aws:iam::{OTHER}:role/b"]},
)


def _widens(before: Policy, after: Policy, *, resource: bool) -> bool:
    def holder(policy: Policy) -> Holder:
        statements = Reader(_SIDE).statements(policy, "", principals=None if resource else SELF)
        return Holder("resource" if resource else "identity", "aws_s3_bucket.a", tuple(statements))

    one, other = holder(before), holder(after)
    return any(change.kind.widens for change in Comparison(Inventory(_SIDE, _SIDE), one, other).changes())


class _Author:
    """Writes policies and changes of them, the same ones for the same seed."""

    def __init__(self, seed: int, *, resource: bool) -> None:
        self.chance = random.Random(seed)
        self.resource = resource

    def pair(self) -> tuple[Policy, Policy]:
        """Two policies, mostly of one origin."""
        before = self._policy()
        after = json.loads(json.dumps(before)) if self.chance.random() < 0.85 else self._policy()
        for _ in range(self.chance.choice((1, 1, 2))):
            self._change(after)
        return before, after

    def _policy(self) -> Policy:
        statements = [self._statement() for _ in range(self.chance.choice((1, 2, 2, 3)))]
        statements[0]["Effect"] = "Allow"
        return {"Version": "2012-10-17", "Statement": statements}

    def _statement(self) -> dict[str, Any]:
        choose = self.chance
        found: dict[str, Any] = {"Effect": "Allow" if choose.random() < 0.7 else "Deny"}
        found["NotAction" if choose.random() < 0.1 else "Action"] = choose.sample(_ACTIONS, choose.choice((1, 2)))
        found["NotResource" if choose.random() < 0.1 else "Resource"] = choose.sample(_RESOURCES, choose.choice((1, 2)))
        if self.resource:
            found["Principal"] = choose.choice(_PRINCIPALS)
        if choose.random() < 0.6:
            found["Condition"] = self._condition()
        return found

    def _condition(self) -> dict[str, Any]:
        found: dict[str, dict[str, Any]] = {}
        for test, key, values in self.chance.sample(_CONDITIONS, self.chance.choice((1, 1, 2))):
            several = self.chance.sample(values, min(len(values), self.chance.choice((1, 1, 2))))
            found[test] = {key: several if len(several) > 1 else several[0]}
        return found

    def _change(self, policy: Policy) -> None:
        choose, statements = self.chance, policy["Statement"]
        statement = choose.choice(statements)
        match choose.randrange(10):
            case 0:
                statements.append(self._statement())
            case 1 if len(statements) > 1:
                statements.remove(statement)
            case 2:
                key = "Action" if "Action" in statement else "NotAction"
                statement[key] = choose.sample(_ACTIONS, choose.choice((1, 2)))
            case 3:
                key = "Resource" if "Resource" in statement else "NotResource"
                statement[key] = choose.sample(_RESOURCES, choose.choice((1, 2)))
            case 4:
                statement.pop("Condition", None)
            case 5:
                statement["Condition"] = self._condition()
            case 6 | 7 if "Condition" in statement:
                self._vary(statement["Condition"])
            case 8 if self.resource:
                statement["Principal"] = choose.choice(_PRINCIPALS)
            case _:
                choose.shuffle(statements)

    def _vary(self, condition: dict[str, Any]) -> None:
        """Another test of the same key, without another value; or one test more; or one less."""
        test = self.chance.choice(sorted(condition))
        plain = test.removesuffix("IfExists").removeprefix("ForAllValues:").removeprefix("ForAnyValue:")
        others = [plain, f"ForAnyValue:{plain}"]
        if plain != "Null":
            others += [f"{plain}IfExists", f"{plain}IfExists", f"ForAllValues:{plain}"]
        if plain == "StringEquals":
            others += ["StringLike", "StringNotEquals", "StringEqualsIgnoreCase"]
        match self.chance.randrange(4):
            case 0:
                condition.update(self._condition())
            case 1 if len(condition) > 1:
                del condition[test]
            case _:
                condition[self.chance.choice(others)] = condition.pop(test)

    def requests(self, *policies: Policy) -> Iterator[tuple[str, str, dict[str, str]]]:
        """Requests about what the policies are about: with each of some values of each key, and without it."""
        text = json.dumps(policies)
        keys = [key for key in _SENT if key in text]
        # AWS sends these with every request.
        choices: list[Sequence[str | None]] = [
            _SENT[key] if key in ("aws:CurrentTime", "aws:SecureTransport") else (None, *_SENT[key]) for key in keys
        ]
        possible = list(itertools.product(_SENT_ACTIONS, _SENT_RESOURCES, *choices))
        for action, resource, *values in self.chance.sample(possible, min(len(possible), _MOST_REQUESTS)):
            told = {key: str(value) for key, value in zip(keys, values, strict=True) if value is not None}
            yield str(action), str(resource), told


def _callers(policy: Policy, *, resource: bool) -> list[Caller]:
    def of(account: str, role: str, own: Policy) -> Caller:
        named = {"aws:PrincipalArn": f"arn:aws:iam::{account}:role/{role}"}
        return Caller(f"arn:aws:sts::{account}:assumed-role/{role}/session", account, (own,), told=named)

    if not resource:
        return [of(ACCOUNT, "a", policy)]
    return [of(ACCOUNT, "a", _NOTHING), of(ACCOUNT, "a", ANYTHING), of(OTHER, "a", ANYTHING), of(OTHER, "b", ANYTHING)]


def _witness(
    simulator: Simulator, author: _Author, before: Policy, after: Policy
) -> tuple[str, str, dict[str, str]] | None:
    """A request that the policy of after allows and the one of before does not."""
    resource = author.resource

    def allows(caller: Caller, policy: Policy) -> bool:
        opened_by = policy if resource else None
        judged = simulator.judge(caller, action, target, owner=ACCOUNT, told=told, opened_by=opened_by)
        return judged == ALLOWED

    for action, target, told in author.requests(before, after):
        for one, other in zip(_callers(before, resource=resource), _callers(after, resource=resource), strict=True):
            if allows(other, after) and not allows(one, before):
                return action, target, {**told, "caller": other.arn}
    return None


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    simulator = Simulator()
    yield simulator
    simulator.close()


@pytest.mark.parametrize("resource", [False, True], ids=["identity", "resource"])
@pytest.mark.parametrize("group", range(6))
def test_what_is_not_wider_allows_nothing_that_was_refused(simulator: Simulator, group: int, resource: bool) -> None:
    wider = proven = harmless = 0
    for seed in range(group * 25, group * 25 + 25):
        author = _Author(seed, resource=resource)
        before, after = author.pair()
        witness = _witness(simulator, author, before, after)
        if _widens(before, after, resource=resource):
            wider += 1
            proven += witness is not None
        else:
            harmless += 1
            assert witness is None, json.dumps({"seed": seed, "before": before, "after": after}, indent=1)
    assert harmless
    assert proven >= wider / 4, f"{proven} of {wider} that are called wider have a request that shows it"
