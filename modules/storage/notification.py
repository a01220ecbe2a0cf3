"""Has S3 call functions for the objects of a bucket."""

from collections.abc import Sequence

from modules.framework import S3BucketNotification, S3BucketNotificationLambdaFunction
from modules.functions import Function
from modules.storage.bucket import Bucket
from modules.storage.malware import MalwareProtection
from settings import Watch
from settings.watches import REMOVED


def notify(
    bucket: Bucket,
    account_id: str,
    watching: Sequence[tuple[Function, Watch]],
    protection: MalwareProtection | None,
) -> None:
    """Makes the bucket's one notification, which names all functions that watch it.

    S3 checks the permissions when it gets the notification. It calls each function by its alias, asynchronously. If the
    bucket is scanned, EventBridge calls functions for what is created, after the scan.
    """
    calls = [(function, watch, watch.events) for function, watch in watching]
    if protection:
        for function, watch in watching:
            if watch.created:
                protection.call(function, _index(function, watch), watch)
        calls = [(function, watch, REMOVED) for function, watch in watching if watch.removed]
    permissions = [
        function.allow_invoke(
            f"watch-{bucket.node.id}", "s3.amazonaws.com", bucket.reference, source_account=account_id
        )
        for function in dict.fromkeys(function for function, _, _ in calls)
    ]
    notification = S3BucketNotification(
        bucket,
        "notification",
        bucket=bucket.id,
        eventbridge=True if protection else None,
        lambda_function=[
            S3BucketNotificationLambdaFunction(
                id=f"{function.settings.name}-{_index(function, watch)}",
                lambda_function_arn=function.alias_arn,
                events=list(events),
                filter_prefix=watch.prefix or None,
                filter_suffix=watch.suffix or None,
            )
            for function, watch, events in calls
        ]
        or None,
        depends_on=permissions or None,
    )
    if protection:
        protection.wait_for(notification)


def _index(function: Function, watch: Watch) -> int:
    return function.settings.watches.index(watch)
