"""Where an environment's Terraform states, its saved plans, and the record of what is deployed are kept."""

from dataclasses import replace

from modules.common import Context, Statement
from modules.delivery.scope import actions
from modules.encryption import Key
from modules.framework import Construct
from modules.storage import Bucket, log_bucket
from settings import StateSettings
from settings.state import ERRORED, PLANS, RECORD


class StateStore(Construct):
    """The bucket for Terraform states, with its key and access logs.

    Saved plans lie beside the states for some days. Its policy denies everybody to delete objects or versions; only
    lock files may be deleted. Terraform cannot destroy the bucket even in a disposable environment, because it could
    remove the policy first and then the states.
    """

    def __init__(
        self, scope: Construct, id_: str, *, context: Context, deletion_window_days: int, settings: StateSettings
    ) -> None:
        super().__init__(scope, id_)
        context = replace(context, disposable=False)
        self.key = Key(
            self, "state", context=context, purpose="the Terraform state", deletion_window_days=deletion_window_days
        )
        self._logs = log_bucket(self, "state-logs", context=context, retention_days=settings.log_retention_days)
        self.bucket = Bucket(
            self,
            "bucket",
            context=context,
            name="state",
            key=self.key,
            old_versions_days=settings.old_versions_days,
            old_versions_kept=settings.old_versions_kept,
            log_bucket=self._logs,
            short_lived={f"{PLANS}/": settings.plans_days},
        )
        self._keep_versions()

    @property
    def bucket_arns(self) -> tuple[str, ...]:
        return (self.bucket.arn, self._logs.arn)

    @property
    def kept_objects(self) -> tuple[str, ...]:
        """The objects that a pipeline may never delete: access logs and states, but not the states' lock files."""
        return (f"{self._logs.arn}/*", *self.states, *self.records)

    @property
    def states(self) -> tuple[str, ...]:
        return (f"{self.bucket.arn}/*.tfstate",)

    @property
    def locks(self) -> tuple[str, ...]:
        return (f"{self.bucket.arn}/*.tflock",)

    @property
    def records(self) -> tuple[str, ...]:
        """What tells which commit was deployed last."""
        return (f"{self.bucket.arn}/*/{RECORD}",)

    @property
    def plans(self) -> tuple[str, ...]:
        return (f"{self.bucket.arn}/{PLANS}/*",)

    def grant_read(self, platform: str, *others: str) -> list[Statement]:
        """Statements for reading these stacks' states, and which commit of the platform was deployed last.

        A role with no more than these must plan without a lock.
        """
        return [
            Statement("FindState", ("s3:ListBucket",), (self.bucket.arn,)),
            Statement("ReadState", ("s3:GetObject",), (*self._files(platform, *others), self._record(platform))),
            self.key.use_through("ReadWithStateKey", "s3", "kms:Decrypt"),
        ]

    def grant_write(self, platform: str) -> list[Statement]:
        """Statements for writing the platform's state and locking it; Terraform creates and deletes a lock file.

        A state that Terraform could not write may be kept beside it, and only people read that.
        """
        files = self._files(platform)
        locks = tuple(f"{file}.tflock" for file in files)
        return [
            Statement(
                "WriteState",
                ("s3:PutObject",),
                (*files, f"{self.bucket.arn}/{platform}/{ERRORED}", self._record(platform)),
            ),
            Statement("LockState", actions("s3", "DeleteObject GetObject PutObject"), locks),
            self.key.use_through("WriteWithStateKey", "s3", "kms:GenerateDataKey"),
        ]

    def grant_store_plan(self, stack: str) -> list[Statement]:
        """Statements for storing plans of a stack, and not for reading them again."""
        return [
            Statement("StorePlan", ("s3:PutObject",), self._plans(stack)),
            self.key.use_through("StoreWithStateKey", "s3", "kms:GenerateDataKey"),
        ]

    def grant_take_plan(self, stack: str) -> list[Statement]:
        """A statement for reading a certain version of a stored plan. What decrypts states decrypts plans."""
        return [Statement("TakePlan", ("s3:GetObjectVersion",), self._plans(stack))]

    def _plans(self, stack: str) -> tuple[str, ...]:
        return (f"{self.bucket.arn}/{PLANS}/{stack}/*",)

    def _record(self, platform: str) -> str:
        return f"{self.bucket.arn}/{platform}/{RECORD}"

    def _files(self, *stacks: str) -> tuple[str, ...]:
        return tuple(f"{self.bucket.arn}/{stack}/terraform.tfstate" for stack in stacks)

    def _keep_versions(self) -> None:
        """Adds the Deny statements, which bind administrators, too: to delete the bucket, change this policy first."""
        for statement in (
            Statement(
                "KeepVersions",
                actions("s3", "DeleteBucket DeleteObjectVersion"),
                (self.bucket.arn, f"{self.bucket.arn}/*"),
                effect="Deny",
                accounts=("*",),
            ),
            # Terraform unlocks a state by deleting its lock file.
            Statement(
                "DeleteLocksAlone",
                ("s3:DeleteObject",),
                (),
                not_resources=self.locks,
                effect="Deny",
                accounts=("*",),
            ),
        ):
            self.bucket.document.add(statement)
