"""A handler is accepted exactly where the runtime's own client would find it, as far as reading the code can tell."""

import subprocess
import sys
from pathlib import Path

import pytest

from settings import Folder, sources
from settings import code as module
from settings.code import LIBRARY
from settings.handlers import refusal
from tests.settings.handler_cases import NODE, PYTHON, Row

NOTES = "application/functions/notes"
NOTES = "application/functions/notes"
ROWS = [("python3.13", row) for row in PYTHON] + [("nodejs22.x", row) for row in NODE]

# What awslambdaric does, in its order: split at the last dot, take slashes for dots, import, look up. It has loaded
# these modules of Python's before: a file of ours with such a name is not found.
_CLIENT = """
import importlib, json, logging, sys, tokenize, traceback
sys.path.insert(0, sys.argv[1])
module, name = sys.argv[2].rsplit(".", 1)
assert module.split(".")[0] not in sys.builtin_module_names
getattr(importlib.import_module(module.replace("/", ".")), name)
"""


def _written(row: Row, folder: Path) -> dict[str, Path]:
    for name, text in row.files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return {name: folder / name for name in row.files}


@pytest.mark.parametrize(("runtime", "row"), ROWS, ids=lambda value: getattr(value, "handler", value))
def test_a_handler_is_judged_as_by_the_runtimes_own_client(runtime: str, row: Row, tmp_path: Path) -> None:
    found = refusal(row.handler, runtime, _written(row, tmp_path))
    if row.refused_for:
        assert found is not None
        assert row.refused_for in "; ".join(found)
    else:
        assert found is None


def test_what_is_refused_does_not_load_and_what_is_known_to_load_is_not_refused() -> None:
    assert not [row for _, row in ROWS if row.loads and row.refused_for]
    assert sum(row.loads for _, row in ROWS) > 50


@pytest.mark.parametrize("row", PYTHON, ids=lambda row: row.handler)
def test_python_itself_agrees_with_the_table(row: Row, tmp_path: Path) -> None:
    _written(row, tmp_path)
    arguments = [sys.executable, "-I", "-B", "-c", _CLIENT, str(tmp_path), row.handler]
    assert (subprocess.run(arguments, capture_output=True).returncode == 0) == row.loads


@pytest.mark.parametrize(
    "written", [row for row in NODE if row.files.keys() == {"index.js"}], ids=lambda row: row.handler
)
def test_a_later_node_finds_out_what_a_js_file_is(written: Row, tmp_path: Path) -> None:
    late = refusal(written.handler, "nodejs24.x", _written(written, tmp_path))
    as_script = "CommonJS script" in written.refused_for
    assert (late is None) == (written.refused_for == "" or as_script)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(module, "ROOT", tmp_path)
    for name in (
        f"{NOTES}/register-new.py",
        f"{LIBRARY}/common.py",
        f"{NOTES}/.hidden.py",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("def handler(): ...\n")
    sources._listed_by_git.cache_clear()
    return tmp_path


def _told(handler: str) -> list[str]:
    return [str(problem) for problem in Folder(path=NOTES).handler_problems(handler, "python3.13")]


@pytest.mark.usefixtures("project")
def test_a_handler_may_lie_in_what_all_functions_share() -> None:
    assert _told("register-new.handler") == []
    assert _told("ffp_lambda.common.handler") == []


@pytest.mark.usefixtures("project")
def test_a_handler_that_is_not_packed_is_not_there() -> None:
    (problem,) = _told(".hidden.handler")
    assert f"does not find it in {NOTES}" in problem


def test_a_handler_that_git_does_not_track_is_missing_and_its_file_is_named(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "_listed_by_git", lambda _: [(f"{NOTES}/register-new.py", False)])
    assert "there is no register-new.py" in _told("register-new.handler")[0]
    (problem,) = map(str, sources.problems(project, [NOTES]))
    assert problem.startswith(f"{NOTES}/register-new.py = 'register-new.py': git does not track it")
