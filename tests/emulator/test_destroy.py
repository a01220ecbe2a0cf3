"""Runs last: whatever asks for `destroyed` finds the platform gone, and no test after it can use the platform."""

import json
import os
import subprocess
import sys

import pytest

from catalogue import TYPES
from ffp import stacks
from ffp.emulator.account import Account
from ffp.emulator.github import ISSUER
from ffp.emulator.platform import Platform
from ffp.project import ROOT
from tests.emulator import listings
from tests.emulator.widening_cases import STATE_KEY
from tests.support import require

_CLI = ROOT / "node_modules/.bin/cdktf"


@pytest.fixture(scope="module", autouse=True)  # so that it skips before anything is destroyed
def _of_our_own(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--on-running-platform"):
        pytest.skip("the running platform stays")


def test_every_listing_names_what_the_platform_has_of_it(account: Account, platform: Platform) -> None:
    stack = stacks.read(platform.folder / stacks.FILE_NAME)
    bootstrap = stacks.read(platform.bootstrap_folder / stacks.FILE_NAME)
    types = {block.type for block in (*stack.resources, *bootstrap.resources)}
    assert {each.type for each in listings.LISTINGS if each.type} <= TYPES.keys()
    assert listings.missing(account, types) == []


def test_the_cdktf_cli_finds_nothing_to_deploy(platform: Platform) -> None:
    require(_CLI.exists() or None, "the CDKTF CLI")
    before = platform.outputs()
    _cdktf(platform, "deploy")
    assert platform.outputs() == before


@pytest.fixture(scope="module")
def destroyed(platform: Platform) -> Platform:
    """The platform once it was destroyed: by the CDKTF CLI where it is installed, by Terraform where it is not."""
    if _CLI.exists():
        _cdktf(platform, "destroy")
    else:
        platform.destroy()
    return platform


def test_no_resource_is_left_in_the_state(destroyed: Platform) -> None:
    assert json.loads(destroyed.run("state", "pull"))["resources"] == []


def test_nothing_is_left_but_what_bootstrap_made(destroyed: Platform, account: Account) -> None:
    bootstrap = stacks.read(destroyed.bootstrap_folder / stacks.FILE_NAME)

    def made(type_: str, attribute: str = "name") -> set[str]:
        return {block.attributes[attribute] for block in bootstrap.of_type(type_)}

    assert {kind: found for kind, found in listings.names(account).items() if found} == {
        "iam get_account_authorization_details": made("aws_iam_role"),
        "iam list_open_id_connect_providers": {
            f"arn:aws:iam::{account.settings.account_id}:oidc-provider/{ISSUER.removeprefix('https://')}"
        },
        "iam list_policies": made("aws_iam_policy"),
        "kms list_aliases": made("aws_kms_alias"),
        "s3 list_buckets": made("aws_s3_bucket", "bucket"),
        "secretsmanager list_secrets": made("aws_secretsmanager_secret"),
    }


@pytest.mark.usefixtures("destroyed")
def test_every_key_but_the_states_waits_for_its_deletion(account: Account) -> None:
    kms = account.client(account.root, "kms")
    keys = [kms.describe_key(KeyId=each["KeyId"])["KeyMetadata"] for each in kms.list_keys()["Keys"]]
    waiting = [key for key in keys if key["KeyState"] == "PendingDeletion"]
    assert waiting
    states = kms.describe_key(KeyId=STATE_KEY)["KeyMetadata"]
    assert [key for key in keys if key not in waiting] == [states]


def _cdktf(platform: Platform, command: str) -> None:
    """Runs the CLI as a person would, on the two stacks alone, since synthesising all of them takes longer."""
    app = f"{sys.executable} main.py --stack {platform.name} --stack {platform.bootstrap_folder.name}"
    arguments = [
        platform.name,
        "--auto-approve",
        "--skip-provider-lock",
        "--app",
        app,
        "--output",
        str(platform.output),
    ]
    done = subprocess.run(
        [_CLI, command, *arguments],
        cwd=ROOT,
        env={
            **os.environ,
            "PATH": f"{ROOT / '.venv/bin'}:{os.environ['PATH']}",
            **platform.environment_variables,
            "TF_CLI_ARGS_init": "-lockfile=readonly",
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
