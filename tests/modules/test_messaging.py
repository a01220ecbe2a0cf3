from tests.modules.template import Template, conditions, principals

QUEUE = "function-send-reminders_failures"


def test_a_queue_is_encrypted_keeps_for_a_fortnight_and_refuses_plain_http(prod: Template) -> None:
    queue = prod.one("aws_sqs_queue", f"{QUEUE}_queue")
    assert queue["name"] == "prod-ffp-send-reminders-failures"
    assert queue["kms_master_key_id"] == "${aws_kms_key.encryption_shared_key.arn}"
    assert queue["message_retention_seconds"] == 14 * 24 * 3600
    (deny,) = prod.document(f"{QUEUE}_access").values()
    assert (deny["effect"], deny["actions"], principals(deny)) == ("Deny", ["sqs:*"], ["*"])
    assert deny["resources"] == [f"arn:aws:sqs:eu-west-2:333333333333:{queue['name']}"]
    assert conditions(deny) == {"aws:SecureTransport": ("Bool", ["false"])}


def test_a_topic_is_encrypted_and_refuses_plain_http(prod: Template) -> None:
    for id_ in ("topic-reminders", "monitoring_topic"):
        topic = prod.one("aws_sns_topic", f"{id_}_topic")
        assert topic["kms_master_key_id"] == "${aws_kms_key.encryption_shared_key.arn}"
        deny = prod.document(f"{id_}_access")["DenyPlainHttp"]
        assert (deny["effect"], deny["actions"], principals(deny)) == ("Deny", ["sns:Publish"], ["*"])
        assert conditions(deny) == {"aws:SecureTransport": ("Bool", ["false"])}


def test_no_service_publishes_reminders_and_alarms_alone_publish_alarms(prod: Template) -> None:
    assert set(prod.document("topic-reminders_access")) == {"DenyPlainHttp"}
    alarms = prod.document("monitoring_topic_access")
    assert set(alarms) == {"DenyPlainHttp", "PublishAlarms"}
    publish = alarms["PublishAlarms"]
    assert principals(publish) == ["cloudwatch.amazonaws.com"]
    assert conditions(publish) == {
        "aws:SourceAccount": ("StringEquals", ["333333333333"]),
        "aws:SourceArn": ("ArnLike", ["arn:aws:cloudwatch:eu-west-2:333333333333:alarm:prod-ffp-*"]),
    }
