"""What every module uses: names and tags, IAM policy documents, waivers."""

from modules.common.context import BOUNDARY, GLOBAL_REGION, Context, state_bucket_name
from modules.common.iam import (
    ROLES_OF_SERVICES,
    Condition,
    PolicyDocument,
    Statement,
    no_service_of_aws,
    service_role,
)
from modules.common.newer_arguments import NEWER_ARGUMENTS, write_newer_argument
from modules.common.runbook import with_runbook
from modules.common.waivers import NEXT_REVIEW, waive
from settings.names import PROJECT, Limit

__all__ = [
    "BOUNDARY",
    "GLOBAL_REGION",
    "NEWER_ARGUMENTS",
    "NEXT_REVIEW",
    "PROJECT",
    "ROLES_OF_SERVICES",
    "Condition",
    "Context",
    "Limit",
    "PolicyDocument",
    "Statement",
    "no_service_of_aws",
    "service_role",
    "state_bucket_name",
    "waive",
    "with_runbook",
    "write_newer_argument",
]
