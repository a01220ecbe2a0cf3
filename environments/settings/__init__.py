"""The models that describe an environment. They know nothing of Terraform."""

from environments.settings.api import Api, MutualTls, TrustStore
from environments.settings.application import Application
from environments.settings.base import Problem, Settings, problems_of
from environments.settings.bindings import (
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
from environments.settings.budget import Budget
from environments.settings.code import Folder, S3Object
from environments.settings.database import Database
from environments.settings.distribution import Distribution, Domain
from environments.settings.encryption import DataDomain, Encryption
from environments.settings.environment import AccountLimits, Environment
from environments.settings.functions import Function, FunctionGroup
from environments.settings.identity import Identity, Scope, SesIdentity
from environments.settings.media import Lifetime, MediaKind
from environments.settings.monitoring import Monitoring
from environments.settings.network import EndpointService, Network
from environments.settings.quotas import Quota
from environments.settings.releases import ProviderRelease
from environments.settings.routes import Public, Route
from environments.settings.schedules import ProvisionedConcurrency, Schedule
from environments.settings.secrets import DatabaseUsers, GeneratedKey, RenewedByPeople, Secret, Secrets
from environments.settings.state import RepositoryIds, State
from environments.settings.storage import MEDIA_BUCKET, Bucket, Storage
from environments.settings.tenancy import Role, Tenancy

__all__ = [
    "MEDIA_BUCKET",
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
    "EndpointService",
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
