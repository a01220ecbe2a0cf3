import pytest

from environments.application import PLAYBACK_SECRET
from environments.settings import RenewedByPeople, Secret
from tests.environments.changed import PROD, area
from tests.modules.template import Template, conditions, plain, principals, synthesised

PLAYBACK = "renewals_playback-signing-key"
SHARED_KEY = "${aws_kms_key.encryption_shared_key.arn}"
ALARMS = "${aws_sns_topic.monitoring_topic_topic.arn}"


def test_who_gets_the_alarms_is_told_to_renew_what_cannot_rotate(prod: Template) -> None:
    schedule = prod.one("aws_scheduler_schedule", PLAYBACK)
    assert schedule["schedule_expression"] == "rate(180 days)"
    assert schedule["kms_key_arn"] == SHARED_KEY
    assert schedule["target"]["arn"] == ALARMS
    assert plain(schedule["target"]["role_arn"]) == "renewals_role"
    (renewal,) = (each.renewal for each in PROD.secrets.secrets if each.name == PLAYBACK_SECRET)
    assert isinstance(renewal, RenewedByPeople)
    assert schedule["target"]["input"] == f"renew key prod-ffp-playback-signing-key: {renewal.because}"


def test_reminders_publish_to_that_topic_and_can_do_nothing_else(warm: Template) -> None:
    access = warm.document("renewals_access")
    assert {sid: (each["actions"], each["resources"]) for sid, each in access.items()} == {
        "PublishToAlarms": (["sns:Publish"], [ALARMS]),
        "PublishToAlarmsKey": (["kms:Decrypt", "kms:GenerateDataKey"], [SHARED_KEY]),
        "ReadSchedules": (["kms:Decrypt"], [SHARED_KEY]),
    }
    assert conditions(access["PublishToAlarmsKey"]) == {
        "kms:ViaService": ("StringEquals", ["sns.eu-west-2.amazonaws.com"])
    }
    assert conditions(access["ReadSchedules"]) == {
        "kms:EncryptionContext:aws:scheduler:schedule:arn": (
            "ArnEquals",
            ["arn:aws:scheduler:eu-west-2:333333333333:schedule/default/prod-ffp-renew-playback-signing-key"],
        )
    }


def test_the_scheduler_alone_takes_their_role_and_for_this_account_alone(prod: Template) -> None:
    trust = prod.document("renewals_role-trust")["Assume"]
    assert principals(trust) == ["scheduler.amazonaws.com"]
    assert conditions(trust) == {
        "aws:SourceAccount": ("StringEquals", ["333333333333"]),
        "aws:SourceArn": ("ArnLike", ["arn:aws:scheduler:eu-west-2:333333333333:schedule-group/default"]),
    }


@pytest.mark.parametrize("name", ["mail-api-key", "role", "access", "policy"])
def test_each_secret_that_people_renew_has_a_reminder_whatever_its_name_and_no_other_has(name: str) -> None:
    daily = Secret(
        name=name,
        description="Key of the mail provider",
        renewal=RenewedByPeople(because="the provider has no interface that renews a key", every_days=1),
    )
    template = synthesised(area("secrets", secrets=(*PROD.secrets.secrets, daily)))
    schedules = template.all("aws_scheduler_schedule")
    assert {name for name in schedules if name.startswith("renewals")} == {PLAYBACK, f"renewals_{name}"}
    assert schedules[f"renewals_{name}"]["schedule_expression"] == "rate(1 day)"
