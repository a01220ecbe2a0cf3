"""Changes of exposure of buckets, part 2 of 2."""

from tests.review.opinion.cases import dangerous
from tests.review.opinion.finding import about, account, allows, both, condition_of, denies
from tests.review.opinion.kinds import NOTHING, STRANGER
from tests.review.opinion.parts import bucket_part, forget, logs, media, state, without_part
from tests.review.opinion.policies import TLS, edit_bucket_statement, remove_condition

BUCKET_ENCRYPTION = "aws_s3_bucket_server_side_encryption_configuration"
OLD_TLS = both(denies("s3:*"), about("TlsVersion"), about("PrincipalIsAWSService"))
FOREIGN_KEYS = both(denies("s3:PutObject"), about("aws-kms-key-id"))
SERVED = allows("s3:GetObject")
DELIVERED = both(allows("s3:PutObject"), about("SourceAccount"))

dangerous("plain-http-denied-in-name-alone", "exposure", "The condition now denies TLS in place of plain HTTP.")(
    edit_bucket_statement(
        media,
        TLS,
        lambda document, policy, statement: condition_of(statement, "SecureTransport").update(values=["true"]),
    )
)
dangerous("plain-http-denied-to-one-role", "exposure", "Only one principal is refused.")(
    edit_bucket_statement(
        media,
        TLS,
        lambda document, policy, statement: statement.update(
            principals=[{"type": "AWS", "identifiers": [f"arn:aws:iam::{account(document)}:role/ci"]}]
        ),
    )
)
dangerous("plain-http-denied-with-an-exception", "exposure", "A second condition makes the denial narrower.")(
    edit_bucket_statement(
        logs,
        TLS,
        lambda document, policy, statement: statement["condition"].append(
            {"test": "StringNotLike", "variable": "aws:UserAgent", "values": ["*legacy*"]}
        ),
    )
)
dangerous("plain-http-denial-turned-into-allow", "exposure", "The word Allow opens the bucket to plain HTTP.")(
    edit_bucket_statement(media, TLS, lambda document, policy, statement: statement.update(effect="Allow"))
)
dangerous("old-tls-permitted-media", "exposure", "TLS 1.2 of anybody is accepted.")(
    edit_bucket_statement(media, OLD_TLS, forget)
)
dangerous("old-tls-floor-lowered", "exposure", "The floor is 1.1 in place of 1.3.")(
    edit_bucket_statement(
        media, OLD_TLS, lambda document, policy, statement: condition_of(statement, "TlsVersion").update(values=["1.1"])
    )
)
dangerous("old-tls-denied-to-nobody", "exposure", "ArnNotLike everything matches nobody.")(
    edit_bucket_statement(
        media, OLD_TLS, lambda document, policy, statement: condition_of(statement, "PrincipalArn").update(values=["*"])
    )
)
dangerous("plain-http-permitted-state", "exposure", "States travel in clear.", stack="bootstrap")(
    edit_bucket_statement(state, TLS, forget)
)
dangerous("old-tls-permitted-state-logs", "exposure", "The floor is 1.2 in place of 1.3.", stack="bootstrap")(
    edit_bucket_statement(
        logs, OLD_TLS, lambda document, policy, statement: condition_of(statement, "TlsVersion").update(values=["1.2"])
    )
)
dangerous("policy-of-media-removed", "exposure", "No denial is left, and playback fails.")(
    without_part("aws_s3_bucket_policy")
)
dangerous("policy-of-state-removed", "exposure", "States can be deleted, and read over plain HTTP.", stack="bootstrap")(
    without_part("aws_s3_bucket_policy", state)
)
dangerous("foreign-keys-permitted", "exposure", "An upload under a stranger's key can be held to ransom.")(
    edit_bucket_statement(media, FOREIGN_KEYS, forget)
)
dangerous("other-algorithms-permitted", "exposure", "Objects may be stored without our key.")(
    edit_bucket_statement(
        media,
        both(
            denies("s3:PutObject"),
            lambda statement: any(
                c["test"] == "StringNotEquals" and c["variable"].endswith("server-side-encryption")
                for c in statement["condition"]
            ),
        ),
        forget,
    )
)
dangerous("callers-own-keys-permitted", "exposure", "Objects under a caller's own key can be read by nobody else.")(
    edit_bucket_statement(media, both(denies("s3:PutObject"), about("customer-algorithm")), forget)
)
dangerous(
    "versions-of-states-deletable",
    "recoverability",
    "Whoever has the permission deletes the states' history.",
    stack="bootstrap",
)(edit_bucket_statement(state, denies("s3:DeleteObjectVersion"), forget))
dangerous(
    "versions-of-states-deletable-but-not-bucket", "recoverability", "One action left the denial.", stack="bootstrap"
)(
    edit_bucket_statement(
        state,
        denies("s3:DeleteObjectVersion"),
        lambda document, policy, statement: statement["actions"].remove("s3:DeleteObjectVersion"),
    )
)
dangerous("states-deletable", "recoverability", "The denial that kept states is gone.", stack="bootstrap")(
    edit_bucket_statement(
        state, both(denies("s3:DeleteObject"), lambda statement: "not_resources" in statement), forget
    )
)
dangerous(
    "states-excepted-from-denial",
    "recoverability",
    "The exception covers states in place of locks alone.",
    stack="bootstrap",
)(
    edit_bucket_statement(
        state,
        both(denies("s3:DeleteObject"), lambda statement: "not_resources" in statement),
        lambda document, policy, statement: statement["not_resources"].append(
            statement["not_resources"][0].replace("*.tflock", "*.tfstate")
        ),
    )
)
dangerous("served-through-any-distribution", "exposure", "Any account's distribution may serve the media, unsigned.")(
    edit_bucket_statement(media, SERVED, lambda document, policy, statement: statement.pop("condition"))
)
dangerous("served-through-any-distribution-if-exists", "exposure", "IfExists makes the condition a wish.")(
    edit_bucket_statement(
        media, SERVED, lambda document, policy, statement: statement["condition"][0].update(test="StringEqualsIfExists")
    )
)
dangerous("served-through-a-strangers-distribution-too", "exposure", "A second value names a stranger's distribution.")(
    edit_bucket_statement(
        media,
        SERVED,
        lambda document, policy, statement: statement["condition"][0]["values"].append(
            f"arn:aws:cloudfront::{STRANGER}:distribution/E1ABCDEFGHIJKL"
        ),
    )
)
dangerous("served-through-distributions-by-pattern", "exposure", "The pattern matches every account's distributions.")(
    edit_bucket_statement(
        media,
        SERVED,
        lambda document, policy, statement: statement["condition"][0].update(
            test="ArnLike", values=["arn:aws:cloudfront::*:distribution/*"]
        ),
    )
)
dangerous("distribution-serves-the-whole-bucket", "exposure", "What is not below media/ is served too.")(
    edit_bucket_statement(
        media,
        SERVED,
        lambda document, policy, statement: statement.update(
            resources=[statement["resources"][0].replace("/media/*", "/*")]
        ),
    )
)
dangerous("distribution-may-write-the-bucket", "exposure", "Viewers with a signed address can overwrite media.")(
    edit_bucket_statement(
        media,
        SERVED,
        lambda document, policy, statement: statement.update(
            actions=["s3:GetObject", "s3:PutObject", "s3:DeleteObject"]
        ),
    )
)
dangerous(
    "access-logs-of-any-account",
    "exposure",
    "Any account fills our audit trail through the service.",
    doubt="ArnLike on bucket names remains, which any account may own",
)(
    edit_bucket_statement(
        logs, DELIVERED, lambda document, policy, statement: remove_condition(statement, "SourceAccount")
    )
)
dangerous("media-under-aws-key", "exposure", "The customer-managed key is gone.")(
    bucket_part(BUCKET_ENCRYPTION, "rule", [{"apply_server_side_encryption_by_default": {"sse_algorithm": "AES256"}}])
)
dangerous("media-under-aws-managed-kms-key", "exposure", "Without a key id it is AWS's key.")(
    bucket_part(BUCKET_ENCRYPTION, "rule.0.apply_server_side_encryption_by_default.kms_master_key_id", NOTHING)
)
dangerous("media-under-a-strangers-key", "exposure", "A stranger decides who can read media.")(
    bucket_part(
        BUCKET_ENCRYPTION,
        "rule.0.apply_server_side_encryption_by_default.kms_master_key_id",
        f"arn:aws:kms:eu-west-2:{STRANGER}:key/11111111-2222-4333-8444-555555555555",
    )
)
dangerous("encryption-of-media-removed", "exposure", "Default encryption falls back to AWS's key.")(
    without_part(BUCKET_ENCRYPTION)
)
dangerous("encryption-of-state-removed", "exposure", "The states are no longer under our key.", stack="bootstrap")(
    without_part(BUCKET_ENCRYPTION, state)
)
dangerous("state-under-aws-key", "exposure", "The states are no longer under our key.", stack="bootstrap")(
    bucket_part(
        BUCKET_ENCRYPTION, "rule", [{"apply_server_side_encryption_by_default": {"sse_algorithm": "AES256"}}], state
    )
)
