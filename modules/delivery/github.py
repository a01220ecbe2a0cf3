"""GitHub's way in: short-lived credentials for two roles, each bound to the repository and a GitHub environment."""

from collections.abc import Mapping, Sequence

from cdktf_cdktf_provider_aws.iam_openid_connect_provider import IamOpenidConnectProvider
from cdktf_cdktf_provider_aws.iam_policy import IamPolicy
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy_attachment import IamRolePolicyAttachment
from constructs import Construct

from modules.context import Context, Limit
from modules.policy import Condition, PolicyDocument, Statement

ISSUER = "token.actions.githubusercontent.com"
AUDIENCE = "sts.amazonaws.com"


def oidc_provider_arn(context: Context) -> str:
    """An account has one provider for an issuer, and its ARN tells it by that alone."""
    return f"arn:aws:iam::{context.account_id}:oidc-provider/{ISSUER}"


class OidcProvider(Construct):
    """Lets GitHub's tokens be exchanged for credentials; made by one bootstrap stack of an account."""

    def __init__(self, scope: Construct, id_: str) -> None:
        super().__init__(scope, id_)
        self.resource = IamOpenidConnectProvider(self, "provider", url=f"https://{ISSUER}", client_id_list=[AUDIENCE])


class ManagedPolicy(Construct):
    """One customer-managed policy; a role has ten at most, of 6,144 characters each."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        context: Context,
        name: str,
        description: str,
        statements: Sequence[Statement],
    ) -> None:
        super().__init__(scope, id_)
        self.document = PolicyDocument(self, "access", statements)
        self.policy = IamPolicy(
            self, "policy", name=context.name(name), description=description, policy=self.document.json
        )


class CiRole(Construct):
    """A role that jobs of one GitHub environment of the repository may assume, and nobody else."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        context: Context,
        description: str,
        repository: str,
        github_environment: str,
        provider: OidcProvider | None,
        boundary: ManagedPolicy,
        policies: Mapping[str, ManagedPolicy],
    ) -> None:
        super().__init__(scope, id_)
        trust = PolicyDocument(
            self,
            "trust",
            [
                Statement(
                    "GitHub",
                    ("sts:AssumeRoleWithWebIdentity",),
                    (),
                    federated=(oidc_provider_arn(context),),
                    conditions=(
                        Condition("StringEquals", f"{ISSUER}:aud", AUDIENCE),
                        Condition(
                            "StringEquals", f"{ISSUER}:sub", f"repo:{repository}:environment:{github_environment}"
                        ),
                    ),
                )
            ],
        )
        role = IamRole(
            self,
            "role",
            name=context.name(id_, Limit.ROLE),
            description=description,
            assume_role_policy=trust.json,
            permissions_boundary=boundary.policy.arn,
            max_session_duration=3600,
            depends_on=[provider.resource] if provider else None,
        )
        for label, policy in policies.items():
            IamRolePolicyAttachment(self, label, role=role.name, policy_arn=policy.policy.arn)
