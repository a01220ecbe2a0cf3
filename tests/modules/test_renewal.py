import pytest

from modules.secrets.reminders import _first_mondays
from settings import RenewedByPeople, SecretSettings, problems_of
from settings.schedules import Schedule
from tests.modules.template import Template, conditions, plain, principals, synthesised
from tests.sample.secrets import PLAYBACK_SECRET
from tests.settings.changed import PROD, area

PLAYBACK = "renewals_playback-signing-key"
SHARED_KEY = "${aws_kms_key.encryption_shared_key.arn}"
ALARMS = "${aws_sns_topic.monitoring_topic_topic.arn}"


def test_who_gets_the_alarms_is_told_to_renew_what_cannot_rotate(prod: Template) -> None:
    schedule = prod.one("aws_scheduler_schedule", PLAYBACK)
    assert schedule["schedule_expression"] == "cron(0 9 ? 1,7 2#1 *)"
    assert schedule["kms_key_arn"] == SHARED_KEY
    assert schedule["target"]["arn"] == ALARMS
    assert plain(schedule["target"]["role_arn"]) == "renewals_role"
    (renewal,) = (each.renewal for each in PROD.application.secrets if each.name == PLAYBACK_SECRET)
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
            [
                f"arn:aws:scheduler:eu-west-2:333333333333:schedule/default/prod-ffp-renew-{name}"
                for name in PROD.application.renewed_by_people
            ],
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
    monthly = SecretSettings(
        name=name,
        description="Key of the mail provider",
        renewal=RenewedByPeople(because="the provider has no interface that renews a key", every_months=1),
    )
    template = synthesised(area("application", secrets=(*PROD.application.secrets, monthly)))
    schedules = template.all("aws_scheduler_schedule")
    assert {name for name in schedules if name.startswith("renewals")} == {
        f"renewals_{each}" for each in (*PROD.application.renewed_by_people, name)
    }
    assert schedules[f"renewals_{name}"]["schedule_expression"] == "cron(0 9 ? 1,2,3,4,5,6,7,8,9,10,11,12 2#1 *)"


@pytest.mark.parametrize("name", ["prod", "local", "closed", "warm"])
def test_no_reminder_comes_with_a_deploy_or_counts_from_one(request: pytest.FixtureRequest, name: str) -> None:
    """A rate fires when the schedule is made, unless it has a start, which AWS takes in the future only."""
    template: Template = request.getfixturevalue(name)
    reminders = [each for each in template.all("aws_scheduler_schedule").values() if each["target"]["arn"] == ALARMS]
    assert reminders
    for reminder in reminders:
        assert reminder["schedule_expression"].startswith("cron(")
        assert "start_date" not in reminder


@pytest.mark.parametrize(("months", "expected"), [(2, "1,3,5,7,9,11"), (3, "1,4,7,10"), (4, "1,5,9"), (12, "1")])
def test_reminders_are_as_far_apart_over_the_new_year_as_within_one(months: int, expected: str) -> None:
    assert _first_mondays(months) == f"cron(0 9 ? {expected} 2#1 *)"
    assert problems_of(Schedule(expression=_first_mondays(months))) == []
