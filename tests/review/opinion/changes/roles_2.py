"""Changes of more for a function's role, part 2 of 2."""

import json

from tests.review.corpus.edit import Document
from tests.review.opinion.cases import dangerous
from tests.review.opinion.editing import add, add_data, drop, put
from tests.review.opinion.finding import allows, of_type, pick, policies, reference, statement_of
from tests.review.opinion.kinds import POLICY_DOCUMENT, ROLE_POLICY
from tests.review.opinion.policies import OUTSIDE_FUNCTIONS, allow, edit_statement, more, policy_document

dangerous("set-passwords", "access", "It may take over any user.")(
    edit_statement(
        ROLE_POLICY,
        allows("cognito-idp:AdminCreateUser"),
        lambda document, policy, statement: statement["actions"].append("cognito-idp:AdminSetUserPassword"),
    )
)
dangerous("change-users-attributes", "access", "It may move a user to another tenant or role.")(
    edit_statement(
        ROLE_POLICY,
        allows("cognito-idp:AdminGetUser"),
        lambda document, policy, statement: statement["actions"].append("cognito-idp:AdminUpdateUserAttributes"),
    )
)
dangerous("all-admin-calls", "access", "A wildcard takes in passwords, MFA and deletion.")(
    edit_statement(
        ROLE_POLICY,
        allows("cognito-idp:AdminCreateUser"),
        lambda document, policy, statement: statement.update(actions=["cognito-idp:Admin*"]),
    )
)
dangerous("users-of-every-pool", "access", "Every pool in place of one.")(
    edit_statement(
        ROLE_POLICY,
        allows("cognito-idp:AdminCreateUser"),
        lambda document, policy, statement: statement.update(resources=["*"]),
    )
)
dangerous("list-all-users", "access", "It sees the users of all tenants.")(
    edit_statement(
        ROLE_POLICY,
        allows("cognito-idp:AdminCreateUser"),
        lambda document, policy, statement: statement["actions"].append("cognito-idp:ListUsers"),
    )
)
dangerous("connect-as-any-database-user", "access", "Without a password, as any user of the database.")(
    more(allow(["rds-db:connect"], ["*"]))
)
dangerous("take-snapshots", "access", "It may copy the whole database and share the copy.")(
    more(allow(["rds:CreateDBSnapshot", "rds:ModifyDBSnapshotAttribute"], ["*"]))
)
dangerous("read-parameters", "access", "All parameters of the account.")(more(allow(["ssm:GetParameter*"], ["*"])))
dangerous("run-commands", "access", "Commands on instances.")(
    more(allow(["ssm:SendCommand", "ssm:StartSession"], ["*"]))
)
dangerous("publish-anywhere", "access", "SMS to any number, and any topic.")(
    edit_statement(
        ROLE_POLICY, allows("sns:Publish"), lambda document, policy, statement: statement.update(resources=["*"])
    )
)
dangerous("send-anywhere", "access", "Any queue of anybody.")(
    edit_statement(
        ROLE_POLICY,
        allows("sqs:SendMessage"),
        lambda document, policy, statement: statement.update(resources=["arn:aws:sqs:*:*:*"]),
    )
)
dangerous("receive-failures", "access", "It may take failed events out of the queue unseen.")(
    edit_statement(
        ROLE_POLICY, allows("sqs:SendMessage"), lambda document, policy, statement: statement.update(actions=["sqs:*"])
    )
)
dangerous("send-mail", "access", "Mail to anybody in our name.")(
    more(allow(["ses:SendEmail", "ses:SendRawEmail"], ["*"]))
)
dangerous("disable-key", "access", "It may make all data unreadable.")(
    more(allow(["kms:ScheduleKeyDeletion", "kms:DisableKey"], ["*"]))
)
dangerous("create-grants", "access", "It may lend the key to anybody.")(
    edit_statement(
        ROLE_POLICY,
        allows("kms:Decrypt"),
        lambda document, policy, statement: statement["actions"].append("kms:CreateGrant"),
    )
)
dangerous("schedule-role-invokes-all", "access", "The schedule's role may invoke every function.")(
    edit_statement(
        ROLE_POLICY,
        allows("lambda:InvokeFunction"),
        lambda document, policy, statement: statement.update(resources=["*"]),
    )
)
dangerous("scan-tables", "access", "All tables of the account, with access level write.")(
    more(allow(["dynamodb:*"], ["*"]))
)
dangerous(
    "describe-organisation-writes-tag",
    "access",
    ("Tags are what conditions trust: it may give itself the environment's tag."),
)(more(allow(["tag:TagResources", "ec2:CreateTags", "kms:TagResource"], ["*"])))
dangerous("flow-logs-role-reads", "access", "The flow log's role may read and delete logs.")(
    edit_statement(
        ROLE_POLICY,
        allows("logs:DescribeLogStreams"),
        lambda document, policy, statement: statement.update(actions=["logs:*"]),
    )
)


@dangerous("source-document-with-everything", "access", "The document is merged with one that allows everything.")
def source_document_with_everything(document: Document) -> None:
    add_data(document, POLICY_DOCUMENT, "shared", {"statement": [allow(["*"], ["*"], sid="Everything")]})
    _, _, _, policy = next(policies(document, ROLE_POLICY))
    policy["source_policy_documents"] = ["${data.aws_iam_policy_document.shared.json}"]


