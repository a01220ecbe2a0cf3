"""`ffp emulator` where something is missing: said in one line, with what to do."""

from pathlib import Path

import pytest

import environments
from ffp import cli
from ffp.emulator import commands, servers
from ffp.emulator.account import Account
from ffp.emulator.home import Home
from ffp.emulator.launch import Launch
from ffp.emulator.platform import Platform, Report


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """An emulator's folder that is none yet, with an output folder of its own."""
    home = Home(tmp_path / "home")
    settings = environments.load()["local"]

    def launch(report: Report) -> Launch:
        return Launch(Platform(Account(home, settings), report, tmp_path / "out"))

    monkeypatch.setattr(commands, "_launch", launch)
    return home


def _run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr("sys.argv", ["ffp", "emulator", *arguments])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    return int(ended.value.code or 0)


@pytest.mark.parametrize("command", [("status",), ("smoke",), ("token", "patient-1@tenant.example")])
def test_what_needs_a_running_emulator_says_how_to_start_one(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], command: tuple[str, ...]
) -> None:
    assert _run(monkeypatch, *command) == cli.BAD_INPUT
    assert capfd.readouterr().err == "emulator: not running; start it with `make local`\n"


def test_up_without_its_environment_starts_nothing(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path, home: Home
) -> None:
    monkeypatch.setattr(servers, "ENVIRONMENT", tmp_path)
    assert _run(monkeypatch, "up") == cli.BAD_INPUT
    assert capfd.readouterr().err == "emulator: not set up; run `make emulator`\n"
    assert not home.folder.exists()


def test_up_without_terraform_starts_nothing(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path, home: Home
) -> None:
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv/.ready").touch()
    monkeypatch.setattr(servers, "ENVIRONMENT", tmp_path)
    monkeypatch.setenv("FFP_TERRAFORM", str(tmp_path / "none"))
    assert _run(monkeypatch, "up") == cli.BAD_INPUT
    assert capfd.readouterr().err == "terraform: not found; put it on the path or name it in FFP_TERRAFORM\n"
    assert not home.folder.exists()


def test_down_where_nothing_runs_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _run(monkeypatch, "down") == 0
