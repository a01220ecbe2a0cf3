"""Changes of exposure of buckets, part 1 of 2."""

from tests.review.corpus.edit import Document
from tests.review.opinion.cases import dangerous
from tests.review.opinion.editing import add
from tests.review.opinion.finding import account, reference
from tests.review.opinion.kinds import ANY_AWS, EVERYBODY, NOTHING, STRANGER
from tests.review.opinion.parts import bucket_part, forget, logs, media, state, without_part
from tests.review.opinion.policies import TLS, allow, bucket_statement, edit_bucket_statement

PUBLIC_ACCESS_BLOCK = "aws_s3_bucket_public_access_block"
OWNERSHIP = "aws_s3_bucket_ownership_controls"

dangerous("public-policy-permitted-media", "exposure", "A bucket policy may now make media public.")(
    bucket_part(PUBLIC_ACCESS_BLOCK, "block_public_policy", False)
)
dangerous("public-acls-honoured-logs", "exposure", "Public ACLs are honoured again.")(
    bucket_part(PUBLIC_ACCESS_BLOCK, "ignore_public_acls", False, logs)
)
dangerous("public-buckets-unrestricted-media", "exposure", "A public policy is in effect for everybody.")(
    bucket_part(PUBLIC_ACCESS_BLOCK, "restrict_public_buckets", "false")
)
dangerous("public-acls-not-blocked-media", "exposure", "Public ACLs can be set.")(
    bucket_part(PUBLIC_ACCESS_BLOCK, "block_public_acls", False)
)
dangerous("public-policy-block-unsaid", "exposure", "Its default is false.")(
    bucket_part(PUBLIC_ACCESS_BLOCK, "block_public_policy", NOTHING)
)
dangerous("public-access-block-removed", "exposure", "Nothing keeps the bucket private.")(
    without_part(PUBLIC_ACCESS_BLOCK)
)
dangerous("public-access-block-of-state-removed", "exposure", "Nothing keeps the states private.", stack="bootstrap")(
    without_part(PUBLIC_ACCESS_BLOCK, state)
)
dangerous(
    "public-buckets-unrestricted-state", "exposure", "A public policy is in effect for everybody.", stack="bootstrap"
)(bucket_part(PUBLIC_ACCESS_BLOCK, "restrict_public_buckets", False, state))
dangerous("acls-back-in-effect", "exposure", "ACLs decide again, and who uploads owns.")(
    bucket_part(OWNERSHIP, "rule.object_ownership", "ObjectWriter")
)
dangerous(
    "ownership-controls-removed-from-state",
    "exposure",
    "ACLs decide again.",
    stack="bootstrap",
    doubt=("new buckets default to enforced; destroying the controls of an existing one falls back to ObjectWriter"),
)(without_part(OWNERSHIP, state))


@dangerous("public-acl", "exposure", "A public ACL makes all media readable.")
def public_acl(document: Document) -> None:
    add(
        document,
        "aws_s3_bucket_acl",
        "media",
        {"bucket": reference("aws_s3_bucket", media(document)), "acl": "public-read"},
    )


@dangerous("bucket-website", "exposure", "The bucket becomes a website.")
def bucket_website(document: Document) -> None:
    add(
        document,
        "aws_s3_bucket_website_configuration",
        "media",
        {"bucket": reference("aws_s3_bucket", media(document)), "index_document": {"suffix": "index.html"}},
    )


