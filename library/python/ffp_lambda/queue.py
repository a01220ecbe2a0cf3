"""Messages of a queue. SQS delivers each at least once, so that a handler must tolerate one that comes again.

Powertools has such a decorator, too; importing it makes a cold start a fifth of a second longer.
"""

import functools
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ffp_lambda import log
from ffp_lambda.errors import FailedCallError, RefusalError
from ffp_lambda.http import Body, LambdaContext
from ffp_lambda.tenancy import TENANCY
from ffp_lambda.tenant import is_uuid

Answer = dict[str, list[dict[str, str]]]


@dataclass(frozen=True)
class Message:
    """One message. Whoever sent it had a binding `SendTo`, and nobody else can.

    Readers raise an error for what they do not accept, and the message is tried again until it is a dead letter.
    """

    id: str  # of SQS, the same at each try
    tries: int  # how often it was received, this time included
    request_id: str  # the invocation's id, which every log line about it holds
    record: Mapping[str, Any]  # as Lambda gives it

    def body(self) -> Body:
        """The JSON object that was sent."""
        try:
            value = json.loads(self.record["body"])
        except (ValueError, RecursionError):
            raise FailedCallError("the message must be JSON") from None
        if not isinstance(value, dict):
            raise FailedCallError("the message must be a JSON object")
        return Body(value)

    @property
    def tenant_id(self) -> str:
        """The tenant that the message is about, from the field of its body that is named as the token's claim is.

        An event that a rule of a bus sent names it in its `detail`.
        """
        body = self.body()
        value = (body.object("detail") if "detail-type" in body.fields else body).fields.get(TENANCY.tenant)
        if not is_uuid(value):
            raise FailedCallError("the message must name a tenant")
        return str(value)


def consumer(
    action: str,
) -> Callable[[Callable[[Message], None]], Callable[[Mapping[str, Any], LambdaContext], Answer]]:
    """Makes a Lambda handler of a function that handles one message, and does the same if it comes again.

    A message whose handling raises an error comes again alone; the others of its batch do not. In a FIFO queue, those
    behind it in its message group wait for it. Each message writes one log line with `action`, its id, its tries and
    milliseconds. Of an error other than FailedCallError and RefusalError only the type is logged, because its message
    may quote data.
    """

    def decorate(handle: Callable[[Message], None]) -> Callable[[Mapping[str, Any], LambdaContext], Answer]:
        def failure_of(message: Message) -> str | None:
            try:
                handle(message)
            except RefusalError as refusal:
                return log.describe_error(FailedCallError(refusal.message))
            except Exception as error:
                return log.describe_error(error)
            return None

        @functools.wraps(handle)
        def handler(event: Mapping[str, Any], context: LambdaContext) -> Answer:
            again: list[str] = []
            held_back: set[str] = set()  # message groups with a message that failed
            for record in event["Records"]:
                message_id, attributes = record["messageId"], record["attributes"]
                group = attributes.get("MessageGroupId")
                if group in held_back:
                    again.append(message_id)
                    continue
                message = Message(
                    message_id, int(attributes["ApproximateReceiveCount"]), context.aws_request_id, record
                )
                started = time.monotonic()
                failure = failure_of(message)
                if failure:
                    again.append(message_id)
                    held_back |= {group} if group else set()
                log.write(
                    action,
                    request_id=context.aws_request_id,
                    messageId=message_id,
                    tries=message.tries,
                    durationMs=round((time.monotonic() - started) * 1000),
                    error=failure,
                )
            return {"batchItemFailures": [{"itemIdentifier": each} for each in again]}

        return handler

    return decorate
