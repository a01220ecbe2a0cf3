"""Changes of the database's parameters."""

from tests.review.opinion.cases import dangerous
from tests.review.opinion.editing import put
from tests.review.opinion.finding import pick
from tests.review.opinion.kinds import DATABASE, NOTHING
from tests.review.opinion.parts import parameter

for name, key, value, category, why in (
    ("force-ssl-off", "rds.force_ssl", "0", "exposure", "Connections in clear are accepted."),
    ("force-ssl-off-as-number", "rds.force_ssl", 0, "exposure", "The same as a number."),
    ("tls-1-2-to-database", "ssl_min_protocol_version", "TLSv1.2", "exposure", "The floor is lower."),
    ("tls-floor-of-database-unsaid", "ssl_min_protocol_version", NOTHING, "exposure", "The default is TLS 1.2."),
    ("md5-passwords", "password_encryption", "md5", "exposure", "Passwords are stored as MD5."),
    ("md5-accepted", "rds.accepted_password_auth_method", "md5+scram", "exposure", "MD5 is accepted."),
    ("statements-logged-with-values", "log_parameter_max_length", "-1", "exposure", "Patients' data go into the log."),
    (
        "errors-logged-with-values",
        "log_parameter_max_length_on_error",
        "-1",
        "exposure",
        "Patients' data go into the log.",
    ),
    (
        "errors-logged-with-rows",
        "log_error_verbosity",
        "verbose",
        "exposure",
        "Refused rows go into the log with their values.",
    ),
    (
        "error-verbosity-unsaid",
        "log_error_verbosity",
        NOTHING,
        "exposure",
        "The default logs the DETAIL of refused rows.",
    ),
    (
        "changes-of-tables-unlogged",
        "log_statement",
        "none",
        "watching",
        "Who changed or dropped a table is not logged.",
    ),
    ("every-statement-logged", "log_statement", "all", "exposure", "Values in statements go into the log."),
    ("slow-statements-unlogged", "log_min_duration_statement", "-1", "watching", "Slow statements are not seen."),
    ("locks-wait-for-ever", "lock_timeout", "0", "availability", "One transaction blocks all others without end."),
    (
        "transactions-idle-for-ever",
        "idle_in_transaction_session_timeout",
        "0",
        "availability",
        "Dead functions hold their locks for ever.",
    ),
    ("few-connections", "max_connections", "7", "availability", "Seven connections in place of seventy."),
):
    dangerous(name, category, why)(parameter(key, value))
dangerous(
    "row-security-off",
    "availability",
    "Queries on tables with row-level security fail, or owners see all.",
    doubt="raises errors rather than showing rows",
)(
    lambda document: pick(document, "aws_db_parameter_group")[1]["parameter"].append(
        {"name": "row_security", "value": "0", "apply_method": "immediate"}
    )
)
dangerous("default-parameters", "exposure", "All our parameters are gone at once.")(
    put(DATABASE, "parameter_group_name", "default.postgres17")
)