dangerous("media-for-everybody", "exposure", "Anybody reads all media without a signature.")(
    bucket_statement(media, lambda document, a: allow(["s3:GetObject"], [a + "/*"], principals=EVERYBODY))
)
dangerous("media-for-any-account", "exposure", "Any AWS account reads all media.")(
    bucket_statement(media, lambda document, a: allow(["s3:GetObject"], [a + "/media/*"], principals=ANY_AWS))
)
dangerous("media-for-a-referer", "exposure", "A referer is what any client writes.")(
    bucket_statement(
        media,
        lambda document, a: allow(
            ["s3:GetObject"],
            [a + "/*"],
            ("StringLike", "aws:Referer", ["https://app.ffp.example/*"]),
            principals=EVERYBODY,
        ),
    )
)
dangerous("media-for-all-addresses", "exposure", "Two halves of all addresses are everybody.")(
    bucket_statement(
        media,
        lambda document, a: allow(
            ["s3:GetObject"],
            [a + "/*"],
            ("IpAddress", "aws:SourceIp", ["0.0.0.0/1", "128.0.0.0/1"]),
            principals=EVERYBODY,
        ),
    )
)
dangerous(
    "media-for-organisation-if-exists", "exposure", "An anonymous caller has no organisation, so IfExists lets it in."
)(
    bucket_statement(
        media,
        lambda document, a: allow(
            ["s3:GetObject"],
            [a + "/*"],
            ("StringEqualsIfExists", "aws:PrincipalOrgID", ["o-exampleorgid"]),
            principals=EVERYBODY,
        ),
    )
)
dangerous("media-for-all-but-one", "exposure", "NotPrincipal in an Allow is everybody but one.")(
    bucket_statement(
        media,
        lambda document, a: {
            "actions": ["s3:GetObject"],
            "effect": "Allow",
            "resources": [a + "/*"],
            "sid": "NotThatOne",
            "not_principals": [{"type": "AWS", "identifiers": [f"arn:aws:iam::{account(document)}:user/former"]}],
        },
    )
)
dangerous("media-for-another-account", "exposure", "A stranger's account reads all media.")(
    bucket_statement(
        media,
        lambda document, a: allow(
            ["s3:GetObject", "s3:ListBucket"], [a, a + "/*"], principals=[("AWS", [f"arn:aws:iam::{STRANGER}:root"])]
        ),
    )
)
dangerous("media-for-another-account-by-number", "exposure", "A bare account number is a principal too.")(
    bucket_statement(media, lambda document, a: allow(["s3:Get*"], [a + "/*"], principals=[("AWS", [STRANGER])]))
)
dangerous("logs-writable-by-another-account", "exposure", "A stranger writes into the audit trail.")(
    bucket_statement(
        logs,
        lambda document, a: allow(
            ["s3:PutObject"], [a + "/*"], principals=[("AWS", [f"arn:aws:iam::{STRANGER}:role/shipper"])]
        ),
    )
)
dangerous(
    "media-deletable-by-a-service-of-any-account",
    "exposure",
    "A service acts for any account without a condition on ours.",
)(
    bucket_statement(
        media,
        lambda document, a: allow(
            ["s3:DeleteObject", "s3:GetObject"], [a + "/*"], principals=[("Service", ["logging.s3.amazonaws.com"])]
        ),
    )
)
dangerous(
    "state-for-everybody-in-a-vpc", "exposure", "Whoever owns that VPC endpoint reads the states.", stack="bootstrap"
)(
    bucket_statement(
        state,
        lambda document, a: allow(
            ["s3:GetObject"],
            [a + "/*"],
            ("StringEquals", "aws:SourceVpce", ["vpce-0abc1234def567890"]),
            principals=EVERYBODY,
        ),
    )
)
dangerous("state-for-another-account", "exposure", "A stranger's account reads the states.", stack="bootstrap")(
    bucket_statement(
        state,
        lambda document, a: allow(
            ["s3:GetObject"], [a + "/*"], principals=[("AWS", [f"arn:aws:iam::{STRANGER}:root"])]
        ),
    )
)
dangerous(
    "state-for-everybody-of-organisation-wildcard",
    "exposure",
    "Every organisation begins like this.",
    stack="bootstrap",
)(
    bucket_statement(
        state,
        lambda document, a: allow(
            ["s3:GetObject"], [a + "/*"], ("StringLike", "aws:PrincipalOrgID", ["o-*"]), principals=ANY_AWS
        ),
    )
)
dangerous("plain-http-permitted-media", "exposure", "Media travel in clear.")(edit_bucket_statement(media, TLS, forget))
dangerous("plain-http-denied-for-reads-alone", "exposure", "Uploads may travel in clear.")(
    edit_bucket_statement(media, TLS, lambda document, policy, statement: statement.update(actions=["s3:GetObject"]))
)
dangerous("plain-http-denied-to-bucket-alone", "exposure", "The objects are not covered any more.")(
    edit_bucket_statement(
        media, TLS, lambda document, policy, statement: statement.update(resources=[statement["resources"][0]])
    )
)
