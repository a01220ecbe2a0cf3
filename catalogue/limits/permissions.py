"""Limits of roles and of policies."""

from catalogue.limits.limit import DOCS, Limit

_IAM = f"{DOCS}IAM/latest/UserGuide/reference_iam-quotas.html"
_VPC = f"{DOCS}vpc/latest/userguide/amazon-vpc-limits.html"

LOG_GROUPS_BY_NAME = 200  # that a key's policy lists: about 400 of their ARNs would fill it

ROLE_INLINE_POLICIES = Limit(
    name="inline policies of a role",
    value=10_240,
    unit="characters",
    source=_IAM,
    measured="all policies of a group's role together, without white space; each function and binding adds statements",
    remedy="divide the group into two with fewer functions or bindings",
)
ROLE_TRUST = Limit(
    name="trust policy of a role",
    value=2048,
    unit="characters",
    source=_IAM,
    measured="without white space",
    remedy="let fewer principals assume the role",
    setting="trust_policy_characters",
)
MANAGED_POLICY = Limit(
    name="managed policy",
    value=6144,
    unit="characters",
    source=_IAM,
    measured="without white space; boundaries are managed policies too",
    remedy="divide it into several policies",
)
ROLE_MANAGED_POLICIES = Limit(
    name="managed policies of a role",
    value=10,
    unit="policies",
    source=_IAM,
    measured="attachments of each CI role; functions' roles have none",
    remedy="merge policies of the role",
    setting="managed_policies_per_role",
)
ROLES = Limit(
    name="roles of an account",
    value=1000,
    unit="roles",
    source=_IAM,
    measured="a role for each group, for each schedule, and some ten of the platform and its bootstrap stack",
    remedy="merge groups that have the same bindings",
    setting="roles",
)
ENDPOINT_POLICY = Limit(
    name="policy of a VPC endpoint",
    value=20_480,
    unit="characters",
    source=_VPC,
    measured="each group that calls the service adds its statements",
    remedy="merge groups with the same bindings, or reach the service through a NAT gateway",
)
KEY_POLICY = Limit(
    name="policy of a KMS key",
    value=32 * 1024,
    unit="bytes",
    source=f"{DOCS}kms/latest/developerguide/key-policy-overview.html",
    measured="the services and log groups that may use the key",
    remedy="give more data domains a key of their own (encryption.own_key)",
    answer=f"names each log group, and above {LOG_GROUPS_BY_NAME} of them the environment's pattern; refuses more",
)
BUCKET_POLICY = Limit(
    name="policy of a bucket",
    value=20 * 1024,
    unit="bytes",
    source=f"{DOCS}AmazonS3/latest/userguide/add-bucket-policy.html",
    measured="its statements do not grow with the application",
    remedy="grant by the roles' own policies",
)
QUEUE_POLICY = Limit(
    name="policy of a queue",
    value=8192,
    unit="bytes",
    source=f"{DOCS}AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-policies.html",
    measured="its statements do not grow with the application",
    remedy="grant by the roles' own policies",
)
SECRET_POLICY = Limit(
    name="policy of a secret",
    value=20_480,
    unit="characters",
    source=f"{DOCS}secretsmanager/latest/apireference/API_PutResourcePolicy.html",
    measured="its statements do not grow with the application",
    remedy="grant by the roles' own policies",
)
