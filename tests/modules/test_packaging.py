import base64
import hashlib
import os
import zipfile
from pathlib import Path

import pytest

from modules.functions import packaging
from settings import Folder
from settings.code import LIBRARY
from tests.modules.made_wheels import Registry, look_again, registry


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Registry:
    """A project with one function, what functions share, and three locked packages."""
    made = registry(tmp_path, monkeypatch)
    made.write("application/functions/notes/notes.py", "def handler(): ...")
    made.write("application/functions/notes/deep/data.json", "{}")
    made.write("application/functions/notes/__pycache__/notes.cpython-313.pyc", "machine")
    made.write("application/functions/notes/left_over.pyc", "machine")
    made.write(f"{LIBRARY}/common.py", "shared = True")
    needs = ("scram>=1", "nowhere; sys_platform == 'win32'", "unused; extra == 'test'")
    driver = {"driver/__init__.py": "driver = True", "driver/stale.pyc": "machine"}
    large = {"logger/__init__.py": "logger = True", "logger/large/unused.py": "large = True"}
    made.lock(
        made.offer("Driver", driver, needs),
        made.offer("scram", {"scram.py": "scram = True"}, version="2.0"),
        made.offer("logger", large, version="3.0"),
    )
    monkeypatch.setattr(packaging, "SHARED_PACKAGES", ("logger",))
    monkeypatch.setattr(packaging, "CARRIED_PARTS", {"logger": ("logger/__init__.py",)})
    return made


@pytest.fixture
def project(made: Registry) -> Path:
    return made.root


# The settings judge the path against the real repository; packaging does not ask.
CODE = Folder(path="application/functions/notes", packages=("driver",))


def _package(code: Folder = CODE, *, runtime: str = "python3.13", with_packages: bool = True) -> packaging.Package:
    look_again()
    return packaging.package(code, runtime, "arm64", with_packages=with_packages)


def _names(package: packaging.Package) -> list[str]:
    with zipfile.ZipFile(package.path) as archive:
        return archive.namelist()


def test_a_package_holds_our_code_what_is_shared_and_the_packages_with_their_needs_and_metadata(project: Path) -> None:
    assert _names(_package()) == [
        "Driver-1.0.dist-info/METADATA",
        "deep/data.json",
        "driver/__init__.py",
        "ffp_lambda/common.py",
        "logger-3.0.dist-info/METADATA",
        "logger/__init__.py",
        "notes.py",
        "scram-2.0.dist-info/METADATA",
        "scram.py",
    ]


def test_what_the_shared_code_needs_is_in_every_package_and_of_a_large_one_the_named_part(project: Path) -> None:
    names = _names(_package(Folder(path="application/functions/notes")))
    assert [name for name in names if "/" in name] == [
        "deep/data.json",
        "ffp_lambda/common.py",
        "logger-3.0.dist-info/METADATA",
        "logger/__init__.py",
    ]


def test_without_packages_only_our_own_code_is_left(project: Path) -> None:
    assert _names(_package(with_packages=False)) == ["deep/data.json", "ffp_lambda/common.py", "notes.py"]


def test_a_package_for_node_holds_no_python(project: Path) -> None:
    script = project / "application/functions/greeting/greet.mjs"
    script.parent.mkdir()
    script.write_text("export const main = () => 1;")
    assert _names(_package(Folder(path="application/functions/greeting"), runtime="nodejs22.x")) == ["greet.mjs"]


def test_the_same_sources_give_the_same_bytes_whenever_they_were_touched(project: Path) -> None:
    first = _package().path.read_bytes()
    for path in project.rglob("*.py"):
        os.utime(path, (1, 1))
        path.chmod(0o600)
    assert _package().path.read_bytes() == first


def test_entries_carry_no_time_no_compression_and_one_mode(project: Path) -> None:
    with zipfile.ZipFile(_package().path) as archive:
        for entry in archive.infolist():
            assert entry.date_time == (1980, 1, 1, 0, 0, 0)
            assert entry.compress_type == zipfile.ZIP_STORED
            assert entry.external_attr == 0o100644 << 16
            assert entry.create_system == 3


def test_a_changed_line_gives_another_package(project: Path) -> None:
    before = _package()
    (project / LIBRARY / "common.py").write_text("shared = False")
    after = _package()
    assert after.path != before.path
    assert after.sha256_base64 != before.sha256_base64


def test_the_hash_is_lambdas_own(project: Path) -> None:
    package = _package()
    digest = hashlib.sha256(package.path.read_bytes()).digest()
    assert package.sha256_base64 == base64.b64encode(digest).decode()


def test_a_zip_that_exists_is_not_believed(project: Path) -> None:
    """Whoever puts one there knows the name that the sources give."""
    built = _package()
    content = built.path.read_bytes()
    with zipfile.ZipFile(built.path, "a") as archive:
        archive.writestr("more.py", "import os")
    assert _package() == built
    assert built.path.read_bytes() == content
