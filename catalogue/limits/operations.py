"""Limits of monitoring and of backups."""

from catalogue.limits.limit import DOCS, Limit

_CLOUDWATCH = f"{DOCS}AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html"

ALARM_METRICS = Limit(
    name="metrics of an alarm",
    value=10,
    unit="metrics",
    source=_CLOUDWATCH,
    measured="an alarm on a rate has two, whatever the application",
    remedy="watch a part of the metrics with each of several alarms",
)
WIDGET_METRICS = Limit(
    name="metrics of a widget",
    value=500,
    unit="metrics",
    source=_CLOUDWATCH,
    measured="a widget about functions has one for each",
    remedy="divide the widget",
    answer="makes another dashboard for each further 500 functions",
)
DASHBOARD_METRICS = Limit(
    name="metrics of a dashboard",
    value=2500,
    unit="metrics",
    source=_CLOUDWATCH,
    measured="all widgets together: four for each function, and some fifteen of the platform",
    remedy="divide the dashboard",
    answer="makes another dashboard for each further 500 functions",
)
QUERY_LOG_GROUPS = Limit(
    name="log groups of a query",
    value=50,
    unit="log groups",
    source=f"{DOCS}AmazonCloudWatchLogs/latest/APIReference/API_StartQuery.html",
    measured="each query about functions reads the log group of each",
    remedy="divide the query",
    answer="saves each query once more for each further 50 functions",
)
QUERY_TEXT = Limit(
    name="text of a query",
    value=10_000,
    unit="characters",
    source=f"{DOCS}AmazonCloudWatchLogs/latest/APIReference/API_PutQueryDefinition.html",
    measured="the text, which does not grow with the application",
    remedy="shorten it",
)
SAVED_QUERIES = Limit(
    name="saved queries of an account's region",
    value=1000,
    unit="queries",
    source=f"{DOCS}AmazonCloudWatch/latest/logs/CWL_Insights-Saving-Queries.html",
    measured="three about the API, and six for each 50 functions",
    remedy="divide the application",
)
METRIC_FILTERS = Limit(
    name="metric filters of a log group",
    value=100,
    unit="filters",
    source=f"{DOCS}AmazonCloudWatchLogs/latest/APIReference/API_PutMetricFilter.html",
    measured="at most two, whatever the application",
    remedy="count several events with one filter",
)
BACKUP_RESOURCES = Limit(
    name="resources of a backup selection",
    value=500,
    unit="resources",
    source=f"{DOCS}aws-backup/latest/devguide/API_BackupSelection.html",
    measured="the database and each bucket, where there is a vault",
    remedy="have fewer buckets: objects of one kind can share a bucket under prefixes",
)
