"""Whatever a construct is given arrives in its stack, or the synthesis fails with the address and the argument."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from modules.framework import (
    App,
    AwsProvider,
    AwsProviderAssumeRole,
    Construct,
    DataAwsIamPolicyDocument,
    DataAwsIamPolicyDocumentStatement,
    LambdaFunction,
    LambdaFunctionEnvironment,
    TerraformStack,
    jsii,
)
from modules.framework import S3BucketServerSideEncryptionConfigurationA as Encryption
from modules.framework import S3BucketServerSideEncryptionConfigurationRuleA as Rule
from modules.framework import (
    S3BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultA as Default,
)
from modules.stacks import app as program
from modules.stacks import arguments
from modules.storage import bucket
from settings.base import InvalidSettings
from tests.settings.changed import PROD

SOUND = Default(sse_algorithm="aws:kms", kms_master_key_id="key")


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[TerraformStack]:
    """A stack whose constructs are noted; the test ends with `_synthesise`."""
    with arguments.recorded() as given:
        stack = TerraformStack(App(outdir=str(tmp_path)), "dev")
        stack.given = given  # type: ignore[attr-defined]
        AwsProvider(stack, "aws", region="eu-west-2")
        yield stack


def _synthesise(stack: TerraformStack, folder: Path) -> None:
    App.of(stack).synth()
    stack.given.require_all_in(folder)  # type: ignore[attr-defined]


def _refused(stack: TerraformStack, folder: Path) -> list[str]:
    with pytest.raises(InvalidSettings) as refused:
        _synthesise(stack, folder)
    return [problem.field for problem in refused.value.problems]


def _document(stack: TerraformStack, *statements: Any) -> DataAwsIamPolicyDocument:
    return DataAwsIamPolicyDocument(stack, "document", statement=list(statements))


def _partly(stack: TerraformStack) -> Construct:
    """`effect`, `actions` and `resources` are spelt alike on both sides, `not_principals` is not."""
    statement: Any = {"effect": "Deny", "actions": ["s3:*"], "not_principals": [{"type": "AWS", "identifiers": ["*"]}]}
    return _document(stack, statement)


def _deep(stack: TerraformStack) -> Construct:
    default: Any = {"sse_algorithm": "aws:kms", "kms_master_key_id": "key"}
    rule: Any = {"apply_server_side_encryption_by_default": default, "bucket_key_enabled": True}
    return Encryption(stack, "encryption", bucket="b", rule=[rule])


def _later(stack: TerraformStack) -> Construct:
    document = _document(stack, DataAwsIamPolicyDocumentStatement(effect="Allow", actions=["s3:GetObject"]))
    late: Any = [{"effect": "Allow", "not_resources": ["arn"]}]
    document.put_statement(late)
    return document


def _provider(stack: TerraformStack) -> Construct:
    role: Any = {"role_arn": "arn", "duration": "1h"}
    return AwsProvider(stack, "other", alias="other", assume_role=[role])


PLANTED: dict[Callable[[TerraformStack], Construct], list[str]] = {
    _partly: ["dev: data.aws_iam_policy_document.document: statement[0].not_principals"],
    _deep: [
        f"dev: aws_s3_bucket_server_side_encryption_configuration.encryption: rule[0].{lost}"
        for lost in ("apply_server_side_encryption_by_default", "bucket_key_enabled")
    ],
    _later: ["dev: data.aws_iam_policy_document.document: statement[0].not_resources"],
    _provider: ["dev: provider.aws: assume_role[0].role_arn"],
}


@pytest.mark.parametrize("plant", PLANTED, ids=lambda plant: plant.__name__)
def test_a_dictionary_that_lost_keys_is_named_by_address_and_argument(
    stack: TerraformStack, tmp_path: Path, plant: Callable[[TerraformStack], Construct]
) -> None:
    plant(stack)
    assert _refused(stack, tmp_path) == PLANTED[plant]


def test_structs_maps_and_what_is_changed_later_arrive_whole(stack: TerraformStack, tmp_path: Path) -> None:
    rule = Rule(apply_server_side_encryption_by_default=SOUND, bucket_key_enabled=True)
    Encryption(stack, "encryption", bucket="b", rule=[rule])
    function = LambdaFunction(
        stack,
        "function",
        function_name="f",
        role="${aws_iam_role.r.arn}",
        tags={"cost-centre": "platform", "Some_Key": "x"},
        environment=LambdaFunctionEnvironment(variables={"PAGE_SIZE": "20"}),
        layers=[],
        memory_size=128,
    )
    function.s3_bucket = "builds"
    function.reset_memory_size()
    AwsProvider(stack, "other", alias="other", assume_role=[AwsProviderAssumeRole(role_arn="arn")])
    _synthesise(stack, tmp_path)


def test_the_projects_own_synthesis_is_compared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A dictionary in place of a struct in one of our modules."""
    name = "S3BucketServerSideEncryptionConfigurationRuleA"
    monkeypatch.setattr(bucket, name, lambda **values: {**values, "id": "kept"})
    with pytest.raises(InvalidSettings) as refused:
        program.synthesise({"prod": PROD}, ["prod"], tmp_path)
    fields = {problem.field for problem in refused.value.problems}
    address = "prod: aws_s3_bucket_server_side_encryption_configuration.storage_media_encryption"
    assert f"{address}: rule[0].bucket_key_enabled" in fields


def test_every_block_that_ships_is_compared(tmp_path: Path) -> None:
    with arguments.recorded() as given:
        program.synthesise({"prod": PROD}, ["prod"], tmp_path)
    stack = json.loads((tmp_path / "stacks/prod/cdk.tf.json").read_text())
    blocks = {
        block["//"]["metadata"]["path"]
        for kind in ("resource", "data")
        for named in stack[kind].values()
        for block in named.values()
    }
    assert blocks <= {each.block_key for each in given._given.values()}
    assert {"prod None", "prod global"} <= {each.block_key for each in given._given.values()}


def test_jsii_is_left_as_it_was() -> None:
    before = (jsii.create, jsii.set, jsii.invoke)
    with arguments.recorded():
        assert jsii.create is not before[0]
    assert (jsii.create, jsii.set, jsii.invoke) == before
