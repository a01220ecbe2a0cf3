"""What docs/typescript.md promises of the library: an example that is right, and names that are there and described."""

import json
import re
import subprocess
from pathlib import Path

import pytest

from ffp import node
from ffp.project import ROOT
from settings.code import TYPESCRIPT_LIBRARY
from settings.javascript import typescript_exports
from tests.support import require

DOCUMENT = (ROOT / "docs/typescript.md").read_text(encoding="utf-8")
LIBRARY = ROOT / TYPESCRIPT_LIBRARY
MODULES = sorted(file for file in LIBRARY.glob("*.ts") if not file.name.endswith(".d.ts"))
_EXPORTED = re.compile(r"^export (?:async |abstract )?(?:function|class|interface|type|const) (\w+)", re.MULTILINE)
# Constants that their names and the comments of their modules explain.
_PLAIN = {"KINDS", "MAXIMUM_BODY_BYTES", "MAXIMUM_PAGE_ROWS", "TENANCY", "WITHHELD"}


def _compiled(folder: Path, text: str) -> str:
    """What tsc says of a handler, with the options of `make lint`."""
    program = require(node.program(), "Node")
    compiler = LIBRARY / "node_modules/typescript/bin/tsc"
    require(compiler if compiler.exists() else None, "TypeScript, which `make lint` installs,")
    (folder / "handler.ts").write_text(text, encoding="utf-8")
    paths = {"ffp-lambda/*": [f"{LIBRARY}/*"]}
    types = [f"{LIBRARY}/node_modules/@types"]
    configuration = {
        "extends": str(ROOT / "tsconfig.json"),
        "compilerOptions": {"paths": paths, "typeRoots": types},
        "include": ["handler.ts", f"{LIBRARY}/*.d.ts"],
    }
    (folder / "tsconfig.json").write_text(json.dumps(configuration), encoding="utf-8")
    done = subprocess.run([program, compiler, "-p", folder], capture_output=True, text=True, timeout=120)
    assert (done.returncode == 0) == (done.stdout == "")
    return done.stdout


EXAMPLES = re.findall(r"^```ts\n(.*?)^```", DOCUMENT, re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("example", EXAMPLES, ids=range(len(EXAMPLES)))
def test_each_example_has_the_right_types(tmp_path: Path, example: str) -> None:
    assert "tenantSession" in example
    assert _compiled(tmp_path, example) == ""


@pytest.mark.attack
@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("session.run('select 1')", "Statement"),
        ("session.run(sql`select ${{ a: 1 }}`)", "TS2353"),
        ("session.run(sql`select ${undefined}`)", "Value"),
    ],
)
def test_what_would_be_refused_at_run_time_has_the_wrong_type(tmp_path: Path, wrong: str, told: str) -> None:
    start = "import { sql, type Session } from 'ffp-lambda/database';\n"
    said = _compiled(tmp_path, f"{start}export const act = (session: Session) => [sql``, {wrong}];\n")
    assert "error TS" in said
    assert told in said


def test_everything_that_the_table_names_is_there() -> None:
    (table,) = re.findall(r"^\| import \| what it guarantees \|\n(.*?)\n\n", DOCUMENT, re.DOTALL | re.MULTILINE)
    named = [name for row in table.splitlines()[1:] for name in re.findall(r"`(\w+\.\w+)`", row.split("|")[1])]
    assert len(named) >= 15
    for name in named:
        module, exported = name.split(".")
        text = (LIBRARY / f"{module}.ts").read_text(encoding="utf-8")
        assert exported in {*(typescript_exports(text) or ()), *_EXPORTED.findall(text), *_destructured(text)}, name


def _destructured(text: str) -> list[str]:
    return [
        name.strip()
        for each in re.findall(r"^export const \{([^}]*)\}", text, re.MULTILINE)
        for name in each.split(",")
    ]


@pytest.mark.parametrize("module", MODULES, ids=lambda file: file.stem)
def test_everything_that_is_exported_is_described(module: Path) -> None:
    text = module.read_text(encoding="utf-8")
    assert text.startswith("/**")
    exported = set(_EXPORTED.findall(text)) - _PLAIN
    described = {name for name in exported if re.search(rf"\*/\nexport [^\n]*\b{name}\b", text)}
    assert exported - described == set()
