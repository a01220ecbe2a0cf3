"""A run is answered from memory only if nothing has changed: every kind of input is changed here, one by one."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ffp import unchanged, up_to_date
from ffp.project import ROOT
from tests.settings.project import copy_with_sample_to

# Reports what a program opens below the project's root, without what its interpreter loads: that is told by versions.
_AUDITED = """
import atexit, json, os, sys
root, opened = os.getcwd() + os.sep, set()
def hear(event, arguments):
    if event == "open" and isinstance(arguments[0], (str, bytes)) and not (arguments[2] or 0) & os.O_WRONLY:
        path = os.path.abspath(os.fsdecode(arguments[0]))
        if path.startswith(root):
            opened.add(path.removeprefix(root))
sys.addaudithook(hear)
sys.path.insert(0, root)
sys.argv = sys.argv[1:]
atexit.register(lambda: open(os.environ["OPENED"], "w").write(json.dumps(sorted(opened))))
"""
_SYNTHESIS = f"{_AUDITED}\nimport main\nsys.exit(main.main())"
_SCAN = f"""{_AUDITED}
from datetime import date
from pathlib import Path
from ffp import scan, stacks
scan.scan(stacks.load(Path("out")), today=date.today())
"""

_NPM = (
    "application/inner/book.ts",
    "application/inner/package-lock.json",
    "modules/functions/esbuild/package-lock.json",
)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small project, its folders and files as in the real one."""
    root = tmp_path / "project"
    for name in ("application", "catalogue", "checks", "environments", "ffp", "library", "modules", "settings"):
        (root / name / "inner").mkdir(parents=True)
        (root / name / "inner/file.py").write_text("value = 1\n", encoding="utf-8")
    for name in ("main.py", "providers/6.25.0.hcl", ".build/wheels/python3.13-arm64/one.whl", "docs/page.md", *_NPM):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("content", encoding="utf-8")
    (root / ".gitignore").write_text("__pycache__/\nnode_modules/\n", encoding="utf-8")
    subprocess.run(["git", "init", "--quiet", str(root)], check=True)
    subprocess.run(["git", "-C", str(root), "add", "--all"], check=True)
    return root


def _rewrite(name: str) -> Callable[[Path], object]:
    return lambda root: (root / name).write_text("value = 2\n", encoding="utf-8")


CHANGES: dict[str, Callable[[Path], object]] = {
    **{f"a file of {name}": _rewrite(f"{name}/inner/file.py") for name in up_to_date.SOURCES if "." not in name},
    "the program's file": _rewrite("main.py"),
    "a source in TypeScript": _rewrite("application/inner/book.ts"),
    "the lock of a function's packages": _rewrite("application/inner/package-lock.json"),
    "the release of esbuild": _rewrite("modules/functions/esbuild/package-lock.json"),
    "a check": _rewrite("checks/inner/file.py"),
    "the command": _rewrite("ffp/inner/file.py"),
    "a lock of a provider": _rewrite("providers/6.25.0.hcl"),
    "a package that functions carry": _rewrite(".build/wheels/python3.13-arm64/one.whl"),
    "a new file": _rewrite("application/new.py"),
    "a removed file": lambda root: (root / "settings/inner/file.py").unlink(),
    "a renamed file": lambda root: (root / "modules/inner/file.py").rename(root / "modules/inner/other.py"),
    "the content alone": lambda root: _same_time_and_size(root / "main.py"),
    "a link instead of a file": lambda root: _link(root / "environments/inner/file.py"),
    "what git tracks": lambda root: subprocess.run(
        ["git", "-C", str(root), "rm", "--quiet", "--cached", "library/inner/file.py"], check=True
    ),
    "what git ignores": lambda root: _ignore(root, "application/inner/file.py"),
}


def _same_time_and_size(path: Path) -> None:
    before = path.stat()
    path.write_text("tnetnoc", encoding="utf-8")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def _link(path: Path) -> None:
    path.rename(path.with_name("kept.py"))
    path.symlink_to("kept.py")


def _ignore(root: Path, name: str) -> None:
    subprocess.run(["git", "-C", str(root), "rm", "--quiet", "--cached", name], check=True)
    tracked = unchanged.inputs(root)
    (root / ".git/info/exclude").write_text(f"{name}\n", encoding="utf-8")
    assert unchanged.inputs(root) != tracked


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_input_is_noticed(project: Path, change: str) -> None:
    before = unchanged.inputs(project)
    assert unchanged.inputs(project) == before
    CHANGES[change](project)
    assert unchanged.inputs(project) != before


