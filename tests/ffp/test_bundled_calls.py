"""Calls in TypeScript are those of the bundle: what esbuild leaves out of a file that functions share is no call."""

import json
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from ffp import calls, node
from ffp.calls.bundles import lines_of
from ffp.calls.found import OUTSIDE, VARIABLE, Call
from ffp.project import ROOT
from ffp.stacks import FILE_NAME, STACKS
from modules.functions.bundling import bundles
from modules.functions.packaging import zipped
from settings import ConnectToDatabase
from settings.base import InvalidSettings
from tests.sample.other import WORK
from tests.sample.partners import APPLICATION
from tests.support import require

(GROUP,) = (each for each in APPLICATION.groups if each.name == "typescript")
FUNCTION = GROUP.functions[0]
FOLDER = "tests/sample/functions/partners/typescript"
USED, UNUSED = f"{FOLDER}/receive.ts", "library/typescript/ffp-lambda/bucket.ts"
# Node's own reader of source maps, asked for each column of a bundle.
_READ = """
const { SourceMap } = require('node:module');
const { readFileSync } = require('node:fs');
const [bundle, map] = process.argv.slice(1).map((file) => readFileSync(file, 'utf8'));
const reader = new SourceMap(JSON.parse(map));
const found = new Set();
bundle.split('\\n').forEach((text, line) => {
  for (let column = 0; column < text.length; column += 1) {
    const { originalSource, originalLine } = reader.findEntry(line, column);
    if (originalSource !== undefined) found.add(`${originalSource}:${originalLine + 1}`);
  }
});
console.log(JSON.stringify([...found]));
"""


@pytest.fixture(scope="module")
def package() -> Path:
    """The zip of the bundle."""
    try:
        bundle = next(iter(bundles((FUNCTION,)).values()))
    except InvalidSettings:
        bundle = None
    return zipped("bundled", require(bundle, "esbuild, or a registry of npm that has it")).path


@pytest.fixture
def out(package: Path, tmp_path: Path) -> Path:
    """A stack with the function, whose group may do nothing but write logs."""
    stack = {
        "resource": {
            "aws_lambda_function": {"a": {"function_name": f"prod-ffp-{FUNCTION.name}", "filename": str(package)}},
            "aws_iam_role_policy": {
                "b": {
                    "role": f"${{aws_iam_role.group-{GROUP.name}_role.id}}",
                    "policy": "${data.aws_iam_policy_document.c.json}",
                }
            },
        },
        "data": {
            "aws_iam_policy_document": {"c": {"statement": [{"effect": "Allow", "actions": ["logs:PutLogEvents"]}]}}
        },
    }
    place = tmp_path / STACKS / "prod" / FILE_NAME
    place.parent.mkdir(parents=True)
    place.write_text(json.dumps(stack), encoding="utf-8")
    return tmp_path


def test_the_lines_of_a_bundle_are_those_that_node_reads(package: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(package).extractall(tmp_path)
    (source_map,) = tmp_path.rglob("*.mjs.map")
    command = [str(require(node.program(), "Node")), "-e", _READ, str(source_map.with_suffix("")), str(source_map)]
    read = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    theirs = set()
    for place in read:
        file, _, line = place.rpartition(":")
        theirs.add((Path("/", FOLDER, file).resolve().relative_to("/").as_posix(), int(line)))
    ours = lines_of(package, FOLDER)
    assert theirs == ours
    assert {file for file, _ in ours} >= {USED, "library/typescript/ffp-lambda/webhook.ts"}
    assert UNUSED not in {file for file, _ in ours}


def _line(file: str, text: str) -> int:
    return next(number for number, line in enumerate((ROOT / file).read_text("utf-8").splitlines(), 1) if text in line)


@pytest.mark.parametrize(
    ("service", "operation", "action"),
    [("sqs", "SendMessage", "sqs:SendMessage"), (VARIABLE, "NOWHERE", "$NOWHERE")],
)
def test_a_call_is_told_only_where_the_bundle_has_its_line(
    out: Path, service: str, operation: str, action: str
) -> None:
    line = _line(USED, "toString(")
    places = ((USED, line), (USED, 1), (UNUSED, line))
    read = [(GROUP, FUNCTION, Call(service, operation, ROOT / file, at)) for file, at in places]
    (only,) = calls.missing(read, out, ["prod"])
    assert (only.function, only.place, only.action) == (FUNCTION.name, f"{USED}:{line}", action)


def test_a_connection_is_told_at_its_import_if_the_bundle_has_the_file(out: Path) -> None:
    in_vpc = replace(GROUP, bindings=(*GROUP.bindings, ConnectToDatabase()))
    read = [(in_vpc, FUNCTION, Call(OUTSIDE, "axios", ROOT / file, 1)) for file in (USED, UNUSED)]
    (only,) = calls.missing(read, out, ["prod"])
    assert (only.place, only.binding) == (f"{USED}:1", "Reach")


def test_code_that_is_no_bundle_is_told_as_it_is_read(out: Path) -> None:
    other = replace(FUNCTION, code=WORK, handler="work.handler", runtime="python3.13")
    (only,) = calls.missing([(GROUP, other, Call("sqs", "SendMessage", ROOT / UNUSED, 1))], out, ["prod"])
    assert only.place == f"{UNUSED}:1"
