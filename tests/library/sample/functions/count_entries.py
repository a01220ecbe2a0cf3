"""Counts the entries of each tenant, on a schedule."""

from typing import Any

from ffp_lambda import log
from ffp_lambda.database import rows, tenant_session, tenants
from ffp_lambda.http import LambdaContext
from ffp_lambda.job import job


@job("count-entries")
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, int]:
    """Answers with the number of entries by tenant."""
    counted = {}
    for tenant in tenants():
        with tenant_session(tenant) as session:
            counted[tenant] = int(rows(session, "select count(*) as n from entries")[0]["n"])
        log.write("count-entries", request_id=context.aws_request_id, tenant_id=tenant, sent=counted[tenant])
    return counted
