"""The two sides of a plan say what is deployed and what will be, as the program would write it."""

import copy
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ffp import terraform
from ffp.model.references import walk
from ffp.review import plans
from ffp.review.changes.meaning import meaning_of
from ffp.review.concern import Topic
from ffp.review.side import UNKNOWN, Side, Unknown
from ffp.review.verdict import concerns
from ffp.stacks import SynthesisedStack
from tests.review import planning
from tests.review.planning import (
    ACCESS,
    BUCKET,
    GRANT,
    KEY,
    KEY_ARN,
    change,
    opened,
    opened_state,
    plan,
    policy,
    program,
    state,
)
from tests.support import require

OPENED = opened_state()


def test_an_empty_plan_has_no_concern(tmp_path: Path) -> None:
    found = plan(tmp_path, program(), state())
    for before in (planning.deployed(tmp_path, program()), None):
        assert found.concerns(before) == []
        old, new = found.sides(before)
        assert old.stack.blocks == new.stack.blocks
    assert found.unknowns == []


def test_both_sides_name_generated_values_by_the_programs_references(tmp_path: Path) -> None:
    found = plan(tmp_path, program(), state())
    (side, _) = found.sides(None)
    rule = side.stack.by_address["aws_s3_bucket_server_side_encryption_configuration.media"].attributes["rule"]
    assert KEY_ARN not in json.dumps(rule)
    assert "${aws_kms_key.media.arn}" in json.dumps(rule)
    assert side.stack.by_address[ACCESS].attributes["bucket"] == "${aws_s3_bucket.media.id}"
    assert side.stack.by_address[GRANT].attributes["role"] == "${aws_iam_role.reader.id}"
    assert "${aws_s3_bucket.media.arn}/*" in side.stack.by_address[GRANT].attributes["policy"]


def test_a_change_is_seen_in_what_is_deployed(tmp_path: Path) -> None:
    """Also if the two programs are the same, because the change was made by hand or is older than the comparison."""
    now = state() | {ACCESS: OPENED}
    assert plan(tmp_path, program(), now, change(ACCESS, OPENED, state()[ACCESS])).concerns(None) == []
    found = plan(tmp_path, opened(), state(), change(ACCESS, state()[ACCESS], OPENED))
    for before in (planning.deployed(tmp_path, opened()), None):
        (concern,) = found.concerns(before)
        assert (concern.topic, concern.address, concern.before, concern.after) == (Topic.EXPOSURE, ACCESS, "on", "off")


def test_an_unknown_policy_is_judged_from_the_program(tmp_path: Path) -> None:
    wider = program()
    statement = wider["data"]["aws_iam_policy_document"]["reader"]["statement"][0]
    statement["actions"] = ["s3:GetObject", "s3:DeleteObjectVersion"]
    unknown = {key: value for key, value in state()[GRANT].items() if key != "policy"}
    found = plan(tmp_path, wider, state(), change(GRANT, state()[GRANT], unknown, unknown={"policy": True}))
    _, after = found.sides(None)
    assert after.stack.by_address[GRANT].attributes["policy"] == "${data.aws_iam_policy_document.reader.json}"
    assert "s3:DeleteObjectVersion" in str(after.stack.by_address["data.aws_iam_policy_document.reader"].attributes)
    assert found.unknowns == [
        f"aws_iam_role_policy.policy of {GRANT}: known after the apply, and shown from the program"
    ]


def test_an_unknown_policy_that_says_the_same_is_no_concern(tmp_path: Path) -> None:
    unknown = {key: value for key, value in state()[GRANT].items() if key != "policy"}
    now = state() | {GRANT: {**state()[GRANT], "policy": policy("s3:GetObject")}}
    found = plan(tmp_path, program(), now, change(GRANT, now[GRANT], unknown, unknown={"policy": True}))
    assert found.concerns(planning.deployed(tmp_path, program())) == []


def test_a_name_that_the_program_writes_out_is_the_same_on_both_sides(tmp_path: Path) -> None:
    """Also of a resource to which it refers elsewhere."""
    written = json.loads(json.dumps(program()).replace("${aws_s3_bucket.media.arn}", "arn:aws:s3:::dev-media"))
    unknown = {key: value for key, value in state()[GRANT].items() if key != "policy"}
    for more in ({}, {"output": {"value": "${aws_s3_bucket.media.arn}"}}):
        planned = copy.deepcopy(written)
        planned["data"]["aws_iam_policy_document"]["other"] = more
        found = plan(tmp_path, planned, state(), change(GRANT, state()[GRANT], unknown, unknown={"policy": True}))
        assert found.concerns(None) == []


