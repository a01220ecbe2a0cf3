"""The command line of deliveries, as far as it needs no account: roles, comments, and what is refused at once."""

import json
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from ffp import cli
from ffp.deliver import commands, expiring, files, spending
from ffp.deliver.nightly import Finding
from ffp.project import BadInputError
from settings.lifecycles import TERRAFORM
from tests.ffp.deliver.hub import REPOSITORY, TOKEN, Hub, serving

Run = Callable[..., Result]


@pytest.fixture
def run(loads_sample: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `ffp deliver` with its folder elsewhere."""
    monkeypatch.setattr(files, "FOLDER", tmp_path)
    for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "GITHUB_RUN_ID"):
        monkeypatch.delenv(name, raising=False)
    return lambda *arguments: CliRunner().invoke(cli.app, ["deliver", *arguments])


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    with serving() as hub:
        monkeypatch.setenv("GITHUB_API_URL", hub.address)
        monkeypatch.setenv("GITHUB_REPOSITORY", REPOSITORY)
        monkeypatch.setenv("GITHUB_TOKEN", TOKEN)
        yield hub


def test_a_job_learns_which_role_it_takes_on(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    output = tmp_path / "output"
    monkeypatch.setenv("GITHUB_OUTPUT", str(output))
    done = run("role", "prod", "plan")
    arn = "arn:aws:iam::333333333333:role/prod-ffp-plan"
    assert done.stdout.strip() == arn
    told = [f"role={arn}", "region=eu-west-2", "account=333333333333", "seconds=3600"]
    assert output.read_text().splitlines() == told


@pytest.mark.parametrize("command", [["plan"], ["apply"], ["role"], ["comment"], ["expiring"], ["spending"]])
def test_an_unknown_environment_is_refused(run: Run, command: list[str]) -> None:
    rest = {"role": ["plan"], "comment": ["--pull-request", "1"]}.get(command[0], [])
    done = run(*command, "nowhere", *rest)
    assert isinstance(done.exception, BadInputError)
    assert "environment: nowhere is unknown; choose one of" in str(done.exception)


@pytest.mark.parametrize("content", [None, b"\xff\xfe", b"{}"])
def test_a_ticket_that_cannot_be_read_is_refused(run: Run, tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "a-ticket.json"
    if content is not None:
        file.write_bytes(content)
    done = run("apply", "prod", "--ticket", str(file))
    assert isinstance(done.exception, BadInputError)
    assert "plan again: `ffp deliver plan ENV --store`" in str(done.exception)


def _review(folder: Path, text: str, *, grade: str | None = None, **numbers: int) -> None:
    folder.mkdir(exist_ok=True)
    counted = dict.fromkeys(("red", "amber", "silenced", "changed_rows"), 0) | numbers
    sections = [{"tables": [{"rows": [{"grade": grade}]}]}]
    (folder / "review.json").write_text(json.dumps({"numbers": counted, "sections": sections}))
    (folder / "review.md").write_text(text)


def test_a_pull_request_is_told_what_it_does_and_nothing_if_it_does_nothing(run: Run, hub: Hub, tmp_path: Path) -> None:
    def told(text: str, *, grade: str | None = None, **numbers: int) -> list[str]:
        _review(tmp_path / "prod", text, grade=grade, **numbers)
        assert run("comment", "prod", "--pull-request", "7").exit_code == 0
        return [body.splitlines()[1] for body in hub.bodies()]

    assert told("two rows", changed_rows=2) == ["two rows"]
    assert told("nothing") == []
    assert told("a finding of the scan", grade="red") == ["a finding of the scan"]


def test_a_plan_that_failed_replaces_the_comment_of_an_older_one(run: Run, hub: Hub, tmp_path: Path) -> None:
    _review(tmp_path / "prod", "older", changed_rows=1)
    run("comment", "prod", "--pull-request", "7")
    (tmp_path / "prod" / "review.json").unlink()
    run("comment", "prod", "--pull-request", "7")
    assert ["could not be planned" in body for body in hub.bodies()] == [True]


@pytest.fixture
def nights(sample_output: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[date], None]:
    """Sets the day of the nightly look, at stacks that are synthesised already."""
    monkeypatch.setattr(commands, "_synthesise", lambda _report: None)
    monkeypatch.setattr(expiring, "OUTPUT", sample_output)
    monkeypatch.setattr("ffp.terraform.require_program", lambda: Path("terraform"))
    monkeypatch.setattr("ffp.terraform.version", lambda _program: "1.11.4")
    return lambda day: monkeypatch.setattr(commands, "_today", lambda: day)


def test_what_ends_is_opened_once_and_closed_when_it_is_gone(
    run: Run, hub: Hub, nights: Callable[[date], None]
) -> None:
    ends = TERRAFORM["1.11"]

    def night(days_before: int) -> tuple[int, list[str]]:
        nights(ends - timedelta(days=days_before))
        done = run("expiring", "prod", "--offline", "--issues")
        return done.exit_code, [each["title"] for each in hub.issues if each["state"] == "open"]

    title = f"prod: Terraform 1.11 ends on {ends}"
    assert night(61) == (0, [])
    assert night(60) == (1, [title])
    assert night(59) == (1, [title])
    assert len(hub.issues) == 1
    assert night(61) == (0, [])


def test_what_cannot_be_looked_at_ends_with_a_failure(
    run: Run, nights: Callable[[date], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    nights(TERRAFORM["1.11"] - timedelta(days=90))
    assert run("expiring", "prod", "--offline").exit_code == 0

    def missing() -> Path:
        raise BadInputError("terraform: not found")

    monkeypatch.setattr("ffp.terraform.require_program", missing)
    done = run("expiring", "prod", "--offline")
    assert done.exit_code == 1
    assert "Terraform: not looked at: terraform: not found" in done.stdout
    assert "prod: 0 findings, 1 kinds not looked at" in done.stdout


def test_what_was_spent_is_opened_once_for_a_month(
    run: Run, hub: Hub, nights: Callable[[date], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    month, finding = date(2026, 10, 1), Finding("WAF in 2026-10", "it cost 50.00 dollars", "find its cause")
    monkeypatch.setattr(commands, "_place", lambda *_: None)
    for findings in ((finding,), (finding,), ()):
        found = spending.Spending(month, (), ("2026-10: 130.00 dollars",), findings)
        monkeypatch.setattr(spending, "find", lambda *_, found=found: found)
        done = run("spending", "prod", "--issues")
        assert done.exit_code == bool(findings)
        assert "2026-10: 130.00 dollars" in done.stdout
        opened = [each["title"] for each in hub.issues if each["state"] == "open"]
        assert opened == ["prod: WAF in 2026-10"] * bool(findings)
    assert len(hub.issues) == 1


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"numbers": {}, "sections": []}', '{"sections": 5}'])
def test_a_review_that_is_none_is_refused(run: Run, hub: Hub, tmp_path: Path, content: str) -> None:
    _review(tmp_path / "prod", "text")
    (tmp_path / "prod" / "review.json").write_text(content)
    done = run("comment", "prod", "--pull-request", "7")
    assert isinstance(done.exception, BadInputError)
    assert hub.asked == []
