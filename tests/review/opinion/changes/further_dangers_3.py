"""Dangers without the detail that gives them away, part 3 of 3."""

from tests.review.opinion.cases import dangerous
from tests.review.opinion.editing import add
from tests.review.opinion.finding import pick, reference
from tests.review.opinion.kinds import FUNCTION, STRANGER
from tests.review.opinion.parts import media

dangerous("objects-notified-to-a-stranger", "exposure", "A stranger learns of every upload.")(
    lambda document: add(
        document,
        "aws_s3_bucket_notification",
        "planted",
        {
            "bucket": reference("aws_s3_bucket", media(document)),
            "queue": [{"queue_arn": f"arn:aws:sqs:eu-west-2:{STRANGER}:feed", "events": ["s3:ObjectCreated:*"]}],
        },
    )
)
dangerous("inventory-to-a-stranger", "exposure", "A stranger gets the list of all media.")(
    lambda document: add(
        document,
        "aws_s3_bucket_inventory",
        "planted",
        {
            "bucket": reference("aws_s3_bucket", media(document)),
            "name": "all",
            "included_object_versions": "All",
            "schedule": {"frequency": "Daily"},
            "destination": {
                "bucket": {"format": "CSV", "bucket_arn": "arn:aws:s3:::partner-inventory", "account_id": STRANGER}
            },
        },
    )
)
dangerous("queue-fed-to-a-function", "access", "Messages of a stranger's queue start the function.")(
    lambda document: add(
        document,
        "aws_lambda_event_source_mapping",
        "planted",
        {
            "function_name": reference(FUNCTION, pick(document, FUNCTION)[0], "arn"),
            "event_source_arn": f"arn:aws:sqs:eu-west-2:{STRANGER}:jobs",
        },
    )
)
