"""Invokes a function on a schedule; invocations that cannot be delivered go to the function's on-failure queue."""

from modules.common import Condition, Context, PolicyDocument, Statement, service_role
from modules.encryption import Key
from modules.framework import (
    Construct,
    IamRolePolicy,
    SchedulerSchedule,
    SchedulerScheduleFlexibleTimeWindow,
    SchedulerScheduleTarget,
    SchedulerScheduleTargetDeadLetterConfig,
    SchedulerScheduleTargetRetryPolicy,
)
from modules.messaging import Queue
from settings import FunctionSettings, Schedule
from settings.names import Limit


class FunctionSchedule(Construct):
    """An encrypted schedule, with a role that can invoke only this function's alias."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        context: Context,
        alias_arn: str,
        failures: Queue,
        key: Key,
        settings: FunctionSettings,
        schedule: Schedule,
    ) -> None:
        super().__init__(scope, id_)
        name = context.name(settings.name, Limit.SCHEDULE)
        role = service_role(
            self,
            "role",
            context=context,
            name=f"{settings.name}-schedule",
            service="scheduler.amazonaws.com",
            description=f"Invokes {settings.name} on its schedule",
            source=context.arn("scheduler", "schedule-group/default"),
        )
        this_schedule = Condition(
            "ArnEquals",
            "kms:EncryptionContext:aws:scheduler:schedule:arn",
            context.arn("scheduler", f"schedule/default/{name}"),
        )
        access = PolicyDocument(
            self,
            "access",
            [
                Statement("Invoke", ("lambda:InvokeFunction",), (alias_arn,)),
                Statement("ReadSchedule", ("kms:Decrypt",), (key.arn,), conditions=(this_schedule,)),
                *failures.statements_to_send(),
            ],
        )
        policy = IamRolePolicy(self, "policy", name=f"{settings.name}-schedule", role=role.id, policy=access.json)
        SchedulerSchedule(
            self,
            "schedule",
            name=name,
            description=settings.description,
            schedule_expression=schedule.expression,
            schedule_expression_timezone=schedule.timezone,
            kms_key_arn=key.arn,
            flexible_time_window=SchedulerScheduleFlexibleTimeWindow(mode="OFF"),
            target=SchedulerScheduleTarget(
                arn=alias_arn,
                role_arn=role.arn,
                dead_letter_config=SchedulerScheduleTargetDeadLetterConfig(arn=failures.reference),
                retry_policy=SchedulerScheduleTargetRetryPolicy(
                    maximum_event_age_in_seconds=settings.longest_wait_seconds,
                    maximum_retry_attempts=settings.retries,
                ),
            ),
            depends_on=[policy],
        )