def test_a_value_that_stays_names_what_is_replaced_no_longer(tmp_path: Path) -> None:
    """A policy with the old name of a bucket is not about the new one."""
    replaced = {**state()[BUCKET], "bucket": "dev-other"}
    made = change(BUCKET, state()[BUCKET], replaced, "delete", "create", unknown={"id": True, "arn": True})
    made["change"]["after"] = {key: value for key, value in replaced.items() if key not in ("id", "arn")}
    old, new = plan(tmp_path, program(), state(), made).sides(None)
    assert "${aws_s3_bucket.media.arn}/*" in old.stack.by_address[GRANT].attributes["policy"]
    assert "arn:aws:s3:::dev-media/*" in new.stack.by_address[GRANT].attributes["policy"]


def test_what_the_program_computes_from_elsewhere_stays_unknown_and_is_counted(tmp_path: Path) -> None:
    """A block whose content an expression makes cannot be followed."""
    computed = program()
    computed["resource"]["aws_s3_bucket_versioning"]["media"]["versioning_configuration"] = "${local.versioning}"
    address = "aws_s3_bucket_versioning.media"
    after = {**state()[address], "versioning_configuration": [{}]}
    marks = {"versioning_configuration": [{"status": True}]}
    found = plan(tmp_path, computed, state(), change(address, state()[address], after, unknown=marks))
    _, side = found.sides(None)
    assert side.get(side.stack.by_address[address], "versioning_configuration.status") is UNKNOWN
    assert found.unknowns == [
        "aws_s3_bucket_versioning.versioning_configuration of aws_s3_bucket_versioning.media: known after the apply;"
        " the program does not say what, so it is not judged"
    ]


def test_the_first_plan_shows_the_program_and_counts_what_is_unknown(tmp_path: Path) -> None:
    made = [change(address, None, {}, unknown=dict.fromkeys(values, True)) for address, values in state().items()]
    found = plan(tmp_path, program(), {}, *made)
    before, after = found.sides(None)
    assert before.stack.resources == ()
    own = planning.deployed(tmp_path, program())
    shown, given = ({each.address: meaning_of(each.attributes) for each in one.resources} for one in (after.stack, own))
    assert shown == given
    assert len(found.unknowns) == 2
    assert found.unknowns[1].startswith("16 values that AWS generates, such as the id of a new resource")


@pytest.mark.parametrize(
    "read_back",
    [
        {ACCESS: {"bucket": "dev-media", "tags": {}, "other": ""}},
        {
            BUCKET: {
                "force_destroy": None,
                "versioning": [{"enabled": True}],
                "request_payer": "BucketOwner",
                "grant": [],
            }
        },
        {KEY: {"deletion_window_in_days": 30, "multi_region": None, "tags": {}}},
        {GRANT: {"policy": policy("s3:GetObject").replace('"s3:GetObject"', '["s3:GetObject"]')}},
    ],
)
def test_what_a_provider_reads_back_otherwise_is_no_concern(tmp_path: Path, read_back: dict[str, Any]) -> None:
    """In the state, in what Terraform calls drift, and with an update that is about something else."""
    ((address, other),) = read_back.items()
    now = state() | {address: state()[address] | other}
    drift = [change(address, state()[address], now[address])]
    tagged = now[address] | {"tags": {"team": "media"}}
    for changes in ([], [change(address, now[address], tagged)], [change(address, now[address], state()[address])]):
        found = plan(tmp_path, program(), now, *changes, drift=drift)
        assert found.concerns(planning.deployed(tmp_path, program())) == [], changes
        assert found.concerns(None) == [], changes


def test_the_first_plan_of_the_real_provider_is_judged_like_the_program(
    sample_stacks: dict[str, SynthesisedStack], tmp_path: Path
) -> None:
    program_ = require(terraform.find(), "Terraform with AWS provider 5.100.0")
    stack = sample_stacks["local"]
    found = plans.read(program_.plan_json(stack.path.parent, tmp_path), stack)
    before, after = found.sides(None)
    assert before.stack.resources == ()
    assert after.stack.by_address.keys() == {each.address for each in stack.blocks}
    assert not [
        path
        for each in after.stack.resources
        for path, value in walk(dict(each.attributes))
        if isinstance(value, Unknown)
    ]
    nothing = replace(stack, blocks=())
    derived = concerns(Side(nothing), Side(stack))
    assert [(each.topic, each.address, each.title) for each in found.concerns(None)] == [
        (each.topic, each.address, each.title) for each in derived
    ]
    assert any("aws_iam_role_policy.policy of" in each for each in found.unknowns)
