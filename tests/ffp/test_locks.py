"""`make lock-functions` pins the packages of every folder of code, and names the one that it cannot pin."""

from pathlib import Path

import pytest

from ffp import locks

FOLDERS = ("application/functions/a", "application/shared/deep/b", "code/c")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for folder in (*FOLDERS, "application", "application/elsewhere"):
        (tmp_path / folder).mkdir(parents=True, exist_ok=True)
        (tmp_path / folder / "requirements.in").write_text("openpyxl\n")
    return tmp_path


def _uv(root: Path, fails_for: str = "nothing") -> str:
    """A program in the place of uv, which writes down how it was called."""
    program = root / "uv"
    program.write_text(f'#!/bin/sh\necho "$@" >> calls\ncase "$*" in *{fails_for}*) exit 3;; esac\n')
    program.chmod(0o755)
    return str(program)


def test_every_folder_of_code_that_names_packages_is_locked_wherever_it_is(root: Path) -> None:
    assert locks.folders(root, (*FOLDERS, *FOLDERS, "application/functions/without")) == [*FOLDERS]


def test_a_file_that_belongs_to_no_code_is_named(root: Path) -> None:
    (line,) = locks.unread(root, FOLDERS)
    assert line == (
        "application/elsewhere/requirements.in is not locked: "
        "no function in Python has its code in application/elsewhere"
    )


def test_each_folder_is_shown_and_locked_with_hashes(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert locks.lock(root, FOLDERS, _uv(root), ["--upgrade"]) == 0
    assert capsys.readouterr().out.splitlines() == [f"locking {each}" for each in FOLDERS]
    calls = (root / "calls").read_text().splitlines()
    for folder, call in zip(FOLDERS, calls, strict=True):
        assert call.endswith(f"{folder}/requirements.in --output-file {folder}/requirements.txt")
    assert all("--generate-hashes" in call and "--upgrade" in call for call in calls)


def test_the_folder_that_cannot_be_locked_is_named(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert locks.lock(root, FOLDERS, _uv(root, fails_for="deep/b/"), []) == 3
    assert capsys.readouterr().err.startswith("application/shared/deep/b/requirements.in could not be locked")
    assert len((root / "calls").read_text().splitlines()) == 2
