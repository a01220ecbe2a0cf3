"""Changes of boundaries and CI's policies, of the bootstrap, part 1 of 2."""

from tests.review.opinion.cases import dangerous
from tests.review.opinion.finding import Predicate, about, account, allows, both, condition_of, listed, prefix, region
from tests.review.opinion.kinds import MANAGED_POLICY
from tests.review.opinion.policies import allow, edit_statement, grant, without_statement


def denies_one(sid_action: str) -> Predicate:
    return both(
        lambda statement: statement["effect"] == "Deny",
        lambda statement: sid_action in listed(statement.get("actions")),
    )


MAKE_ROLES = both(allows("iam:CreateRole", "iam:PutRolePolicy"), about("PermissionsBoundary"))

for name, action, why in (
    ("boundary-lets-assume-roles", "sts:AssumeRole*", "A deploy can become a role that it made."),
    ("boundary-lets-read-secrets-outside-functions", "cognito-idp:*", "Secrets can be read outside a function."),
    ("boundary-lets-touch-states", "s3:*", "A role of the platform may reach the states."),
    ("boundary-lets-read-contents", "secretsmanager:GetSecretValue", "CI reads secrets, users and logs."),
    ("boundary-lets-touch-objects", "s3:GetObject*", "CI reads patients' media."),
    ("boundary-lets-decrypt", "kms:ReEncrypt*", "CI decrypts directly."),
    ("boundary-lets-lend-keys", "kms:CreateGrant", "CI lends keys to anybody."),
    ("boundary-lets-anybody-invoke", "lambda:AddPermission", "CI lets anybody invoke functions."),
    ("boundary-lets-secrets-become-public", "secretsmanager:PutResourcePolicy", "CI makes secrets public."),
    ("boundary-lets-change-ci-roles", "iam:PassRole", "CI changes its own reach."),
    ("boundary-lets-change-state-buckets", "s3:PutLifecycleConfiguration", "CI opens the states' bucket."),
    ("boundary-lets-delete-states", "s3:DeleteObject", "CI deletes states."),
    ("boundary-lets-delete-versions", "s3:DeleteObjectVersion", "CI deletes states' history."),
    ("boundary-lets-change-state-key", "kms:PutKeyPolicy", "CI changes the states' key."),
    ("boundary-lets-connect-from-anywhere", "rds-db:connect", "A role connects to the database outside a function."),
):
    dangerous(name, "access", why, stack="bootstrap")(without_statement(MANAGED_POLICY, denies_one(action)))
