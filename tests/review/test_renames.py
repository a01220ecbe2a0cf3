"""Which resources of two stacks are one with another address."""

import json
from typing import Any

import pytest

from ffp.review.changes import paired, renames
from ffp.review.changes.change import Fate
from ffp.review.changes.replacements import changes_of
from ffp.review.side import Side
from ffp.stacks import SynthesisedStack
from tests.review.corpus.changes import renamed
from tests.review.corpus.edit import Edit, edited, stack_of, stack_with


def _alarm(name: str, **more: Any) -> dict[str, Any]:
    return {"alarm_name": name, "threshold": 1, **more}


def test_the_same_values_under_another_address_are_a_rename() -> None:
    before = stack_with({"aws_sns_topic.a": {"name": "one"}})
    after = stack_with({"aws_sns_topic.b": {"name": "one", "tags": {"new": "tag"}, "depends_on": ["aws_kms_key.k"]}})
    assert renames(before, after) == {"aws_sns_topic.a": "aws_sns_topic.b"}


def test_another_type_and_other_values_are_none() -> None:
    before = stack_with({"aws_sns_topic.a": {"name": "one"}})
    assert renames(before, stack_with({"aws_sqs_queue.a": {"name": "one"}})) == {}
    assert renames(before, stack_with({"aws_sns_topic.b": {"name": "two"}})) == {}
    assert renames(before, stack_with({"aws_sns_topic.a": {"name": "two"}})) == {}


def test_the_same_name_is_enough() -> None:
    before = stack_with({"aws_cloudwatch_metric_alarm.a": _alarm("one")})
    after = stack_with({"aws_cloudwatch_metric_alarm.b": _alarm("one", threshold=100)})
    assert renames(before, after) == {"aws_cloudwatch_metric_alarm.a": "aws_cloudwatch_metric_alarm.b"}


def test_what_refers_to_renamed_resources_is_renamed_with_them() -> None:
    def family(name: str) -> SynthesisedStack:
        return stack_with(
            {
                f"aws_s3_bucket.{name}": {"bucket": "one"},
                f"aws_s3_bucket_policy.{name}": {
                    "bucket": f"${{aws_s3_bucket.{name}.id}}",
                    "policy": f"${{data.aws_iam_policy_document.{name}.json}}",
                },
            },
            {
                f"aws_iam_policy_document.{name}": {
                    "statement": [{"resources": [f"${{aws_s3_bucket.{name}.arn}}"], "actions": ["s3:GetObject"]}]
                }
            },
        )

    assert renames(family("old"), family("new")) == {
        "aws_s3_bucket.old": "aws_s3_bucket.new",
        "aws_s3_bucket_policy.old": "aws_s3_bucket_policy.new",
    }


def test_several_that_are_alike_are_paired_by_their_addresses_in_whatever_order() -> None:
    old = {f"aws_kms_key.documents-{each}": {"description": each} for each in "abc"}
    new = {f"aws_kms_key.moved-documents-{each}": {"description": each} for each in "cba"}
    expected = {f"aws_kms_key.documents-{each}": f"aws_kms_key.moved-documents-{each}" for each in "abc"}
    assert renames(stack_with(old), stack_with(new)) == expected
    assert renames(stack_with(dict(reversed(old.items()))), stack_with(dict(reversed(new.items())))) == expected


def test_one_is_renamed_once() -> None:
    before = stack_with({"aws_kms_key.a": {}})
    after = stack_with({"aws_kms_key.a1": {}, "aws_kms_key.a2": {}})
    assert renames(before, after) == {"aws_kms_key.a": "aws_kms_key.a1"}


@pytest.mark.parametrize(
    "moved",
    [
        [{"from": "aws_kms_key.a", "to": "aws_kms_key.b"}],
        {"from": "aws_kms_key.a", "to": "aws_kms_key.b"},
        [{"from": "aws_kms_key.x", "to": "aws_kms_key.b"}, {"from": "aws_kms_key.a", "to": "aws_kms_key.x"}],
        [{"from": "${aws_kms_key.a}", "to": "aws_kms_key.b[0]"}],
    ],
)
def test_a_moved_block_decides_whatever_else_changes(moved: Any) -> None:
    before = stack_with({"aws_kms_key.a": {"multi_region": False}, "aws_kms_key.c": {}})
    after = stack_with({"aws_kms_key.b": {"enable_key_rotation": True}, "aws_kms_key.d": {}}, moved=moved)
    assert renames(before, after) == {"aws_kms_key.a": "aws_kms_key.b", "aws_kms_key.c": "aws_kms_key.d"}
    fates = {each.address: each.fate for each in changes_of(Side(before), Side(after))}
    assert fates == {"aws_kms_key.b": Fate.MOVED, "aws_kms_key.d": Fate.RENAMED}


@pytest.mark.parametrize(
    "moved",
    [
        [{"from": "aws_kms_key.a", "to": "aws_kms_key.gone"}],
        [{"from": "aws_kms_key.never", "to": "aws_kms_key.b"}],
        [{"from": "aws_kms_key.a", "to": "aws_kms_key.a"}],
        [{"from": "aws_kms_key.a"}, "odd", None],
        [{"from": "aws_kms_key.a", "to": "aws_kms_key.x"}, {"from": "aws_kms_key.x", "to": "aws_kms_key.a"}],
    ],
)
def test_a_moved_block_that_leads_nowhere_does_not_count(moved: Any) -> None:
    before, after = stack_with({"aws_kms_key.a": {}}), stack_with({"aws_kms_key.b": {}}, moved=moved)
    (change,) = changes_of(Side(before), Side(after))
    assert change.fate == Fate.RENAMED


def test_forgotten_here_and_imported_there_is_a_move() -> None:
    before = stack_with({"aws_kms_key.a": {}})
    blocks: dict[str, Any] = {
        "removed": [{"from": "aws_kms_key.a", "lifecycle": {"destroy": False}}],
        "import": [{"to": "aws_kms_key.b", "id": "some-id"}],
    }
    (change,) = changes_of(Side(before), Side(stack_with({"aws_kms_key.b": {}}, **blocks)))
    assert change.fate == Fate.MOVED


def test_every_resource_is_found_under_another_address(sample_stacks: dict[str, SynthesisedStack]) -> None:
    document = json.loads(sample_stacks["prod"].path.read_text(encoding="utf-8"))
    before = stack_of(document)
    for type_ in document["resource"]:
        after = edited(before, document, Edit(type_, renamed(type_)))
        ((old, new),) = renames(before, after).items()
        assert (before.by_address[old].type, after.by_address[new].type) == (type_, type_)
        assert new == f"{type_}.new-name"


def test_a_side_is_paired_once() -> None:
    before, after = Side(stack_with({"aws_kms_key.a": {}})), Side(stack_with({"aws_kms_key.b": {}}))
    once = paired(before, after)
    assert once.renamed == {"aws_kms_key.a": "aws_kms_key.b"}
    assert paired(once, after) is once
