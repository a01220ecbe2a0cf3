"""Resource types of queues and topics."""

from collections.abc import Mapping

from catalogue.resource_type import InUse, NotInUse, ResourceType, part_of
from catalogue.service import Area, Service

SERVICES = (
    Service("SNS", Area.OPERATIONS, ("aws_sns",)),
    Service("SQS", Area.OPERATIONS, ("aws_sqs",)),
)
TYPES: Mapping[str, ResourceType] = {
    "aws_sns_topic": ResourceType(
        holds=None,
        name="name",
        tagged=True,
        billed="by request",
        replaced=InUse("functions, alarms and schedules publish to it"),
    ),
    "aws_sns_topic_policy": part_of("its topic"),
    "aws_sns_topic_subscription": ResourceType(
        holds=None,
        name=None,
        tagged=False,
        billed=None,
        replaced=NotInUse("a new address must confirm first, in whichever order"),
    ),
    "aws_sqs_queue": ResourceType(
        holds=None, name="name", tagged=True, billed="by request", replaced=InUse("functions and schedules send to it")
    ),
    "aws_sqs_queue_policy": part_of("its queue"),
}
