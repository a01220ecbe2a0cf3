"""Reminders to renew secrets that cannot rotate automatically: each has a schedule that writes to the alarm topic."""

from collections.abc import Mapping

from modules.common import Condition, Context, Limit, PolicyDocument, Statement, service_role
from modules.encryption import Key
from modules.framework import (
    Construct,
    IamRolePolicy,
    SchedulerSchedule,
    SchedulerScheduleFlexibleTimeWindow,
    SchedulerScheduleTarget,
)
from modules.messaging import Topic
from settings import RenewedByPeople


class Renewals(Construct):
    """Encrypted schedules that share a role, which can publish to one topic and do nothing else."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        context: Context,
        key: Key,
        topic: Topic,
        secrets: Mapping[str, RenewedByPeople],
    ) -> None:
        super().__init__(scope, id_)
        self._context = context
        role = service_role(
            self,
            "role",
            context=context,
            name="renewals",
            service="scheduler.amazonaws.com",
            description="Tells people to renew secrets",
            source=context.arn("scheduler", "schedule-group/default"),
        )
        schedules = [context.arn("scheduler", f"schedule/default/{self._name(name)}") for name in secrets]
        these = Condition("ArnEquals", "kms:EncryptionContext:aws:scheduler:schedule:arn", *schedules)
        access = PolicyDocument(
            self,
            "access",
            [
                *topic.statements_to_publish(),
                Statement("ReadSchedules", ("kms:Decrypt",), (key.arn,), conditions=(these,)),
            ],
        )
        policy = IamRolePolicy(self, "policy", name="renewals", role=role.id, policy=access.json)
        for name, renewal in secrets.items():
            schedule = SchedulerSchedule(
                self,
                f"schedule-{name}",
                name=self._name(name),
                description=f"Says when the secret {name} is to be renewed",
                schedule_expression=_first_mondays(renewal.every_months),
                kms_key_arn=key.arn,
                flexible_time_window=SchedulerScheduleFlexibleTimeWindow(mode="OFF"),
                target=SchedulerScheduleTarget(
                    arn=topic.arn,
                    role_arn=role.arn,
                    input=f"renew key {context.name(name, Limit.SECRET)}: {renewal.because}",
                ),
                depends_on=[policy],
            )
            # The id has a prefix so that it cannot equal the role's or a policy's; the address stays without it.
            schedule.override_logical_id(f"renewals_{name}")

    def _name(self, secret: str) -> str:
        return self._context.name(f"renew-{secret}", Limit.SCHEDULE)


def _first_mondays(every_months: int) -> str:
    """A cron expression: 09:00 UTC on the first Monday of every n-th month, from January on.

    A `rate` expression would count from the schedule's creation instead. If people renew the secret with each reminder,
    it gets no older than the interval between two of them.
    """
    months = ",".join(str(month) for month in range(1, 13, every_months))
    return f"cron(0 9 ? {months} 2#1 *)"
