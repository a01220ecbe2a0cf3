"""Customer-managed KMS keys, by data domain.

A key's policy delegates to the account's IAM policies and admits the AWS services that must use the key.
"""

from catalogue.limits.permissions import LOG_GROUPS_BY_NAME
from modules.common import Condition, Context, PolicyDocument, Statement
from modules.framework import (
    Construct,
    ITerraformDependable,
    KmsAlias,
    KmsKey,
    KmsKeyPolicy,
    TerraformProvider,
    XrayEncryptionConfig,
)
from settings import DataDomain, EncryptionSettings

SHARED = "shared"
OTHER_ACCOUNTS = "FFP_IAM_2_6"  # the check that finds what names another account
COPIES_LEAVE = (
    "The settings name the account that keeps copies of the backups (recovery.vault.copies): in this account, copies "
    "would be lost together with the originals."
)
# Before the reason for an image in a repository of another account.
IMAGES_OF_OTHERS = "Only an image is read there, which its digest identifies: another one would be refused. "
TOPICS_OF_OTHERS = (
    "The settings name the topics of other accounts that fill a queue (hears): SNS alone acts, and for exactly these. "
)


class Key(Construct):
    """One key with yearly rotation and an alias; its policy names the key as the resource, never `*`."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        context: Context,
        purpose: str,
        deletion_window_days: int,
        region: str | None = None,
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        self.region = region or context.region
        self.is_shared = id_ == SHARED
        self._context = context
        self._log_groups: list[str] = []
        self._reasons: dict[str, None] = {}  # why the policy names other accounts
        self._key = KmsKey(
            self,
            "key",
            description=f"Encrypts {purpose} of {context.environment}",
            enable_key_rotation=True,
            rotation_period_in_days=365,
            deletion_window_in_days=deletion_window_days,
            lifecycle=context.protection,
            provider=provider,
        )
        self.arn: str = self._key.arn  # read once: each access makes a new token, and statements are compared
        alias = f"alias/{context.name(id_)}"
        KmsAlias(self, "alias", name=alias, target_key_id=self._key.key_id, provider=provider)
        self.alias_arn = context.arn("kms", alias, region=self.region)
        self._document = PolicyDocument(self, "access", [self._let_iam_decide()])
        # Resources that use the key depend on its policy: without it KMS refuses CloudWatch Logs and other services.
        self.policy: ITerraformDependable = KmsKeyPolicy(
            self, "policy", key_id=self._key.key_id, policy=self._document.json, provider=provider
        )

    def _let_iam_decide(self) -> Statement:
        return Statement(
            "LetIamDecide",
            ("kms:*",),
            (self.arn,),
            accounts=(f"arn:aws:iam::{self._context.account_id}:root",),
        )

    def _waive_other_accounts(self, reason: str) -> None:
        self._reasons[reason] = None
        self._document.waive(OTHER_ACCOUNTS, " ".join(self._reasons))

    def admit_service(self, sid: str, service: str, actions: tuple[str, ...], *conditions: Condition) -> None:
        """Lets a service use the key, under conditions whose keys AWS documents that the service sends."""
        self._document.add(Statement(sid, actions, (self.arn,), services=(service,), conditions=conditions))

    def admit_log_group(self, arn: str) -> None:
        """Lets CloudWatch Logs encrypt one log group.

        AWS limits a key's policy to some 400 ARNs of log groups. A policy with many of them therefore admits all log
        groups of the service whose names begin with the environment, which no other environment's do.
        """
        self._log_groups.append(arn)
        begins = f"/{self._context.prefix}"
        named = (
            dict.fromkeys(
                f"{each.partition(begins)[0]}{begins}*" if begins in each else each for each in self._log_groups
            )
            if len(self._log_groups) > LOG_GROUPS_BY_NAME
            else self._log_groups
        )
        self._document.replace(
            Statement(
                "EncryptLogGroups",
                (
                    "kms:Encrypt",
                    "kms:Decrypt",
                    "kms:ReEncryptFrom",
                    "kms:ReEncryptTo",
                    "kms:GenerateDataKey",
                    "kms:DescribeKey",
                ),
                (self.arn,),
                services=(f"logs.{self.region}.amazonaws.com",),
                conditions=(Condition("ArnEquals", "kms:EncryptionContext:aws:logs:arn", *named),),
            )
        )

    def admit_lambda_code(self) -> None:
        """Lets Lambda encrypt the environment's code packages. It makes no grant for them, so the policy must allow it.

        May be repeated.
        """
        self.admit_service(
            "KeepCode",
            "lambda.amazonaws.com",
            ("kms:Decrypt", "kms:GenerateDataKey"),
            Condition(
                "ArnLike",
                "kms:EncryptionContext:aws:lambda:FunctionArn",
                self._context.arn("lambda", f"function:{self._context.prefix}*"),
            ),
        )

    def admit_topic_of_others(self, sid: str, reason: str, *conditions: Condition) -> None:
        """Lets SNS use the key to fill a queue from one topic of another account."""
        self._waive_other_accounts(reason)
        self.admit_service(sid, "sns.amazonaws.com", ("kms:Decrypt", "kms:GenerateDataKey"), *conditions)

    def admit_event_buses(self) -> None:
        """Lets EventBridge encrypt the events and rules of the environment's buses. May be repeated.

        It looks at the key before it uses it, without naming a bus.
        """
        own = self._context.arn("events", f"event-bus/{self._context.prefix}*")
        own_account = Condition("StringEquals", "aws:SourceAccount", self._context.account_id)
        self.admit_service("LookAtKeyForBuses", "events.amazonaws.com", ("kms:DescribeKey",), own_account)
        self.admit_service(
            "EncryptEvents",
            "events.amazonaws.com",
            ("kms:Decrypt", "kms:GenerateDataKey"),
            Condition("ArnLike", "aws:SourceArn", own),
            Condition("ArnLike", "kms:EncryptionContext:aws:events:event-bus:arn", own),
        )

    def admit_copies_to(self, account_id: str) -> None:
        """Lets AWS Backup and RDS of another account read with the key what is copied there. May be repeated."""
        hosts = (f"{service}.{self.region}.amazonaws.com" for service in ("backup", "rds"))
        through = Condition("StringEquals", "kms:ViaService", *hosts)
        root = (f"arn:aws:iam::{account_id}:root",)
        self._waive_other_accounts(COPIES_LEAVE)
        # What AWS demands of the other account for copies of encrypted snapshots, and no more.
        use = ("Decrypt", "DescribeKey", "Encrypt", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext")
        read = tuple(f"kms:{each}" for each in (*use, "ReEncryptFrom", "ReEncryptTo"))
        self._document.add(
            Statement(f"Read{account_id}Copies", read, (self.arn,), accounts=root, conditions=(through,)),
            Statement(
                f"Lend{account_id}Copies",
                ("kms:CreateGrant",),
                (self.arn,),
                accounts=root,
                conditions=(through, Condition("Bool", "kms:GrantIsForAWSResource", "true")),
            ),
        )

    def use_through(self, sid: str, service: str, *actions: str) -> Statement:
        """The statement that lets a role use the key through one service, and not directly."""
        return Statement(
            sid,
            actions,
            (self.arn,),
            conditions=(Condition("StringEquals", "kms:ViaService", f"{service}.{self.region}.amazonaws.com"),),
        )


class Encryption(Construct):
    """The environment's keys: media, if there is any, and each domain in the setting `own_key`; the rest share one."""

    def __init__(
        self, scope: Construct, id_: str, *, context: Context, holds_media: bool, settings: EncryptionSettings
    ) -> None:
        super().__init__(scope, id_)
        own = {*settings.own_key} - {DataDomain.MEDIA} | ({DataDomain.MEDIA} if holds_media else set())
        others = [domain.value for domain in DataDomain if domain not in {DataDomain.MEDIA, *own}]
        purposes = {domain.value: f"the {domain.value}" for domain in DataDomain if domain in own}
        if others:
            purposes[SHARED] = ", ".join(others)
        self._keys = {
            name: Key(self, name, context=context, purpose=purpose, deletion_window_days=settings.deletion_window_days)
            for name, purpose in purposes.items()
        }
        logs = self.key(DataDomain.LOGS)
        # A setting of the whole account and region, which the environment has to itself.
        XrayEncryptionConfig(self, "traces", type="KMS", key_id=logs.arn, depends_on=[logs.policy])

    def key(self, domain: DataDomain) -> Key:
        return self._keys.get(domain.value) or self._keys[SHARED]
