"""Harmless: more that is watched."""

import json

from tests.review.corpus.edit import Document
from tests.review.opinion.cases import harmless
from tests.review.opinion.editing import add, put, without
from tests.review.opinion.finding import pick, prefix
from tests.review.opinion.kinds import ALARM, LESS, LOG_GROUP, SAME, STAGE
from tests.review.opinion.parts import alarm


@harmless("alarm-tells-of-missing-data", "watching", "The same topic hears one state more.")
def alarm_tells_of_missing_data(document: Document) -> None:
    _, block = pick(document, ALARM, "Throttles")
    block["insufficient_data_actions"] = list(block["alarm_actions"])


harmless("alarm-sooner", "watching", LESS)(alarm("CPUUtilization", "threshold", 70))
harmless("alarm-sooner-by-periods", "watching", LESS)(alarm("DatabaseConnections", "evaluation_periods", 1))
harmless("alarm-of-a-floor-higher", "watching", LESS)(alarm("FreeStorageSpace", "threshold", lambda value: value * 2))
harmless("alarm-threshold-as-text", "watching", SAME)(alarm("CPUUtilization", "threshold", "80"))
harmless("alarm-at-one-of-three", "watching", LESS)(alarm("CPUUtilization", "datapoints_to_alarm", 1, new=True))
harmless("alarm-breaching-when-missing", "watching", LESS, doubt="noise")(
    alarm("Throttles", "treat_missing_data", "breaching")
)
harmless("queries-of-alarm-reordered", "watching", "Ids decide.")(
    put(ALARM, "metric_query", lambda value: value[::-1], "metric_query")
)
harmless("query-new", "watching", "A saved query.")(
    lambda document: add(
        document,
        "aws_cloudwatch_query_definition",
        "planted",
        {
            "name": prefix(document) + "/slow-notes",
            "log_group_names": [pick(document, LOG_GROUP, "/aws/lambda/")[1]["name"]],
            "query_string": "filter duration > 1000 | sort duration desc",
        },
    )
)
harmless("query-changed", "watching", "A saved query.")(
    put("aws_cloudwatch_query_definition", "query_string", lambda value: value + "\n| limit 50")
)
harmless("query-removed", "watching", "A saved query holds nothing.", doubt="part of MON-1")(
    without("aws_cloudwatch_query_definition")
)
harmless("dashboard-changed", "watching", "A picture.")(
    put(
        "aws_cloudwatch_dashboard",
        "dashboard_body",
        lambda value: value.replace("Front door: requests", "Requests of viewers"),
    )
)
harmless("dashboard-new", "watching", "A picture.")(
    lambda document: add(
        document,
        "aws_cloudwatch_dashboard",
        "planted",
        {"dashboard_name": prefix(document) + "-notes", "dashboard_body": json.dumps({"widgets": []})},
    )
)
harmless("budget-lower", "watching", LESS)(put("aws_budgets_budget", "limit_amount", "100"))
harmless("budget-warns-sooner", "watching", LESS)(put("aws_budgets_budget", "notification.0.threshold", 50))
harmless("budget-second", "watching", "One warning more.")(
    lambda document: (lambda block: block["notification"].append(dict(block["notification"][0], threshold=95)))(
        pick(document, "aws_budgets_budget")[1]
    )
)
harmless("metric-filter-new", "watching", "A metric more.")(
    lambda document: add(
        document,
        "aws_cloudwatch_log_metric_filter",
        "planted",
        {
            "name": prefix(document) + "-refused",
            "log_group_name": pick(document, LOG_GROUP, "/aws/apigateway/")[1]["name"],
            "pattern": '{ $.status = "403" }',
            "metric_transformation": {"name": "refused", "namespace": prefix(document), "value": "1"},
        },
    )
)
harmless("front-door-log-one-field-more", "watching", "More is known.")(
    put("aws_cloudwatch_log_delivery", "record_fields", lambda value: [*value, "x-edge-response-result-type"])
)
harmless("detailed-metrics", "watching", "More is known.")(
    lambda document: pick(document, STAGE)[1]["default_route_settings"].update(detailed_metrics_enabled=True)
)
