"""Whoever replaces the application keeps these tests: none of them knows the one that ships."""

import re
import subprocess
import sys

import pytest

from ffp.project import ROOT

# Imports modules where nothing of the application, or of the environments that name it, can be imported.
PROGRAM = """
import importlib, sys

class Refusing:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("application", "environments") or name.startswith("tests.application"):
            raise ImportError(f"{name} is the application's")

sys.meta_path.insert(0, Refusing())
for name in sys.argv[1:]:
    importlib.import_module(name)
"""
FILES = sorted((ROOT / "tests/library").rglob("*.py"))


def _import(*names: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", PROGRAM, *names]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)


def test_the_librarys_tests_import_nothing_of_the_application() -> None:
    names = [".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for file in FILES]
    assert "tests.library.sample.functions.write_entry" in names
    done = _import(*names)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", ["application.tenancy", "environments.prod", "tests.application.functions.shipped"])
def test_an_import_of_the_application_would_be_refused(name: str) -> None:
    assert _import(name).stderr.splitlines()[-1].endswith(" is the application's")


def test_the_librarys_tests_read_no_file_of_the_application() -> None:
    path = re.compile(r"\bapplication/(functions|migrations|\w+\.py)")
    assert path.search("/".join(("application", "migrations")))
    assert [file.name for file in FILES if path.search(file.read_text(encoding="utf-8"))] == []
