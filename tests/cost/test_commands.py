"""`ffp cost`: its tables, its JSON, its differences, and the input that it refuses."""

import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from ffp import cli, compare, git
from ffp.project import ROOT, BadInputError
from tests.ffp import test_compare

RUN = CliRunner()


def _cost(*arguments: str) -> Result:
    return RUN.invoke(cli.app, ["cost", *arguments])


def _answer(*arguments: str) -> Any:
    done = _cost(*arguments, "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


@pytest.fixture
def out(sample_output: Path, loads_sample: None) -> str:
    return str(sample_output)


def test_an_environment_has_its_services_its_sums_and_what_they_rest_on(out: str) -> None:
    done = _cost("prod", "--out", out)
    assert done.exit_code == 0
    for word in ("RDS", "WAF", "fixed", "nothing free", "pounds, at 1.32 dollars", "before VAT", "without a source"):
        assert word in done.output
    assert done.output == _cost("show", "prod", "--out", out).output


def test_without_a_name_every_environment_on_aws_has_a_line(out: str) -> None:
    done = _cost("--out", out)
    names = {line.split()[0] for line in done.output.splitlines() if line.strip()}
    assert {"dev", "staging", "prod", "sum"} <= names
    assert "local" not in names


def test_the_json_adds_up_and_names_each_source(out: str) -> None:
    bill = _answer("prod", "--out", out)["prod"]
    for case in ("low", "expected", "high"):
        lines = sum(Decimal(line["dollars"][case]) for line in bill["lines"])
        assert abs(lines - Decimal(bill["total"][case])) < Decimal("0.001")
    assert {line["stack"] for line in bill["lines"]} == {"prod", "bootstrap-prod"}
    assert all(line["source"] and line["date"] and line["unit"] for line in bill["lines"])


def test_a_multiple_shows_the_limits_in_the_order_in_which_they_are_met(out: str) -> None:
    done = _cost("prod", "--scale", "100", "--out", out)
    for word in (
        "First met:",
        "100 times the profile needs:",
        "- database.storage_limit_gb",
        "One environment ends at",
    ):
        assert word in done.output
    answer = _answer("prod", "--scale", "100000", "--out", out)["prod"]
    met = [Decimal(each["met_at"]) for each in answer["capacity"]["limits"]]
    assert met == sorted(met)
    assert answer["capacity"]["cells"] > 1
    assert "A cell costs" in _cost("prod", "--scale", "100000", "--out", out).output
    once = _answer("prod", "--out", out)["prod"]
    assert Decimal(answer["total"]["expected"]) > 100 * Decimal(once["total"]["expected"])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere"], "environment: nowhere is unknown; choose one of"),
        (["local"], "local runs on this machine and costs nothing"),
        (["prod", "--scale", "many"], "scale: many is no number above 0"),
        (["prod", "--scale", "0"], "scale: 0 is no number above 0"),
        (["prod", "--scale", "nan"], "scale: nan is no number above 0"),
        (["prod", "--against", "no-such-branch"], "git knows no commit no-such-branch"),
    ],
)
def test_bad_input_is_refused_with_its_remedy(out: str, arguments: list[str], said: str) -> None:
    done = _cost(*arguments, "--out", out)
    assert isinstance(done.exception, BadInputError)
    assert said in str(done.exception)


def test_a_billed_type_without_a_price_ends_the_command_with_2_and_no_stack_trace(tmp_path: Path) -> None:
    for name, resource in (
        ("prod", {"aws_cognito_user_pool": {"u": {"user_pool_tier": "LITE"}}}),
        ("bootstrap-prod", {"aws_vpc": {"v": {}}}),
    ):
        file = tmp_path / f"stacks/{name}/cdk.tf.json"
        file.parent.mkdir(parents=True)
        file.write_text(json.dumps({"resource": resource}), encoding="utf-8")
    command = [sys.executable, "-m", "ffp.cli", "cost", "prod", "--out", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "aws_cognito_user_pool.u: cognito.user.LITE has no price" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, loads_sample: None) -> Path:
    """A repository whose only commit has an address and a queue, and whose working tree has a NAT gateway too."""
    monkeypatch.setattr(compare, "ROOT", tmp_path)
    monkeypatch.setattr(git, "ROOT", tmp_path)
    monkeypatch.setattr(compare, "BUILD", tmp_path / ".build")
    (tmp_path / "main.py").write_text(test_compare.MAIN)
    (tmp_path / ".gitignore").write_text(".build/\n")
    before: dict[str, Any] = {"prod": {"aws_eip": {"a": {}}, "aws_sqs_queue": {"q": {}}}}
    file = tmp_path / "stacks.json"
    file.write_text(json.dumps(before))
    author = ["-c", "user.name=Tests", "-c", "user.email=tests@example.org"]
    for command in (["init", "--quiet", "--initial-branch=main"], ["add", "."], [*author, "commit", "-qm", "All"]):
        subprocess.run(["git", *command], cwd=tmp_path, check=True)
    before["prod"]["aws_nat_gateway"] = {"n": {}}
    file.write_text(json.dumps(before))
    return tmp_path


def test_a_change_shows_what_each_resource_costs(repository: Path) -> None:
    done = _cost("prod", "--against", "main")
    assert done.exit_code == 0, done.output
    assert "aws_nat_gateway.n" in done.output
    assert "+36.50" in done.output
    assert "aws_eip.a" not in done.output
    (change,) = _answer("prod", "--against", "main")["prod"]["resources"]
    assert (change["address"], change["dollars"]["expected"]) == ("aws_nat_gateway.n", "36.500000")


def test_no_change_of_price_is_said(repository: Path) -> None:
    subprocess.run(["git", "checkout", "--quiet", "stacks.json"], cwd=repository, check=True)
    assert "prod: costs the same as in main" in _cost("prod", "--against", "main").output
