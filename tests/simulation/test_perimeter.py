"""What IAM cannot keep a deploy from, and the organisation's resource control policy in docs/security.md can."""

import json
import re
from functools import partial

import pytest

from ffp.project import ROOT
from tests.rendered import Policy
from tests.simulation.simulator import ALLOWED, DENIED, Caller, Environment, Simulator
from tests.simulation.test_delivery import opened_to

ORGANISATION, STRANGERS = "o-exampleorgid", "o-somebodyelse"
OPENED = {
    "s3:GetObject": "arn:aws:s3:::{name}-ffp-media-{account}/media/t/v/video.mp4",
    "kms:Decrypt": "arn:aws:kms:eu-west-2:{account}:key/shared",
    "secretsmanager:GetSecretValue": "arn:aws:secretsmanager:eu-west-2:{account}:secret:{name}-ffp-a-AbCdEf",
    "sqs:ReceiveMessage": "arn:aws:sqs:eu-west-2:{account}:{name}-ffp-a-failures",
    "sts:AssumeRole": "arn:aws:iam::{account}:role/{name}-ffp/{name}-ffp-made",
}


@pytest.fixture(scope="module")
def perimeter() -> Policy:
    """The example in the document, which names the example's organisation."""
    blocks = re.findall(r"```json\n(.*?)```", (ROOT / "docs/security.md").read_text(encoding="utf-8"), re.DOTALL)
    (policy,) = [parsed for parsed in map(_parsed, blocks) if "Statement" in parsed]
    return policy


def _parsed(text: str) -> Policy:
    try:
        return dict(json.loads(text))
    except ValueError:
        return {}


@pytest.mark.parametrize("action", OPENED)
def test_only_the_perimeter_keeps_another_account_out_of_what_a_deploy_opened_to_it(
    simulator: Simulator, environment: Environment, perimeter: Policy, action: str
) -> None:
    resource = OPENED[action].format(name=environment.name, account=environment.account)
    stranger = Caller("arn:aws:sts::999999999999:assumed-role/a/b", "999999999999")
    judge = partial(
        simulator.judge, stranger, action, resource, owner=environment.account, opened_by=opened_to(stranger, action)
    )
    assert judge(told={"aws:PrincipalOrgID": STRANGERS}) == ALLOWED
    assert judge(told={"aws:PrincipalOrgID": STRANGERS}, under=[perimeter]) == DENIED
    assert judge(under=[perimeter]) == DENIED  # who is in no organisation


@pytest.mark.parametrize("action", OPENED)
def test_perimeter_lets_the_accounts_of_the_organisation_in(
    simulator: Simulator, environment: Environment, perimeter: Policy, action: str
) -> None:
    resource = OPENED[action].format(name=environment.name, account=environment.account)
    inside = Caller(f"arn:aws:sts::{environment.account}:assumed-role/a/b", environment.account)
    opened, told = opened_to(inside, action), {"aws:PrincipalOrgID": ORGANISATION}
    assert simulator.judge(inside, action, resource, opened_by=opened, under=[perimeter], told=told) == ALLOWED


def test_perimeter_lets_services_and_github_in(
    simulator: Simulator, environment: Environment, perimeter: Policy
) -> None:
    principal = {"Service": "lambda.amazonaws.com"}
    trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": principal, "Action": "sts:*"}]}
    service = Caller("lambda.amazonaws.com", environment.account)
    seen = simulator.judge(service, "sts:AssumeRole", environment.role("notes"), opened_by=trust, under=[perimeter])
    assert seen == ALLOWED
    assert not any("WebIdentity" in action for each in perimeter["Statement"] for action in each["Action"])
