"""A folder's requirements.txt before its packages are fetched: what it pins, and every problem of it with its line."""

import subprocess
from pathlib import Path

import pytest

from settings import requirements, sources

FOLDER = "application/functions/letters"
LOCK = f"{FOLDER}/requirements.txt"
HASH = f"--hash=sha256:{'a' * 64}"
AGAIN = "run `make lock-functions`, which writes it from the requirements.in beside it"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / FOLDER).mkdir(parents=True)
    sources.look_again()
    return tmp_path / FOLDER


def _problems(folder: Path) -> list[str]:
    sources.look_again()
    return [str(each) for each in requirements.problems(folder.parents[2], [FOLDER])]


def test_a_folder_without_packages_and_a_sound_lock_have_no_problem(folder: Path) -> None:
    assert _problems(folder) == []
    text = f'# pinned\npaper==1.0 ; python_version < "3.13" \\\n    {HASH} \\\n    {HASH[:-1]}b\n    # via ink\n\n'
    (folder / "requirements.txt").write_text(f"{text}Paper_Mill[fast]==2.0 {HASH}\n", encoding="utf-8")
    assert _problems(folder) == []
    first, second = requirements.locked(folder / "requirements.txt")
    assert (first.name, first.version, len(first.hashes), first.line) == ("paper", "1.0", 2, 2)
    assert (second.name, second.version, second.line) == ("paper-mill", "2.0", 7)
    assert first.applies({"python_version": "3.12"})
    assert not first.applies({"python_version": "3.13"})


LINES = {
    f"paper {HASH}": "= 'paper': must be pinned by == to one version",
    f"paper>=1 {HASH}": "= 'paper>=1': must be pinned by == to one version",
    f"paper==1.* {HASH}": "= 'paper==1.*': must be pinned by == to one version",
    f"paper==1.0,<2 {HASH}": "= 'paper==1.0,<2': must be pinned by == to one version",
    f"paper @ file:///paper.whl {HASH}": "must be pinned by == to one version",
    "paper==1.0": "= 'paper==1.0': has no --hash=sha256:…, or another kind of hash",
    "paper==1.0 --hash=md5:abc": "= 'paper==1.0': has no --hash=sha256:…, or another kind of hash",
    f"paper==1.0 {HASH} --hash=sha512:abc": "has no --hash=sha256:…, or another kind of hash",
    f"./paper.whl {HASH}": "= './paper.whl': is no requirement that pip reads",
    "-r more.txt": "= '-r': only pinned packages may be listed; remove it",
    "--index-url=https://packages.example/simple": "= '--index-url': only pinned packages may be listed; remove it: a "
    "registry belongs in pip's own configuration",
}


@pytest.mark.parametrize("line", LINES)
def test_what_another_machine_could_read_otherwise_is_told_with_its_line_and_the_command(
    folder: Path, line: str
) -> None:
    (folder / "requirements.txt").write_text(f"fine==1.0 {HASH}\n\n{line}\n", encoding="utf-8")
    (problem,) = _problems(folder)
    assert problem.startswith(f"{LOCK}:3 = ")
    assert LINES[line] in problem
    assert problem.endswith(AGAIN)
    assert "https://packages" not in problem


def test_all_lines_are_told_at_once(folder: Path) -> None:
    (folder / "requirements.txt").write_text("\n".join(LINES), encoding="utf-8")
    assert len(_problems(folder)) == len(LINES)


def test_a_source_without_a_lock_and_a_lock_without_the_sources_packages_are_told(folder: Path) -> None:
    (folder / "requirements.in").write_text("paper>=2  # for letters\nink\n", encoding="utf-8")
    assert _problems(folder) == [f"{LOCK} = None: requirements.in is not locked; {AGAIN}"]
    (folder / "requirements.txt").write_text(f"paper==1.0 {HASH}\n", encoding="utf-8")
    both = "run `make lock-functions`, which brings both together"
    assert _problems(folder) == [
        f"{FOLDER}/requirements.in:1 = 'paper>=2': requirements.txt pins 1.0; {both}",
        f"{FOLDER}/requirements.in:2 = 'ink': requirements.txt pins nothing of it; {both}",
    ]


def test_a_lock_that_git_does_not_track_is_told(folder: Path) -> None:
    (folder / "requirements.txt").write_text(f"paper==1.0 {HASH}\n", encoding="utf-8")
    (folder / "letters.py").write_text("", encoding="utf-8")
    root = str(folder.parents[2])
    subprocess.run(["git", "init", "--quiet", root], check=True)
    subprocess.run(["git", "-C", root, "add", f"{FOLDER}/letters.py"], check=True)
    assert [each.partition(":")[0] for each in _problems(folder)] == [f"{LOCK} = 'requirements.txt'"]
    subprocess.run(["git", "-C", root, "add", "--all"], check=True)
    assert _problems(folder) == []
    assert list(sources.problems(folder.parents[2], [FOLDER])) == []
