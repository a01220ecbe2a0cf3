"""Changes of more for a function's role, part 1 of 2."""

from tests.review.opinion.cases import dangerous
from tests.review.opinion.finding import account, allows, condition_of, pick, prefix, reference, region, statement_of
from tests.review.opinion.kinds import ROLE_POLICY, STRANGER
from tests.review.opinion.parts import database
from tests.review.opinion.policies import OUTSIDE_FUNCTIONS, VIA_SERVICE, allow, edit_statement, more, without_statement

dangerous("role-may-do-everything", "access", "A function has the whole account below its boundary.")(
    more(allow(["*"], ["*"]))
)
dangerous("role-reads-every-secret", "access", "Every secret in place of one.")(
    edit_statement(
        ROLE_POLICY,
        allows("secretsmanager:GetSecretValue"),
        lambda document, policy, statement: statement.update(resources=["*"]),
    )
)
dangerous("role-reads-secrets-by-prefix", "access", "All secrets of the platform in place of one.")(
    edit_statement(
        ROLE_POLICY,
        allows("secretsmanager:GetSecretValue"),
        lambda document, policy, statement: statement["resources"].append(
            f"arn:aws:secretsmanager:{region(document)}:{account(document)}:secret:{prefix(document)}-*"
        ),
    )
)
dangerous("role-may-all-with-its-secret", "access", "It may delete and replace the secret.")(
    edit_statement(
        ROLE_POLICY,
        allows("secretsmanager:GetSecretValue"),
        lambda document, policy, statement: statement.update(actions=["secretsmanager:*"]),
    )
)
dangerous("role-gets-writes-by-wildcard", "access", "*SecretValue is also PutSecretValue.")(
    edit_statement(
        ROLE_POLICY,
        allows("secretsmanager:GetSecretValue"),
        lambda document, policy, statement: statement.update(actions=["secretsmanager:*SecretValue"]),
    )
)
dangerous(
    "role-reads-another-secret", "access", "The function that needs one secret gets the private key of playback too."
)(
    lambda document: statement_of(document, ROLE_POLICY, allows("secretsmanager:GetSecretValue"), where="exercises")[1][
        "resources"
    ].append(reference("aws_secretsmanager_secret", pick(document, "aws_secretsmanager_secret", nth=1)[0], "arn"))
)
dangerous(
    "role-reads-master-secret",
    "access",
    ("The application gets the master's password: row-level security does not hold the master."),
)(
    more(
        lambda document, block, policy: allow(
            ["secretsmanager:GetSecretValue"],
            [f"${{aws_db_instance.{database(document)[0]}.master_user_secret[0].secret_arn}}"],
        ),
        where="exercises",
    )
)
dangerous("uploader-reads-media-too", "access", "The function that may only upload reads all tenants' media.")(
    edit_statement(
        ROLE_POLICY,
        allows("s3:PutObject"),
        lambda document, policy, statement: statement["actions"].append("s3:GetObject"),
    )
)
dangerous("uploader-deletes-media-too", "access", "It may delete what patients uploaded.")(
    edit_statement(
        ROLE_POLICY,
        allows("s3:PutObject"),
        lambda document, policy, statement: statement.update(actions=["s3:PutObject", "s3:DeleteObjectVersion"]),
    )
)
dangerous("uploader-writes-anywhere-in-bucket", "access", "Not only below media/.")(
    edit_statement(
        ROLE_POLICY,
        allows("s3:PutObject"),
        lambda document, policy, statement: statement.update(
            resources=[statement["resources"][0].replace("/media/*", "/*")]
        ),
    )
)
dangerous(
    "uploader-writes-any-bucket-of-platform", "access", "A wildcard in the middle of the ARN covers the log buckets."
)(
    edit_statement(
        ROLE_POLICY,
        allows("s3:PutObject"),
        lambda document, policy, statement: statement.update(
            resources=[f"arn:aws:s3:::{prefix(document)}-*-{account(document)}/media/*"]
        ),
    )
)
dangerous("uploader-writes-any-bucket", "access", "Any bucket of anybody: data can leave.")(
    edit_statement(
        ROLE_POLICY,
        allows("s3:PutObject"),
        lambda document, policy, statement: statement.update(resources=["arn:aws:s3:::*/media/*"]),
    )
)
dangerous("uploader-by-question-mark", "access", "s3:?etObject is GetObject in disguise.")(
    edit_statement(
        ROLE_POLICY,
        allows("s3:PutObject"),
        lambda document, policy, statement: statement["actions"].append("s3:?etObject"),
    )
)
dangerous("uploader-in-capitals", "access", "IAM does not mind case.")(
    edit_statement(
        ROLE_POLICY,
        allows("s3:PutObject"),
        lambda document, policy, statement: statement["actions"].append("S3:GETOBJECT"),
    )
)
dangerous("logs-deletable-by-function", "access", "A function may delete its own traces.")(
    edit_statement(
        ROLE_POLICY,
        allows("logs:PutLogEvents"),
        lambda document, policy, statement: statement["actions"].append("logs:DeleteLogStream"),
    )
)
dangerous("logs-of-everybody-writable", "access", "A function writes into the logs of all others.")(
    edit_statement(
        ROLE_POLICY,
        allows("logs:PutLogEvents"),
        lambda document, policy, statement: statement.update(resources=["arn:aws:logs:*:*:*"]),
    )
)
dangerous("logs-of-others-writable-by-prefix", "access", "The wildcard in the middle covers all functions' logs.")(
    edit_statement(
        ROLE_POLICY,
        allows("logs:PutLogEvents"),
        lambda document, policy, statement: statement.update(
            resources=[
                f"arn:aws:logs:{region(document)}:{account(document)}:log-group:/aws/lambda/{prefix(document)}-*:*"
            ]
        ),
    )
)
dangerous("logs-readable-by-function", "access", "A function reads all logs.")(
    more(allow(["logs:FilterLogEvents", "logs:GetLogEvents", "logs:StartQuery"], ["*"]))
)
dangerous("decrypt-without-via-service", "access", "It decrypts anything under the shared key, not only its secret.")(
    edit_statement(ROLE_POLICY, VIA_SERVICE, lambda document, policy, statement: statement.pop("condition"))
)
dangerous("decrypt-via-any-service", "access", "StringLike * is any service.")(
    edit_statement(
        ROLE_POLICY,
        VIA_SERVICE,
        lambda document, policy, statement: condition_of(statement, "ViaService").update(
            test="StringLike", values=["*.amazonaws.com"]
        ),
    )
)
dangerous("decrypt-via-if-exists", "access", "A direct call has no ViaService, so IfExists lets it through.")(
    edit_statement(
        ROLE_POLICY,
        VIA_SERVICE,
        lambda document, policy, statement: condition_of(statement, "ViaService").update(test="StringEqualsIfExists"),
    )
)
dangerous("decrypt-via-for-all-values", "access", "ForAllValues is true where the key is missing.")(
    edit_statement(
        ROLE_POLICY,
        VIA_SERVICE,
        lambda document, policy, statement: condition_of(statement, "ViaService").update(
            test="ForAllValues:StringEquals"
        ),
    )
)
dangerous("decrypt-via-all-but", "access", "The opposite test.")(
    edit_statement(
        ROLE_POLICY,
        VIA_SERVICE,
        lambda document, policy, statement: condition_of(statement, "ViaService").update(test="StringNotEquals"),
    )
)
dangerous("decrypt-via-a-second-service", "access", "A second service is accepted.")(
    edit_statement(
        ROLE_POLICY,
        VIA_SERVICE,
        lambda document, policy, statement: condition_of(statement, "ViaService")["values"].append(
            f"s3.{region(document)}.amazonaws.com"
        ),
    )
)
dangerous("decrypt-with-every-key", "access", "Every key of the account.")(
    edit_statement(
        ROLE_POLICY,
        VIA_SERVICE,
        lambda document, policy, statement: statement.update(
            resources=[f"arn:aws:kms:{region(document)}:{account(document)}:key/*"]
        ),
    )
)
dangerous("decrypt-in-a-second-statement", "access", "A second statement repeats it without the condition.")(
    lambda document: (
        lambda policy, statement: policy["statement"].append(
            {k: v for k, v in statement.items() if k != "condition"} | {"sid": "Also"}
        )
    )(*statement_of(document, ROLE_POLICY, VIA_SERVICE))
)
dangerous("code-may-make-interfaces", "access", "The denial to the function's own code is gone.")(
    without_statement(ROLE_POLICY, OUTSIDE_FUNCTIONS)
)
dangerous("code-of-another-function-denied", "access", "The denial names another function.")(
    edit_statement(
        ROLE_POLICY,
        OUTSIDE_FUNCTIONS,
        lambda document, policy, statement: condition_of(statement, "SourceFunctionArn").update(
            values=[f"arn:aws:lambda:{region(document)}:{account(document)}:function:{prefix(document)}-none"]
        ),
    )
)
dangerous("code-denied-one-action-less", "access", "One action has left the denial.")(
    edit_statement(
        ROLE_POLICY,
        OUTSIDE_FUNCTIONS,
        lambda document, policy, statement: statement["actions"].remove("ec2:CreateNetworkInterface"),
    )
)
dangerous("denial-turned-round", "access", "ArnNotEquals denies Lambda's service in place of the code.")(
    edit_statement(
        ROLE_POLICY,
        OUTSIDE_FUNCTIONS,
        lambda document, policy, statement: condition_of(statement, "SourceFunctionArn").update(test="ArnNotEquals"),
    )
)
dangerous("everything-but", "access", "NotAction in an Allow is nearly everything.")(
    more({"not_actions": ["iam:*", "organizations:*"], "effect": "Allow", "resources": ["*"], "sid": "PowerUser"})
)
dangerous("every-resource-but", "access", "NotResource in an Allow is nearly everything.")(
    more({"actions": ["s3:GetObject"], "effect": "Allow", "not_resources": ["arn:aws:s3:::secret/*"], "sid": "Most"})
)
dangerous("pass-any-role", "access", "It may hand any role to a service of its choice.")(
    more(allow(["iam:PassRole"], ["*"]))
)
dangerous("assume-any-role", "access", "It may become any role.")(more(allow(["sts:AssumeRole"], ["*"])))
dangerous("assume-role-elsewhere", "access", "It may become a role in a stranger's account.")(
    more(allow(["sts:AssumeRole"], [f"arn:aws:iam::{STRANGER}:role/partner"]))
)
dangerous("write-own-policy", "access", "It may give itself anything.")(
    more(allow(["iam:PutRolePolicy", "iam:AttachRolePolicy"], ["*"]))
)
dangerous("change-code", "access", "It may replace the code of every function.")(
    more(allow(["lambda:UpdateFunctionCode"], ["*"]))
)
dangerous("invoke-everything", "access", "It may call every function with any tenant in the event.")(
    more(
        lambda document, block, policy: allow(
            ["lambda:InvokeFunction"], [f"arn:aws:lambda:{region(document)}:{account(document)}:function:*"]
        )
    )
)
