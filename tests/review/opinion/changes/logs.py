"""Changes of logs."""

import json

from tests.review.corpus.edit import Document
from tests.review.opinion.cases import dangerous
from tests.review.opinion.editing import add, drop, put, without
from tests.review.opinion.finding import allows, pick, reference
from tests.review.opinion.kinds import DATABASE, FUNCTION, LOG_GROUP, SCHEDULE, STAGE, STRANGER
from tests.review.opinion.parts import bucket_part, forget, logs, rule_of, without_part
from tests.review.opinion.policies import edit_bucket_statement

FLOW_LOG = "aws_flow_log"
LOG_DELIVERY = "aws_cloudwatch_log_delivery"
FIREWALL_LOG = "aws_wafv2_web_acl_logging_configuration"
ACCESS_LOG = "aws_s3_bucket_logging"
SECRET_ROTATION = "aws_secretsmanager_secret_rotation"
BUDGET = "aws_budgets_budget"

dangerous("log-retention-a-month", "watching", "30 days in place of a year.")(
    put(LOG_GROUP, "retention_in_days", 30, "/aws/lambda/")
)
dangerous("log-retention-a-day-less-class", "watching", "The next lower value.")(
    put(LOG_GROUP, "retention_in_days", "180", "/aws/apigateway/")
)
dangerous("log-retention-of-flow-logs", "watching", "A week.")(put(LOG_GROUP, "retention_in_days", 7, "/aws/vpc/"))
dangerous("log-retention-of-database", "watching", "A day.")(put(LOG_GROUP, "retention_in_days", 1, "postgresql"))
dangerous(
    "log-group-without-filters",
    "watching",
    ("This class knows no metric filters: alarms are blind; and it is replaced."),
)(put(LOG_GROUP, "log_group_class", "INFREQUENT_ACCESS", "/aws/lambda/", new=True))
dangerous("access-log-removed", "watching", "Nobody knows who called.")(drop(STAGE, "access_log_settings"))
for field in ("tenantId", "userId", "peerIp", "functionRequestId", "role", "status"):
    dangerous(f"access-log-without-{field}", "watching", "Who called whom cannot be followed any more.")(
        put(
            STAGE,
            "access_log_settings.format",
            lambda value, field=field: json.dumps({k: x for k, x in json.loads(value).items() if k != field}),
        )
    )
