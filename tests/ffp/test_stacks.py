import json
from pathlib import Path
from typing import Any

import pytest

from ffp import stacks
from ffp.project import BadInputError
from tests.ffp import samples


def test_blocks_have_terraform_addresses(tmp_path: Path) -> None:
    stack = stacks.read(samples.write(tmp_path))
    assert list(stack.by_address) == [
        "data.aws_iam_policy_document.trust",
        "provider.aws",
        "provider.aws.global",
        "aws_iam_role.sample",
    ]


def test_a_block_spans_its_lines_of_the_file(tmp_path: Path) -> None:
    path = samples.write(tmp_path, resource=samples.queue())
    block = stacks.read(path).by_address[samples.QUEUE_ADDRESS]
    lines = path.read_text(encoding="utf-8").splitlines()[block.lines[0] - 1 : block.lines[1]]
    assert lines[0].strip() == '"work": {'
    assert lines[-1].strip() == "}"
    assert any("sqs_managed_sse_enabled" in line for line in lines)


def test_every_line_of_a_block_leads_to_it(tmp_path: Path) -> None:
    stack = stacks.read(samples.write(tmp_path))
    role = stack.by_address["aws_iam_role.sample"]
    assert all(stack.block_at(line) is role for line in range(role.lines[0], role.lines[1] + 1))
    assert stack.block_at(1) is None


def test_metadata_is_no_attribute_and_waivers_are_kept(tmp_path: Path) -> None:
    waivers = {"CKV_AWS_27": {"reason": "because"}}
    block = stacks.read(samples.write(tmp_path, resource=samples.queue(**waivers))).by_address[samples.QUEUE_ADDRESS]
    assert "//" not in block.attributes
    assert block.waivers == waivers


def test_an_unknown_stack_is_refused_with_the_stacks_that_exist(tmp_path: Path) -> None:
    samples.write(tmp_path, "dev")
    samples.write(tmp_path, "prod")
    with pytest.raises(BadInputError) as refused:
        stacks.load(tmp_path, ["dev", "test", "demo"])
    assert refused.value.problems == (
        "stack: test is unknown; choose one of dev, prod",
        "stack: demo is unknown; choose one of dev, prod",
    )


def test_an_empty_output_folder_names_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="run `ffp synth` first"):
        stacks.load(tmp_path)


def test_each_character_of_a_stack_is_decoded_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = samples.write(tmp_path, resource=samples.queue())
    decoded = []

    class Decoder:
        def raw_decode(self, text: str, at: int) -> tuple[Any, int]:
            value, end = json.JSONDecoder().raw_decode(text, at)
            decoded.append(range(at, end))
            return value, end

    monkeypatch.setattr(stacks, "_DECODER", Decoder())
    stacks.read(path)
    assert sum(map(len, decoded)) == len({place for each in decoded for place in each})
