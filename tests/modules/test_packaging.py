import base64
import hashlib
import os
import zipfile
from pathlib import Path

import pytest

from environments import InvalidSettings
from environments.settings import Folder
from modules import packaging


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with one function, what functions share, and three locked packages."""
    files = {
        "functions/notes/notes.py": "def handler(): ...",
        "functions/notes/deep/data.json": "{}",
        "functions/notes/__pycache__/notes.cpython-313.pyc": "machine",
        "functions/notes/left_over.pyc": "machine",
        "functions/shared/common.py": "shared = True",
        ".build/packages/arm64/driver/__init__.py": "driver = True",
        ".build/packages/arm64/driver/stale.pyc": "machine",
        ".build/packages/arm64/driver-1.0.dist-info/METADATA": (
            "Metadata-Version: 2.1\nName: Driver\nVersion: 1.0\nRequires-Dist: scram>=1\n"
            "Requires-Dist: nowhere; sys_platform == 'win32'\nRequires-Dist: unused; extra == 'test'\n"
        ),
        ".build/packages/arm64/driver-1.0.dist-info/RECORD": (
            "driver/__init__.py,,\ndriver/stale.pyc,,\ndriver-1.0.dist-info/METADATA,,\n../../bin/driver,,\n"
        ),
        ".build/packages/arm64/scram.py": "scram = True",
        ".build/packages/arm64/logger/__init__.py": "logger = True",
        ".build/packages/arm64/logger/large/unused.py": "large = True",
        ".build/packages/arm64/logger-3.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: logger\nVersion: 3.0\n",
        ".build/packages/arm64/logger-3.0.dist-info/RECORD": (
            "logger/__init__.py,,\nlogger/large/unused.py,,\nlogger-3.0.dist-info/METADATA,,\n"
            "logger-3.0.dist-info/RECORD,,\n"
        ),
        ".build/packages/arm64/scram-2.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: scram\nVersion: 2.0\n",
        ".build/packages/arm64/scram-2.0.dist-info/RECORD": "scram.py,,\nscram-2.0.dist-info/METADATA,,\n",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    monkeypatch.setattr(packaging, "ROOT", tmp_path)
    monkeypatch.setattr(packaging, "_SHARED", tmp_path / "functions" / "shared")
    monkeypatch.setattr(packaging, "_BUILD", tmp_path / ".build")
    monkeypatch.setattr(packaging, "SHARED_PACKAGES", ("logger",))
    monkeypatch.setattr(packaging, "CARRIED_PARTS", {"logger": ("logger/__init__.py",)})
    return tmp_path


# The settings judge the path against the real repository; packaging does not ask.
CODE = Folder(path="functions/notes", packages=("driver",))


def _package(code: Folder = CODE, *, with_packages: bool = True) -> packaging.Package:
    packaging.package.cache_clear()  # a program sees its sources once
    return packaging.package(code, with_packages=with_packages)


def _names(package: packaging.Package) -> list[str]:
    with zipfile.ZipFile(package.path) as archive:
        return archive.namelist()


def _again(sources: Path) -> bytes:
    for path in (sources / ".build" / "zips").glob("*"):
        path.unlink()
    return _package().path.read_bytes()


def test_a_package_holds_our_code_what_is_shared_and_the_packages_with_their_needs_and_metadata(sources: Path) -> None:
    assert _names(_package()) == [
        "common.py",
        "deep/data.json",
        "driver-1.0.dist-info/METADATA",
        "driver/__init__.py",
        "logger-3.0.dist-info/METADATA",
        "logger/__init__.py",
        "notes.py",
        "scram-2.0.dist-info/METADATA",
        "scram.py",
    ]


def test_what_the_shared_code_needs_is_in_every_package_and_of_a_large_one_the_named_part(sources: Path) -> None:
    names = _names(_package(Folder(path="functions/notes")))
    assert [name for name in names if "/" in name] == [
        "deep/data.json",
        "logger-3.0.dist-info/METADATA",
        "logger/__init__.py",
    ]


def test_without_packages_only_our_own_code_is_left(sources: Path) -> None:
    assert _names(_package(with_packages=False)) == ["common.py", "deep/data.json", "notes.py"]


def test_the_same_sources_give_the_same_bytes_whenever_they_were_touched(sources: Path) -> None:
    first = _again(sources)
    for path in sources.rglob("*.py"):
        os.utime(path, (1, 1))
        path.chmod(0o600)
    assert _again(sources) == first


def test_entries_carry_no_time_no_compression_and_one_mode(sources: Path) -> None:
    with zipfile.ZipFile(_package().path) as archive:
        for entry in archive.infolist():
            assert entry.date_time == (1980, 1, 1, 0, 0, 0)
            assert entry.compress_type == zipfile.ZIP_STORED
            assert entry.external_attr == 0o100644 << 16
            assert entry.create_system == 3


def test_a_changed_line_gives_another_package(sources: Path) -> None:
    before = _package()
    (sources / "functions" / "shared" / "common.py").write_text("shared = False")
    after = _package()
    assert after.path != before.path
    assert after.sha256_base64 != before.sha256_base64


def test_the_hash_is_lambdas_own(sources: Path) -> None:
    package = _package()
    digest = hashlib.sha256(package.path.read_bytes()).digest()
    assert package.sha256_base64 == base64.b64encode(digest).decode()


def test_a_package_that_was_not_fetched_is_named_with_what_to_do(sources: Path) -> None:
    with pytest.raises(InvalidSettings, match="has not been installed for Lambda; run `make setup`"):
        _package(Folder(path="functions/notes", packages=("missing",)))
