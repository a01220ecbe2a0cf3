"""Harmless: what is stricter, longer or narrower, part 1 of 2."""

from tests.review.opinion.cases import harmless
from tests.review.opinion.editing import drop
from tests.review.opinion.finding import about, account, allows, both, denies, prefix, region
from tests.review.opinion.kinds import LESS, MANAGED_POLICY, ROLE_POLICY
from tests.review.opinion.parts import logs, media
from tests.review.opinion.policies import (
    allow,
    bucket_statement,
    edit_bucket_statement,
    edit_statement,
    grant,
    remove_condition,
)

harmless("permission-to-write-removed", "access", LESS)(
    edit_statement(
        ROLE_POLICY,
        allows("secretsmanager:PutSecretValue", "secretsmanager:UpdateSecretVersionStage"),
        lambda document, policy, statement: statement["actions"].remove("secretsmanager:DescribeSecret"),
    )
)
harmless("permission-to-delete-users-removed", "access", LESS)(
    edit_statement(
        ROLE_POLICY,
        allows("cognito-idp:AdminCreateUser"),
        lambda document, policy, statement: statement["actions"].remove("cognito-idp:ListUsersInGroup"),
    )
)
harmless("uploads-below-a-narrower-path", "access", LESS)(
    edit_statement(
        ROLE_POLICY,
        allows("s3:PutObject"),
        lambda document, policy, statement: statement.update(
            resources=[statement["resources"][0].replace("/media/*", "/media/*/video.mp4")]
        ),
    )
)
harmless("logs-of-one-stream", "access", LESS)(
    edit_statement(
        ROLE_POLICY,
        allows("logs:PutLogEvents"),
        lambda document, policy, statement: statement.update(
            resources=[r.replace(":*", ":log-stream:*") for r in statement["resources"]]
        ),
    )
)
harmless("condition-added", "access", LESS)(
    edit_statement(
        ROLE_POLICY,
        allows("s3:PutObject"),
        lambda document, policy, statement: statement.setdefault("condition", []).append(
            {"test": "StringEquals", "variable": "aws:ResourceAccount", "values": [account(document)]}
        ),
    )
)
harmless("condition-of-region-added", "access", LESS)(
    edit_statement(
        ROLE_POLICY,
        allows("xray:PutTraceSegments"),
        lambda document, policy, statement: statement.setdefault("condition", []).append(
            {"test": "StringEquals", "variable": "aws:RequestedRegion", "values": [region(document)]}
        ),
    )
)
harmless("trust-names-the-function", "access", LESS)(
    edit_statement(
        "aws_iam_role",
        both(allows("sts:AssumeRole"), lambda statement: "lambda" in str(statement)),
        lambda document, policy, statement: statement["condition"].append(
            {
                "test": "ArnLike",
                "variable": "aws:SourceArn",
                "values": [f"arn:aws:lambda:{region(document)}:{account(document)}:function:{prefix(document)}-*"],
            }
        ),
        "assume_role_policy",
    )
)
harmless("denial-added", "access", LESS)(
    grant(
        ROLE_POLICY,
        lambda document, block, policy: allow(["s3:DeleteObject*"], ["*"], effect="Deny", sid="NeverDelete"),
    )
)
harmless("denial-added-to-bucket", "exposure", LESS, doubt="locks others out of the policy")(
    bucket_statement(
        media,
        lambda document, a: allow(
            ["s3:PutBucketPolicy", "s3:DeleteBucketPolicy"],
            [a],
            ("StringNotLike", "aws:PrincipalArn", [f"arn:aws:iam::{account(document)}:role/{prefix(document)}-deploy"]),
            principals=[("*", ["*"])],
            effect="Deny",
            sid="PolicyOfDeploys",
        ),
    )
)
harmless("denial-of-other-accounts-added", "exposure", LESS)(
    bucket_statement(
        logs,
        lambda document, a: allow(
            ["s3:GetObject*"],
            [a + "/*"],
            ("StringNotEquals", "aws:PrincipalAccount", [account(document)]),
            principals=[("*", ["*"])],
            effect="Deny",
            sid="OwnAccountAlone",
        ),
    )
)
harmless("denial-without-exception", "exposure", LESS)(
    edit_bucket_statement(
        media,
        both(denies("s3:PutObject"), about("customer-algorithm")),
        lambda document, policy, statement: remove_condition(statement, "PrincipalIsAWSService"),
    )
)
harmless("served-path-narrower", "exposure", LESS)(
    edit_bucket_statement(
        media,
        allows("s3:GetObject"),
        lambda document, policy, statement: statement.update(
            resources=[statement["resources"][0].replace("/media/*", "/media/*/*")]
        ),
    )
)
harmless("key-policy-narrower", "exposure", LESS)(
    edit_statement(
        "aws_kms_key_policy",
        both(allows("kms:Decrypt"), about("logs:arn")),
        lambda document, policy, statement: statement["actions"].remove("kms:DescribeKey"),
    )
)
harmless("organisation-denied-others-on-key", "exposure", LESS)(
    grant(
        "aws_kms_key_policy",
        lambda document, block, policy: allow(
            ["kms:*"],
            ["*"],
            ("StringNotEqualsIfExists", "aws:PrincipalAccount", [account(document)]),
            ("Bool", "aws:PrincipalIsAWSService", ["false"]),
            principals=[("AWS", ["*"])],
            effect="Deny",
            sid="OwnAccount",
        ),
    )
)
harmless("endpoint-narrower", "network", LESS)(
    edit_statement(
        "aws_vpc_endpoint",
        lambda statement: statement["effect"] == "Allow",
        lambda document, policy, statement: statement.update(resources=[f"arn:aws:s3:::{prefix(document)}-media-*"]),
    )
)
harmless("ci-trust-with-one-condition-more", "access", LESS, stack="bootstrap")(
    edit_statement(
        "aws_iam_role",
        allows("sts:AssumeRoleWithWebIdentity"),
        lambda document, policy, statement: statement["condition"].append(
            {
                "test": "StringEquals",
                "variable": "token.actions.githubusercontent.com:repository_owner_id",
                "values": ["1234567"],
            }
        ),
        "assume_role_policy",
    )
)
harmless("ci-trust-names-the-workflow", "access", LESS, stack="bootstrap")(
    edit_statement(
        "aws_iam_role",
        allows("sts:AssumeRoleWithWebIdentity"),
        lambda document, policy, statement: statement["condition"].append(
            {
                "test": "StringEquals",
                "variable": "token.actions.githubusercontent.com:job_workflow_ref",
                "values": ["ffp-example/infrastructure/.github/workflows/deploy.yml@refs/heads/main"],
            }
        ),
        "assume_role_policy",
    )
)
harmless(
    "ci-session-shorter", "access", "The least that AWS accepts is an hour: unsaid is the same.", stack="bootstrap"
)(drop("aws_iam_role", "max_session_duration"))
harmless("boundary-narrower", "access", LESS, stack="bootstrap")(
    edit_statement(
        MANAGED_POLICY,
        allows("lambda:InvokeFunction"),
        lambda document, policy, statement: statement.update(
            resources=[f"arn:aws:lambda:{region(document)}:{account(document)}:function:{prefix(document)}-send-*"]
        ),
    )
)
harmless("boundary-denies-more", "access", LESS, stack="bootstrap")(
    grant(MANAGED_POLICY, allow(["iam:*", "organizations:*"], ["*"], effect="Deny", sid="NeverIam"), where="boundary")
)
harmless("boundary-denial-wider", "access", LESS, stack="bootstrap")(
    edit_statement(
        MANAGED_POLICY,
        both(
            lambda statement: statement["effect"] == "Deny",
            lambda statement: "secretsmanager:GetSecretValue" in statement["actions"],
        ),
        lambda document, policy, statement: statement["actions"].append("ssm:GetParameter*"),
    )
)
harmless("deploy-policy-narrower", "access", LESS, stack="bootstrap")(
    edit_statement(
        MANAGED_POLICY,
        allows("sqs:CreateQueue"),
        lambda document, policy, statement: statement["actions"].remove("sqs:DeleteQueue"),
    )
)
