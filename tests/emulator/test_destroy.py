"""The last: the CDKTF CLI finds nothing to deploy, destroys the platform, and nothing of it is left."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from ffp import stack as stacks
from ffp.emulator.account import Account
from ffp.emulator.platform import Platform
from ffp.project import ROOT
from tests.support import require

_CDKTF = ROOT / "node_modules/.bin/cdktf"


_Listing = tuple[str, dict[str, object], str, str | None]
# Kind, how it is listed, and where the answer has the names. Keys wait for their deletion for a week.
_LISTS: dict[str, dict[str, _Listing]] = {
    "s3": {"buckets": ("list_buckets", {}, "Buckets", "Name")},
    "iam": {
        "roles": ("list_roles", {}, "Roles", "RoleName"),
        "policies": ("list_policies", {"Scope": "Local"}, "Policies", "PolicyName"),
    },
    "kms": {"aliases": ("list_aliases", {}, "Aliases", "AliasName")},
    "lambda": {"functions": ("list_functions", {}, "Functions", "FunctionName")},
    "apigatewayv2": {"APIs": ("get_apis", {}, "Items", "Name")},
    "cognito-idp": {"user pools": ("list_user_pools", {"MaxResults": 60}, "UserPools", "Name")},
    "rds": {
        "databases": ("describe_db_instances", {}, "DBInstances", "DBInstanceIdentifier"),
        "subnet groups": ("describe_db_subnet_groups", {}, "DBSubnetGroups", "DBSubnetGroupName"),
    },
    "secretsmanager": {"secrets": ("list_secrets", {}, "SecretList", "Name")},
    "sqs": {"queues": ("list_queues", {"QueueNamePrefix": "local-"}, "QueueUrls", None)},
    "sns": {"topics": ("list_topics", {}, "Topics", "TopicArn")},
    "logs": {"log groups": ("describe_log_groups", {}, "logGroups", "logGroupName")},
    "cloudwatch": {"alarms": ("describe_alarms", {}, "MetricAlarms", "AlarmName")},
    "scheduler": {"schedules": ("list_schedules", {}, "Schedules", "Name")},
}


@pytest.fixture(autouse=True)
def _of_our_own(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--on-running-platform"):
        pytest.skip("the running platform stays")


def test_the_cdktf_cli_deploys_and_destroys(platform: Platform) -> None:
    before = platform.outputs()
    _cdktf(platform, "deploy")
    assert platform.outputs() == before
    _cdktf(platform, "destroy")
    assert json.loads(platform.run("state", "pull"))["resources"] == []


def test_nothing_is_left_but_what_bootstrap_made(platform: Platform, account: Account) -> None:
    bootstrap = stacks.read(platform.bootstrap_folder / stacks.FILE_NAME)
    buckets = {block.attributes["bucket"] for block in bootstrap.of_type("aws_s3_bucket")}
    roles = {block.attributes["name"] for block in bootstrap.of_type("aws_iam_role")}
    policies = {block.attributes["name"] for block in bootstrap.of_type("aws_iam_policy")}
    aliases = {block.attributes["name"] for block in bootstrap.of_type("aws_kms_alias")}
    assert dict(_found(account)) == {
        "buckets": buckets,
        "roles": roles,
        "policies": policies,
        "aliases": aliases,
    }


def _found(account: Account) -> Iterator[tuple[str, set[str]]]:
    """The names of what there is in the account, by kind; kinds of which there is nothing are left out."""
    client = {name: account.client(account.root, name) for name in _LISTS}
    for service, lists in _LISTS.items():
        for kind, (operation, arguments, key, name) in lists.items():
            answer = getattr(client[service], operation)(**arguments)[key]
            names = {each[name] if name else each for each in answer}
            if kind == "aliases":
                names = {each for each in names if not each.startswith("alias/aws/")}
            if names:
                yield kind, names


def _cdktf(platform: Platform, command: str) -> None:
    """Runs the CLI as a person would, on the two stacks alone, since synthesising all of them takes longer."""
    require(_CDKTF.exists() or None, "the CDKTF CLI")
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
        [_CDKTF, command, *arguments],
        cwd=ROOT,
        env={**os.environ, "PATH": f"{ROOT / '.venv/bin'}:{os.environ['PATH']}", **platform.surroundings},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
