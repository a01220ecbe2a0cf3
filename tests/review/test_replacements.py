"""What makes Terraform replace a resource, as the provider says it, and what follows for others."""

from collections.abc import Mapping
from typing import Any

import pytest

from catalogue import TYPES
from ffp import terraform
from ffp.review.changes.change import Change, Fate
from ffp.review.changes.losses import HARMLESS, LOSSES
from ffp.review.changes.replacements import changes_of
from ffp.review.changes.replacing import is_measured, measured
from ffp.review.side import Side
from tests.review.corpus.edit import stack_with
from tests.review.measure_replacements import FILE, measure, recorded
from tests.review.replacing_plans import Work
from tests.support import require

_SAMPLE = ("aws_cloudwatch_metric_alarm", "aws_db_instance", "aws_kms_key", "aws_s3_bucket", "aws_subnet")
_PROVIDERS = {"aws": [{"region": "eu-west-2"}, {"alias": "global", "region": "us-east-1"}]}


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Work:
    return Work(require(terraform.find(), "Terraform with its AWS provider"), tmp_path_factory.mktemp("measured"))


def test_the_provider_says_the_same_today(work: Work) -> None:
    assert FILE.is_file()
    assert recorded()["provider"] == terraform.PROVIDER_VERSION, "run python -m tests.review.measure_replacements"
    assert measure(work, _SAMPLE) == {type_: recorded()["types"][type_] for type_ in _SAMPLE}


def test_each_type_of_the_catalogue_is_measured() -> None:
    assert [type_ for type_ in TYPES if not is_measured(type_)] == []


def test_each_type_of_the_catalogue_is_a_loss_or_harmless_for_a_reason() -> None:
    unclassed = [name for name, type_ in TYPES.items() if not type_.holds and name not in {*LOSSES, *HARMLESS}]
    assert unclassed == [], "say in ffp/review/changes/losses.py what is lost with one, or why nothing is"
    twice = [name for name in HARMLESS if name in LOSSES or name not in TYPES or TYPES[name].holds]
    assert twice == []


def _changes(before: Mapping[str, Any], after: Mapping[str, Any], **others: Any) -> dict[str, Change]:
    both = {"provider": _PROVIDERS, **others}
    found = changes_of(Side(stack_with(before, **both)), Side(stack_with(after, **both)))
    return {each.address: each for each in found}


def _fate(type_: str, before: Mapping[str, Any], after: Mapping[str, Any], **others: Any) -> Fate | None:
    found = _changes({f"{type_}.one": before}, {f"{type_}.one": after}, **others).get(f"{type_}.one")
    return found.fate if found else None


@pytest.mark.parametrize(
    ("type_", "before", "after"),
    [
        ("aws_s3_bucket", {"bucket": "one"}, {"bucket": "two"}),
        ("aws_db_instance", {"storage_encrypted": True}, {}),
        ("aws_db_instance", {}, {"snapshot_identifier": "one"}),
        ("aws_kms_key", {}, {"multi_region": "true"}),
        ("aws_flow_log", {}, {"destination_options": [{"file_format": "parquet"}]}),
        ("aws_cognito_user_pool", {"username_attributes": ["email"]}, {"username_attributes": ["email", "phone"]}),
        ("aws_dynamodb_table", {"hash_key": "a"}, {"hash_key": "b"}),
    ],
)
def test_what_the_provider_cannot_change_is_replaced(type_: str, before: Any, after: Any) -> None:
    assert _fate(type_, before, after) == Fate.REPLACED


@pytest.mark.parametrize(
    ("type_", "before", "after"),
    [
        ("aws_kms_key", {}, {"multi_region": False}),
        ("aws_kms_key", {"multi_region": "false"}, {}),
        ("aws_kms_key", {}, {"key_usage": "ENCRYPT_DECRYPT"}),
        ("aws_cognito_user_pool", {"username_attributes": ["a", "b"]}, {"username_attributes": ["b", "a"]}),
        ("aws_cognito_user_pool", {}, {"alias_attributes": []}),
        ("aws_lambda_function", {"memory_size": 128, "timeout": "3"}, {"memory_size": "128"}),
        ("aws_sqs_queue", {"policy": '{"a": ["b"], "c": 1}'}, {"policy": '{"c": 1,  "a": "b"}'}),
    ],
)
def test_another_way_to_write_the_same_changes_nothing(type_: str, before: Any, after: Any) -> None:
    assert _fate(type_, before, after) is None


def test_a_value_that_is_no_longer_set_and_that_the_provider_keeps_replaces_nothing() -> None:
    assert "kms_key_id" in measured("aws_db_instance").kept
    assert _fate("aws_db_instance", {"kms_key_id": "one"}, {}) == Fate.CHANGED
    assert _fate("aws_db_instance", {"kms_key_id": "one"}, {"kms_key_id": "two"}) == Fate.REPLACED


def test_what_is_ignored_changes_nothing() -> None:
    ignoring = {"lifecycle": {"ignore_changes": ["description"]}}
    assert _fate("aws_security_group", {"description": "a", **ignoring}, {"description": "b", **ignoring}) is None
    assert _fate("aws_security_group", {"description": "a"}, {"description": "b"}) == Fate.REPLACED
    everything = {"lifecycle": {"ignore_changes": ["all"]}}
    assert _fate("aws_s3_bucket", {"bucket": "a", **everything}, {"bucket": "b", **everything}) is None


