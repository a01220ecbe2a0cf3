"""Saved CloudWatch Logs Insights queries over the structured fields of the logs (MON-1), for use in an incident."""

from collections.abc import Sequence

from catalogue.limits.operations import QUERY_LOG_GROUPS
from modules.api import Api
from modules.common import Context
from modules.framework import CloudwatchQueryDefinition, Construct
from modules.functions import Function
from modules.monitoring.parts import parts

# Handlers' log fields are defined in library/python/ffp_lambda/log.py, the API's in modules/api/http_api.py.
_OVER_FUNCTIONS = {
    "what-a-user-did": """\
fields @timestamp, action, status, durationMs, requestId, edgeRequestId
| filter {tenant} = "TENANT" and userId = "USER"
| sort @timestamp asc""",
    "errors-by-action": """\
filter level = "ERROR"
| stats count() as errors by action, error
| sort errors desc""",
    "slowest-actions": """\
filter ispresent(durationMs)
| stats count() as calls, pct(durationMs, 95) as p95, max(durationMs) as slowest by action
| sort p95 desc""",
    "actions-by-tenant": """\
filter ispresent({tenant})
| stats count() as calls by {tenant}, action
| sort calls desc""",
    "memory-headroom": """\
filter type = "platform.report"
| stats max(record.metrics.maxMemoryUsedMB) as used, max(record.metrics.memorySizeMB) as allocated by @log
| sort used desc""",
    "cold-starts": """\
filter type = "platform.report" and ispresent(record.metrics.initDurationMs)
| stats count() as starts, pct(record.metrics.initDurationMs, 95) as p95 by @log
| sort starts desc""",
}
_OVER_API = {
    "refused-requests": """\
fields @timestamp, action, status, {tenant}, userId, requestId, functionRequestId, peerIp, authoriserError
| filter status in ["401", "403", "429"]
| sort @timestamp desc""",
    "failed-requests": """\
fields @timestamp, action, status, {tenant}, userId, requestId, functionRequestId, integrationError, error
| filter status like /^5/
| sort @timestamp desc""",
    "requests-by-tenant": """\
stats count() as requests, pct(latencyMs, 95) as p95 by {tenant}
| sort requests desc""",
}


class SavedQueries(Construct):
    """The queries, in one folder of the console that has the environment's name.

    A query about more functions than one can read is saved once more for each further part of them, as `name-2`.
    """

    def __init__(
        self, scope: Construct, id_: str, *, context: Context, functions: Sequence[Function], api: Api
    ) -> None:
        super().__init__(scope, id_)
        groups = [function.log_group.name for function in functions]
        for queries, names in ((_OVER_FUNCTIONS, groups), (_OVER_API, [api.log_group.name])):
            for name, query in queries.items():
                for part, some in parts(name, names, QUERY_LOG_GROUPS.value):
                    CloudwatchQueryDefinition(
                        self,
                        part,
                        name=f"{context.prefix}platform/{part}",
                        log_group_names=list(some),
                        query_string=query.format(tenant=context.tenancy.log_field),
                    )
