"""Has Lambda poll a queue and call a function with its messages."""

from modules.framework import (
    Construct,
    LambdaAlias,
    LambdaEventSourceMapping,
    LambdaEventSourceMappingFilterCriteria,
    LambdaEventSourceMappingFilterCriteriaFilter,
    LambdaEventSourceMappingScalingConfig,
)
from modules.messaging import WorkQueue
from settings import Consume


def consume(
    scope: Construct, alias: LambdaAlias, queue: WorkQueue, settings: Consume, *, concurrency: int | None
) -> LambdaEventSourceMapping:
    """Calls the alias with batches, so many at once; of a batch, only the messages that the answer names come again."""
    patterns = [LambdaEventSourceMappingFilterCriteriaFilter(pattern=each) for each in settings.only]
    return LambdaEventSourceMapping(
        scope,
        "consumer",
        event_source_arn=queue.waiting.reference,
        function_name=alias.arn,
        batch_size=settings.batch,
        maximum_batching_window_in_seconds=settings.wait_seconds or None,
        function_response_types=["ReportBatchItemFailures"],
        scaling_config=LambdaEventSourceMappingScalingConfig(maximum_concurrency=concurrency) if concurrency else None,
        filter_criteria=LambdaEventSourceMappingFilterCriteria(filter=patterns) if patterns else None,
    )
