"""What a package carries of our own code: what git tracks, the same bytes on every machine, and no secret."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from ffp.project import ROOT
from settings import environments, secrecy, sources
from settings.base import InvalidSettings
from tests.support import require

FOLDER = "tests/sample/functions/health"
KEY = "AKIA" + "IOSFODNN7ABCDEFG"
Project = Path


def _git(folder: Path, *arguments: str) -> str:
    program = require(shutil.which("git"), "git")
    me = ("-c", "user.name=test", "-c", "user.email=test@ffp.example", "-c", "core.excludesFile=")
    done = subprocess.run([program, *me, "-C", folder, *arguments], capture_output=True, text=True, check=True)
    return done.stdout


def _put(project: Project, name: str, text: str = "") -> Path:
    path = project / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def _names(project: Project) -> list[str]:
    sources._listed_by_git.cache_clear()  # a program sees its sources once
    return [path.relative_to(project / FOLDER).as_posix() for path in sources.packed(project, FOLDER)]


def _problems(project: Project) -> list[str]:
    sources._listed_by_git.cache_clear()
    return [str(problem) for problem in sources.problems(project, [FOLDER])]


@pytest.fixture
def copied(tmp_path: Path) -> Project:
    """A copy of a project without its repository."""
    _put(tmp_path, f"{FOLDER}/health.py", "def handler(): ...\n")
    _put(tmp_path, f"{FOLDER}/deep/data.json", "{}\n")
    return tmp_path


@pytest.fixture
def tracked(copied: Project) -> Project:
    """A project in a repository of its own."""
    _put(copied, ".gitignore", "__pycache__/\nscratch.py\n")
    _git(copied, "init", "--quiet")
    _git(copied, "add", ".")
    return copied


@pytest.fixture(params=["copied", "tracked"])
def project(request: pytest.FixtureRequest) -> Project:
    """Either."""
    found: Project = request.getfixturevalue(request.param)
    return found


def test_what_lies_on_one_machine_is_not_packed(project: Project) -> None:
    for name in (
        ".env",
        ".DS_Store",
        ".health.py.swp",
        "._health.py",
        "health.py~",
        "notes.txt",
        "__pycache__/health.cpython-313.pyc",
        "Makefile",
    ):
        _put(project, f"{FOLDER}/{name}", f"API_KEY={KEY}")
    assert _names(project) == ["deep/data.json", "health.py"]
    assert _problems(project) == []


@pytest.mark.parametrize("target", ["elsewhere.py", "elsewhere", "nowhere"])
def test_a_link_is_refused_with_its_place_and_target(project: Project, target: str) -> None:
    _put(project, "elsewhere.py", "secret = 1")
    _put(project, "elsewhere/inner.py", "secret = 1")
    (project / FOLDER / "link.py").symlink_to(project / target)
    assert _names(project) == ["deep/data.json", "health.py"]
    (problem,) = _problems(project)
    assert problem.startswith(f"{FOLDER}/link.py = '→ {project / target}")
    assert problem.endswith("is a link; replace it by a copy, or remove it")


def test_a_folder_that_is_a_link_is_refused(project: Project) -> None:
    (project / FOLDER).rename((project / FOLDER).with_name("other"))
    (project / FOLDER).symlink_to("other")
    problem = _problems(project)[0]
    assert problem.startswith(f"{FOLDER} = '→ other': is a link")


def test_new_code_that_git_does_not_track_is_named_with_what_to_do(tracked: Project) -> None:
    _put(tracked, f"{FOLDER}/new.py", "def handler(): ...")
    assert _names(tracked) == ["deep/data.json", "health.py"]
    (problem,) = _problems(tracked)
    assert problem == (
        f"{FOLDER}/new.py = 'new.py': git does not track it, so it is not packed; `git add` it, or remove it"
    )
    _git(tracked, "add", FOLDER)
    assert _names(tracked) == ["deep/data.json", "health.py", "new.py"]
    assert _problems(tracked) == []


def test_what_git_ignores_is_not_packed(tracked: Project) -> None:
    _put(tracked, f"{FOLDER}/scratch.py", f"key = '{KEY}'")
    assert _names(tracked) == ["deep/data.json", "health.py"]
    assert _problems(tracked) == []


def test_a_tracked_file_of_another_ending_is_named_and_not_silently_left_out(tracked: Project) -> None:
    _put(tracked, f"{FOLDER}/table.csv", "a,b")
    _git(tracked, "add", ".")
    (problem,) = _problems(tracked)
    assert problem.startswith(f"{FOLDER}/table.csv = '.csv': only files that end in .cjs, .js, .json")
    assert "; write its text in a .ts file, or in a .json or .sql file" in problem


def test_a_tracked_file_is_packed_as_it_lies_there_and_not_once_it_is_gone(tracked: Project) -> None:
    _put(tracked, f"{FOLDER}/health.py", "changed = True")
    (tracked / FOLDER / "deep/data.json").unlink()
    assert _names(tracked) == ["health.py"]


def test_a_clean_checkout_packs_the_same_with_git_and_without(monkeypatch: pytest.MonkeyPatch) -> None:
    folders = ["tests/sample/functions", "tests/sample/migrations", "library"]
    require((ROOT / ".git").exists() or None, "a repository")
    with_git = [sources.packed(ROOT, folder) for folder in folders]
    monkeypatch.setattr(sources, "_listed_by_git", lambda _: None)
    assert [sources.packed(ROOT, folder) for folder in folders] == with_git
    assert all(with_git)


def test_a_copy_inside_of_another_repository_is_none_of_its_files(tmp_path: Path) -> None:
    _git(tmp_path, "init", "--quiet")
    _put(tmp_path, f"copy/{FOLDER}/health.py", "def handler(): ...")
    assert _names(tmp_path / "copy") == ["health.py"]
    assert _problems(tmp_path / "copy") == []


def test_a_repository_that_git_refuses_is_told_in_gits_own_words(tracked: Project) -> None:
    (tracked / ".git/HEAD").write_text("nonsense")
    with pytest.raises(InvalidSettings, match=r"functions = .*: git lists no files: fatal: "):
        _names(tracked)


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        (f"KEY = '{KEY}'", "an AWS access key"),
        (f"# {KEY}", "an AWS access key"),
        ("-----BEGIN RSA " + "PRIVATE KEY-----", "a private key"),
        ("headers = {'Authorization': 'token ghp_" + "a1B2" * 9 + "'}", "a GitHub token"),
        ("connect('postgresql://master:hunter2@db/ffp')", "a password in an address"),
        ("PASSWORD = 'hunter2'", "a password written out"),
        ('{"apiKey": "8f2k1m9q"}'.replace("apiKey", "api_key"), "a password written out"),
        ("token: str = 'a1b2c3d4e5'", "a password written out"),
        ("alter role app password 'hunter2x';", "a password written out"),
        ("salt = 'wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY'", "a random key"),
    ],
)
def test_a_secret_in_what_is_packed_is_named_by_its_line_and_not_shown(project: Project, line: str, kind: str) -> None:
    _put(project, f"{FOLDER}/health.py", f"import os\n{line}\n")
    (problem,) = _problems(project)
    assert problem.startswith(f"{FOLDER}/health.py:2 = '(not shown)': looks like {kind}; keep it in Secrets Manager")
    assert line not in problem


@pytest.mark.parametrize(
    "line",
    [
        "user, password = read_credentials(os.environ['SECRET_ARN'])",
        "connect(password=password, token=self.token)",
        "if claims['token_use'] == 'access':",
        "SECRET_STAGE = 'AWSCURRENT'",
        "raise ValueError(f'secret={name} is unknown')",
        "-----BEGIN CERTIFICATE-----",
        "MIIEBjCCAu6gAwIBAgIJAMc0ZzaSUK51MA0GCSqGSIb3DQEBCwUAMIGPMQswCQYD",
    ],
)
def test_code_that_handles_secrets_holds_none(line: str) -> None:
    assert list(secrecy.secrets_in_source(line)) == []


@pytest.mark.usefixtures("loads_sample")
def test_every_problem_of_the_sources_is_told_with_those_of_the_settings(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(environments, "ROOT", project)
    _put(project, f"{FOLDER}/health.py", f"KEY = '{KEY}'")
    (project / FOLDER / "link.py").symlink_to("health.py")
    sources._listed_by_git.cache_clear()
    with pytest.raises(InvalidSettings) as refused:
        environments.load()
    assert [problem.field for problem in refused.value.problems] == [f"{FOLDER}/health.py:1", f"{FOLDER}/link.py"]


def _cloned(tmp_path: Path, before: Callable[[Path], object]) -> tuple[Path, Path]:
    """The sample's functions in a repository, and what a machine that wants CRLF makes of it."""
    made, cloned = tmp_path / "made", tmp_path / "cloned"
    shutil.copytree(ROOT / FOLDER, made / FOLDER, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / ".gitattributes", made)
    before(made)
    _git(made, "init", "--quiet")
    _git(made, "add", ".")
    _git(made, "commit", "--quiet", "--message", "All")
    _git(tmp_path, "clone", "--quiet", "--config", "core.autocrlf=true", str(made), str(cloned))
    return made, cloned


def _bytes(project: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(project)): path.read_bytes() for path in (project / FOLDER).rglob("*") if path.is_file()
    }


def test_a_checkout_has_the_same_bytes_where_git_is_told_to_end_lines_otherwise(tmp_path: Path) -> None:
    made, cloned = _cloned(tmp_path, lambda _: None)
    assert _bytes(made) == _bytes(cloned)


def test_without_our_attributes_it_would_not(tmp_path: Path) -> None:
    made, cloned = _cloned(tmp_path, lambda project: os.remove(project / ".gitattributes"))
    assert b"\r\n" in _bytes(cloned)[f"{FOLDER}/health.py"]
    assert _bytes(made) != _bytes(cloned)
