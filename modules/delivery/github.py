"""Access for GitHub Actions: short-lived credentials for three roles, bound to the repository and a GitHub environment.

STS offers some of the token's claims as condition keys, and ignores the others
(https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif).
"""

from collections.abc import Mapping, Sequence

from modules.common import Condition, Context, Limit, PolicyDocument, Statement, waive
from modules.framework import Construct, IamOpenidConnectProvider, IamPolicy, IamRole, IamRolePolicyAttachment
from settings import StateSettings
from settings.state import SESSION_SECONDS

ISSUER = "token.actions.githubusercontent.com"
AUDIENCE = "sts.amazonaws.com"
_IDS_UNKNOWN = (
    "Checkov takes a subject with the ids of newer repositories for none of a repository (bridgecrewio/checkov#7610). "
    "The whole subject is demanded word for word, and the repository's id besides: tests/modules/test_bootstrap.py."
)


def oidc_provider_arn(context: Context) -> str:
    """The ARN of the account's OIDC provider for GitHub; an account can have only one for each issuer."""
    return f"arn:aws:iam::{context.account_id}:oidc-provider/{ISSUER}"


def trusted_claims(settings: StateSettings, github_environment: str, *, ref: str | None) -> dict[str, str]:
    """The claims that a job's token must contain, with their exact values.

    `ref` is the git ref that the job must run on; None allows any. If the settings contain the ids of owner and
    repository, the claims include them, because somebody else can take over an abandoned name.
    """
    owner, name = settings.repository.split("/")
    ids = settings.repository_ids
    repository = f"{owner}@{ids.owner}/{name}@{ids.repository}" if ids else f"{owner}/{name}"
    return {
        "aud": AUDIENCE,
        "sub": f"repo:{repository}:environment:{github_environment}",
        **({"repository_id": str(ids.repository)} if ids else {}),
        **({"ref": ref} if ref else {}),
    }


class OidcProvider(Construct):
    """The OIDC provider, through which GitHub's tokens are exchanged for credentials.

    Only one of an account's bootstrap stacks creates it.
    """

    def __init__(self, scope: Construct, id_: str) -> None:
        super().__init__(scope, id_)
        self.resource = IamOpenidConnectProvider(self, "provider", url=f"https://{ISSUER}", client_id_list=[AUDIENCE])


class ManagedPolicy(Construct):
    """One customer-managed policy. AWS allows ten for each role, with at most 6,144 characters each."""

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
    """A role that only a job whose token has these claims can assume."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        context: Context,
        description: str,
        claims: Mapping[str, str],
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
                    conditions=tuple(
                        Condition("StringEquals", f"{ISSUER}:{claim}", value) for claim, value in claims.items()
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
            max_session_duration=SESSION_SECONDS[id_],
            depends_on=[provider.resource] if provider else None,
        )
        if "repository_id" in claims:
            trust.waive("CKV_AWS_358", _IDS_UNKNOWN)
            waive(role, "CKV_AWS_393", _IDS_UNKNOWN, plan_only=True)
        for label, policy in policies.items():
            IamRolePolicyAttachment(self, label, role=role.name, policy_arn=policy.policy.arn)
