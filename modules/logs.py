"""A CloudWatch log group: encrypted, with a retention, and created before the resource that writes to it."""

from modules.common import Context, waive
from modules.encryption import Key
from modules.framework import CloudwatchLogGroup, Construct, TerraformProvider

_YEAR = 365


class LogGroup(Construct):
    """An encrypted log group. It depends on the key's policy, without which KMS refuses CloudWatch Logs."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        context: Context,
        name: str,
        key: Key,
        retention_days: int,
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        self.name = name
        # Built from the name, not referenced: the key's policy contains it and the group depends on that policy.
        self.arn = context.arn("logs", f"log-group:{name}", region=key.region)
        key.admit_log_group(self.arn)
        group = CloudwatchLogGroup(
            self,
            "group",
            name=name,
            kms_key_id=key.arn,
            retention_in_days=retention_days,
            provider=provider,
            depends_on=[key.policy],
        )
        if retention_days < _YEAR:
            waive(
                group,
                "CKV_AWS_338",
                "This environment holds no patients' data: nobody will ask for its older logs, and storage is paid by "
                "the day.",
            )
        self.group = group
