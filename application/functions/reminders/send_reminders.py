"""Publishes every tenant's due reminders to the reminders topic, on a schedule."""

import json
import os
import random
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError
from ffp_lambda import log
from ffp_lambda.database import rows, tenant_session, tenants
from ffp_lambda.errors import FailedCallError
from ffp_lambda.http import LambdaContext
from ffp_lambda.job import job
from ffp_lambda.tenancy import TENANCY

# As many as one run can publish for a tenant within its timeout. The others stay due for the next run.
REMINDERS_PER_TENANT = 100

SNS = boto3.client("sns")


@job("send-reminders")
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, int]:
    """Publishes each due reminder at least once. One tenant's error does not stop the others; it raises at the end."""
    sent = failed = failed_tenants = 0
    tenant_ids = tenants()
    # A random order, so that runs that are cut off do not always leave out the same tenants.
    for tenant_id in random.sample(tenant_ids, len(tenant_ids)):
        try:
            tenant_sent, failures = _send(tenant_id)
        except Exception as error:
            failed_tenants += 1
            log.write(
                "send-reminders-of-tenant",
                request_id=context.aws_request_id,
                tenant_id=tenant_id,
                error=log.describe_error(error),
            )
            continue
        sent, failed = sent + tenant_sent, failed + len(failures)
        if tenant_sent or failures:
            log.write(
                "send-reminders-of-tenant",
                request_id=context.aws_request_id,
                tenant_id=tenant_id,
                sent=tenant_sent,
                failed=len(failures),
                error=log.describe_error(failures[0]) if failures else None,
            )
    if failed or failed_tenants:
        raise FailedCallError(
            f"{failed} of {sent + failed} reminders could not be published, "
            f"{failed_tenants} of {len(tenant_ids)} tenants failed"
        )
    log.write("send-reminders", request_id=context.aws_request_id, sent=sent)
    return {"sent": sent}


def _send(tenant_id: str) -> tuple[int, list[Exception]]:
    """The number of a tenant's reminders that were sent and marked, and the errors of those that SNS refused."""
    sent: list[object] = []
    failures: list[Exception] = []
    with tenant_session(tenant_id) as session:
        # A concurrent run skips the rows that this one has locked.
        due = rows(
            session,
            "select reminder_id, user_id, exercise_id, due_at from reminders where sent_at is null "
            "and due_at <= now() order by due_at limit :limit for update skip locked",
            limit=REMINDERS_PER_TENANT,
        )
        for reminder in due:
            try:
                _publish(tenant_id, reminder)
            except (BotoCoreError, ClientError) as error:
                failures.append(error)
            else:
                sent.append(reminder["reminder_id"])
        for reminder_id in sent:
            session.run("update reminders set sent_at = now() where reminder_id = :id", id=reminder_id)
    return len(sent), failures


def _publish(tenant_id: str, reminder: dict[str, Any]) -> None:
    # Only ids: the subscriber that delivers the reminder looks up its text and address.
    message = {
        TENANCY.tenant: tenant_id,
        "reminderId": str(reminder["reminder_id"]),
        "userId": reminder["user_id"],
        "exerciseId": str(reminder["exercise_id"]) if reminder["exercise_id"] else None,
        "dueAt": reminder["due_at"].isoformat(),
    }
    SNS.publish(
        TopicArn=os.environ["REMINDERS_TOPIC_ARN"],
        Message=json.dumps(message),
        MessageAttributes={TENANCY.tenant: {"DataType": "String", "StringValue": tenant_id}},
    )