dangerous("access-log-with-fixed-tenant", "watching", "The field is there, and says nothing.")(
    put(STAGE, "access_log_settings.format", lambda value: value.replace("$context.authorizer.claims.tenantId", "-"))
)
dangerous("access-log-elsewhere", "watching", "A group without key and retention.")(
    put(STAGE, "access_log_settings.destination_arn", f"arn:aws:logs:eu-west-2:{STRANGER}:log-group:collect")
)
dangerous("access-log-with-the-token", "exposure", "Tokens are logged.", doubt="HTTP APIs do not fill it")(
    put(
        STAGE,
        "access_log_settings.format",
        lambda value: json.dumps(dict(json.loads(value), token="$request.header.Authorization")),
    )
)
dangerous("function-logs-errors-alone", "watching", "Who did what is INFO, and dropped.")(
    put(FUNCTION, "logging_config.application_log_level", "ERROR")
)
dangerous("function-logs-text", "watching", "Levels, queries and filters need JSON.")(
    lambda document: (
        [pick(document, FUNCTION)[1]["logging_config"].update(log_format="Text")]
        + [pick(document, FUNCTION)[1]["logging_config"].pop(k) for k in ("application_log_level", "system_log_level")]
    )
)
dangerous("function-reports-dropped", "watching", "The alarm of memory reads these reports.")(
    put(FUNCTION, "logging_config.system_log_level", "WARN")
)
dangerous("function-logs-elsewhere", "watching", "A group without key and retention, which no alarm reads.")(
    put(FUNCTION, "logging_config.log_group", "/aws/lambda/other")
)
dangerous("function-logging-unsaid", "watching", "Plain text.")(drop(FUNCTION, "logging_config"))
dangerous("traces-off", "watching", "No trace of a call.")(put(FUNCTION, "tracing_config.mode", "PassThrough"))
dangerous("flow-log-removed", "watching", "Nobody knows who connected.")(without(FLOW_LOG))
dangerous("flow-log-of-rejects", "watching", "Accepted traffic is what an intruder makes.")(
    put(FLOW_LOG, "traffic_type", "REJECT")
)
dangerous("flow-log-of-one-subnet", "watching", "The rest of the network is not seen.")(
    lambda document: (
        pick(document, FLOW_LOG)[1].pop("vpc_id"),
        pick(document, FLOW_LOG)[1].update(subnet_id=reference("aws_subnet", pick(document, "aws_subnet")[0])),
    )
)
dangerous("flow-log-without-addresses", "watching", "Who connected is not logged.")(
    put(FLOW_LOG, "log_format", "${account-id} ${action} ${bytes}".replace("$", "$$"), new=True)
)
dangerous("flow-log-to-a-stranger", "exposure", "The map of our network goes to a stranger.")(
    lambda document: (
        pick(document, FLOW_LOG)[1].update(log_destination_type="s3", log_destination="arn:aws:s3:::collector-partner")
        or pick(document, FLOW_LOG)[1].pop("iam_role_arn")
    )
)
dangerous("front-door-log-removed", "watching", "The callers' addresses are nowhere else.")(without(LOG_DELIVERY))
dangerous("front-door-log-without-addresses", "watching", "The callers' addresses are nowhere else.")(
    put(LOG_DELIVERY, "record_fields", lambda value: [f for f in value if f != "c-ip"])
)
dangerous("front-door-log-without-request-id", "watching", "The id leads from the function's log to the address.")(
    put(LOG_DELIVERY, "record_fields", lambda value: [f for f in value if f != "x-edge-request-id"])
)
dangerous("front-door-log-with-cookies-and-queries", "exposure", "Signatures of playback go into the log.")(
    put(LOG_DELIVERY, "record_fields", lambda value: [*value, "cs-uri-query", "cs(Cookie)"])
)
dangerous("front-door-log-to-a-stranger", "exposure", "Addresses of patients go to a stranger.")(
    put(
        "aws_cloudwatch_log_delivery_destination",
        "delivery_destination_configuration.0.destination_resource_arn",
        "arn:aws:s3:::partner-logs",
    )
)
dangerous("firewall-log-removed", "watching", "Nobody knows what was blocked.")(without(FIREWALL_LOG))
dangerous("firewall-log-with-tokens", "exposure", "Tokens are logged in clear.")(drop(FIREWALL_LOG, "redacted_fields"))
dangerous("firewall-log-with-authorization", "exposure", "Tokens are logged in clear.")(
    put(FIREWALL_LOG, "redacted_fields", lambda value: [f for f in value if "authorization" not in json.dumps(f)])
)
dangerous("firewall-log-of-nothing", "watching", "Everything is dropped.", doubt="the provider may want a filter")(
    put(FIREWALL_LOG, "logging_filter", {"default_behavior": "DROP", "filter": []}, new=True)
)
dangerous("firewall-metrics-off", "watching", "Nobody knows what was blocked.", doubt="small")(
    lambda document: rule_of(document, "rate_based_statement")["visibility_config"].update(
        cloudwatch_metrics_enabled=False, sampled_requests_enabled=False
    )
)
dangerous("distribution-metrics-off", "watching", "Hits and errors are not measured.", doubt="small")(
    put(
        "aws_cloudfront_monitoring_subscription",
        ("monitoring_subscription.realtime_metrics_subscription_config.realtime_metrics_subscription_status"),
        "Disabled",
    )
)
dangerous("access-logs-of-media-removed", "watching", "Nobody knows who read media.")(without_part(ACCESS_LOG))
dangerous("access-logs-of-states-removed", "watching", "Nobody knows who read the states.", stack="bootstrap")(
    without(ACCESS_LOG)
)
dangerous("access-logs-to-another-bucket", "watching", "A bucket that nobody here reviews.")(
    bucket_part(ACCESS_LOG, "target_bucket", "some-other-bucket")
)
dangerous("access-logs-of-states-elsewhere", "watching", "A bucket that nobody here reviews.", stack="bootstrap")(
    put(ACCESS_LOG, "target_bucket", "some-other-bucket")
)
dangerous("access-logs-not-accepted", "watching", "The log bucket refuses them.")(
    edit_bucket_statement(logs, allows("s3:PutObject"), forget)
)
dangerous("database-log-not-exported", "watching", "The server's log is gone after three days.")(
    put(DATABASE, "enabled_cloudwatch_logs_exports", ["upgrade"])
)
dangerous("database-logs-unsaid", "watching", "The server's log is gone after three days.")(
    drop(DATABASE, "enabled_cloudwatch_logs_exports")
)
dangerous("database-insights-off", "watching", "Nobody sees what loads the database.")(
    put(DATABASE, "performance_insights_enabled", False)
)
dangerous("database-host-not-watched", "watching", "Enhanced monitoring is off.")(
    put(DATABASE, "monitoring_interval", 0)
)
dangerous("rotation-removed", "watching", "The password never changes.")(without(SECRET_ROTATION, "application-user"))
dangerous("rotation-once-a-year", "watching", "365 days in place of 30.")(
    put(SECRET_ROTATION, "rotation_rules.automatically_after_days", 365)
)
dangerous("rotation-by-a-long-schedule", "watching", "Every 999 days.")(
    put(SECRET_ROTATION, "rotation_rules", {"schedule_expression": "rate(999 days)"})
)
dangerous("reminder-to-renew-off", "watching", "Nobody is told to renew the key.")(
    put(SCHEDULE, "state", "DISABLED", "renew", new=True)
)
dangerous("reminder-to-renew-removed", "watching", "Nobody is told to renew the key.")(without(SCHEDULE, "renew"))
dangerous("reminder-to-renew-once", "watching", "Once, and never again.")(
    put(SCHEDULE, "schedule_expression", "at(2026-12-01T09:00:00)", "renew")
)
dangerous("schedule-off", "availability", "Reminders are not sent.")(
    put(SCHEDULE, "state", "DISABLED", "lambda", new=True)
)
dangerous("schedule-every-year", "availability", "Reminders come once a year.")(
    put(SCHEDULE, "schedule_expression", "rate(365 days)", "lambda")
)
dangerous("schedule-ends", "availability", "It stops by itself.")(
    put(SCHEDULE, "end_date", "2026-12-31T00:00:00Z", "lambda", new=True)
)
dangerous("budget-removed", "watching", "Nobody is told of a bill.")(without(BUDGET))
dangerous("budget-hundredfold", "watching", "It warns far too late.")(put(BUDGET, "limit_amount", "11500"))
dangerous("budget-warns-at-eight-thousand", "watching", "It never warns.")(
    put(BUDGET, "notification.0.threshold", 8000)
)
dangerous("budget-warns-nobody", "watching", "It warns nobody.")(drop(BUDGET, "notification"))
dangerous("budget-warns-a-stranger", "watching", "It warns somebody else.")(
    lambda document: [
        n.update(subscriber_email_addresses=["x@gmail.com"]) for n in pick(document, BUDGET)[1]["notification"]
    ]
)


