"""What `ffp dev` puts onto the platform is what synthesis packs, and what synthesis or Lambda would refuse is found."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from ffp import node
from ffp.develop import packages
from ffp.stacks import SynthesisedStack
from settings import FunctionSettings, Problem, environments, sources
from settings.code import LIBRARY
from tests.support import require

LOCAL = environments.load()["local"]
FUNCTIONS = packages.with_code(LOCAL.deployed.functions)


def test_every_package_is_the_one_of_the_stack_byte_for_byte(all_stacks: dict[str, SynthesisedStack]) -> None:
    blocks = {each.attributes["function_name"]: each for each in all_stacks["local"].of_type("aws_lambda_function")}
    hashes = {name: packages.package(function).sha256_base64 for name, function in FUNCTIONS.items()}
    assert hashes
    assert hashes == {name: blocks[f"local-ffp-{name}"].attributes["source_code_hash"] for name in FUNCTIONS}


def test_what_is_committed_has_no_mistakes() -> None:
    assert packages.mistakes(FUNCTIONS) == []


@pytest.fixture
def function() -> FunctionSettings:
    return next(each for each in FUNCTIONS.values() if each.entry is None)


def _with(files: dict[str, Path], monkeypatch: pytest.MonkeyPatch, root: Path) -> None:
    monkeypatch.setattr(packages, "ROOT", root)
    monkeypatch.setattr(packages, "_files", lambda _: files)
    monkeypatch.setattr(sources, "problems", lambda *_: iter(()))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"def broken(:\n", r"a\.py:1:\d+: invalid syntax: def broken\(:"),  # the column differs between releases
        (b"x = 1\n  y = 2\n", r"a\.py:2:\d+: unexpected indent: y = 2"),
        (b"x = '\0'", r"a\.py:1:1: source code .* null bytes"),
    ],
)
def test_a_file_that_python_cannot_read_is_named_with_its_place(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, function: FunctionSettings, content: bytes, said: str
) -> None:
    (tmp_path / "a.py").write_bytes(content)
    _with({"a.py": tmp_path / "a.py"}, monkeypatch, tmp_path)
    (found,) = packages.mistakes({"one": function, "two": function})
    assert re.fullmatch(said, found.text)
    assert found.functions == ("one", "two")


@pytest.mark.parametrize(("name", "good"), [("a.mjs", "export const a = 1;\n"), ("a.cjs", "exports.a = 1;\n")])
def test_a_file_that_node_cannot_read_is_named_with_its_place(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, function: FunctionSettings, name: str, good: str
) -> None:
    require(node.program(), "Node")
    on_node, file = replace(function, runtime="nodejs22.x"), tmp_path / name
    monkeypatch.setattr(type(function.code), "handler_problems", lambda *_: iter(()))
    _with({name: file}, monkeypatch, tmp_path)
    file.write_text(good)
    assert packages.mistakes({"one": on_node}) == []
    file.write_text(f"{good}const = 2;\n")
    (found,) = packages.mistakes({"one": on_node})
    assert found.text.startswith(f"{name}:2: SyntaxError: ")


def test_warnings_and_files_that_the_runtime_never_reads_are_no_mistakes(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, function: FunctionSettings, recwarn: pytest.WarningsRecorder
) -> None:
    (tmp_path / "a.py").write_text("x = '\\d'\n")
    (tmp_path / "b.mjs").write_text("const = 1")
    monkeypatch.setattr(type(function.code), "handler_problems", lambda *_: iter(()))
    _with({name: tmp_path / name for name in ("a.py", "b.mjs")}, monkeypatch, tmp_path)
    assert packages.mistakes({"one": function}) == []
    assert list(recwarn) == []


def test_a_handler_that_is_gone_and_a_file_that_must_not_be_packed_hold_a_function_up(
    monkeypatch: pytest.MonkeyPatch, function: FunctionSettings
) -> None:
    untracked = Problem("a.py", "a.py", "git does not track it, so it is not packed", "`git add` it, or remove it")
    asked = []

    def problems(_: Path, folders: list[str]) -> list[Problem]:
        asked.extend(folders)
        return [untracked] if folders == [function.code.folders[0]] else []  # type: ignore[union-attr]

    monkeypatch.setattr(sources, "problems", problems)
    found = packages.mistakes({"one": function, "two": replace(function, handler="nowhere.handler")})
    assert found[0] == packages.Mistake(str(untracked), ("one", "two"))
    assert "handler = 'nowhere.handler': python3.13 does not find it" in found[1].text
    assert found[1].functions == ("two",)
    assert len(asked) == len({*asked})  # each folder is judged once


def test_the_library_is_watched_beside_what_imports_it(function: FunctionSettings) -> None:
    of_python, of_node = packages.folders(function), packages.folders(replace(function, runtime="nodejs22.x"))
    assert set(of_python) - set(of_node) == {LIBRARY}