dangerous(
    "boundary-denial-of-roles-is-narrower",
    "access",
    "AssumeRole with web identity and SAML has left the denial.",
    stack="bootstrap",
)(
    edit_statement(
        MANAGED_POLICY,
        denies_one("sts:AssumeRole*"),
        lambda document, policy, statement: statement.update(actions=["sts:AssumeRole", *statement["actions"][1:]]),
    )
)
dangerous("boundary-denial-for-one-resource", "access", "Only one role cannot be assumed.", stack="bootstrap")(
    edit_statement(
        MANAGED_POLICY,
        denies_one("sts:AssumeRole*"),
        lambda document, policy, statement: statement.update(
            resources=[f"arn:aws:iam::{account(document)}:role/admin"]
        ),
    )
)
dangerous(
    "boundary-denial-outside-functions-if",
    "access",
    "The denial is now for functions in place of everything else.",
    stack="bootstrap",
)(
    edit_statement(
        MANAGED_POLICY,
        denies_one("cognito-idp:*"),
        lambda document, policy, statement: statement["condition"][0].update(values=["false"]),
    )
)
dangerous("boundary-denial-with-exception", "access", "One principal is excepted.", stack="bootstrap")(
    edit_statement(
        MANAGED_POLICY,
        denies_one("secretsmanager:GetSecretValue"),
        lambda document, policy, statement: statement.update(
            condition=[{"test": "ArnNotLike", "variable": "aws:PrincipalArn", "values": ["*deploy*"]}]
        ),
    )
)
dangerous(
    "boundary-permits-a-further-principal-to-invoke",
    "access",
    "Whoever is an account number may be allowed to invoke.",
    stack="bootstrap",
)(
    edit_statement(
        MANAGED_POLICY,
        denies_one("lambda:AddPermission"),
        lambda document, policy, statement: statement["condition"][0]["values"].append("s3.amazonaws.com"),
    )
)
dangerous(
    "boundary-decrypt-through-one-service-more", "access", "SSM parameters can be decrypted too.", stack="bootstrap"
)(
    edit_statement(
        MANAGED_POLICY,
        denies_one("kms:ReEncrypt*"),
        lambda document, policy, statement: statement["condition"][0]["values"].append(
            f"ssm.{region(document)}.amazonaws.com"
        ),
    )
)
dangerous("boundary-permits-everything", "access", "The boundary limits nothing but its denials.", stack="bootstrap")(
    grant(MANAGED_POLICY, allow(["*"], ["*"], sid="All"))
)
dangerous("boundary-permits-iam", "access", "CI may do anything in IAM.", stack="bootstrap")(
    edit_statement(
        MANAGED_POLICY,
        allows("kms:*", "s3:*"),
        lambda document, policy, statement: statement["actions"].append("iam:*"),
    )
)
dangerous("boundary-in-every-region", "access", "Every region, against the residence of data.", stack="bootstrap")(
    edit_statement(
        MANAGED_POLICY,
        both(allows("kms:*", "s3:*"), about("RequestedRegion")),
        lambda document, policy, statement: statement.pop("condition"),
    )
)
dangerous("boundary-in-a-further-region", "access", "A region outside the UK.", stack="bootstrap")(
    edit_statement(
        MANAGED_POLICY,
        both(allows("kms:*", "s3:*"), about("RequestedRegion")),
        lambda document, policy, statement: condition_of(statement, "RequestedRegion")["values"].append("us-west-2"),
    )
)
dangerous("boundary-all-objects", "access", "Roles of the platform may reach any bucket.", stack="bootstrap")(
    edit_statement(
        MANAGED_POLICY,
        allows("s3:GetObject", "s3:PutObject"),
        lambda document, policy, statement: statement.update(resources=["*"]),
    )
)
dangerous("boundary-all-pools", "access", "Any pool, without the tag.", stack="bootstrap")(
    edit_statement(
        MANAGED_POLICY,
        both(allows("cognito-idp:AdminCreateUser"), about("ResourceTag/environment")),
        lambda document, policy, statement: statement.pop("condition"),
    )
)
dangerous("boundary-keys-of-anybody", "access", "Keys with any alias and tag.", stack="bootstrap")(
    edit_statement(
        MANAGED_POLICY,
        both(allows("kms:Decrypt"), about("ResourceAliases")),
        lambda document, policy, statement: statement.pop("condition"),
    )
)
dangerous("boundary-invokes-anything", "access", "Any function of the account.", stack="bootstrap")(
    edit_statement(
        MANAGED_POLICY,
        allows("lambda:InvokeFunction"),
        lambda document, policy, statement: statement.update(resources=["*"]),
    )
)
dangerous("boundary-gets-user-passwords", "access", "A role may now be given AdminSetUserPassword.", stack="bootstrap")(
    edit_statement(
        MANAGED_POLICY,
        allows("cognito-idp:AdminCreateUser"),
        lambda document, policy, statement: statement["actions"].append("cognito-idp:AdminSetUserPassword"),
    )
)
dangerous("roles-without-boundary", "access", "A deploy makes a role without a limit.", stack="bootstrap")(
    edit_statement(
        MANAGED_POLICY,
        MAKE_ROLES,
        lambda document, policy, statement: statement.pop("condition"),
        where="deploy-compute",
    )
)
dangerous(
    "roles-with-another-boundary-too", "access", "A deploy makes a role under AdministratorAccess.", stack="bootstrap"
)(
    edit_statement(
        MANAGED_POLICY,
        MAKE_ROLES,
        lambda document, policy, statement: statement["condition"][0]["values"].append(
            "arn:aws:iam::aws:policy/AdministratorAccess"
        ),
        where="deploy-compute",
    )
)
dangerous("roles-anywhere", "access", "A deploy changes people's roles.", stack="bootstrap")(
    edit_statement(
        MANAGED_POLICY,
        MAKE_ROLES,
        lambda document, policy, statement: statement.update(resources=[f"arn:aws:iam::{account(document)}:role/*"]),
        where="deploy-compute",
    )
)
dangerous("roles-with-a-wildcard-in-the-middle", "access", "Any path.", stack="bootstrap")(
    edit_statement(
        MANAGED_POLICY,
        MAKE_ROLES,
        lambda document, policy, statement: statement.update(
            resources=[f"arn:aws:iam::{account(document)}:role/*/{prefix(document)}-*"]
        ),
        where="deploy-compute",
    )
)
dangerous("roles-get-attachments", "access", "A deploy attaches managed policies.", stack="bootstrap")(
    edit_statement(
        MANAGED_POLICY,
        MAKE_ROLES,
        lambda document, policy, statement: statement["actions"].append("iam:AttachRolePolicy"),
        where="deploy-compute",
    )
)
dangerous(
    "pass-roles-to-any-service", "access", "A deploy hands roles to instances, Glue, SageMaker.", stack="bootstrap"
)(
    edit_statement(
        MANAGED_POLICY,
        allows("iam:PassRole"),
        lambda document, policy, statement: statement.pop("condition"),
        where="deploy-compute",
    )
)
dangerous("pass-roles-to-one-service-more", "access", "A deploy hands roles to instances.", stack="bootstrap")(
    edit_statement(
        MANAGED_POLICY,
        allows("iam:PassRole"),
        lambda document, policy, statement: statement["condition"][0]["values"].append("ec2.amazonaws.com"),
        where="deploy-compute",
    )
)
dangerous("pass-any-role-of-account", "access", "A deploy hands any role to Lambda.", stack="bootstrap")(
    edit_statement(
        MANAGED_POLICY,
        allows("iam:PassRole"),
        lambda document, policy, statement: statement.update(resources=["*"]),
        where="deploy-compute",
    )
)
dangerous("deploy-reads-secrets", "access", "A deploy reads values of secrets.", stack="bootstrap")(
    edit_statement(
        MANAGED_POLICY,
        allows("secretsmanager:CreateSecret", "secretsmanager:UpdateSecret"),
        lambda document, policy, statement: statement["actions"].append("secretsmanager:GetSecretValue"),
    )
)
dangerous("deploy-changes-all-buckets", "access", "Any bucket of the account.", stack="bootstrap")(
    edit_statement(
        MANAGED_POLICY,
        allows("s3:PutBucketPolicy"),
        lambda document, policy, statement: statement.update(resources=["arn:aws:s3:::*"]),
    )
)
dangerous("deploy-reads-objects", "access", "A deploy reads media, were its boundary not there.", stack="bootstrap")(
    edit_statement(
        MANAGED_POLICY,
        allows("s3:PutBucketPolicy"),
        lambda document, policy, statement: statement.update(actions=["s3:*"]),
    )
)
dangerous(
    "deploy-invokes-every-function", "access", "A deploy invokes every function with any event.", stack="bootstrap"
)(
    edit_statement(
        MANAGED_POLICY,
        allows("lambda:InvokeFunction"),
        lambda document, policy, statement: statement.update(
            resources=[f"arn:aws:lambda:{region(document)}:{account(document)}:function:*"]
        ),
        where="deploy-compute",
    )
)
