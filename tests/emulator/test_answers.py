"""An empty second plan proves an attribute only where the emulator answers what it was sent; all others are listed.

The tests deploy the sample with other values than it states, to a platform that they share.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from ffp import stacks, terraform
from ffp.project import ROOT
from tests.emulator.answered import Made, Variation, VariedPlatform
from tests.emulator.variation import FOUND_BY, OF_PROVIDER, OTHERS, Leaf
from tests.launches import account_in, started
from tests.support import require

DOCUMENT = ROOT / "docs/deployment.md"


@pytest.fixture(scope="module")
def variation(sample_output: Path, tmp_path_factory: pytest.TempPathFactory) -> Variation:
    plans = tmp_path_factory.mktemp("plans")
    program = require(terraform.find(), "Terraform with its AWS provider")
    folders = [sample_output / stacks.STACKS / name for name in ("local", "bootstrap-local")]
    return Variation(
        *(
            Made(
                json.loads((folder / stacks.FILE_NAME).read_text()),
                json.loads(program.plan_json(folder, plans).read_text()),
            )
            for folder in folders
        )
    )


@pytest.fixture(scope="module")
def varied(
    variation: Variation, sample_output: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[VariedPlatform]:
    folder = tmp_path_factory.mktemp("varied")
    platform = VariedPlatform(account_in(folder), print, folder / "out", sample_output, variation=variation)
    with started(platform):
        platform.synthesise()
        platform.point_at_emulator()
        platform.deploy()
        yield platform


def test_every_attribute_has_two_values_or_is_listed(variation: Variation) -> None:
    assert variation.unvaried == _listed("no other value")


def test_every_attribute_is_answered_with_what_was_sent_or_is_listed(varied: VariedPlatform) -> None:
    found = varied.read_back()
    of_provider = {leaf for leaf in found if leaf[1] in OF_PROVIDER.get(leaf[0], ())}
    assert found - of_provider == _listed("not answered")
    set_here = {
        (type_, path)
        for type_, paths in OF_PROVIDER.items()
        for block in varied.variation.stack["resource"].get(type_, {}).values()
        for path in paths & block.keys()
    }
    assert of_provider == set_here  # what comes back after all is an attribute of AWS's


def test_no_entry_outlives_the_attribute_that_it_is_for(variation: Variation) -> None:
    tables = (OF_PROVIDER, FOUND_BY, OTHERS)
    named = {(type_, path) for table in tables for type_, paths in table.items() for path in paths}
    there = {
        (type_, path[:end])
        for type_, path in variation.attributes
        for end in (*(dot.start() for dot in re.finditer(r"\.", path)), len(path))  # each block on the way to it too
    }
    assert named - there == set()


def test_terraform_replaces_an_instance_that_nobody_else_can_terminate(varied: VariedPlatform) -> None:
    account = varied.account
    ec2 = account.client(account.root, "ec2")

    def running() -> list[str]:
        found = ec2.describe_instances()["Reservations"]
        return [
            instance["InstanceId"]
            for reservation in found
            for instance in reservation["Instances"]
            if instance["State"]["Name"] == "running"
        ]

    (before,) = running()
    with pytest.raises(ClientError, match="OperationNotPermitted"):
        ec2.terminate_instances(InstanceIds=[before])
    (name,) = varied.variation.stack["resource"]["aws_instance"]
    address = f"aws_instance.{name}"
    varied.run("apply", "-auto-approve", "-input=false", f"-replace={address}", f"-target={address}")
    (after,) = running()
    assert after != before


def _listed(why: str) -> set[Leaf]:
    """The attributes that the document lists for this reason."""
    rows = re.findall(r"^\| `(aws_\w+)` \| (.+?) \| (.+?)[:|]", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE)
    return {
        (type_, path)
        for type_, paths, reason in rows
        if reason.strip() == why
        for path in re.findall(r"`([\w.]+)`", paths)
    }