def _network(cidr: str) -> dict[str, Any]:
    return {
        "aws_vpc.one": {"cidr_block": cidr},
        "aws_subnet.one": {"vpc_id": "${aws_vpc.one.id}", "cidr_block": "10.0.0.0/24"},
        "aws_route_table_association.one": {"subnet_id": "${aws_subnet.one.id}", "route_table_id": "one"},
        "aws_db_subnet_group.one": {"name": "one", "subnet_ids": ["${aws_subnet.one.id}"]},
    }


def test_what_names_a_replaced_resource_is_replaced_with_it() -> None:
    found = _changes(_network("10.0.0.0/16"), _network("10.1.0.0/16"))
    assert {address: each.fate for address, each in found.items()} == {
        "aws_vpc.one": Fate.REPLACED,
        "aws_subnet.one": Fate.REPLACED,
        "aws_route_table_association.one": Fate.REPLACED,
    }
    assert found["aws_subnet.one"].reasons == ("vpc_id names aws_vpc.one, which is replaced",)


def test_a_name_that_the_configuration_sets_is_known_and_replaces_nothing() -> None:
    def function(engine: str) -> dict[str, Any]:
        return {
            "aws_lambda_function.one": {"function_name": "one", "package_type": engine},
            "aws_lambda_alias.one": {"function_name": "${aws_lambda_function.one.function_name}", "name": "live"},
        }

    found = _changes(function("Zip"), function("Image"))
    assert {address: each.fate for address, each in found.items()} == {"aws_lambda_function.one": Fate.REPLACED}


def test_a_renamed_resource_is_a_new_one_for_what_names_it() -> None:
    def key(name: str) -> dict[str, Any]:
        return {f"aws_kms_key.{name}": {}, "aws_db_instance.one": {"kms_key_id": f"${{aws_kms_key.{name}.arn}}"}}

    found = _changes(key("a"), key("b"))
    assert found["aws_kms_key.b"].fate == Fate.RENAMED
    assert found["aws_db_instance.one"].fate == Fate.REPLACED
    moved = [{"from": "aws_kms_key.a", "to": "aws_kms_key.b"}]
    assert list(_changes(key("a"), key("b"), moved=moved)) == ["aws_kms_key.b"]


@pytest.mark.parametrize("named", ["aws_kms_key.one", "${aws_kms_key.one}", "aws_kms_key.one.description"])
def test_a_trigger_replaces(named: str) -> None:
    def both(description: str) -> dict[str, Any]:
        return {
            "aws_kms_key.one": {"description": description},
            "aws_s3_bucket.one": {"lifecycle": {"replace_triggered_by": [named]}},
        }

    bucket = _changes(both("a"), both("b"))["aws_s3_bucket.one"]
    assert bucket.fate == Fate.REPLACED
    assert bucket.reasons == ("replace_triggered_by names aws_kms_key.one, which changes",)
    assert _changes(both("a"), both("a")) == {}


def test_another_region_is_another_resource() -> None:
    assert _fate("aws_s3_bucket", {}, {"provider": "aws.global"}) == Fate.REPLACED
    assert _fate("aws_s3_bucket", {"provider": "aws.global"}, {"provider": "${aws.global}"}) is None


@pytest.mark.parametrize(
    ("before", "after", "fate"),
    [
        ({}, {"count": 1}, None),
        ({"count": 1}, {}, None),
        ({"count": 2}, {"count": 3}, None),
        ({"count": "${length(local.a)}"}, {"count": "${length(local.a)}"}, None),
        ({}, {"count": 0}, Fate.REMOVED),
        ({}, {"for_each": []}, Fate.REMOVED),
        ({"count": 3}, {"count": "2"}, Fate.REPLACED),
        ({"count": 3}, {}, Fate.REPLACED),
        ({}, {"count": "${var.a}"}, Fate.REPLACED),
        ({}, {"for_each": {"a": 1}}, Fate.REPLACED),
        ({"for_each": ["a", "b"]}, {"for_each": ["a"]}, Fate.REPLACED),
        ({"for_each": ["a"]}, {"for_each": ["b", "a"]}, None),
        ({"count": 1}, {"for_each": ["a"]}, Fate.REPLACED),
    ],
)
def test_instances_that_are_no_longer_made_are_destroyed(before: Any, after: Any, fate: Fate | None) -> None:
    assert _fate("aws_s3_bucket", before, after) == fate


def test_an_instance_can_be_moved() -> None:
    moved = [{"from": "aws_s3_bucket.one", "to": 'aws_s3_bucket.one["a"]'}]
    assert _fate("aws_s3_bucket", {}, {"for_each": {"a": 1}}, moved=moved) is None


@pytest.mark.parametrize("odd", [None, "text", 7, [], [None], {"odd": {"odd": []}}, "${", "${aws_s3_bucket.gone.id}"])
def test_odd_values_break_nothing(odd: Any) -> None:
    for key in ("bucket", "lifecycle", "count", "for_each", "provider", "schema", "destination_options", "tags"):
        for type_ in ("aws_s3_bucket", "aws_cognito_user_pool", "aws_flow_log"):
            _fate(type_, {}, {key: odd})
            _fate(type_, {key: odd}, {})
