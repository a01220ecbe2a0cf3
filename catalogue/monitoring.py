"""Resource types of CloudWatch and the budget (MAP-9)."""

from collections.abc import Mapping

from catalogue.resource_type import InUse, NotInUse, ResourceType
from catalogue.service import Area, Service

SERVICES = (
    Service("Budgets", Area.OPERATIONS, ("aws_budgets",)),
    Service(
        "CloudWatch",
        Area.OPERATIONS,
        ("aws_cloudwatch",),
        "MAP-9",
        (("aws_cloudwatch_metric_alarm", "alarm"), ("aws_cloudwatch_log_group", "log group")),
    ),
    Service("X-Ray", Area.OPERATIONS, ("aws_xray",)),
)
TYPES: Mapping[str, ResourceType] = {
    "aws_budgets_budget": ResourceType(
        holds=None, name="name", tagged=True, billed=None, replaced=NotInUse("nothing refers to it")
    ),
    "aws_cloudwatch_dashboard": ResourceType(
        holds=None,
        name="dashboard_name",
        tagged=False,
        billed="by month, from the fourth in an account",
        replaced=NotInUse("only people use it, and nothing refers to it"),
    ),
    "aws_cloudwatch_log_group": ResourceType(
        holds=None,
        name="name",
        tagged=True,
        billed="by gigabyte",
        replaced=InUse("functions, the API and the database write to it"),
    ),
    "aws_cloudwatch_log_metric_filter": ResourceType(
        holds=None,
        name="name",
        tagged=False,
        billed="by month, for the metric that it creates",
        replaced=NotInUse("it counts log lines, and nothing refers to it"),
    ),
    "aws_cloudwatch_metric_alarm": ResourceType(
        holds=None,
        name="alarm_name",
        tagged=True,
        billed="by month and metric",
        replaced=NotInUse("nothing refers to it"),
    ),
    "aws_cloudwatch_query_definition": ResourceType(
        holds=None,
        name="name",
        tagged=False,
        billed=None,
        replaced=NotInUse("only people use it, and nothing refers to it"),
    ),
}
