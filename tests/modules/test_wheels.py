"""Python's packages: of the function's platform, by the hashes of a lock, and fetched once."""

import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest

from modules.functions import packaging, wheels
from modules.functions.wheels import Platform
from settings import Folder
from settings.base import InvalidSettings
from tests.modules.made_wheels import Registry, look_again, registry

NOTES = Folder(path="application/functions/notes", packages=("driver",))
LETTERS = Folder(path="application/functions/letters")
LOCK = "application/functions/letters/requirements.txt"
ARM = Platform("python3.13", "arm64")


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Registry:
    made = registry(tmp_path, monkeypatch)
    for name in ("notes", "letters"):
        made.write(f"application/functions/{name}/{name}.py", "def handler(): ...")
    made.lock(made.offer("driver", {"driver.py": "release = 1"}))
    return made


def _contents(code: Folder, runtime: str = "python3.13", architecture: str = "arm64") -> dict[str, bytes]:
    look_again()
    with zipfile.ZipFile(packaging.package(code, runtime, architecture).path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _problems(code: Folder, runtime: str = "python3.13", architecture: str = "arm64") -> list[str]:
    with pytest.raises(InvalidSettings) as failure:
        _contents(code, runtime, architecture)
    return list(map(str, failure.value.problems))


def _built(made: Registry, *tags: str, version: str = "1.0") -> str:
    """The lines of a lock for machine code that is built for several platforms."""
    lines = [made.offer("fast", {"fast.py": f"built_for = '{each}'"}, version=version, tags=each) for each in tags]
    return lines[0].rstrip() + "".join(" " + line.split(" ", 1)[1].rstrip() for line in lines[1:]) + "\n"


def test_two_groups_have_two_versions_of_a_package(made: Registry) -> None:
    made.write(LOCK, made.offer("driver", {"driver.py": "release = 2"}, version="2.0"))
    assert _contents(LETTERS)["driver.py"] == b"release = 2"
    assert _contents(NOTES)["driver.py"] == b"release = 1"


def test_wheels_are_those_of_the_functions_platform_and_not_of_this_machine(made: Registry) -> None:
    built = (
        "cp312-cp312-manylinux_2_17_x86_64",
        "cp313-cp313-manylinux_2_28_aarch64",
        "cp313-cp313-manylinux_2_28_x86_64",
        "cp311-cp311-manylinux_2_17_x86_64",
        "cp313-cp313-macosx_11_0_arm64",
        "cp313-cp313-manylinux_2_35_aarch64",
    )
    made.write(LOCK, _built(made, *built))
    found = {
        each: _contents(LETTERS, *each)["fast.py"].decode().split("'")[1]
        for each in (("python3.12", "x86_64"), ("python3.13", "arm64"), ("python3.13", "x86_64"))
    }
    assert list(found.values()) == list(built[:3])


def test_packages_without_a_fitting_wheel_are_all_named(made: Registry) -> None:
    other = made.offer("other", {"other.py": ""}, tags="cp313-cp313-win_amd64")
    made.write(LOCK, _built(made, "cp313-cp313-manylinux_2_28_x86_64") + other + made.offer("fine", {"fine.py": ""}))
    told = _problems(LETTERS)
    assert [each.partition(":0")[0].partition(": there")[0] for each in told] == [
        f"{LOCK}:1 = 'fast==1.0'",
        f"{LOCK}:2 = 'other==1.0'",
    ]
    assert all("there is no wheel for python3.13 on arm64 with a hash of the lock" in each for each in told)


def test_what_is_kept_is_not_fetched_again(made: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    made.write(LOCK, made.offer("paper", {"paper.py": ""}))
    before = _contents(LETTERS)

    def run(*_: Any, **__: Any) -> None:
        pytest.fail("pip was started")

    monkeypatch.setattr(subprocess, "run", run)
    monkeypatch.setattr("settings.sources._listed_by_git", _nothing_listed())
    assert _contents(LETTERS) == before


def _nothing_listed() -> Any:
    def listed(_: Path) -> None:
        return None

    listed.cache_clear = lambda: None  # type: ignore[attr-defined]
    return listed


def test_a_kept_wheel_that_was_changed_is_fetched_again_and_one_of_the_registry_is_refused(made: Registry) -> None:
    made.write(LOCK, made.offer("paper", {"paper.py": "paper = True"}))
    before = _contents(LETTERS)
    (kept,) = (wheels.STORE / wheels.platform_folder(ARM)).glob("paper*.whl")
    with zipfile.ZipFile(kept, "a") as archive:
        archive.writestr("more.py", "import os")
    assert _contents(LETTERS) == before
    made.offer("paper", {"paper.py": "import os"})
    kept.unlink()
    (problem,) = _problems(LETTERS)
    assert problem.startswith(f"{LOCK}:1 = 'paper==1.0': there is no wheel for python3.13 on arm64 with a hash of the")


def test_a_marker_is_judged_for_the_functions_platform(made: Registry) -> None:
    lines = {
        "old": made.offer("old", {"old.py": ""}).replace(" --", ' ; python_version < "3.13" --'),
        "intel": made.offer("intel", {"intel.py": ""}).replace(" --", ' ; platform_machine == "x86_64" --'),
        "windows": made.offer("windows", {"windows.py": ""}).replace(" --", ' ; sys_platform == "win32" --'),
    }
    made.write(LOCK, "".join(lines.values()))

    def carried(*platform: str) -> set[str]:
        return {name.removesuffix(".py") for name in _contents(LETTERS, *platform) if name.endswith(".py")} & {*lines}

    assert carried("python3.12", "x86_64") == {"old", "intel"}
    assert carried("python3.13", "arm64") == set()


def test_another_version_than_the_librarys_is_told_and_the_same_one_is_carried_whole(
    made: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packaging, "SHARED_PACKAGES", ("logger",))
    monkeypatch.setattr(packaging, "CARRIED_PARTS", {"logger": ("logger/__init__.py",)})
    line = made.offer("logger", {"logger/__init__.py": "", "logger/more.py": ""})
    made.lock(line)
    assert "logger/more.py" not in _contents(NOTES)
    made.write(LOCK, line)
    assert "logger/more.py" in _contents(LETTERS)
    made.write(LOCK, made.offer("logger", {"logger/__init__.py": ""}, version="2.0"))
    assert _problems(LETTERS) == [
        f"{LOCK}: logger = '2.0': the handlers' library and `packages` bring 1.0 of application/requirements.txt; "
        "add logger==1.0 to the requirements.in beside it, and run `make lock-functions`"
    ]


def test_what_a_lock_leaves_out_is_named_but_not_what_the_runtime_brings(made: Registry) -> None:
    needs = ("ink>=1", "boto3", "windows; sys_platform == 'win32'")
    made.write(LOCK, made.offer("paper", {"paper.py": ""}, needs))
    (problem,) = _problems(LETTERS)
    assert problem.startswith(f"{LOCK}: ink = None: paper requires it on python3.13 on arm64, and the lock has none")


def test_two_versions_for_one_platform_are_told(made: Registry) -> None:
    made.write(LOCK, made.offer("paper", {}) + made.offer("paper", {}, version="2.0"))
    (problem,) = _problems(LETTERS)
    assert problem.startswith(f"{LOCK}:2 = 'paper==2.0': 1.0 is pinned too, and both are for python3.13 on arm64")


def test_code_that_a_wheel_installs_elsewhere_is_carried_where_it_belongs(made: Registry) -> None:
    files = {
        "paper-1.0.data/purelib/paper.py": "paper = True",
        "paper-1.0.data/scripts/paper": "#!python",
        "paper-1.0.dist-info/entry_points.txt": "[paper]\n",
    }
    made.write(LOCK, made.offer("paper", files))
    assert {name for name in _contents(LETTERS) if name.startswith("paper")} == {
        "paper.py",
        "paper-1.0.dist-info/METADATA",
        "paper-1.0.dist-info/entry_points.txt",
    }
