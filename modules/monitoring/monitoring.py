"""Monitoring of the platform (MAP-9, MON-2): alarms and their topic, the dashboard and saved queries."""

from collections.abc import Sequence

from modules.api import Api
from modules.cdn import Distribution
from modules.common import PROJECT, Context
from modules.database import Database
from modules.encryption import Key
from modules.framework import (
    CloudwatchLogMetricFilter,
    CloudwatchLogMetricFilterMetricTransformation,
    Construct,
    SnsTopicSubscription,
)
from modules.functions import Function
from modules.logs import LogGroup
from modules.messaging import Messages, Topic
from modules.monitoring.alarms import Alarms
from modules.monitoring.dashboard import Dashboard
from modules.monitoring.database import watch_database
from modules.monitoring.queries import SavedQueries
from modules.monitoring.queues import watch_bus, watch_queue, watch_topic
from modules.monitoring.scans import watch_scans
from modules.recovery import Recovery
from modules.storage import MalwareProtection
from settings import AccountLimits, MonitoringSettings

_HOUR = 3600
_DAY = 24 * _HOUR


class Monitoring(Construct):
    """The alarms of an environment, its dashboard and its saved queries.

    Alarms cost money, so settings decide which there are. Failed events, queues and account limits always have some.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        context: Context,
        key: Key,
        functions: Sequence[Function],
        messages: Messages,
        inviting: Sequence[Function],
        database: Database | None,
        api: Api,
        distribution: Distribution,
        recovery: Recovery | None,
        malware: Sequence[MalwareProtection],
        limits: AccountLimits,
        settings: MonitoringSettings,
    ) -> None:
        super().__init__(scope, id_)
        self._context = context
        self._settings = settings
        # Each environment has its own namespace for custom metrics.
        self._namespace = f"{context.environment}-{PROJECT}"
        self.topic = self._make_topic(key)
        self._alarms = Alarms(self, "alarms", context=context, topic_arn=self.topic.arn)
        self._watch_account(limits)
        for function in functions:
            self._watch_failures(function)
            if settings.function_alarms:
                self._watch_function(function)
        for queue in messages.queues.values():
            watch_queue(self._alarms, queue)
        for topic in messages.topics.values():
            watch_topic(self._alarms, topic)
        for bus in messages.buses.values():
            watch_bus(self._alarms, bus)
        if settings.database_alarms and database:
            watch_database(self._alarms, database, settings)
        if settings.api_alarms:
            self._watch_api(api)
            self._watch_invitations(inviting)
        if recovery:
            self._watch_backups(recovery)
        for protection in malware:
            watch_scans(self._alarms, protection)
        Dashboard(
            self,
            "dashboard",
            context=context,
            functions=functions,
            queues=list(messages.queues.values()),
            buses=list(messages.buses.values()),
            database=database,
            api=api,
            distribution=distribution,
        )
        SavedQueries(self, "queries", context=context, functions=functions, api=api)

    def _make_topic(self, key: Key) -> Topic:
        topic = Topic(self, "topic", context=self._context, name="alarms", key=key, purpose="FFP alarms")
        topic.admit_service(
            "PublishAlarms",
            "cloudwatch.amazonaws.com",
            self._context.arn("cloudwatch", f"alarm:{self._context.prefix}*"),
        )
        SnsTopicSubscription(self, "subscription", topic_arn=topic.arn, protocol="email", endpoint=self._settings.email)
        return topic

    def _watch_account(self, limits: AccountLimits) -> None:
        """Watches throttling and concurrency with one alarm each for the account, not one for each function.

        Lambda's metrics without a dimension cover the whole account.
        """
        self._alarms.on_metric(
            "throttles",
            "Functions are refused: a reservation, or the account's concurrency, is used up",
            namespace="AWS/Lambda",
            metric="Throttles",
            statistic="Sum",
            threshold=0,
            periods=1,
        )
        self._alarms.on_metric(
            "concurrency",
            "Four fifths of the account's concurrent executions are in use",
            namespace="AWS/Lambda",
            metric="ConcurrentExecutions",
            threshold=limits.concurrent_executions * 0.8,
            periods=1,
        )

    def _watch_failures(self, function: Function) -> None:
        if function.failures is None:
            return
        self._alarms.on_any_message(
            f"{function.settings.name}-failures",
            f"Events that {function.settings.name} could not handle wait in its queue",
            kind="failed-events",
            queue=function.failures.name,
        )

    def _watch_function(self, function: Function) -> None:
        settings, name = self._settings, function.settings.name
        dimensions = {"FunctionName": function.name}
        # A background job runs only a few times an hour, so a single call must be able to raise an alarm.
        runs_rarely = function.settings.is_asynchronous
        periods = 1 if runs_rarely else 3
        self._alarms.on_rate(
            f"{name}-errors",
            f"{name} fails too often",
            kind="function-errors",
            namespace="AWS/Lambda",
            part="Errors",
            whole="Invocations",
            dimensions=dimensions,
            percent=settings.error_rate_percent,
            minimum_calls=1 if runs_rarely else settings.error_rate_least_calls,
            periods=1 if runs_rarely else 2,
        )
        self._alarms.on_metric(
            f"{name}-duration",
            f"{name} comes close to its timeout of {function.settings.timeout_seconds} seconds",
            kind="function-duration",
            namespace="AWS/Lambda",
            metric="Duration",
            dimensions=dimensions,
            threshold=function.settings.timeout_seconds * 1000 * settings.duration_percent_of_timeout / 100,
            periods=periods,
        )
        metric = f"{name}-memory-used-mb"
        self._add_metric_from_log(
            f"{name}-memory",
            function.log_group,
            # Lambda's own report of each call, which it logs at the system log level INFO.
            '{ $.type = "platform.report" }',
            metric=metric,
            value="$.record.metrics.maxMemoryUsedMB",
            unit="Megabytes",
        )
        self._alarms.on_metric(
            f"{name}-memory",
            f"{name} comes close to its {function.settings.memory_mb} MB",
            kind="function-memory",
            namespace=self._namespace,
            metric=metric,
            threshold=function.settings.memory_mb * settings.memory_percent_of_allocation / 100,
            periods=periods,
        )

    def _watch_backups(self, recovery: Recovery) -> None:
        """Watches that everything is backed up each day, where nothing at all counts as a failure, and failed restores.

        CloudWatch looks back seven days at most, so it cannot notice that a monthly test did not take place.
        """
        self._alarms.on_absence(
            "backups",
            "For two days, not everything was backed up into the vault",
            namespace="AWS/Backup",
            metric="NumberOfBackupJobsCompleted",
            dimensions={"BackupVaultName": recovery.vault_name},
            expected=len(recovery.backed_up),
            periods=2,
            period_seconds=_DAY,
        )
        if recovery.tests_restores:
            self._alarms.on_metric(
                "restores",
                "The database could not be restored from the vault",
                namespace="AWS/Backup",
                metric="NumberOfRestoreJobsFailed",
                dimensions={"ResourceType": "RDS"},
                statistic="Sum",
                threshold=0,
                periods=1,
                period_seconds=_HOUR,
            )

    def _watch_api(self, api: Api) -> None:
        settings = self._settings
        for status, percent, purpose in (
            ("4xx", settings.client_error_rate_percent, "Callers are refused too often: a broken client, or an attack"),
            ("5xx", settings.error_rate_percent, "The API fails too often"),
        ):
            self._alarms.on_rate(
                f"api-{status}",
                purpose,
                namespace="AWS/ApiGateway",
                part=status,
                whole="Count",
                dimensions={"ApiId": api.id},
                percent=percent,
                minimum_calls=settings.error_rate_least_calls,
            )
        self._alarms.on_metric(
            "api-latency",
            "The API answers slowly",
            namespace="AWS/ApiGateway",
            metric="Latency",
            dimensions={"ApiId": api.id},
            statistic="p95",
            threshold=settings.api_latency_ms,
        )
        self._watch_throttled_requests(api)

    def _watch_throttled_requests(self, api: Api) -> None:
        """Counts throttled requests in the access log, because HTTP APIs have no metric for them."""
        self._add_metric_from_log("api-throttled", api.log_group, '{ $.status = "429" }', metric="api-throttled")
        self._alarms.on_metric(
            "api-throttled",
            "Callers run into the API's throttles, or into a day's quota",
            namespace=self._namespace,
            metric="api-throttled",
            statistic="Sum",
            threshold=self._settings.throttled_requests,
        )

    def _watch_invitations(self, functions: Sequence[Function]) -> None:
        """Watches invitations of people who are users of another tenant, which may be an attempt to find patients.

        The response does not show the inviting administrator that the invitation was refused; only this alarm does.
        """
        name = "refused-invitations"
        for function in functions:
            refusals = f"{function.settings.name}-refusals"
            self._add_metric_from_log(refusals, function.log_group, '{ $.action = "refuse-invitation" }', metric=name)
        if functions:
            self._alarms.on_metric(
                name,
                "An administrator invites people whom other tenants have: by mistake, or to find out who they are",
                namespace=self._namespace,
                metric=name,
                statistic="Sum",
                threshold=self._settings.refused_invitations,
                periods=1,
                period_seconds=_HOUR,
            )

    def _add_metric_from_log(
        self, name: str, log_group: LogGroup, pattern: str, *, metric: str, value: str = "1", unit: str = "Count"
    ) -> None:
        """Creates a custom metric from the log lines that match a pattern: their number, or a value in them."""
        CloudwatchLogMetricFilter(
            self,
            name,
            name=self._context.name(name),
            log_group_name=log_group.name,
            pattern=pattern,
            metric_transformation=CloudwatchLogMetricFilterMetricTransformation(
                namespace=self._namespace, name=metric, value=value, unit=unit
            ),
            depends_on=[log_group.group],
        )
