"""Imports of handlers in Python: each is in the package or in Lambda's runtime, or a problem tells it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from modules.functions import imports, packaging
from settings import Folder
from tests.modules.made_wheels import Registry, look_again, registry

NOTES = Folder(path="application/functions/notes")
PLACE = "application/functions/notes/notes.py"
PACKAGES = {
    "aws_lambda_powertools": {f"aws_lambda_powertools/{each}.py": "Tracer = 1" for each in ("__init__", "tracing")},
    "driver": {"driver/__init__.py": "from driver.native import connect", "driver/native.py": "connect = None"},
    "fast": {"fast.cpython-313-aarch64-linux-gnu.so": "", "fast_data/words.py": ""},
    "lazy": {"lazy/__init__.py": "def __getattr__(name): ..."},
    "moves": {"moves.py": "import sys\nsys.modules['moves.inner'] = 1"},
    "parts": {"parts/__init__.py": "", "parts/small.py": "", "parts/large/__init__.py": ""},
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    """A project whose function brings packages of its own, and one that is packed in part."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        yield _made(tmp_path_factory.mktemp("project"), monkeypatch)


def _made(root: Path, monkeypatch: pytest.MonkeyPatch) -> Registry:
    made = registry(root, monkeypatch)
    monkeypatch.setattr(packaging, "CARRIED_PARTS", {"parts": ("parts/__init__.py", "parts/small.py")})
    monkeypatch.setattr(packaging, "SHARED_PACKAGES", ("parts",))
    made.lock(made.offer("parts", PACKAGES["parts"]))
    lock = (made.offer(name, files) for name, files in PACKAGES.items() if name != "parts")
    made.write(f"{NOTES.path}/requirements.txt", "".join(lock))
    made.write("library/python/ffp_lambda/errors.py", "class RefusalError(Exception): ...")
    return made


def _told(made: Registry, text: str, runtime: str = "python3.13") -> list[str]:
    made.write(PLACE, f"{text}\ndef handler(event, context): ...\n" if "def handler" not in text else text)
    look_again()
    return list(map(str, packaging.unpacked_imports(NOTES, runtime, "arm64", ("notes.handler",))))


@pytest.mark.parametrize(
    "text",
    [
        "import driver",
        "import driver.native",
        "from driver import connect, native",
        "from driver.native import connect as c",
        "import fast",
        "from fast import anything",
        "import fast_data.words",
        "from lazy import anything",
        "from moves.inner import anything",
        "from parts import small",
        "import json, os.path, xml.etree.ElementTree",
        "from __future__ import annotations",
        "import boto3, botocore.config, dateutil.parser, jmespath, urllib3",
        "from ffp_lambda.errors import RefusalError",
        "from ffp_lambda import errors",
        "try:\n    import nothing\nexcept ImportError:\n    nothing = None",
        "try:\n    import tomllib\nexcept (ValueError, ModuleNotFoundError):\n    import nothing as tomllib",
        "import contextlib\nwith contextlib.suppress(ImportError):\n    import nothing",
        "import os\nif os.environ.get('HERE'):\n    import nothing",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import nothing",
        "if __name__ == '__main__':\n    import nothing",
        "def elsewhere():\n    import nothing",
        "class Used: ...\n\ndef handler(event, context):\n    return Used()",
        "import importlib\nnothing = importlib.import_module('nothing')",
    ],
)
def test_what_is_there_or_in_doubt_is_no_problem(made: Registry, text: str) -> None:
    assert _told(made, text) == []


