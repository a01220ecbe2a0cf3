"""Functions that run an image, on the emulator: who may make them, and that their calls fail in words."""

import itertools
import json
from collections.abc import Callable, Iterator

import pytest

from ffp.emulator.account import Account
from settings import Image
from tests.emulator.calls import REFUSED, WORKS, outcome
from tests.emulator.judging import LOCAL, Become, Json, allow, becoming, policy
from tests.launches import bare_emulator

IMAGE = Image(
    repository="letters/printer",
    digest=f"sha256:{'ab' * 32}",
    because="The tests try who may take an image.",
    account_id="444455556666",
)
REPOSITORY = IMAGE.arn(LOCAL.account_id, LOCAL.region)
PULL = ("ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")
_NUMBERS = itertools.count()


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    with bare_emulator(tmp_path_factory.mktemp("emulator")) as account:
        yield account


@pytest.fixture(scope="module")
def become(bare: Account) -> Become:
    return becoming(bare)


def _make(bare: Account, become: Become, *pulling: Json) -> Callable[[], object]:
    iam = bare.client(bare.root, "iam")
    name = f"local-ffp-image-{next(_NUMBERS)}"
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=policy(trust))["Role"]["Arn"]
    iam.put_role_policy(RoleName=name, PolicyName="nothing", PolicyDocument=policy(allow("xray:PutTraceSegments")))
    maker = become(allow("lambda:CreateFunction"), allow("iam:PassRole", on=role), *pulling)
    code = {"ImageUri": IMAGE.uri(LOCAL.account_id, LOCAL.region)}
    return lambda: maker("lambda").create_function(FunctionName=name, Role=role, PackageType="Image", Code=code)


@pytest.mark.parametrize(
    ("pulling", "expected"),
    [
        ((), REFUSED),
        ((allow(PULL[0], on=REPOSITORY),), REFUSED),
        ((allow(*PULL, on=f"{REPOSITORY}-of-others"),), REFUSED),
        ((allow(*PULL, on=REPOSITORY),), WORKS),
    ],
)
def test_only_who_may_read_an_image_gives_it_to_a_function(
    bare: Account, become: Become, pulling: tuple[Json, ...], expected: str
) -> None:
    assert outcome(_make(bare, become, *pulling)) == expected


def test_a_call_of_an_image_fails_and_says_why(bare: Account, become: Become) -> None:
    made = _make(bare, become, allow(*PULL, on=REPOSITORY))()
    assert isinstance(made, dict)
    answer = bare.client(bare.root, "lambda").invoke(FunctionName=made["FunctionName"])
    assert answer["FunctionError"]
    assert "Docker" in json.loads(answer["Payload"].read())["errorMessage"]
