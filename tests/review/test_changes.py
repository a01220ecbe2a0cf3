"""What a review says of each resource that changes, in words."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from ffp.review.changes import concerns, section
from ffp.review.changes.replacements import changes_of
from ffp.review.changes.words import cut, in_words
from ffp.review.concern import Concern, Grade, Topic
from ffp.review.report import Mark, Row, Section
from ffp.review.side import Side
from ffp.stacks import SynthesisedStack
from tests.review.corpus.edit import Document, Edit, drop, edited, put, stack_of, stack_with

_LAMBDA = "aws_lambda_function"


def _section(before: Mapping[str, Any], after: Mapping[str, Any], **others: Any) -> Section:
    return section(Side(stack_with(before)), Side(stack_with(after, **others)))


def _row(before: Mapping[str, Any], after: Mapping[str, Any], **others: Any) -> Row:
    (table,) = _section(before, after, **others).tables
    (row,) = table.rows
    return row


def _words(type_: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    (change,) = changes_of(Side(stack_with({f"{type_}.one": before})), Side(stack_with({f"{type_}.one": after})))
    return in_words(change.differences)


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ({"memory_size": 256}, {"memory_size": "512"}, "memory 256 → 512 MB"),
        ({"timeout": 10}, {}, "timeout 10 s → not set"),
        ({"source_code_hash": "a", "filename": "b"}, {"source_code_hash": "c", "filename": "d"}, "its code"),
        ({"layers": ["a", "b"]}, {"layers": ["b", "c", "d"]}, "layers: added c, d, removed a"),
        ({"publish": True}, {"publish": False}, "publish on → off"),
        (
            {"tracing_config": {"mode": "Active"}},
            {"tracing_config": [{"mode": "Off"}]},
            "tracing config: mode Active → Off",
        ),
        ({"tracing_config": {"mode": "Active"}}, {}, "tracing config: mode Active → not set"),
        (
            {"environment": {"variables": {"A": "1", "B": "2"}}},
            {"environment": {"variables": {"A": "1", "B": "3", "C": "4"}}},
            "environment: variables: B 2 → 3; environment: variables: C not set → 4",
        ),
        ({"role": "${aws_iam_role.gone.arn}"}, {"role": "two"}, "role aws_iam_role.gone.arn → two"),
    ],
)
def test_a_change_is_said_in_words(before: Any, after: Any, words: str) -> None:
    assert _words(_LAMBDA, before, after) == words


def test_blocks_are_told_apart_by_their_names() -> None:
    rules = [{"name": "a", "priority": 1}, {"name": "b", "priority": 2}]
    changed = [{"name": "b", "priority": 3}, {"name": "c", "priority": 4}]
    words = _words("aws_wafv2_web_acl", {"rule": rules}, {"rule": changed})
    assert words == "rule b: priority 2 → 3; rule: removed a; rule: added c"
    assert _words("aws_wafv2_web_acl", {"rule": [{"x": 1}, {"x": 2}]}, {"rule": []}) == "rule: removed 2"


def test_policies_are_only_named() -> None:
    def policy(action: str) -> SynthesisedStack:
        document = {"statement": [{"actions": [action]}]}
        reference = "${data.aws_iam_policy_document.one.json}"
        role = {"name": "one", "assume_role_policy": reference}
        return stack_with({"aws_iam_role.one": role}, {"aws_iam_policy_document.one": document})

    (table,) = section(Side(policy("s3:GetObject")), Side(policy("s3:PutObject"))).tables
    assert [row.cells for row in table.rows] == [("aws_iam_role.one", "changed", "who may assume it")]


def test_a_long_value_is_cut_in_its_middle() -> None:
    assert cut("a" * 80) == "a" * 80
    assert cut("a" * 100 + "b" * 100) == "a" * 38 + " … " + "b" * 38
    assert cut("two\nlines") == "two lines"


def test_each_service_has_a_table_and_each_resource_a_line() -> None:
    before = {
        f"{_LAMBDA}.a": {},
        f"{_LAMBDA}.b": {"timeout": 9},
        "aws_kms_key.k": {},
        "odd_type.o": {},
        f"{_LAMBDA}.s": {},
    }
    after = {f"{_LAMBDA}.b": {"timeout": 8}, f"{_LAMBDA}.c": {"timeout": 1}, f"{_LAMBDA}.s": {}, "odd_type.o": {"a": 1}}
    made = _section(before, after)
    assert [table.title for table in made.tables] == ["KMS", "Lambda", "Other"]
    (_, functions, _) = made.tables
    assert [(row.cells[:2], row.mark) for row in functions.rows] == [
        ((f"{_LAMBDA}.c", "created"), Mark.ADDED),
        ((f"{_LAMBDA}.b", "changed"), Mark.CHANGED),
        ((f"{_LAMBDA}.a", "destroyed"), Mark.REMOVED),
    ]
    assert made.summary == "Resources: 1 created, 2 changed, 2 destroyed."
    assert made.id == "changes"


def test_nothing_is_said_of_equal_sides(any_stack: SynthesisedStack) -> None:
    made = section(Side(any_stack), Side(any_stack))
    assert (made.tables, made.summary) == ((), "No resource changes.")


def test_a_replacement_has_its_reason_and_its_grade() -> None:
    row = _row({"aws_s3_bucket.one": {"bucket": "one"}}, {"aws_s3_bucket.one": {"bucket": "two"}})
    assert row.cells[1:] == ("replaced", "because bucket changes; bucket one → two")
    assert row.grade == Grade.RED


def test_a_rename_is_one_line_with_the_block_to_paste() -> None:
    row = _row({"aws_cognito_user_pool.one": {"name": "n"}}, {"aws_cognito_user_pool.two": {"name": "n"}})
    assert row.cells[1:] == ("destroyed and created under another address", "was aws_cognito_user_pool.one")
    assert 'move_from_id("aws_cognito_user_pool.one")' in row.details
    block = json.loads(row.details[row.details.index('{"moved"') :])
    moved = [{"from": "aws_cognito_user_pool.one", "to": "aws_cognito_user_pool.two"}]
    assert block == {"moved": moved}
    assert row.grade == Grade.RED
    row = _row({"aws_cognito_user_pool.one": {"name": "n"}}, {"aws_cognito_user_pool.two": {"name": "n"}}, moved=moved)
    assert (row.cells[1], row.grade, row.details) == ("moved to another address", None, "")


def test_imports_and_what_is_forgotten_have_a_line() -> None:
    key: dict[str, Any] = {"aws_kms_key.one": {}}
    imports = [{"to": "aws_kms_key.one", "id": "some"}]
    assert _row({}, key, **{"import": imports}).cells[1] == "imported"
    forgotten = [{"from": "aws_kms_key.one", "lifecycle": {"destroy": "false"}}]
    row = _row(key, {}, removed=forgotten)
    assert (row.cells[1], row.grade) == ("no longer managed", Grade.RED)


def test_outputs_have_a_table() -> None:
    before, after = ({"a": {"value": "1"}, "b": {"value": "2"}}, {"b": {"value": "3"}, "c": {"value": "4"}})
    sides = [Side(stack_with({}, output=each)) for each in (before, after)]
    (table,) = section(sides[0], sides[1]).tables
    assert [row.cells for row in table.rows] == [("a", "removed", ""), ("b", "changed", "2 → 3"), ("c", "added", "4")]


def _verdict(stack: SynthesisedStack, change: Callable[[Document], object]) -> list[Concern]:
    document = json.loads(stack.path.read_text(encoding="utf-8"))
    before = stack_of(document, stack.name, stack.path)
    return list(concerns(Side(before), Side(edited(before, document, Edit("", change)))))


def _without_function(document: Document) -> None:
    """Removes a function with what is its own: its alias, permissions and log group."""
    named = document["resource"][_LAMBDA]
    name, function = next(iter(named.items()))
    del named[name]
    groups = document["resource"]["aws_cloudwatch_log_group"]
    for key in [key for key, group in groups.items() if group["name"] == f"/aws/lambda/{function['function_name']}"]:
        del groups[key]


def test_the_log_group_of_a_removed_function_is_amber_and_that_of_another_is_red(platform: SynthesisedStack) -> None:
    (found,) = _verdict(platform, _without_function)
    assert (found.grade, found.topic) == (Grade.AMBER, Topic.LOSS)
    (found,) = _verdict(platform, drop("aws_cloudwatch_log_group"))
    assert (found.grade, found.topic) == (Grade.RED, Topic.LOSS)


def test_a_function_that_is_renamed_interrupts_calls() -> None:
    before, after = ({f"{_LAMBDA}.{name}": {"function_name": "one"}} for name in "ab")
    (found,) = concerns(Side(stack_with(before)), Side(stack_with(after)))
    assert (found.grade, found.topic) == (Grade.AMBER, Topic.AVAILABILITY)


def test_what_two_addresses_share_may_be_reset() -> None:
    def bucket(name: str) -> dict[str, Any]:
        versioned = {"bucket": "${aws_s3_bucket.one.id}", "versioning_configuration": {"status": "Enabled"}}
        return {"aws_s3_bucket.one": {"bucket": "one"}, f"aws_s3_bucket_versioning.{name}": versioned}

    (found,) = concerns(Side(stack_with(bucket("a"))), Side(stack_with(bucket("b"))))
    assert (found.grade, found.topic, found.address) == (Grade.AMBER, Topic.RECOVERY, "aws_s3_bucket_versioning.a")


def test_order_is_kept_by_whatever_refers_to_a_resource() -> None:
    first = {"lifecycle": {"create_before_destroy": True}}

    def stack(group: Mapping[str, Any], function: Mapping[str, Any]) -> Side:
        function = {"vpc_config": {"security_group_ids": ["${aws_security_group.one.id}"]}, **function}
        return Side(stack_with({"aws_security_group.one": group, f"{_LAMBDA}.one": function}))

    assert list(concerns(stack(first, first), stack({}, first))) == []
    found = list(concerns(stack(first, first), stack({}, {})))
    assert {(each.grade, each.topic) for each in found} == {(Grade.AMBER, Topic.AVAILABILITY)}
    assert len(found) == 2


def test_a_guarded_resource_says_that_terraform_refuses(sample_stacks: dict[str, SynthesisedStack]) -> None:
    (found,) = _verdict(sample_stacks["prod"], put("aws_db_instance", "username", "planted"))
    assert found.why.endswith("Its `prevent_destroy` makes Terraform refuse the plan.")
    (found,) = _verdict(sample_stacks["prod"], drop("aws_db_instance"))
    assert "prevent_destroy" not in found.why
