"""`ffp review`: what it writes and prints, its exit codes, and the bad input that it refuses."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from ffp import cli, compare, git, up_to_date
from ffp.project import BadInputError
from ffp.review import commands
from ffp.stacks import FILE_NAME, STACKS, SynthesisedStack
from tests.review.corpus.edit import Document, put

Run = Callable[..., Result]


@pytest.fixture
def out(sample_output: Path, tmp_path: Path) -> Path:
    """A copy of the sample's stacks, which a test may edit."""
    folder = tmp_path / "out"
    shutil.copytree(sample_output, folder)
    return folder


@pytest.fixture
def run(
    loads_sample: None,
    sample_stacks: dict[str, SynthesisedStack],
    out: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Run:
    """Runs the command with the sample's stacks as those of the commit, and `out` as those of the working tree."""
    monkeypatch.setattr(compare, "of_commit", lambda _reference, _report: sample_stacks)
    monkeypatch.setattr(commands, "merge_base", lambda: "0" * 40)

    def call(*arguments: str) -> Result:
        command = ["review", "--out", str(out), "--to", str(tmp_path / "review"), *arguments]
        return CliRunner().invoke(cli.app, command, env={"COLUMNS": "200"})

    return call


def _edit(out: Path, change: Callable[[Document], object], stack: str = "prod") -> None:
    file = out / STACKS / stack / FILE_NAME
    document: Document = json.loads(file.read_text(encoding="utf-8"))
    change(document)
    file.write_text(json.dumps(document, indent=2), encoding="utf-8")


PUBLIC = put("aws_s3_bucket_public_access_block", "block_public_policy", False)


def test_an_unchanged_environment_has_a_page_a_text_and_exit_code_0(run: Run, tmp_path: Path) -> None:
    done = run("prod")
    assert done.exit_code == 0, done.output
    assert "prod: 0 red, 0 amber, 0 silenced" in done.stdout
    page, text = (tmp_path / "review" / f"prod.{ending}" for ending in ("html", "md"))
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert text.read_text(encoding="utf-8").startswith("<!-- ffp review prod -->")


def test_a_dangerous_change_ends_with_1_and_is_named_everywhere(run: Run, out: Path, tmp_path: Path) -> None:
    _edit(out, PUBLIC)
    done = run("prod")
    assert done.exit_code == 1
    assert "1 red" in done.stdout
    for ending in ("html", "md"):
        assert "The block of public policies" in (tmp_path / "review" / f"prod.{ending}").read_text(encoding="utf-8")


def test_a_danger_of_the_bootstrap_stack_counts(run: Run, out: Path) -> None:
    _edit(out, PUBLIC, "bootstrap-prod")
    assert run("prod").exit_code == 1
    assert run("staging").exit_code == 0


def test_machines_get_json_or_sarif_with_the_place_of_each_concern(run: Run, out: Path) -> None:
    _edit(out, PUBLIC)
    found = json.loads(run("prod", "--format", "json").stdout)
    (concern,) = found["concerns"]
    assert concern["address"].startswith("aws_s3_bucket_public_access_block.")
    assert concern["source"].startswith("modules/storage/")
    (run_,) = json.loads(run("prod", "--format", "sarif").stdout)["runs"]
    (result,) = run_["results"]
    assert result["level"] == "error"
    assert "modules/storage/" in json.dumps(result["locations"])
    assert run("prod", "--format", "markdown").stdout.startswith("<!-- ffp review prod -->")


def test_a_scan_adds_what_it_found(run: Run) -> None:
    found = json.loads(run("prod", "--scan", "--format", "json").stdout)
    (scanned,) = (section for section in found["sections"] if section["id"] == "scan")
    assert scanned["summary"].startswith("0 unwaived findings")


def test_the_other_environments_concerns_are_counted(run: Run, out: Path) -> None:
    _edit(out, PUBLIC, "staging")
    found = json.loads(run("prod", "--format", "json").stdout)
    assert found["concerns"] == []
    (section,) = (each for each in found["sections"] if each["id"] == "environments")
    assert {row["cells"][0]: row["cells"][4] for row in section["tables"][0]["rows"]}["staging"] == "1"


def test_an_environment_that_is_new_is_judged_by_itself(
    run: Run, sample_stacks: dict[str, SynthesisedStack], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever adds an environment reads what it opens; what it relaxes about losses is its settings' decision."""
    without = {name: stack for name, stack in sample_stacks.items() if not name.endswith("prod")}
    monkeypatch.setattr(compare, "of_commit", lambda _reference, _report: without)
    found = json.loads(run("prod", "--format", "json").stdout)
    assert {each["topic"] for each in found["concerns"]} <= {"exposure"}
    opened = [each for each in found["concerns"] if "Reading the code" not in each["title"]]  # of an image
    assert all(each["address"].startswith("aws_apigatewayv2_route.") for each in opened), opened


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("nowhere",), "environment: nowhere is unknown; choose one of"),
        (("prod", "--plan", "no-such-file"), "no-such-file: cannot be read"),
        (("prod", "--twin"), "may be of other sources than these"),
    ],
)
def test_bad_input_is_refused(run: Run, arguments: tuple[str, ...], message: str) -> None:
    done = run(*arguments)
    assert isinstance(done.exception, BadInputError)
    assert message in str(done.exception)


def test_a_folder_that_cannot_be_made_is_refused(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    done = run("prod", "--to", str(file / "inside"))
    assert isinstance(done.exception, BadInputError)
    assert "cannot be written" in str(done.exception)


def test_a_refused_review_leaves_no_older_page(run: Run, tmp_path: Path) -> None:
    page = tmp_path / "prod.html"
    page.write_text("of an earlier run")
    assert isinstance(run("prod", "--plan", "no-such-file", "--to", str(tmp_path)).exception, BadInputError)
    assert not page.exists()


def test_stacks_that_are_older_than_their_sources_are_refused(
    out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sample_stacks: dict[str, SynthesisedStack]
) -> None:
    monkeypatch.setattr(up_to_date, "ROOT", tmp_path)
    monkeypatch.setattr(up_to_date, "OUTPUT", out.resolve())
    source = tmp_path / "modules" / "new.py"
    source.parent.mkdir()
    source.write_text("")
    later = sample_stacks["prod"].path.stat().st_mtime + 60
    os.utime(source, (later, later))
    with pytest.raises(BadInputError, match=r"out: is older than modules/new.py; run `ffp synth`"):
        up_to_date.require_current([sample_stacks["prod"]], out)
    os.utime(source, (1, 1))
    up_to_date.require_current([sample_stacks["prod"]], out)


def test_without_a_main_branch_the_commit_must_be_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(git, "ROOT", tmp_path)
    with pytest.raises(BadInputError, match="name a branch, a tag or a commit"):
        commands.merge_base()


def test_the_commit_of_main_itself_is_called_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(git, "head", lambda: "a" * 40)
    assert commands._in_words("a" * 40) == "aaaaaaaaa, the last commit of main"
    assert commands._in_words("b" * 40) == "bbbbbbbbb, where this branch left main"


@pytest.mark.parametrize("url", ["x", "javascript:alert(1)", "https://host", "https://host/a b"])
def test_an_address_of_sources_that_is_none_is_refused(run: Run, url: str) -> None:
    done = run("prod", "--source-url", url)
    assert isinstance(done.exception, BadInputError)
    assert str(done.exception).startswith(f"source-url: {url}")
