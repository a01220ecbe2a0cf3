"""Handlers of events and schedules. Lambda retries a failed invocation and then keeps its event."""

import functools
from collections.abc import Callable
from typing import Any, TypeVar

from ffp_lambda import log
from ffp_lambda.errors import FailedCallError
from ffp_lambda.http import LambdaContext

Result = TypeVar("Result")
Job = Callable[[dict[str, Any], LambdaContext], Result]


def job(action: str) -> Callable[[Job[Result]], Job[Result]]:
    """Makes a Lambda handler of a function that does one job and can be repeated after it failed half way.

    An error is logged with `action` and raised as FailedCallError, so that Lambda retries. Of an error other than
    FailedCallError only the type is logged and raised, because its message may quote data.
    """

    def decorate(do: Job[Result]) -> Job[Result]:
        @functools.wraps(do)
        def handler(event: dict[str, Any], context: LambdaContext) -> Result:
            try:
                return do(event, context)
            except Exception as error:
                failure = log.describe_error(error)
                log.write(action, request_id=context.aws_request_id, error=failure)
            raise FailedCallError(failure)

        return handler

    return decorate