@dangerous("override-document-replaces-denial", "access", "A statement with the same sid replaces the denial.")
def override_document_replaces_denial(document: Document) -> None:
    policy, statement = statement_of(document, ROLE_POLICY, OUTSIDE_FUNCTIONS)
    add_data(document, POLICY_DOCUMENT, "overrides", {"statement": [dict(statement, effect="Allow")]})
    policy["override_policy_documents"] = ["${data.aws_iam_policy_document.overrides.json}"]


@dangerous("policy-as-text", "access", "The policy is now a text, with a wildcard in it.")
def policy_as_text(document: Document) -> None:
    _, block, _, _ = next(policies(document, ROLE_POLICY))
    block["policy"] = json.dumps(
        {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}
    )


@dangerous("policy-as-expression", "access", "The policy is now an expression, with a wildcard in it.")
def policy_as_expression(document: Document) -> None:
    _, block, _, _ = next(policies(document, ROLE_POLICY))
    block["policy"] = (
        '${jsonencode({Version = "2012-10-17", Statement = [{Effect = "Allow", '
        'Action = ["secretsmanager:*"], Resource = ["*"]}]})}'
    )


@dangerous("policies-exchanged", "access", "The role gets another role's policy.")
def policies_exchanged(document: Document) -> None:
    found = list(policies(document, ROLE_POLICY))
    poor = next(
        (b for n, b, m, o in found if not any("secretsmanager" in str(s.get("actions")) for s in o["statement"]))
    )
    rich = next((b for n, b, m, o in found if "secretsmanager:PutSecretValue" in str(o)))
    poor["policy"] = rich["policy"]


@dangerous("second-inline-policy", "access", "A second policy beside the first.")
def second_inline_policy(document: Document) -> None:
    name, _ = pick(document, "aws_iam_role", "group")
    add(
        document,
        ROLE_POLICY,
        "extra",
        {
            "name": "extra",
            "role": reference("aws_iam_role", name),
            "policy": policy_document(document, "extra", allow(["s3:*"], ["*"])),
        },
    )


@dangerous("administrator-attached", "access", "A managed policy with everything.")
def administrator_attached(document: Document) -> None:
    name, _ = pick(document, "aws_iam_role", "group")
    add(
        document,
        "aws_iam_role_policy_attachment",
        "admin",
        {"role": reference("aws_iam_role", name, "name"), "policy_arn": "arn:aws:iam::aws:policy/AdministratorAccess"},
    )


@dangerous(
    "read-only-attached", "access", ("A managed policy that reads all buckets, secrets' names, logs and tables.")
)
def read_only_attached(document: Document) -> None:
    name, _ = pick(document, "aws_iam_role", "group")
    add(
        document,
        "aws_iam_role_policy_attachment",
        "reader",
        {"role": reference("aws_iam_role", name, "name"), "policy_arn": "arn:aws:iam::aws:policy/ReadOnlyAccess"},
    )


@dangerous("s3-full-access-attached", "access", "A managed policy for all buckets.")
def s3_full_access_attached(document: Document) -> None:
    name, _ = pick(document, "aws_iam_role", "group")
    add(
        document,
        "aws_iam_role_policy_attachment",
        "storage",
        {"role": reference("aws_iam_role", name, "name"), "policy_arn": "arn:aws:iam::aws:policy/AmazonS3FullAccess"},
    )


dangerous("managed-policies-in-role", "access", "The same by the role's own argument.")(
    put("aws_iam_role", "managed_policy_arns", ["arn:aws:iam::aws:policy/PowerUserAccess"], new=True)
)
dangerous("inline-policy-in-role", "access", "The same inline.")(
    put(
        "aws_iam_role",
        "inline_policy",
        [
            {
                "name": "x",
                "policy": json.dumps(
                    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "ssm:*", "Resource": "*"}]}
                ),
            }
        ],
        new=True,
    )
)


@dangerous("exclusive-attachment", "access", "One attachment to several roles at once.")
def exclusive_attachment(document: Document) -> None:
    names = list(of_type(document, "aws_iam_role"))[:3]
    add(
        document,
        "aws_iam_policy_attachment",
        "all",
        {
            "name": "all",
            "roles": [reference("aws_iam_role", n, "name") for n in names],
            "policy_arn": "arn:aws:iam::aws:policy/IAMFullAccess",
        },
    )


dangerous("boundary-removed", "access", "Nothing limits the role any more.")(
    drop("aws_iam_role", "permissions_boundary")
)
dangerous("boundary-null", "access", "Null is no boundary.")(put("aws_iam_role", "permissions_boundary", None, nth=3))
dangerous("boundary-of-power-users", "access", "A boundary that limits nothing.")(
    put("aws_iam_role", "permissions_boundary", "arn:aws:iam::aws:policy/PowerUserAccess")
)
dangerous("boundary-of-somebody-else", "access", "A boundary in another account or file, which nobody here reviews.")(
    put("aws_iam_role", "permissions_boundary", lambda value: value.replace("-boundary", "-boundary-v2"))
)
