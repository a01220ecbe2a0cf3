"""What is synthesised: the same bytes everywhere, judged by the real provider, and nothing that nobody meant."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ffp import plans, scan, stacks, terraform
from ffp.project import ROOT
from ffp.stacks import SynthesisedStack
from modules.stacks import synthesise
from settings import ProviderRelease, environments
from tests.support import require
from tests.test_planted_faults import TODAY

# Everything that synthesis reads.
SOURCES = ("main.py", "application", "catalogue", "environments", "ffp", "library", "modules", "settings")


def _elsewhere(folder: Path) -> Path:
    """A copy of the project in another folder."""
    folder.mkdir()
    for name in SOURCES:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder / name)
    (folder / ".build").mkdir()
    shutil.copytree(ROOT / ".build" / "wheels", folder / ".build" / "wheels")
    return folder


def _files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_two_syntheses_are_byte_identical(output: Path, tmp_path: Path) -> None:
    project = _elsewhere(tmp_path / "another place")
    environment = {
        **os.environ,
        "HOME": str(tmp_path / "another home"),
        "TZ": "Pacific/Auckland",
        "LANG": "C",
        "PYTHONHASHSEED": "7",
        "AWS_REGION": "us-west-2",
    }
    subprocess.run([sys.executable, "main.py", "--out", "out"], cwd=project, env=environment, check=True, timeout=300)
    assert _files(project / "out" / "stacks") == _files(output / "stacks")


def test_nothing_of_this_machine_is_in_the_output(any_stack: SynthesisedStack) -> None:
    text = any_stack.path.read_text(encoding="utf-8")
    for trace in (str(ROOT), str(Path.home()), os.uname().nodename):
        assert f"{trace}/" not in text


def test_each_stack_keeps_its_own_state_locked_and_encrypted(all_stacks: dict[str, SynthesisedStack]) -> None:
    backends = {
        name: json.loads(stack.path.read_text())["terraform"]["backend"]["s3"] for name, stack in all_stacks.items()
    }
    assert all(backend["encrypt"] and backend["use_lockfile"] for backend in backends.values())
    assert all(backend["kms_key_id"].endswith("-ffp-state") for backend in backends.values())
    places = {(backend["bucket"], backend["key"]) for backend in backends.values()}
    assert len(places) == len(all_stacks)
    for name, backend in backends.items():
        environment = name.removeprefix("bootstrap-")
        assert backend["bucket"].startswith(f"{environment}-ffp-state-")


def test_the_two_provider_releases_differ_in_the_listed_values_alone(
    all_stacks: dict[str, SynthesisedStack], tmp_path: Path
) -> None:
    older: ProviderRelease = "5.100.0"
    synthesise(environments.load(older), environments.stacks(), tmp_path)
    for stack in stacks.load(tmp_path):
        assert _differences(all_stacks[stack.name], stack) == _listed_differences(all_stacks[stack.name])
    assert any(map(_listed_differences, all_stacks.values()))


def _differences(newer: SynthesisedStack, older: SynthesisedStack) -> dict[str, tuple[Any, Any]]:
    """What two stacks have differently, by its place: the newer one's value and the older one's, None for none."""
    new, old = (dict(_values(json.loads(stack.path.read_text(encoding="utf-8")))) for stack in (newer, older))
    return {place: (new.get(place), old.get(place)) for place in {*new, *old} if new.get(place) != old.get(place)}


def _listed_differences(newer: SynthesisedStack) -> dict[str, tuple[Any, Any]]:
    """What 5.100 lacks: CloudFront's newest TLS floor, Lambda's key for code, lifting an instance's protection."""
    release = json.loads(newer.path.read_text(encoding="utf-8"))["terraform"]["required_providers"]["aws"]["version"]
    if release == "5.100.0":
        return {}
    return {
        "terraform.required_providers.aws.version": (release, "5.100.0"),
        **{
            f"resource.{block.address}.viewer_certificate.minimum_protocol_version": ("TLSv1.3_2025", "TLSv1.2_2021")
            for block in newer.of_type("aws_cloudfront_distribution")
        },
        **{
            f"resource.{block.address}.source_kms_key_arn": (block.attributes["kms_key_arn"], None)
            for block in newer.of_type("aws_lambda_function")
        },
        **{f"resource.{block.address}.force_destroy": (True, None) for block in newer.of_type("aws_instance")},
    }


def _values(value: Any, place: str = "") -> Iterator[tuple[str, Any]]:
    """Every value that holds no others, with its place; an empty list or object is one too."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    if not inner:
        yield place, value
    for key, each in inner:
        yield from _values(each, f"{place}.{key}" if place else str(key))


@pytest.fixture(scope="session")
def provider() -> terraform.Terraform:
    return require(terraform.find(), "Terraform with AWS provider 5.100.0")


def test_the_real_provider_plans_every_stack_and_the_plan_lens_finds_nothing(
    provider: terraform.Terraform, all_stacks: dict[str, SynthesisedStack]
) -> None:
    made = plans.make(list(all_stacks), print)
    assert set(made) == set(all_stacks)
    results = scan.scan(list(all_stacks.values()), today=TODAY, plans=made)
    assert [finding for result in results for finding in result.failed] == []
