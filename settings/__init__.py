"""The models that describe an environment. They know nothing of Terraform."""

from settings.api import Api, MutualTls, TrustStore
from settings.application import Application
from settings.base import Problem, Settings, problems_of
from settings.bindings import (
    AdministerUsers,
    Binding,
    ConnectToDatabase,
    PrepareDatabase,
    PublishTo,
    ReadBucket,
    ReadSecret,
    RotateDatabaseUsers,
    RotateKey,
    SignPlayback,
    TakeFromQuota,
    UploadMedia,
    WithdrawInvitations,
    WriteBucket,
)
from settings.budget import Budget
from settings.code import Folder, S3Object
from settings.database import Database
from settings.distribution import Distribution, Domain
from settings.encryption import DataDomain, Encryption
from settings.environment import AccountLimits, Environment
from settings.functions import Function, FunctionGroup
from settings.identity import Identity, SesIdentity
from settings.media import Lifetime, MediaKind
from settings.monitoring import Monitoring
from settings.network import Network
from settings.quotas import Quota
from settings.releases import ProviderRelease
from settings.routes import Public, Route
from settings.schedules import ProvisionedConcurrency, Schedule
from settings.secrets import DatabaseUsers, GeneratedKey, RenewedByPeople, Secret, Secrets
from settings.state import RepositoryIds, State
from settings.storage import Bucket, Storage
from settings.tenancy import Role, Scope, Tenancy

__all__ = [
    "AccountLimits",
    "AdministerUsers",
    "Api",
    "Application",
    "Binding",
    "Bucket",
    "Budget",
    "ConnectToDatabase",
    "DataDomain",
    "Database",
    "DatabaseUsers",
    "Distribution",
    "Domain",
    "Encryption",
    "Environment",
    "Folder",
    "Function",
    "FunctionGroup",
    "GeneratedKey",
    "Identity",
    "Lifetime",
    "MediaKind",
    "Monitoring",
    "MutualTls",
    "Network",
    "PrepareDatabase",
    "Problem",
    "ProviderRelease",
    "ProvisionedConcurrency",
    "Public",
    "PublishTo",
    "Quota",
    "ReadBucket",
    "ReadSecret",
    "RenewedByPeople",
    "RepositoryIds",
    "Role",
    "RotateDatabaseUsers",
    "RotateKey",
    "Route",
    "S3Object",
    "Schedule",
    "Scope",
    "Secret",
    "Secrets",
    "SesIdentity",
    "Settings",
    "SignPlayback",
    "State",
    "Storage",
    "TakeFromQuota",
    "Tenancy",
    "TrustStore",
    "UploadMedia",
    "WithdrawInvitations",
    "WriteBucket",
    "problems_of",
]