@dangerous("log-subscription-to-a-stranger", "exposure", "A stranger receives every line of the log.")
def log_subscription_to_a_stranger(document: Document) -> None:
    _, block = pick(document, LOG_GROUP, "/aws/lambda/")
    add(
        document,
        "aws_cloudwatch_log_subscription_filter",
        "partner",
        {
            "name": "partner",
            "log_group_name": block["name"],
            "filter_pattern": "",
            "destination_arn": f"arn:aws:logs:eu-west-2:{STRANGER}:destination:collector",
        },
    )


@dangerous("events-to-a-stranger", "exposure", "All events of the account go to a stranger's bus.")
def events_to_a_stranger(document: Document) -> None:
    add(
        document,
        "aws_cloudwatch_event_rule",
        "all",
        {"name": "all", "event_pattern": json.dumps({"source": [{"prefix": ""}]})},
    )
    add(
        document,
        "aws_cloudwatch_event_target",
        "all",
        {
            "rule": "${aws_cloudwatch_event_rule.all.name}",
            "arn": f"arn:aws:events:eu-west-2:{STRANGER}:event-bus/default",
        },
    )


@dangerous("event-bus-for-everybody", "access", "Anybody may put events that start our targets.")
def event_bus_for_everybody(document: Document) -> None:
    add(
        document,
        "aws_cloudwatch_event_bus_policy",
        "all",
        {
            "policy": json.dumps(
                {
                    "Version": "2012-10-17",
                    "Statement": [
                        {
                            "Sid": "all",
                            "Effect": "Allow",
                            "Principal": "*",
                            "Action": "events:PutEvents",
                            "Resource": "*",
                        }
                    ],
                }
            )
        },
    )


@dangerous(
    "function-logs-to-a-bare-group", "watching", "A new log group without key, kept for ever, written by a function."
)
def function_logs_to_a_bare_group(document: Document) -> None:
    add(document, LOG_GROUP, "bare", {"name": "/aws/lambda/bare", "retention_in_days": 3})
    pick(document, FUNCTION)[1]["logging_config"]["log_group"] = "/aws/lambda/bare"


@dangerous("trail-that-does-not-log", "watching", "The trail of the account stops logging.")
def trail_that_does_not_log(document: Document) -> None:
    add(document, "aws_cloudtrail", "account", {"name": "account", "s3_bucket_name": "trail", "enable_logging": False})
