"""`cdktf synth --hcl` gives plain HCL, of which the real provider makes the same plan as of the JSON."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hcl2.api import loads

from ffp import terraform
from ffp.project import ROOT
from modules.common import NEWER_ARGUMENTS
from modules.stacks import hcl, synthesise
from settings import environments
from settings.releases import OFFLINE
from tests.leaving.cdktn import compare
from tests.sample.environments import ALL as SAMPLE
from tests.sample.other import ALL as OTHERS
from tests.support import require

_CLI = ROOT / "node_modules/.bin/cdktf"
_PLANNED = ("prod", "bootstrap-prod")


def _synth(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The document's command, with the release that can be planned without a network."""
    require(_CLI.exists() or None, "the CDKTF CLI")
    app = f"{sys.executable} main.py --provider-release {OFFLINE} {' '.join(arguments)}"
    path = f"{ROOT / '.venv/bin'}:{os.environ['PATH']}"
    return subprocess.run(
        [_CLI, "synth", "--hcl", "--output", folder, "--app", app],
        cwd=ROOT,
        env=os.environ | {"PATH": path, "CHECKPOINT_DISABLE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("plain") / "hcl"
    done = _synth(folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture(scope="module")
def as_json(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("json")
    synthesise(environments.load(OFFLINE), environments.stacks(), folder)
    return folder


def _plan(folder: Path, hcl_file: Path | None = None) -> dict[str, Any]:
    """The real provider's plan of a stack of JSON, or of HCL in its place, but for the time."""
    setup = require(terraform.find(), "Terraform with a mirror of the provider")
    work = folder.parent / f"plan-{folder.name}-{'hcl' if hcl_file else 'json'}"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir()
    setup._prepare(folder, work)
    if hcl_file:
        (work / "cdk.tf.json").unlink()
        shutil.copy(hcl_file, work)
    setup._run(work, "plan", "-no-color", "-input=false", "-lock=false", "-out=plan.out")
    plan: dict[str, Any] = json.loads(setup._run(work, "show", "-json", "plan.out"))
    plan.pop("timestamp")
    plan["relevant_attributes"].sort(key=json.dumps)
    # Of an expression in JSON, Terraform also shows the text as if it were a constant.
    plan["configuration"] = _without_constants(plan["configuration"])
    return plan


def _without_constants(value: Any) -> Any:
    if isinstance(value, dict):
        inner = {key: _without_constants(each) for key, each in value.items() if key != "constant_value"}
        return {key: each for key, each in inner.items() if each not in ({}, [])}
    return [_without_constants(each) for each in value] if isinstance(value, list) else value


@pytest.fixture(scope="module")
def plans(as_json: Path) -> dict[str, dict[str, Any]]:
    return {name: _plan(as_json / "stacks" / name) for name in _PLANNED}


@pytest.mark.parametrize("name", _PLANNED)
def test_the_plan_of_the_hcl_is_that_of_the_json(
    plain: Path, as_json: Path, plans: dict[str, dict[str, Any]], name: str
) -> None:
    planned = _plan(as_json / "stacks" / name, plain / "stacks" / name / "cdk.tf")
    assert list(compare(plans[name], planned)) == []
    assert len(planned["resource_changes"]) > 40


def test_another_value_in_the_hcl_gives_another_plan(
    plain: Path, as_json: Path, plans: dict[str, dict[str, Any]], tmp_path: Path
) -> None:
    text = (plain / "stacks/bootstrap-prod/cdk.tf").read_text(encoding="utf-8")
    assert "days_after_initiation" in text
    (tmp_path / "cdk.tf").write_text(re.sub(r"(days_after_initiation += )\d+", r"\g<1>6", text), encoding="utf-8")
    planned = _plan(as_json / "stacks/bootstrap-prod", tmp_path / "cdk.tf")
    assert {path.split("[")[0] for path, *_ in compare(plans["bootstrap-prod"], planned)} >= {"resource_changes"}


def _read(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """The attributes of a block, as the other reader gives them: each in a list, with marks of its own."""
    return {key: value[0] for key, value in attributes.items() if not key.startswith("__")}


def _life_cycle(block: Mapping[str, Any]) -> dict[str, Any]:
    found = _read(block.get("lifecycle", [{}])[0])
    if ignored := found.get("ignore_changes"):
        assert all(each.startswith("${") for each in ignored)  # written without quotes, as names of attributes
        found["ignore_changes"] = [each[2:-1] for each in ignored]
    return found


@pytest.mark.parametrize("name", environments.stacks())
def test_what_no_plan_shows_is_in_the_hcl_too(plain: Path, as_json: Path, name: str) -> None:
    """Life cycles, backend and versions, by a reader of HCL that is not ours; and each waiver as a comment."""
    text = (plain / "stacks" / name / "cdk.tf").read_text(encoding="utf-8")
    stack = json.loads((as_json / "stacks" / name / "cdk.tf.json").read_text(encoding="utf-8"))
    read = loads(text)
    terraform_block = _read(read["terraform"][0])
    assert _read(terraform_block["backend"]["s3"]) == stack["terraform"]["backend"]["s3"]
    assert _read(terraform_block["required_providers"]) == stack["terraform"]["required_providers"]
    assert terraform_block["required_version"] == stack["terraform"]["required_version"]
    for kind in ("resource", "data"):
        found = {
            (type_, label): _life_cycle(content)
            for each in read[kind]
            for type_, named in each.items()
            for label, content in named.items()
        }
        assert found == {
            (type_, label): each.get("lifecycle", {})
            for type_, named in stack[kind].items()
            for label, each in named.items()
        }
    waivers = [
        f"# checkov:skip={check}:{waiver['reason']} (until {waiver['expires']})"
        for kind in ("resource", "data")
        for named in stack[kind].values()
        for each in named.values()
        for check, waiver in each["//"].get("waivers", {}).items()
    ]
    assert sorted(line.strip() for line in text.splitlines() if "checkov:skip" in line) == sorted(waivers)


def test_a_folder_with_other_stacks_is_refused(as_json: Path) -> None:
    done = _synth(as_json)
    assert done.returncode != 0
    assert f"out: {as_json} is not empty; name a new folder" in done.stdout + done.stderr
    assert (as_json / "stacks/prod/cdk.tf.json").exists()


TEXTS = [
    'quotes "inside" and \\ backslashes \\d',
    "lines\nand\ttabs\r\n",
    "£ – ünï \u0007",
    "$${not.a.reference} and %%{if not} and $5 and 100 %",
    '{"version": "${local.number}", "path": "C:\\\\x"}',
    '${upper("a \\"quoted\\" }")} and ${join(",", ["{", local.number])}',
    "${local.number}",
    "${local.number} ",
    '${"${local.number} }"}',
    '%{if local.number > 2}more%{else}"less"%{endif}',
    "",
]


def test_every_text_means_what_it_means_in_json(tmp_path: Path) -> None:
    """Terraform evaluates both forms; no provider is needed for outputs."""
    program = require(terraform.find_program(), "Terraform")
    outputs = {f"o{number}": {"value": text} for number, text in enumerate(TEXTS)}
    outputs["nested"] = {"value": {"a key": [1, None, True, {"x.y": TEXTS[0], "${local.number}": 2.5}], "b": {}}}  # type: ignore[dict-item]
    stack = {"output": outputs, "terraform": {"required_version": ">= 1.11"}}
    found = {}
    for form, file, text in (
        ("json", "main.tf.json", json.dumps(stack)),
        ("hcl", "main.tf", hcl.as_hcl(stack, frozenset())),
    ):
        work = tmp_path / form
        work.mkdir()
        (work / "locals.tf").write_text("locals {\n  number = 3\n}\n", encoding="utf-8")
        (work / file).write_text(text, encoding="utf-8")
        variables = terraform.offline_environment_variables()
        terraform.run(program, work, variables, "init", "-backend=false")
        terraform.run(program, work, variables, "plan", "-out=plan.out")
        found[form] = json.loads(terraform.run(program, work, variables, "show", "-json", "plan.out"))
    assert found["hcl"]["planned_values"] == found["json"]["planned_values"]
    assert len(found["hcl"]["planned_values"]["outputs"]) == len(outputs)


@pytest.mark.parametrize(
    ("stack", "said"),
    [
        ({"locals": {"a": 1}}, "locals"),
        ({"resource": {"aws_x": {"y": {"provisioner": []}}}}, "resource.aws_x.provisioner"),
        ({"data": {"aws_x": {"y": {"dynamic": {}}}}}, "data.aws_x.dynamic"),
        ({"output": {"x": {"value": "${open"}}}, "an expression without an end"),
    ],
)
def test_what_would_be_lost_is_refused(stack: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        hcl.as_hcl(stack, frozenset())


def test_references_stand_without_quotes() -> None:
    text = hcl.as_hcl({"moved": [{"from": "aws_x.a", "to": "aws_x.b"}]}, frozenset())
    assert "from = aws_x.a\nto = aws_x.b\n" in text


def test_what_is_written_as_a_block_is_one_in_the_providers_schema(as_json: Path, tmp_path: Path) -> None:
    """Of the sample and the other applications too, which have more than what ships."""
    setup = require(terraform.find(), "Terraform with a mirror of the provider")
    schemas = setup.resource_schemas(as_json / "stacks/prod")
    everything = SAMPLE | OTHERS
    found = hcl.nested_blocks(synthesise(everything, [*everything], tmp_path))
    newer = {("resource", *argument.split(".")) for argument in NEWER_ARGUMENTS}
    wrong = [
        path
        for path in found - newer
        if path[0] == "resource" and _block_at(schemas[path[1]]["block"], path[2:]) is None
    ]
    assert wrong == []
    assert len(found) > 90


def _block_at(block: dict[str, Any], path: tuple[str, ...]) -> dict[str, Any] | None:
    for name in path:
        if name not in block.get("block_types", {}):
            return None
        block = block["block_types"][name]["block"]
    return block
