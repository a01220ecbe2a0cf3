"""Metric alarms in one form: silence is no alarm, and who is told is told of the end as well."""

from collections.abc import Mapping
from typing import Literal

from cdktf_cdktf_provider_aws.cloudwatch_metric_alarm import (
    CloudwatchMetricAlarm,
    CloudwatchMetricAlarmMetricQuery,
    CloudwatchMetricAlarmMetricQueryMetric,
)
from constructs import Construct

from modules.common import Context, Limit

FIVE_MINUTES = 300
Comparison = Literal["GreaterThanThreshold", "LessThanThreshold", "GreaterThanOrEqualToThreshold"]


class Alarms(Construct):
    """Makes alarms that tell one topic. Ten are free in an account, each further metric of an alarm is 0.10 dollars."""

    def __init__(self, scope: Construct, id_: str, *, context: Context, topic_arn: str) -> None:
        super().__init__(scope, id_)
        self._context = context
        self._topic_arn = topic_arn

    def on_metric(
        self,
        name: str,
        purpose: str,
        *,
        namespace: str,
        metric: str,
        threshold: float,
        dimensions: Mapping[str, str] | None = None,
        statistic: str = "Maximum",
        comparison: Comparison = "GreaterThanThreshold",
        periods: int = 3,
        period_seconds: int = FIVE_MINUTES,
    ) -> None:
        """An alarm on one metric, over periods of five minutes by default. `statistic` may be a percentile: p95."""
        percentile = statistic.startswith("p")
        CloudwatchMetricAlarm(
            self,
            name,
            alarm_name=self._context.name(name, Limit.ALARM),
            alarm_description=purpose,
            namespace=namespace,
            metric_name=metric,
            dimensions=dict(dimensions) if dimensions else None,
            statistic=None if percentile else statistic,
            extended_statistic=statistic if percentile else None,
            comparison_operator=comparison,
            threshold=threshold,
            period=period_seconds,
            evaluation_periods=periods,
            treat_missing_data="notBreaching",
            alarm_actions=[self._topic_arn],
            ok_actions=[self._topic_arn],
        )

    def on_rate(
        self,
        name: str,
        purpose: str,
        *,
        namespace: str,
        part: str,
        whole: str,
        dimensions: Mapping[str, str],
        percent: float,
        least: int,
    ) -> None:
        """An alarm on a share in percent, which stays silent while there are fewer than `least` calls."""

        def counted(id_: str, metric: str) -> CloudwatchMetricAlarmMetricQuery:
            return CloudwatchMetricAlarmMetricQuery(
                id=id_,
                metric=CloudwatchMetricAlarmMetricQueryMetric(
                    namespace=namespace,
                    metric_name=metric,
                    dimensions=dict(dimensions),
                    stat="Sum",
                    period=FIVE_MINUTES,
                ),
            )

        CloudwatchMetricAlarm(
            self,
            name,
            alarm_name=self._context.name(name, Limit.ALARM),
            alarm_description=purpose,
            metric_query=[
                counted("part", part),
                counted("whole", whole),
                CloudwatchMetricAlarmMetricQuery(
                    id="rate",
                    label=f"{part} in percent of {whole}",
                    expression=f"IF(whole >= {least}, 100 * part / whole, 0)",
                    return_data=True,
                ),
            ],
            comparison_operator="GreaterThanThreshold",
            threshold=percent,
            evaluation_periods=2,
            treat_missing_data="notBreaching",
            alarm_actions=[self._topic_arn],
            ok_actions=[self._topic_arn],
        )
