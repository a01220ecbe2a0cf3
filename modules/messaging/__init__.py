"""SQS queues, SNS topics and event buses: encrypted, and closed to plain HTTP."""

from modules.messaging.event_bus import BusRule, EventBus
from modules.messaging.messages import Messages
from modules.messaging.queue import Queue
from modules.messaging.topic import Topic
from modules.messaging.transport import compact
from modules.messaging.work_queue import WorkQueue

__all__ = ["BusRule", "EventBus", "Messages", "Queue", "Topic", "WorkQueue", "compact"]
