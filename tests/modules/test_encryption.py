from dataclasses import replace

import pytest

from settings import DataDomain, EncryptionSettings
from tests.modules.template import Template, conditions, principals, synthesised
from tests.sample.other import ALL as OTHERS

KEYS = {"prod": {"media", "shared"}, "closed": {each.value for each in DataDomain}}


@pytest.mark.parametrize("name", KEYS)
def test_the_settings_say_which_data_has_a_key_of_its_own(request: pytest.FixtureRequest, name: str) -> None:
    template: Template = request.getfixturevalue(name)
    ids = {id_.removeprefix("encryption_").removesuffix("_key") for id_ in template.all("aws_kms_key")}
    assert ids - {"distribution_edge-key"} == KEYS[name]
    aliases = {each["name"] for each in template.all("aws_kms_alias").values()}
    assert {f"alias/prod-ffp-{key}" for key in KEYS[name]} <= aliases


@pytest.mark.parametrize("own", [(), (DataDomain.MEDIA,)])
def test_without_media_there_is_no_key_for_it(own: tuple[DataDomain, ...]) -> None:
    settings = replace(OTHERS["surgery"], encryption=EncryptionSettings(own_key=own))
    assert set(synthesised(settings).all("aws_kms_key")) == {"encryption_shared_key", "distribution_edge-key_key"}


@pytest.mark.parametrize("name", KEYS)
def test_every_key_rotates_yearly_and_has_a_policy_of_its_own(request: pytest.FixtureRequest, name: str) -> None:
    template: Template = request.getfixturevalue(name)
    policies = {each["key_id"] for each in template.all("aws_kms_key_policy").values()}
    for id_, key in template.all("aws_kms_key").items():
        assert key["enable_key_rotation"] is True
        assert key["rotation_period_in_days"] == 365
        assert key["deletion_window_in_days"] == 30
        assert key["lifecycle"]["prevent_destroy"] is True
        assert "policy" not in key
        assert f"${{aws_kms_key.{id_}.key_id}}" in policies


@pytest.mark.parametrize("name", KEYS)
def test_a_keys_policy_names_the_key_itself_and_lets_iam_decide(request: pytest.FixtureRequest, name: str) -> None:
    template: Template = request.getfixturevalue(name)
    for id_ in template.all("aws_kms_key"):
        statements = template.document(id_.removesuffix("_key") + "_access")
        assert {tuple(each["resources"]) for each in statements.values()} == {(f"${{aws_kms_key.{id_}.arn}}",)}
        decide = statements.pop("LetIamDecide")
        assert principals(decide) == ["arn:aws:iam::333333333333:root"]
        assert decide["actions"] == ["kms:*"]
        for statement in statements.values():
            assert "kms:*" not in statement["actions"]
            assert all(each.endswith(".amazonaws.com") for each in principals(statement))
            assert conditions(statement), statement["sid"]


def test_the_media_key_serves_media_alone(prod: Template) -> None:
    statements = prod.document("encryption_media_access")
    assert set(statements) == {"LetIamDecide", "ServeThroughTheDistribution"}
    serve = statements["ServeThroughTheDistribution"]
    assert principals(serve) == ["cloudfront.amazonaws.com"]
    assert serve["actions"] == ["kms:Decrypt"]
    distribution = "${aws_cloudfront_distribution.distribution_distribution.arn}"
    assert conditions(serve) == {"aws:SourceArn": ("StringEquals", [distribution])}


def test_cloudwatch_logs_may_encrypt_exactly_the_groups_that_have_the_key(closed: Template) -> None:
    logs = closed.document("encryption_logs_access")["EncryptLogGroups"]
    assert principals(logs) == ["logs.eu-west-2.amazonaws.com"]
    test, arns = conditions(logs)["kms:EncryptionContext:aws:logs:arn"]
    key = "${aws_kms_key.encryption_logs_key.arn}"
    groups = [each for each in closed.all("aws_cloudwatch_log_group").values() if each["kms_key_id"] == key]
    start = "arn:aws:logs:eu-west-2:333333333333:log-group:"
    assert test == "ArnEquals"
    assert sorted(arns) == sorted(f"{start}{each['name']}" for each in groups)


def test_logs_in_us_east_1_are_encrypted_by_a_key_there(prod: Template) -> None:
    key = prod.one("aws_kms_key", "distribution_edge-key_key")
    assert key["provider"] == "aws.global"
    statement = prod.document("distribution_edge-key_access")["EncryptLogGroups"]
    assert principals(statement) == ["logs.us-east-1.amazonaws.com"]
    assert conditions(statement)["kms:EncryptionContext:aws:logs:arn"][1] == [
        "arn:aws:logs:us-east-1:333333333333:log-group:aws-waf-logs-prod-ffp"
    ]


def test_alarms_may_use_the_topics_key_for_this_account_alone(closed: Template) -> None:
    notify = closed.document("encryption_messages_access")["PublishAlarmsNotify"]
    assert principals(notify) == ["cloudwatch.amazonaws.com"]
    assert set(notify["actions"]) == {"kms:Decrypt", "kms:GenerateDataKey"}
    assert conditions(notify)["aws:SourceAccount"] == ("StringEquals", ["333333333333"])


def test_whoever_uses_a_key_waits_for_its_policy(prod: Template) -> None:
    for type_ in ("aws_cloudwatch_log_group", "aws_sqs_queue", "aws_sns_topic", "aws_secretsmanager_secret"):
        for id_, each in prod.all(type_).items():
            assert any(needed.startswith("aws_kms_key_policy.") for needed in each["depends_on"]), id_
