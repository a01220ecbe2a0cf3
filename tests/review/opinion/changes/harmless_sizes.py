"""Harmless: code and sizes."""

from tests.review.corpus.edit import Document
from tests.review.opinion.cases import harmless
from tests.review.opinion.editing import add, put
from tests.review.opinion.finding import pick, reference
from tests.review.opinion.kinds import DATABASE, DISTRIBUTION, FUNCTION, SAME
from tests.review.opinion.parts import has_variable, inside, media_behaviour, outside, variable

harmless("code", "availability", "New code.")(
    lambda document: pick(document, FUNCTION)[1].update(
        source_code_hash="n1UxK0Y5m9v2rQ3c7T8b4dWf6ZsJhLpAqEoGiMuXtCk=",
        filename=pick(document, FUNCTION)[1]["filename"].replace(".zip", "-2.zip"),
    )
)
harmless("memory-more", "availability", "More memory.")(put(FUNCTION, "memory_size", 512))
harmless("memory-as-text", "availability", SAME)(put(FUNCTION, "memory_size", lambda value: str(value)))
harmless("timeout-longer", "availability", "A little more time.")(put(FUNCTION, "timeout", lambda value: value + 2))
harmless("timeout-as-text", "availability", SAME)(put(FUNCTION, "timeout", lambda value: str(value)))
harmless("handler-renamed", "availability", "A name in the code.")(
    put(FUNCTION, "handler", lambda value: value.replace(".handler", ".handle"))
)
harmless("runtime-newer", "availability", "A newer, supported runtime.")(put(FUNCTION, "runtime", "python3.14"))
harmless("variable-harmless", "availability", "A setting of the code.")(variable("PAGE_SIZE", "50"))
harmless("variable-feature", "availability", "A switch of the code.")(variable("FEATURE_SUMMARY", "true"))
harmless("variable-table", "secrets", "A name, though it speaks of tokens.")(variable("TOKEN_TTL_SECONDS", "300"))
harmless("variable-password-policy", "secrets", "A number, though it speaks of passwords.")(
    variable("PASSWORD_MINIMUM_LENGTH", "14")
)


@harmless("second-name-of-a-secret", "secrets", "The address of a secret that the function may read already.")
def second_name_of_a_secret(document: Document) -> None:
    _, block = pick(document, FUNCTION, has_variable("DATABASE_SECRET_ARN"))
    variables = block["environment"]["variables"]
    variables["SECRET_ARN"] = variables["DATABASE_SECRET_ARN"]


harmless("variable-of-a-hash", "secrets", "A commit is public.")(
    variable("COMMIT", "9fceb02d0ae598e95dc970b74767f19372d61af8")
)
harmless("variable-of-a-uuid", "secrets", "An id.")(
    variable("CORRELATION_NAMESPACE", "6ba7b810-9dad-11d1-80b4-00c04fd430c8")
)
harmless("variable-of-an-address", "secrets", "An address without credentials.")(
    variable("HELP_URL", "https://help.ffp.example/articles/1234?lang=en")
)
harmless("variable-of-a-public-key", "secrets", "The public half.")(
    variable(
        "VERIFY_KEY",
        ("-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE5Y7rN3v0\n-----END PUBLIC KEY-----\n"),
    )
)
harmless("provisioned-concurrency", "availability", "Warm starts.")(
    lambda document: (
        lambda n, block: add(
            document,
            "aws_lambda_provisioned_concurrency_config",
            "planted",
            {
                "function_name": block["function_name"],
                "qualifier": reference("aws_lambda_alias", n, "name"),
                "provisioned_concurrent_executions": 2,
            },
        )
    )(*pick(document, "aws_lambda_alias"))
)
harmless("reservation-lower", "availability", "A little less at once.", doubt="less capacity")(
    put(FUNCTION, "reserved_concurrent_executions", lambda value: value - 1, inside)
)
harmless("reservation-a-little-higher", "availability", "A little more at once.")(
    put(FUNCTION, "reserved_concurrent_executions", lambda value: value + 2, outside)
)
harmless("architecture", "availability", "Another processor.")(put(FUNCTION, "architectures", ["x86_64"]))
harmless("bigger-database", "availability", "A bigger instance.")(put(DATABASE, "instance_class", "db.t4g.small"))
harmless("more-storage", "availability", "More space.")(put(DATABASE, "allocated_storage", 40))
harmless("storage-may-grow-further", "availability", "More space.")(put(DATABASE, "max_allocated_storage", 200))
harmless("window-of-maintenance", "availability", "Another night.")(
    put(DATABASE, "maintenance_window", "mon:03:30-mon:04:30")
)
harmless("window-of-backups", "availability", "Another hour.")(put(DATABASE, "backup_window", "01:00-02:00"))
harmless("bigger-nat", "availability", "A bigger instance.")(put("aws_launch_template", "instance_type", "t4g.micro"))
harmless("price-class", "availability", "More places.")(put(DISTRIBUTION, "price_class", "PriceClass_200"))
harmless("integration-timeout", "availability", "One second less than the most.")(
    put("aws_apigatewayv2_integration", "timeout_milliseconds", 29000)
)
harmless("schedule-more-often", "availability", "Every ten minutes.")(
    put("aws_scheduler_schedule", "schedule_expression", "rate(10 minutes)", "lambda")
)
harmless("media-cached-shorter", "availability", "A day in place of a month.")(
    lambda document: pick(document, "aws_cloudfront_cache_policy")[1].update(default_ttl=86400)
)
harmless("media-compressed", "availability", "Compression.")(
    lambda document: media_behaviour(document).update(compress=True)
)
