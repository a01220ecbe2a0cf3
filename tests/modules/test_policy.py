import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ffp.stacks import SynthesisedStack, read
from modules.common import Condition, PolicyDocument, Statement, waive
from modules.framework import App, AwsProvider, SqsQueue, TerraformStack

READ = Statement("Read", ("s3:GetObject",), ("arn:aws:s3:::a/*",))


class _Workbench:
    """A stack to try constructs on."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._app = App(outdir=str(folder))
        self.stack = TerraformStack(self._app, "bench")
        AwsProvider(self.stack, "aws")

    def made(self) -> SynthesisedStack:
        self._app.synth()
        return read(self._folder / "stacks" / "bench" / "cdk.tf.json")


@pytest.fixture
def bench(tmp_path: Path) -> _Workbench:
    return _Workbench(tmp_path)


def _statements(stack: SynthesisedStack) -> list[dict[str, Any]]:
    (document,) = [each for each in stack.blocks if each.kind == "data"]
    return list(document.attributes["statement"])


def test_a_statement_that_arrives_late_is_written(bench: _Workbench) -> None:
    document = PolicyDocument(bench.stack, "access", [READ])
    document.add(Statement("Write", ("s3:PutObject",), ("arn:aws:s3:::a/*",)))
    assert [each["sid"] for each in _statements(bench.made())] == ["Read", "Write"]


def test_more_resources_for_a_sid_join_its_statement(bench: _Workbench) -> None:
    document = PolicyDocument(bench.stack, "access", [READ])
    document.add(Statement("Read", ("s3:GetObject",), ("arn:aws:s3:::b/*",)))
    document.add(READ)
    (statement,) = _statements(bench.made())
    assert statement["resources"] == ["arn:aws:s3:::a/*", "arn:aws:s3:::b/*"]


@pytest.mark.parametrize(
    "other",
    [
        Statement("Read", ("s3:PutObject",), READ.resources),
        Statement("Read", READ.actions, READ.resources, effect="Deny"),
        Statement("Read", READ.actions, READ.resources, conditions=(Condition("Bool", "a:B", "true"),)),
    ],
)
def test_a_sid_stands_for_one_thing(bench: _Workbench, other: Statement) -> None:
    document = PolicyDocument(bench.stack, "access", [READ])
    with pytest.raises(ValueError, match="two different statements are called 'Read' in bench/access"):
        document.add(other)


def test_a_list_that_grows_takes_the_place_of_the_shorter_one(bench: _Workbench) -> None:
    document = PolicyDocument(bench.stack, "access", [READ])
    document.replace(Statement("Read", READ.actions, ("arn:aws:s3:::c/*",)))
    (statement,) = _statements(bench.made())
    assert statement["resources"] == ["arn:aws:s3:::c/*"]


def test_principals_and_conditions_are_written_whole(bench: _Workbench) -> None:
    PolicyDocument(
        bench.stack,
        "access",
        [
            Statement(
                "Use",
                ("kms:Decrypt",),
                ("arn:aws:kms:::key/a",),
                services=("logs.amazonaws.com",),
                conditions=(Condition("StringEquals", "aws:SourceAccount", "1", "2"),),
            ),
            Statement("No", ("s3:*",), ("arn:aws:s3:::a",), effect="Deny", accounts=("*",)),
        ],
    )
    use, no = _statements(bench.made())
    assert use["principals"] == [{"type": "Service", "identifiers": ["logs.amazonaws.com"]}]
    assert use["condition"] == [{"test": "StringEquals", "variable": "aws:SourceAccount", "values": ["1", "2"]}]
    assert no["principals"] == [{"type": "*", "identifiers": ["*"]}]
    assert "condition" not in no


def test_a_permission_in_a_resources_policy_is_bound_to_one_role() -> None:
    bound = READ.for_principal("video-upload", "arn:aws:iam::1:role/a")
    assert (bound.sid, bound.actions, bound.resources) == ("VideoUploadRead", READ.actions, READ.resources)
    assert bound.accounts == ("*",)
    assert bound.conditions == (Condition("ArnEquals", "aws:PrincipalArn", "arn:aws:iam::1:role/a"),)


def test_a_waiver_travels_on_the_resource_that_causes_the_finding(bench: _Workbench) -> None:
    queue = SqsQueue(bench.stack, "queue", name="a")
    waive(queue, "CKV_1", "Because.", expires=date(2027, 11, 30))
    waive(queue, "CKV_2", "Seen in plans alone.", expires=date(2027, 11, 30), plan_only=True)
    assert bench.made().by_address["aws_sqs_queue.queue"].waivers == {
        "CKV_1": {"reason": "Because.", "expires": "2027-11-30"},
        "CKV_2": {"reason": "Seen in plans alone.", "expires": "2027-11-30", "lens": "plan"},
    }


def test_a_waiver_travels_on_a_policy_document_too_and_keeps_its_metadata(bench: _Workbench) -> None:
    document = PolicyDocument(bench.stack, "access", [READ])
    document.waive("CKV_3", "Because.", expires=date(2027, 11, 30))
    stack = bench.made()
    (block,) = [each for each in stack.blocks if each.kind == "data"]
    assert block.waivers == {"CKV_3": {"reason": "Because.", "expires": "2027-11-30"}}
    written = json.loads(stack.path.read_text())["data"]["aws_iam_policy_document"]
    (comment,) = [each["//"] for each in written.values()]
    assert comment["metadata"]["path"] == "bench/access/document"
