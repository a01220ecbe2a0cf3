"""Changes of availability."""

from tests.review.opinion.cases import dangerous
from tests.review.opinion.editing import drop, put, without
from tests.review.opinion.finding import pick
from tests.review.opinion.kinds import DATABASE, FUNCTION, SCHEDULE, STRANGER
from tests.review.opinion.parts import has_variable, inside, json_variable, largest, smallest, variable

dangerous("function-off", "availability", "No call is answered.")(put(FUNCTION, "reserved_concurrent_executions", 0))
dangerous("function-unreserved", "availability", "It may take all concurrency and all connections of the database.")(
    put(FUNCTION, "reserved_concurrent_executions", -1, inside)
)
dangerous(
    "function-reservation-unsaid", "availability", "It may take all concurrency and all connections of the database."
)(drop(FUNCTION, "reserved_concurrent_executions", inside))
dangerous("function-past-the-connections", "availability", "More calls at once than the database has connections.")(
    put(FUNCTION, "reserved_concurrent_executions", 500, inside)
)
dangerous("alias-of-unpublished-code", "availability", "What is being changed answers at once.")(
    put("aws_lambda_alias", "function_version", "$LATEST")
)
dangerous("alias-of-an-old-version", "availability", "The old code answers, whatever is deployed.")(
    put("aws_lambda_alias", "function_version", "1")
)
dangerous("alias-shares-with-an-old-version", "availability", "Half of the calls go to old code.")(
    put("aws_lambda_alias", "routing_config", {"additional_version_weights": {"1": 0.5}}, new=True)
)
dangerous("function-not-published", "availability", "There is no version to go back to.")(
    put(FUNCTION, "publish", False)
)
dangerous("migrations-not-run", "availability", "The new code meets old tables.")(without("aws_lambda_invocation"))
dangerous("integration-gives-up", "availability", "Every call times out.")(
    put("aws_apigatewayv2_integration", "timeout_milliseconds", 50)
)
dangerous("function-of-old-runtime", "availability", "No security updates any more.")(
    put(FUNCTION, "runtime", "python3.8")
)
dangerous("key-off", "availability", "Nothing can be decrypted.")(put("aws_kms_key", "is_enabled", False, new=True))
dangerous("state-key-off", "availability", "No state can be read.", stack="bootstrap")(
    lambda document: pick(document, "aws_kms_key")[1].update(is_enabled=False)
)
dangerous("minor-versions-off", "exposure", "Security updates of the database are not installed.")(
    put(DATABASE, "auto_minor_version_upgrade", False)
)
dangerous("function-with-a-strangers-layer", "access", "A stranger's code runs in the function.")(
    put(FUNCTION, "layers", [f"arn:aws:lambda:eu-west-2:{STRANGER}:layer:telemetry:12"], new=True)
)
dangerous("function-with-a-wrapper", "access", "A script runs before the function.")(
    variable("AWS_LAMBDA_EXEC_WRAPPER", "/opt/inspect")
)
dangerous("function-of-a-strangers-image", "access", "A stranger's code is the function.")(
    lambda document: (
        lambda block: (
            [block.pop(k) for k in ("filename", "handler", "runtime", "source_code_hash")],
            block.update(package_type="Image", image_uri=f"{STRANGER}.dkr.ecr.eu-west-2.amazonaws.com/tools:latest"),
        )
    )(pick(document, FUNCTION)[1])
)
dangerous("function-of-a-strangers-bucket", "access", "A stranger's code is the function.")(
    lambda document: (
        lambda block: (
            [block.pop(k) for k in ("filename", "source_code_hash")],
            block.update(s3_bucket="partner-builds", s3_key="token.zip"),
        )
    )(pick(document, FUNCTION)[1])
)
dangerous("function-without-tls", "exposure", "The library connects without TLS.")(variable("PGSSLMODE", "disable"))
dangerous("quota-of-uploads-lifted", "front door", "A user uploads without end.")(
    json_variable("QUOTA_UPLOADS", lambda value: value.update(per_user=1000000, per_tenant=1000000))
)
dangerous("quota-of-notes-unsaid", "front door", "No limit is known.")(
    variable("QUOTA_NOTES", "{}", has_variable("QUOTA_NOTES"), new=False)
)
dangerous("uploads-of-a-terabyte", "front door", "A thousand times the size.")(
    json_variable("MEDIA_KINDS", lambda value: largest(value).update(maximum_bytes=2**40))
)
dangerous("playback-signed-for-a-year", "front door", "An address that leaked plays for a year.")(
    json_variable("MEDIA_KINDS", lambda value: largest(value).update(at_most_seconds=31536000))
)
dangerous("uploads-of-pages", "front door", "Pages with scripts are served from our name.")(
    json_variable("MEDIA_KINDS", lambda value: smallest(value).update(content_type="text/html"))
)
dangerous("code-kept-under-aws-key", "exposure", "Code is no longer under our key.", doubt="code, not data")(
    drop(FUNCTION, "source_kms_key_arn")
)
dangerous(
    "retries-of-schedule-off", "availability", "One throttle, and a run is lost.", doubt="goes to the queue of failures"
)(put(SCHEDULE, "target.retry_policy.maximum_retry_attempts", 0, "lambda"))
