"""Queues with their dead letters, and what has Lambda call their consumers."""

import json
from dataclasses import replace

import pytest

from settings import Consume, QueueSettings
from tests.modules.template import Template, conditions, synthesised
from tests.settings.changed import PROD, area, function, function_of

ARN = "arn:aws:sqs:eu-west-2:333333333333:prod-ffp-"
SECONDS_A_DAY = 24 * 3600


def test_a_queue_hides_what_was_received_for_six_times_the_timeout_of_its_consumer(prod: Template) -> None:
    queue = prod.one("aws_sqs_queue", "queue-letters_waiting_queue")
    assert queue["name"] == "prod-ffp-letters"
    assert queue["visibility_timeout_seconds"] == 6 * function_of("send-letter").timeout_seconds
    assert queue["message_retention_seconds"] == QueueSettings(name="letters").keeps_days * SECONDS_A_DAY


def test_what_cannot_be_handled_goes_into_a_queue_of_its_own_which_takes_nothing_else(prod: Template) -> None:
    for name, ending in (("letters", ""), ("entries", ".fifo")):
        waiting, dead = (prod.one("aws_sqs_queue", f"queue-{name}_{each}_queue") for each in ("waiting", "dead"))
        assert json.loads(waiting["redrive_policy"]) == {
            "deadLetterTargetArn": f"${{aws_sqs_queue.queue-{name}_dead_queue.arn}}",
            "maxReceiveCount": QueueSettings(name=name).tries,
        }
        assert dead["name"] == f"prod-ffp-{name}-dead-letters{ending}"
        assert json.loads(dead["redrive_allow_policy"]) == {
            "redrivePermission": "byQueue",
            "sourceQueueArns": [f"{ARN}{name}{ending}"],
        }
        assert dead["message_retention_seconds"] == 14 * SECONDS_A_DAY


def test_a_queue_that_keeps_the_order_has_dead_letters_that_do(prod: Template) -> None:
    kinds = {id_: each.get("fifo_queue") for id_, each in prod.all("aws_sqs_queue").items() if id_.startswith("queue-")}
    assert kinds == {
        "queue-letters_dead_queue": None,
        "queue-letters_waiting_queue": None,
        "queue-entries_dead_queue": True,
        "queue-entries_waiting_queue": True,
    }


def test_lambda_calls_the_alias_and_only_what_failed_comes_again(prod: Template) -> None:
    mapping = prod.one("aws_lambda_event_source_mapping", "function-send-letter_consumer")
    assert mapping["function_name"] == "${aws_lambda_alias.function-send-letter_alias.arn}"
    assert mapping["event_source_arn"] == "${aws_sqs_queue.queue-letters_waiting_queue.arn}"
    assert mapping["function_response_types"] == ["ReportBatchItemFailures"]
    assert mapping["batch_size"] == 10
    assert mapping["scaling_config"] == {"maximum_concurrency": 2}
    assert "filter_criteria" not in mapping


def test_a_consumer_receives_only_what_one_of_its_patterns_describes(prod: Template) -> None:
    mapping = prod.one("aws_lambda_event_source_mapping", "function-write-entry_consumer")
    assert mapping["filter_criteria"] == {"filter": [{"pattern": '{"body": {"kind": ["note"]}}'}]}


def test_batch_wait_and_tries_are_those_of_the_settings() -> None:
    queues = PROD.application.queues
    settings = area("application", queues=(replace(queues[0], tries=7, keeps_days=10), *queues[1:]))
    settings = function(
        "send-letter", settings, timeout_seconds=20, consumes=Consume(queue="letters", batch=100, wait_seconds=30)
    )
    template = synthesised(settings)
    mapping = template.one("aws_lambda_event_source_mapping", "function-send-letter_consumer")
    assert (mapping["batch_size"], mapping["maximum_batching_window_in_seconds"]) == (100, 30)
    queue = template.one("aws_sqs_queue", "queue-letters_waiting_queue")
    assert queue["visibility_timeout_seconds"] == 6 * 20 + 30
    assert queue["message_retention_seconds"] == 10 * SECONDS_A_DAY
    assert json.loads(queue["redrive_policy"])["maxReceiveCount"] == 7


@pytest.mark.parametrize(
    ("limit", "reserved", "taken"),
    [(None, 4, {"maximum_concurrency": 4}), (3, 4, {"maximum_concurrency": 3}), (None, None, None)],
    ids=["its reservation", "less than its reservation", "no reservation"],
)
def test_lambda_takes_no_more_from_a_queue_than_its_consumer_may_run(
    limit: int | None, reserved: int | None, taken: object
) -> None:
    consumes = Consume(queue="letters", concurrency=limit)
    made = synthesised(function("send-letter", consumes=consumes, reserved_concurrency=reserved))
    assert made.one("aws_lambda_event_source_mapping", "function-send-letter_consumer").get("scaling_config") == taken


def test_the_role_of_a_consumer_may_receive_and_delete_but_not_send(one_binding_each: Template) -> None:
    granted = one_binding_each.grants("consumes")
    assert set(granted) == {"Trace", "WriteLogs", "ConsumeLetters", "ConsumeLettersKey"}
    assert set(granted["ConsumeLetters"]["actions"]) == {
        "sqs:DeleteMessage",
        "sqs:GetQueueAttributes",
        "sqs:ReceiveMessage",
    }
    assert granted["ConsumeLetters"]["resources"] == ["${aws_sqs_queue.queue-letters_waiting_queue.arn}"]
    assert granted["ConsumeLettersKey"]["actions"] == ["kms:Decrypt"]
    assert conditions(granted["ConsumeLettersKey"]) == {
        "kms:ViaService": ("StringEquals", ["sqs.eu-west-2.amazonaws.com"])
    }


def test_only_who_sends_has_a_path_out_of_the_vpc_to_queues(closed: Template) -> None:
    to_sqs = {rule for rule in closed.rules if "sqs" in rule[1] or "sqs" in rule[2]}
    assert ("egress", "group-notes_firewall_group", "network_sqs-firewall_group", 443) in to_sqs
    assert not [rule for rule in to_sqs if "entries" in rule[1] or "entries" in rule[2]]


def test_two_alarms_watch_each_queue(prod: Template) -> None:
    alarms = prod.all("aws_cloudwatch_metric_alarm")
    for queue in PROD.application.queues:
        ending = ".fifo" if queue.fifo else ""
        dead = alarms[f"monitoring_alarms_{queue.name}-dead-letters"]
        assert dead["dimensions"] == {"QueueName": f"prod-ffp-{queue.name}-dead-letters{ending}"}
        waiting = alarms[f"monitoring_alarms_{queue.name}-waiting"]
        assert waiting["dimensions"] == {"QueueName": f"prod-ffp-{queue.name}{ending}"}
        assert waiting["threshold"] == queue.oldest_minutes * 60
