"""What `ffp dev` makes of functions in TypeScript: anew where a file has changed, and told where it cannot."""

import io
import re
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from ffp import node
from ffp.develop import bundles, packages
from ffp.develop.bundles import Bundle, Bundles
from ffp.project import ROOT
from settings import Folder, FunctionSettings, sources
from settings import code as code_module
from settings.code import TYPESCRIPT_LIBRARY
from tests.support import require

GREET = "application/functions/greet"
WORD = "export const word = 'Hello';\n"
HANDLER = "import {{ word }} from './word';\nexport const main = async () => `${{word}} from {name}`;\n"


@dataclass
class Project:
    """A copy of what bundling needs, with functions of its own."""

    root: Path
    made: Bundles
    runs: list[int]

    def write(self, name: str, text: str) -> Path:
        file = self.root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return file

    def bundles(self, *names: str) -> dict[str, Bundle]:
        return self.made.of({name: _function(name) for name in names})


def _function(name: str) -> FunctionSettings:
    return FunctionSettings(
        name=name, description="Greets", handler=f"src/{name}.main", code=Folder(path=GREET), runtime="nodejs22.x"
    )


def _module(bundle: Bundle, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(bundle.archive)) as package:
        assert sorted(package.namelist()) == [f"src/{name}.mjs", f"src/{name}.mjs.map"]
        return package.read(f"src/{name}.mjs").decode()


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Project]:
    require(node.program(), "Node")
    kept = require(next(ROOT.glob(".build/npm/esbuild-*"), None), "esbuild, which a synthesis fetches,")
    root = tmp_path / "project"
    for name in ("catalogue", "modules", "settings", "library"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__", "node_modules"))
    (root / "application").mkdir()
    shutil.copy(ROOT / "application/requirements.txt", root / "application")
    (root / ".build").mkdir()
    (root / ".build/npm").symlink_to(kept.parent)
    (root / ".build/bindings").symlink_to(ROOT / ".build/bindings")
    monkeypatch.setattr(code_module, "ROOT", root)
    runs: list[int] = []
    bundle = Bundles._bundle
    monkeypatch.setattr(Bundles, "_bundle", lambda *given: runs.append(len(given[1])) or bundle(*given))  # type: ignore[func-returns-value]
    project = Project(root, Bundles(root), runs)
    project.write(f"{GREET}/package.json", '{"name": "greet", "private": true}')
    project.write(f"{GREET}/package-lock.json", '{"name": "greet", "lockfileVersion": 3, "packages": {"": {}}}')
    project.write(f"{GREET}/src/word.ts", WORD)
    for name in ("one", "two"):
        project.write(f"{GREET}/src/{name}.ts", HANDLER.format(name=name))
    sources.look_again()
    yield project
    sources.look_again()


def test_a_saved_file_is_in_the_next_bundle_and_without_a_change_nothing_runs(project: Project) -> None:
    first = project.bundles("one", "two")
    assert [_module(first[name], name).count("Hello") for name in ("one", "two")] == [1, 1]
    assert project.bundles("one", "two") == first
    assert project.runs == [2]
    project.write(f"{GREET}/src/word.ts", WORD.replace("Hello", "Welcome"))
    assert "Welcome" in _module(project.bundles("one", "two")["one"], "one")
    assert project.runs == [2, 2]


def test_what_is_wrong_is_told_with_its_line_and_holds_up_no_other_function(project: Project) -> None:
    project.write(f"{GREET}/src/two.ts", "export const main = (\nconst 1;\n")
    found = project.bundles("one", "two")
    assert "Hello" in _module(found["one"], "one")
    assert found["two"].problems == (f"{GREET}/src/two.ts:2 = 'const 1;': Unexpected \"const\"; correct it there",)
    assert found["two"].archive == b""
    assert project.bundles("one", "two") == found  # and it is not tried again until a file changes
    assert project.runs == [2]
    project.write(f"{GREET}/src/two.ts", "export const other = 1;\n")
    (told,) = project.bundles("two")["two"].problems
    assert "src/two.ts exports no main, but other" in told
    project.write(f"{GREET}/src/two.ts", HANDLER.format(name="two"))
    assert project.bundles("two")["two"].problems == ()


def test_a_change_of_the_library_reaches_those_who_import_it(project: Project) -> None:
    importing = "import { isUuid } from 'ffp-lambda/tenant';\nexport const main = () => isUuid(1);\n"
    project.write(f"{GREET}/src/one.ts", importing)
    assert TYPESCRIPT_LIBRARY in bundles.folders(_function("one"))
    project.write(
        f"{TYPESCRIPT_LIBRARY}/tenant.ts", "export const isUuid = (text: unknown) => text === 'said by the library';\n"
    )
    assert "said by the library" in _module(project.bundles("one")["one"], "one")


def test_a_run_that_fails_is_told_and_tried_again(project: Project) -> None:
    (project.root / "modules/functions/bundle.py").rename(project.root / "kept.py")
    (told,) = project.bundles("one")["one"].problems
    assert "tried again" in told
    (project.root / "kept.py").rename(project.root / "modules/functions/bundle.py")
    assert project.bundles("one")["one"].problems == ()


def test_mistakes_name_every_function_that_a_broken_file_holds_up(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packages, "ROOT", project.root)
    monkeypatch.setattr(packages, "_BUNDLES", project.made)
    functions = {name: _function(name) for name in ("one", "two")}
    assert packages.mistakes(functions) == []
    assert len({packages.package(each).sha256_base64 for each in functions.values()}) == 2
    project.write(f"{GREET}/src/word.ts", "export const word = ;\n")
    (found,) = packages.mistakes(functions)
    assert re.match(rf"{GREET}/src/word\.ts:1 = ", found.text)
    assert found.functions == ("one", "two")
    with pytest.raises(OSError, match="word"):  # a look that comes too late looks again
        packages.package(functions["one"])
