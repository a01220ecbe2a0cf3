"""Each block links to the line of Python that makes it."""

import json
from pathlib import Path

import pytest

from ffp import stacks
from ffp.project import ROOT
from ffp.review import sources
from ffp.stack_folder import SOURCES, foreign_entries, own_files
from ffp.stacks import SynthesisedStack
from modules.framework import App, Aspects, AwsProvider, IAspect, IConstruct, S3Bucket, TerraformStack, jsii
from modules.stacks import arguments


def test_every_block_links_to_a_module(any_stack: SynthesisedStack) -> None:
    lines = sources.read(any_stack)
    made = {block.address for block in any_stack.blocks if block.kind != "provider"}
    assert lines.keys() == made
    for line in set(lines.values()):
        file, _, number = line.partition(":")
        assert file.startswith("modules/"), line
        assert not file.startswith("modules/common/"), line
        assert (ROOT / file).read_text(encoding="utf-8").splitlines()[int(number) - 1].strip(), line


def test_the_line_is_that_of_the_call(sample_stacks: dict[str, SynthesisedStack]) -> None:
    """A resource of its own class, and a policy document and a role that helpers make for a module."""
    for type_, call in (
        ("aws_s3_bucket", "S3Bucket("),
        ("aws_db_instance", "DbInstance("),
        ("data.aws_iam_policy_document", "("),
        ("aws_iam_role", "("),
    ):
        found = {
            line for address, line in sources.read(sample_stacks["prod"]).items() if address.startswith(f"{type_}.")
        }
        assert found
        for line in found:
            file, _, number = line.partition(":")
            assert call in (ROOT / file).read_text(encoding="utf-8").splitlines()[int(number) - 1], line


@jsii.implements(IAspect)
class _AddsABucket:
    def visit(self, node: IConstruct) -> None:
        if isinstance(node, TerraformStack) and not node.node.try_find_child("late"):
            S3Bucket(node, "late", bucket="late")


def test_what_an_aspect_makes_is_linked_too(tmp_path: Path) -> None:
    with arguments.recorded() as record:
        stack = TerraformStack(App(outdir=str(tmp_path)), "dev")
        AwsProvider(stack, "aws", region="eu-west-2")
        Aspects.of(stack).add(_AddsABucket())
        App.of(stack).synth()
    record.write_sources(tmp_path)
    (read,) = [stacks.read(path) for path in tmp_path.glob("stacks/*/cdk.tf.json")]
    (line,) = sources.read(read).values()
    file, _, number = line.partition(":")
    assert ROOT / file == Path(__file__)
    assert 'S3Bucket(node, "late"' in Path(__file__).read_text(encoding="utf-8").splitlines()[int(number) - 1]


def test_the_lines_are_next_to_the_stack_and_no_part_of_it(any_stack: SynthesisedStack) -> None:
    """A line that moves must neither change the stack's digest nor make anybody deploy."""
    folder = any_stack.path.parent
    assert (folder / SOURCES).is_file()
    assert folder / SOURCES not in own_files(folder)
    assert list(foreign_entries(folder)) == []


@pytest.mark.parametrize(
    "content",
    [
        "[",
        "[" * 100_000,
        "[]",
        '{"aws_s3_bucket.x": 5}',
        '{"aws_s3_bucket.x": "/etc/passwd.py:1"}',
        '{"aws_s3_bucket.x": "../x.py:1"}',
        '{"aws_s3_bucket.x": "javascript:alert(1)"}',
        '{"aws_s3_bucket.x": "modules/x.py:0"}',
        '{"aws_s3_bucket.y": "modules/x.py:1"}',
        None,
    ],
)
def test_what_is_no_line_of_the_project_is_ignored(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "stacks" / "dev" / stacks.FILE_NAME
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps({"resource": {"aws_s3_bucket": {"x": {}}}}), encoding="utf-8")
    if content is not None:
        path.with_name(SOURCES).write_text(content, encoding="utf-8")
    assert sources.read(stacks.read(path)) == {}
    path.with_name(SOURCES).write_text('{"aws_s3_bucket.x": "modules/x.py:12"}', encoding="utf-8")
    assert sources.read(stacks.read(path)) == {"aws_s3_bucket.x": "modules/x.py:12"}
