"""The roles of AWS Backup, outside the platform's IAM path: no deployment can change them."""

from modules.common import Context
from settings.recovery import BACKUP_ROLE

# The bootstrap stack makes these two: modules/delivery/backups.py has what they may do.
BACKUP, RESTORE = BACKUP_ROLE, "restore-tests"


def role_arn(context: Context, role: str) -> str:
    """The ARN of one of AWS Backup's roles."""
    return f"arn:aws:iam::{context.account_id}:role/{context.name(role)}"
