"""What the model of access is made of: patterns, conditions, and policies in each form that Terraform takes."""

import json
from typing import Any

import pytest

from ffp.review.access.conditions import Clause, clause, implies
from ffp.review.access.documents import Reader
from ffp.review.access.globs import Names, contains, overlap
from ffp.review.access.statements import Statement, uncovered
from ffp.review.hcl import encoded
from ffp.review.side import Side
from tests.review.corpus.edit import Document, stack_of

_PROVIDER = {"aws": [{"allowed_account_ids": ["111111111111"], "region": "eu-west-2"}]}


def _side(**sections: Any) -> Side:
    return Side(stack_of({"provider": _PROVIDER, **sections}))


def _read(value: Any, **sections: Any) -> list[Statement]:
    data = {**sections.pop("data", {}), "external": {"holder": {"policy": value}}}
    side = _side(data=data, **sections)
    return Reader(side).statements(side.stack.by_address["data.external.holder"].attributes["policy"], "here")


def _policy(*statements: Document) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


@pytest.mark.parametrize(
    ("outer", "inner"),
    [("*", "a*b"), ("a*", "a?c"), ("a*c", "a*bc"), ("a??", "a?b"), ("*/*", "a/b/*"), ("a*b*c", "abbc"), ("a", "a")],
)
def test_a_pattern_contains_another(outer: str, inner: str) -> None:
    assert contains(outer, inner)


@pytest.mark.parametrize(
    ("outer", "inner"), [("a?c", "a*"), ("a*", "*"), ("a/*", "a"), ("a?", "a"), ("*a", "*b"), ("a*c", "a*")]
)
def test_a_pattern_does_not_contain_what_matches_more(outer: str, inner: str) -> None:
    assert not contains(outer, inner)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [("a*", "*b", True), ("a*", "b*", False), ("a?c", "ab*", True), ("a?", "abc", False), ("*", "", True)],
)
def test_patterns_overlap_if_one_text_matches_both(one: str, other: str, expected: bool) -> None:
    assert overlap(one, other) is overlap(other, one) is expected


def test_everything_but_a_set_contains_what_lies_outside_of_it() -> None:
    but_iam = Names(frozenset({"iam:*"}), negated=True)
    assert but_iam.covers(Names(frozenset({"s3:*"})))
    assert but_iam.covers(Names(frozenset({"iam:*", "sts:*"}), negated=True))
    assert not but_iam.covers(Names(frozenset({"*"})))
    assert not but_iam.covers(Names(frozenset({"iam:get*"})))


def _if(*tests: tuple[str, str, str]) -> frozenset[Clause]:
    return frozenset(clause(test, key, values.split(",")) for test, key, values in tests)


_KEY = "aws:SourceArn"


@pytest.mark.parametrize(
    ("narrow", "wide"),
    [
        ([("StringEquals", _KEY, "a")], [("StringEquals", "AWS:sourceARN", "a,b")]),
        ([("StringEquals", _KEY, "ab")], [("StringLike", _KEY, "a*")]),
        ([("StringEquals", _KEY, "A")], [("StringEqualsIgnoreCase", _KEY, "a")]),
        ([("StringEquals", _KEY, "a")], [("StringNotEquals", _KEY, "b")]),
        ([("StringNotEquals", _KEY, "a,b")], [("StringNotEquals", _KEY, "a")]),
        ([("StringEquals", _KEY, "a")], [("StringEqualsIfExists", _KEY, "a")]),
        ([("StringEquals", _KEY, "a")], [("Null", _KEY, "false")]),
        ([("Null", _KEY, "true")], [("StringNotEquals", _KEY, "a")]),
        ([("ForAllValues:StringEquals", _KEY, "a"), ("Null", _KEY, "false")], [("ForAnyValue:StringLike", _KEY, "a*")]),
        ([("NumericLessThan", "n", "1.2")], [("NumericLessThanEquals", "n", "1.2")]),
        ([("NumericEquals", "n", "1.20")], [("NumericLessThan", "n", "1.3")]),
        ([("DateLessThan", "d", "2027-01-01T00:00:00Z")], [("DateLessThan", "d", "1830297600")]),
        ([("IpAddress", "ip", "10.0.0.0/9")], [("IpAddress", "ip", "10.0.0.0/8")]),
        ([("NotIpAddress", "ip", "10.0.0.0/8")], [("NotIpAddress", "ip", "10.1.0.0/16")]),
        ([("ArnEquals", _KEY, "arn:aws:s3:::a")], [("ArnLike", _KEY, "arn:aws:s3:::*")]),
        (
            [("ArnLike", _KEY, "arn:aws:sns:eu-west-2:111111111111:*")],
            [("StringEquals", "aws:SourceAccount", "111111111111")],
        ),
    ],
)
def test_a_condition_implies_a_wider_one_and_not_the_reverse(narrow: Any, wide: Any) -> None:
    assert implies(_if(*narrow), _if(*wide))
    assert implies(_if(*narrow), frozenset())
    assert not implies(frozenset(), _if(*narrow))
    assert not implies(_if(*wide), _if(*narrow))


