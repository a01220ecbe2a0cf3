"""A change means the same however it is written: with locals, variables, functions of literals, or `dynamic` blocks."""

from typing import Any

import pytest

from ffp.review.concern import Topic
from ffp.review.hcl import evaluated
from ffp.review.reviewing import Compared
from ffp.review.written_out import written_out
from tests.review.corpus.edit import Document, stack_of
from tests.review.small_stacks import Case, require_right_verdict

_GROUP, _ANY = {"vpc_id": "vpc-1", "name": "web"}, "0.0.0.0/0"
_RULE = {"from_port": 22, "to_port": 22, "protocol": "tcp"}
_ROLE = {"name": "worker", "assume_role_policy": "{}"}
_DATABASE = {"identifier": "main", "engine": "postgres", "backup_retention_period": 35}


def _block(**attributes: Any) -> dict[str, Any]:
    """What is left of one block when everything is written out."""
    sections: Document = {key: attributes.pop(key) for key in ("locals", "variable") if key in attributes}
    (block,) = written_out(stack_of({"resource": {"aws_x_y": {"z": attributes}}, **sections})).blocks
    return dict(block.attributes)


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ('${join("/", ["${aws_s3_bucket.b.arn}", "media", "*"])}', "${aws_s3_bucket.b.arn}/media/*"),
        ('a-${format("%s-%d%%", "x", 3)}-b', "a-x-3%-b"),
        ('${toset(["a", "b", "a"])}', ["a", "b"]),
        ('${concat(["a"], tolist(["b"]))}', ["a", "b"]),
        ('${merge({a = "1"}, {"b": 2})}', {"a": "1", "b": 2}),
        ("${true}-${7}", "true-7"),
    ],
)
def test_functions_of_literals_are_evaluated(text: str, meaning: Any) -> None:
    assert evaluated(text) == meaning


@pytest.mark.parametrize(
    "text",
    [
        "${aws_x_y.z.arn}",
        '$${join("a", ["b"])}',
        '${join(",", aws_x_y.z[*].id)}',
        '${concat(["a"], aws_x_y.z.ids)}',
        '${join("a", ["b"]) == "b" ? 1 : 2}',
        '${format("%q", "a")}',
        "x${[1, 2]}",
        "${unclosed",
        '${lookup(join("", ["a"]), 1)}',
    ],
)
def test_an_expression_that_only_terraform_can_tell_stays(text: str) -> None:
    assert evaluated(text) == text


def test_locals_and_defaults_of_variables_are_written_out() -> None:
    given: Document = {
        "locals": {"a": {"b": ["${var.days}", "${local.c}"]}, "c": "${aws_x_y.z.arn}", "loop": "${local.loop}"},
        "variable": {"days": {"default": 7}, "unset": {"type": "string"}},
    }
    assert _block(d="${local.a.b}", **given) == {"d": [7, "${aws_x_y.z.arn}"]}
    assert _block(d="x-${local.a.b[0]}", **given) == {"d": "x-7"}
    assert _block(d="${var.days > 3 ? 1 : 0}", **given) == {"d": "${7 > 3 ? 1 : 0}"}
    for text in ("${local.loop}", "${var.unset}", "${local.none}", "local.c"):
        assert _block(d=text, **given) == {"d": text}


def test_locals_that_multiply_stay_short() -> None:
    steps: Document = {f"a{i}": [f"${{local.a{i + 1}}}"] * 10 for i in range(30)}
    assert len(str(_block(d="${local.a0}", locals={**steps, "a30": "x"}))) < 1_000_000


def test_dynamic_blocks_are_written_out() -> None:
    repeat = {"for_each": {"a": {"port": 1}}, "content": [{"name": "${i.key}", "port": "${i.value.port}"}]}
    found = _block(rule={"name": "own"}, dynamic={"rule": {**repeat, "iterator": "i"}})
    assert found == {"rule": [{"name": "own"}, {"name": "a", "port": 1}]}
    nested = {
        "for_each": [1],
        "content": {"dynamic": {"inner": {"for_each": ["x"], "content": {"v": "${inner.value}"}}}},
    }
    assert _block(dynamic=[{"outer": nested}]) == {"outer": [{"inner": [{"v": "x"}]}]}
    assert _block(dynamic={"rule": {"for_each": [], "content": {}}}) == {}


def test_a_stack_that_abbreviates_nothing_is_the_same_object() -> None:
    stack = stack_of({"resource": {"aws_x_y": {"z": {"a": "${aws_x_y.other.arn}"}}}})
    assert written_out(stack) is stack


def test_a_dynamic_block_over_the_unknown_needs_a_look_once() -> None:
    repeat = {"tag": {"for_each": "${aws_x_y.other.names}", "content": {"key": "${tag.value}"}}}
    sides = [stack_of({"resource": {"aws_x_y": {"z": each}}}) for each in ({}, {"dynamic": repeat})]
    (found,) = Compared("x", *sides).concerns
    assert "only Terraform can tell" in found.title
    more = stack_of({"resource": {"aws_x_y": {"z": {"dynamic": repeat, "a": "b"}}}})
    assert Compared("x", sides[1], more).concerns == []


CASES = (
    Case(
        "a dynamic block opens a port",
        {"aws_security_group.g": _GROUP},
        {
            "aws_security_group.g": {
                "dynamic": {"ingress": {"for_each": [_ANY], "content": {**_RULE, "cidr_blocks": ["${ingress.value}"]}}}
            }
        },
        Topic.EXPOSURE,
    ),
    Case(
        "an expression closes it again",
        {"aws_security_group.g": {**_GROUP, "ingress": {**_RULE, "cidr_blocks": [_ANY]}}},
        {
            "aws_security_group.g": {
                "ingress": None,
                "dynamic": {"ingress": {"for_each": "${toset([])}", "content": {**_RULE, "cidr_blocks": [_ANY]}}},
            }
        },
    ),
    Case(
        "a dynamic block grants everything",
        {"aws_iam_role.r": _ROLE},
        {
            "aws_iam_role.r": {
                "dynamic": {
                    "inline_policy": {
                        "for_each": [1],
                        "content": {
                            "name": "x",
                            "policy": '{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}',
                        },
                    }
                }
            }
        },
        Topic.ACCESS,
    ),
    Case(
        "backups are as long in other words",
        {"aws_db_instance.d": _DATABASE},
        {"aws_db_instance.d": {"backup_retention_period": "${tolist([35])[0]}"}},
        Topic.RECOVERY,  # indices of expressions are not read, so that Terraform alone can tell
    ),
    Case(
        "backups are as long by a function",
        {"aws_db_instance.d": _DATABASE},
        {"aws_db_instance.d": {"backup_retention_period": '${join("", ["3", "5"])}'}},
    ),
)


@pytest.mark.parametrize("case", CASES, ids=[each.name for each in CASES])
def test_what_is_abbreviated_is_judged(case: Case) -> None:
    require_right_verdict(case)