@pytest.mark.parametrize(
    "name", ["FFP_PLAIN_BINDINGS", "CHECKOV_X", "CKV_X", "BC_X", "JSII_NODE", "NODE_OPTIONS", "PYTHONPATH", "CDKTF_X"]
)
def test_a_variable_that_the_tools_obey_is_noticed(project: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = unchanged.inputs(project)
    monkeypatch.setenv(name, "another")
    assert unchanged.inputs(project) != before


def test_another_release_of_a_package_is_noticed(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packages = tmp_path / "packages"
    (packages / "checkov-3.1.dist-info").mkdir(parents=True)
    monkeypatch.setattr(sys, "path", [*sys.path, str(packages)])
    before = unchanged.inputs(project)
    (packages / "checkov-3.1.dist-info").rename(packages / "checkov-3.2.dist-info")
    assert unchanged.inputs(project) != before


def test_what_is_not_read_does_not_count(project: Path) -> None:
    before = unchanged.inputs(project)
    (project / "docs/page.md").write_text("other", encoding="utf-8")
    (project / "ffp/inner/__pycache__").mkdir()
    (project / "ffp/inner/__pycache__/file.cpython-311.pyc").touch()
    (project / "application/inner/node_modules").mkdir()
    (project / "application/inner/node_modules/index.js").touch()
    os.utime(project / "main.py", (1, 1))
    assert unchanged.inputs(project) == before


@pytest.fixture
def out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An output folder, and the memory of a run that wrote it."""
    folder = tmp_path / "out"
    for name in ("manifest.json", "stacks/dev/cdk.tf.json", "stacks/dev/assets/code/1/code.zip"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("content", encoding="utf-8")
    monkeypatch.setattr(unchanged, "_MEMORY", tmp_path / "memory")
    unchanged.keep(folder, "request", unchanged.inputs(), "all is well", 0)
    return folder


def test_nothing_changed_is_answered_from_memory(out: Path) -> None:
    (out / "stacks/dev/.terraform").mkdir()
    (out / "stacks/dev/.terraform/modules.json").touch()
    answer = unchanged.recall(out, "request")
    assert answer is not None
    assert (answer.text, answer.code) == ("all is well", 0)


@pytest.mark.parametrize(
    "change",
    [
        lambda out: (out / "stacks/dev/cdk.tf.json").write_text("tnetnoc"),
        lambda out: (out / "stacks/dev/assets/code/1/code.zip").write_text("tnetnoc"),
        lambda out: (out / "stacks/dev/foreign.tf").touch(),
        lambda out: (out / "stacks/dev/cdk.tf.json").unlink(),
        lambda out: shutil.rmtree(out),
    ],
)
def test_a_changed_output_is_noticed(out: Path, change: Callable[[Path], object]) -> None:
    change(out)
    assert unchanged.recall(out, "request") is None


@pytest.mark.parametrize("memory", ["", "{}", "[]", '{"request": "request"}'])
def test_a_damaged_memory_is_no_answer(out: Path, memory: str) -> None:
    (kept,) = unchanged._MEMORY.iterdir()
    kept.write_text(memory, encoding="utf-8")
    assert unchanged.recall(out, "request") is None


def test_another_request_or_folder_has_no_answer(out: Path, tmp_path: Path) -> None:
    assert unchanged.recall(out, "another") is None
    shutil.copytree(out, tmp_path / "copy")
    assert unchanged.recall(tmp_path / "copy", "request") is None


def test_what_changed_during_the_run_is_not_kept(out: Path) -> None:
    unchanged.keep(out, "request", "what was there when it began", "all is well", 0)
    assert unchanged.recall(out, "request") is None


def test_everything_that_a_run_opens_is_an_input(tmp_path: Path) -> None:
    """Judged by the interpreter, which reports each file that synthesis and scan open."""
    copy_with_sample_to(tmp_path / "copy")
    project = tmp_path / "copy"
    shutil.copytree(ROOT / "providers", project / "providers")
    shutil.copytree(ROOT / ".build/wheels", project / ".build/wheels")
    (project / ".build/bindings").symlink_to(ROOT / ".build/bindings")
    for code, arguments in ((_SYNTHESIS, ["--stack", "dev", "--out", "out"]), (_SCAN, [])):
        opened = tmp_path / "opened.json"
        command = [sys.executable, "-c", code, "-", *arguments]
        subprocess.run(command, cwd=project, env=os.environ | {"OPENED": str(opened)}, check=True, timeout=300)
        read = {path for path in json.loads(opened.read_text()) if (project / path).is_file()}
        assert len(read) > 50
        # Not these: what the run itself makes, and a copy of the bindings that cannot change the stacks.
        own = ("out/", ".build/zips/", ".build/bindings/")
        covered = (*(f"{name}/" for name in unchanged._READ if "." not in name), ".build/wheels/")
        strange = {path for path in read if not path.startswith((*own, *covered)) and path not in unchanged._READ}
        assert not {path for path in strange if "__pycache__" not in path and "/." not in f"/{path}"}