def test_tests_that_accept_the_same_are_equal_however_they_are_written() -> None:
    assert _if(("Bool", "b", "True")) == _if(("bool", "B", "true"))
    assert _if(("IpAddress", "ip", "10.0.0.0/9,10.128.0.0/9")) == _if(("IpAddress", "ip", "10.0.0.0/8"))
    assert _if(("ArnEquals", _KEY, "a")) == _if(("ArnLike", _KEY, "a")) == _if(("StringLike", _KEY, "a"))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (("StringEquals", _KEY, "a"), ("ForAllValues:StringEquals", _KEY, "a")),  # true of no value, too
        (("StringEquals", _KEY, "a*"), ("StringLike", _KEY, "a*")),  # a star in an equality is a star
        (("StringEquals", _KEY, "a"), ("StringEquals", "aws:SourceAccount", "a")),
        (("ForAllValues:StringEquals", "aws:TagKeys", "a"), ("ForAnyValue:StringEquals", "aws:TagKeys", "a")),
        (("StringNotEquals", _KEY, "a"), ("ForAnyValue:StringNotEquals", "aws:TagKeys", "a")),
        (("NumericLessThan", "n", "1.2"), ("NumericLessThan", "n", "${var.floor}")),
        (("SomeNewTest", _KEY, "a"), ("StringEquals", _KEY, "a")),
    ],
)
def test_a_loosened_test_is_not_implied(before: tuple[str, str, str], after: tuple[str, str, str]) -> None:
    assert not implies(_if(after), _if(before))


def test_a_policy_is_the_same_in_each_of_its_forms() -> None:
    statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": ["arn:aws:s3:::b/*"]}
    block = {"actions": ["s3:GetObject"], "resources": ["${aws_s3_bucket.b.arn}/*"], "sid": "Read"}
    sections: Document = {
        "resource": {"aws_s3_bucket": {"b": {"bucket": "b"}}},
        "data": {"aws_iam_policy_document": {"d": {"statement": block}}},
        "locals": {"text": _policy(statement), "data": "${data.aws_iam_policy_document.d.json}"},
    }
    forms = [
        _policy(statement),
        {"Statement": statement},
        "${data.aws_iam_policy_document.d.json}",
        "${data.aws_iam_policy_document.d.minified_json}",
        "${local.text}",
        "${local.data}",
        '${jsonencode({"Statement" = {Effect: "Allow", Action = ["S3:getobject"], '
        'Resource = "${aws_s3_bucket.b.arn}/*"}})}',
    ]
    assert len({tuple(_read(form, **sections)) for form in forms}) == 1
    assert not _read(forms[0], **sections)[0].unread


def test_statements_of_sources_are_merged_and_overridden_by_their_ids() -> None:
    def document(action: str, **more: Any) -> Document:
        return {"statement": [{"sid": "A", "actions": [action], "resources": ["*"]}], **more}

    reference = "${data.aws_iam_policy_document.%s.json}"
    documents = {
        "source": document("s3:GetObject"),
        "over": document("s3:PutObject"),
        "own": {"source_policy_documents": [reference % "source"], "override_policy_documents": [reference % "over"]},
        "unknown": {"source_policy_documents": ["${file(a)}"]},
    }
    (read,) = _read(reference % "own", data={"aws_iam_policy_document": documents})
    assert read.actions.patterns == {"s3:putobject"}
    (unknown,) = _read(reference % "unknown", data={"aws_iam_policy_document": documents})
    assert unknown.unread == "${file(a)}"


def test_an_expression_keeps_references_and_escapes() -> None:
    text = '${jsonencode({ a = [aws_x.y.arn, "${f("}")}-\\"b\\"", 1.5, true], "c": {}, # a comment\n d = null })}'
    assert encoded(text) == {"a": ["${aws_x.y.arn}", '${f("}")}-"b"', 1.5, True], "c": {}, "d": None}
    assert encoded("${jsonencode({a)}") is None
    assert encoded("${file(a)}") is None


def test_only_the_actions_of_a_wildcard_that_are_new_are_shown() -> None:
    (before,) = _read(_policy({"Effect": "Allow", "Action": "sqs:Send*", "Resource": "*"}))
    (after,) = _read(_policy({"Effect": "Allow", "Action": "sqs:*Message", "Resource": "*"}))
    (part,) = uncovered(after, [before])
    assert part.actions.patterns == {"sqs:deletemessage", "sqs:receivemessage"}


def test_values_that_two_statements_allow_are_covered_by_both_together() -> None:
    def allowed(*values: str) -> Document:
        condition = {"StringEquals": {"aws:SourceVpc": list(values)}}
        return {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*", "Condition": condition}

    before = _read(_policy(allowed("a"), allowed("b")))
    (both,), (more,) = _read(_policy(allowed("a", "b"))), _read(_policy(allowed("a", "b", "c")))
    assert uncovered(both, before) == []
    ((part,),) = (part.condition for part in uncovered(more, before))
    assert part.values == ("c",)
