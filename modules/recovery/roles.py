"""The roles of AWS Backup, which the bootstrap stack makes: modules/delivery/backups.py has what they may do."""

from modules.common import Context

BACKUP, RESTORE = "backup", "restore-tests"


def role_arn(context: Context, role: str) -> str:
    """The ARN of one of the two. They are outside the platform's IAM path, so that no deployment can change them."""
    return f"arn:aws:iam::{context.account_id}:role/{context.name(role)}"