@pytest.mark.parametrize(
    ("text", "line", "written", "missing"),
    [
        ("import nothing", 1, "import nothing", "nothing"),
        ("import json, nothing.more", 1, "import json, nothing.more", "nothing"),
        ("import driver.none", 1, "import driver.none", "driver.none"),
        ("from driver import none", 1, "from driver import none", "driver.none"),
        ("from ffp_lambda import none", 1, "from ffp_lambda import none", "ffp_lambda.none"),
        ("from ffp_lambda.errors import OtherError", 1, "from ffp_lambda.errors import OtherError", "OtherError"),
        ("from parts import large", 1, "from parts import large", "parts.large"),
        ("\nclass Note:\n    import nothing", 3, "import nothing", "nothing"),
        ("try:\n    import nothing\nexcept ValueError:\n    pass", 2, "import nothing", "nothing"),
        ("try:\n    pass\nexcept ImportError:\n    pass\nfinally:\n    import nothing", 6, "import nothing", "nothing"),
        ("def handler(event, context):\n    import nothing", 2, "import nothing", "nothing"),
        ("def used():\n    import nothing\n\ndef handler(e, c):\n    used()", 2, "import nothing", "nothing"),
        ("from . import other", 1, "from . import other", "other"),
    ],
)
def test_what_neither_the_package_nor_the_runtime_has_is_told_at_its_line(
    made: Registry, text: str, line: int, written: str, missing: str
) -> None:
    (told,) = _told(made, text)
    assert told.startswith(f"{PLACE}:{line} = '{written}': for notes.handler it needs ")
    assert f"{missing}; the package of {NOTES.path} has none, and neither has python3.13" in told


def test_pythons_own_modules_are_those_of_the_runtimes_release(made: Registry) -> None:
    assert _told(made, "import telnetlib", "python3.12") == []
    assert len(_told(made, "import telnetlib", "python3.13")) == 1


@pytest.mark.parametrize("module", ["aws_lambda_powertools", "aws_lambda_powertools.tracing"])
def test_what_a_distribution_imports_only_on_use_is_told(made: Registry, module: str) -> None:
    text = f"from {module} import Tracer\n\nTracer()"
    (told,) = _told(made, text)
    assert "it needs aws_xray_sdk; " in told
    assert f"has it in {NOTES.path}/requirements.in" in told
    on_lambda = {**os.environ, "LAMBDA_TASK_ROOT": "/var/task"}
    ended = subprocess.run([sys.executable, "-c", text], env=on_lambda, capture_output=True, text=True, check=False)
    assert "No module named 'aws_xray_sdk'" in ended.stderr
    packed = made.write(f"{NOTES.path}/aws_xray_sdk/__init__.py", "")
    assert _told(made, text) == []
    shutil.rmtree(packed.parent)


def test_imports_are_followed_through_our_own_modules_and_told_once(made: Registry) -> None:
    made.write(f"{NOTES.path}/deep/__init__.py", "import nothing")
    made.write(f"{NOTES.path}/deep/inner.py", "from . import missing\nimport nothing\nfrom .sibling import name")
    made.write(f"{NOTES.path}/deep/sibling.py", "name = 1")
    made.write(f"{NOTES.path}/unused.py", "import elsewhere")
    told = _told(made, "import deep.inner")
    missing, nothing = sorted(told)
    assert missing.startswith(f"{NOTES.path}/deep/inner.py:1 = 'from . import missing': ")
    assert nothing.startswith(f"{NOTES.path}/deep/inner.py:2 = 'import nothing': ")
    assert "it needs nothing (the first of 2 imports);" in nothing


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("import nothing", f"name the distribution that has it in {NOTES.path}/requirements.in and run `make lock-"),
        ("import driver.none", "correct the name, or pack the whole of driver: name it in"),
        ("from ffp_lambda import none", "see what library/python/ffp_lambda has"),
        ("import shared", 'add "application/shared" to `includes` of the code'),
        ("import listed", 'add "listed" to `packages` of the code'),
    ],
)
def test_the_remedy_is_the_one_of_the_case(
    made: Registry, monkeypatch: pytest.MonkeyPatch, text: str, remedy: str
) -> None:
    monkeypatch.setattr(imports, "PACKAGES", ("listed",))
    made.write("application/shared/words.py", "")
    (told,) = _told(made, text)
    assert remedy in told


def test_a_file_that_git_does_not_track_is_told(made: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Folder, "files", lambda *_: {"notes.py": made.root / PLACE})
    made.write(f"{NOTES.path}/more.py", "")
    (told,) = _told(made, "import more")
    assert told.endswith(f"`git add` {NOTES.path}/more.py: only what git tracks is packed")
