"""Secrets in Secrets Manager (MAP-10).

Terraform creates secrets without a value. People and functions write the values, so none is ever in the state.
"""

from collections.abc import Sequence

from modules.common import Condition, Context, Limit, PolicyDocument, Statement, waive
from modules.encryption import Key
from modules.framework import (
    Construct,
    ITerraformDependable,
    SecretsmanagerSecret,
    SecretsmanagerSecretPolicy,
    SecretsmanagerSecretRotation,
    SecretsmanagerSecretRotationRotationRules,
)
from modules.functions import Function
from modules.groups import BindingError, FunctionGroup
from settings import (
    Binding,
    DatabaseUsers,
    GeneratedKey,
    ReadSecret,
    RenewedByPeople,
    RotateKey,
    SecretSettings,
    SecretsSettings,
)
from settings.binding import upper

_FOR_MACHINES = (
    "No resource uses it: `ffp clients` stores the credentials of a machine's app client there, and who runs the "
    "machine is given them."
)


class Secret(Construct):
    """One secret that only this account's roles can use, over TLS; functions can read it only through a binding."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        context: Context,
        key: Key,
        recovery_window_days: int,
        settings: SecretSettings,
    ) -> None:
        super().__init__(scope, id_)
        self.settings = settings
        self._context = context
        self._key = key
        self._secret = SecretsmanagerSecret(
            self,
            "secret",
            name=context.name(settings.name, Limit.SECRET),
            description=settings.description,
            kms_key_id=key.arn,
            recovery_window_in_days=recovery_window_days,
            lifecycle=context.protection,
            tags=self._tags(),
            depends_on=[key.policy],
        )
        self.arn: str = self._secret.arn  # read once: each access makes a new token, and statements are compared
        if isinstance(settings.renewal, RenewedByPeople):
            waive(self._secret, "CKV2_AWS_57", settings.renewal.because)
        SecretsmanagerSecretPolicy(
            self,
            "policy",
            secret_arn=self.arn,
            policy=self._access().json,
            block_public_policy=True,
        )

    def waive(self, check: str, reason: str) -> None:
        """Waives a finding on the secret; see `modules.common.waive`."""
        waive(self._secret, check, reason)

    def bind(self, binding: Binding, group: FunctionGroup) -> None:
        """Lets a group read the value, or rotate it."""
        match binding:
            case ReadSecret():
                self.grant_read(group, f"{upper(self.settings.name)}_SECRET_ARN")
            case RotateKey():
                self._grant_rotate(group, "Keys")  # one statement for all: with two for each, AWS's limit is a dozen
            case _:
                raise BindingError(binding, self)

    def grant_read(self, group: FunctionGroup, variable: str) -> None:
        """Lets a group read the value; the secret's ARN is in the environment variable `variable`."""
        group.grant(
            Statement(f"Read{self._label}", ("secretsmanager:GetSecretValue",), (self.arn,)),
            self._key.use_through(f"Read{self._label}Key", "secretsmanager", "kms:Decrypt"),
            environment={variable: self.arn},
        )

    def grant_fill(self, group: FunctionGroup, variable: str) -> None:
        """Lets a group read the value and write one; the secret's ARN is in the environment variable `variable`."""
        group.grant(
            Statement(
                f"Fill{self._label}",
                ("secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue"),
                (self.arn,),
            ),
            self._key.use_through(f"Fill{self._label}Key", "secretsmanager", "kms:Decrypt", "kms:GenerateDataKey"),
            environment={variable: self.arn},
        )

    def grant_rotate(self, group: FunctionGroup) -> None:
        """Lets the rotation group create, test and promote new versions of the value."""
        self._grant_rotate(group, self._label)

    def _grant_rotate(self, group: FunctionGroup, label: str) -> None:
        group.grant(
            Statement(
                f"Rotate{label}",
                (
                    "secretsmanager:DescribeSecret",
                    "secretsmanager:GetSecretValue",
                    "secretsmanager:PutSecretValue",
                    "secretsmanager:UpdateSecretVersionStage",
                ),
                (self.arn,),
            ),
            self._key.use_through(f"Rotate{label}Key", "secretsmanager", "kms:Decrypt", "kms:GenerateDataKey"),
        )

    def rotate_with(self, function: Function, after: Sequence[ITerraformDependable]) -> None:
        """Schedules the secret's rotation by `function`; does nothing for a secret that people renew.

        `after` is what the function needs at its first run.
        """
        renewal = self.settings.renewal
        if isinstance(renewal, RenewedByPeople):
            return
        permission = function.allow_invoke(
            f"rotate-{self.settings.name}",
            "secretsmanager.amazonaws.com",
            self.arn,
            source_account=self._context.account_id,
        )
        made_by_rotation = isinstance(renewal, GeneratedKey)
        rotation = SecretsmanagerSecretRotation(
            self,
            "rotation",
            secret_id=self._secret.id,
            rotation_lambda_arn=function.alias_arn,
            rotate_immediately=made_by_rotation,
            rotation_rules=SecretsmanagerSecretRotationRotationRules(automatically_after_days=renewal.days),
            depends_on=[permission, *after],
        )
        if made_by_rotation:
            waive(rotation, "FFP_SEC_4_1", "Nothing else fills it: the first rotation makes the key's first value.")

    def _tags(self) -> dict[str, str] | None:
        """Tags by which the rotation function recognises how to rotate the secret; None if people renew it."""
        match self.settings.renewal:
            case DatabaseUsers():
                return {"rotation": "database-users"}
            case GeneratedKey(length_bytes=length):
                return {"rotation": "generated-key", "rotation-bytes": str(length)}
            case RenewedByPeople():
                return None

    @property
    def _label(self) -> str:
        return "".join(word.title() for word in self.settings.name.split("-"))

    def _access(self) -> PolicyDocument:
        def deny(sid: str, condition: Condition) -> Statement:
            return Statement(
                sid,
                ("secretsmanager:*",),
                (self.arn,),
                effect="Deny",
                accounts=("*",),
                conditions=(condition,),
            )

        return PolicyDocument(
            self,
            "access",
            [
                deny("DenyPlainHttp", Condition("Bool", "aws:SecureTransport", "false")),
                deny(
                    "DenyOtherAccounts",
                    Condition("StringNotEquals", "aws:PrincipalAccount", self._context.account_id),
                ),
            ],
        )


class Secrets(Construct):
    """All secrets of the application and of its machines, by name."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        context: Context,
        key: Key,
        secrets: Sequence[SecretSettings],
        of_machines: Sequence[SecretSettings],
        settings: SecretsSettings,
    ) -> None:
        super().__init__(scope, id_)
        self.by_name = {
            each.name: Secret(
                self,
                each.name,
                context=context,
                key=key,
                recovery_window_days=settings.recovery_window_days,
                settings=each,
            )
            for each in (*secrets, *of_machines)
        }
        for each in of_machines:
            self.by_name[each.name].waive("FFP_SHAPE_2_1", _FOR_MACHINES)
