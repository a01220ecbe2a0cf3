"""The models that describe an environment. They know nothing of Terraform."""

from settings.allow import Allow
from settings.api import ApiName, ApiSettings, MutualTls, TrustStore
from settings.application import Application
from settings.base import Problem, Settings, problems_of
from settings.bindings import (
    AdministerUsers,
    Binding,
    ConnectToDatabase,
    ExportUsers,
    FindUsers,
    Invoke,
    PrepareDatabase,
    PublishTo,
    ReadSecret,
    ReceiveMedia,
    RotateDatabaseUsers,
    RotateKey,
    SendMail,
    SendTo,
    SignPlayback,
    TakeFromQuota,
    UploadMedia,
    WithdrawInvitations,
)
from settings.bucket_bindings import DeleteFromBucket, ListBucket, ReadBucket, WriteBucket
from settings.budget import BudgetSettings
from settings.code import Folder, S3Object
from settings.database import DatabaseSettings
from settings.distribution import DistributionSettings, Domain
from settings.encryption import DataDomain, EncryptionSettings
from settings.environment import Environment
from settings.event_bindings import EmitTo
from settings.events import EventBusSettings, EventRule
from settings.functions import FunctionGroupSettings, FunctionSettings
from settings.identity import IdentitySettings, MachineClient, SesIdentity, WebClient
from settings.images import Image
from settings.limits import AccountLimits
from settings.media import Lifetime, MediaKind
from settings.monitoring import MonitoringSettings
from settings.network import NetworkSettings
from settings.queues import Consume, QueueSettings, TopicOfOthers
from settings.quotas import Quota
from settings.reach import Reach
from settings.recovery import RecoverySettings, VaultCopy, VaultSettings
from settings.releases import ProviderRelease
from settings.routes import Public, Route, Webhook
from settings.schedules import ProvisionedConcurrencySettings, Schedule
from settings.secrets import DatabaseUsers, GeneratedKey, RenewedByPeople, SecretSettings, SecretsSettings
from settings.silences import AllowedDrift, Silence
from settings.smoke import SmokeSettings
from settings.state import RepositoryIds, StateSettings
from settings.storage import BucketSettings, MalwareScan, StorageSettings
from settings.tenancy import Role, Scope, Tenancy
from settings.topics import Subscriber, ToAddress, ToFunction, ToMail, TopicSettings, ToQueue
from settings.usage import Range, UsageSettings
from settings.users_export import UsersExport
from settings.watches import Watch

__all__ = [
    "AccountLimits",
    "AdministerUsers",
    "Allow",
    "AllowedDrift",
    "ApiName",
    "ApiSettings",
    "Application",
    "Binding",
    "BucketSettings",
    "BudgetSettings",
    "ConnectToDatabase",
    "Consume",
    "DataDomain",
    "DatabaseSettings",
    "DatabaseUsers",
    "DeleteFromBucket",
    "DistributionSettings",
    "Domain",
    "EmitTo",
    "EncryptionSettings",
    "Environment",
    "EventBusSettings",
    "EventRule",
    "ExportUsers",
    "FindUsers",
    "Folder",
    "FunctionGroupSettings",
    "FunctionSettings",
    "GeneratedKey",
    "IdentitySettings",
    "Image",
    "Invoke",
    "Lifetime",
    "ListBucket",
    "MachineClient",
    "MalwareScan",
    "MediaKind",
    "MonitoringSettings",
    "MutualTls",
    "NetworkSettings",
    "PrepareDatabase",
    "Problem",
    "ProviderRelease",
    "ProvisionedConcurrencySettings",
    "Public",
    "PublishTo",
    "QueueSettings",
    "Quota",
    "Range",
    "Reach",
    "ReadBucket",
    "ReadSecret",
    "ReceiveMedia",
    "RecoverySettings",
    "RenewedByPeople",
    "RepositoryIds",
    "Role",
    "RotateDatabaseUsers",
    "RotateKey",
    "Route",
    "S3Object",
    "Schedule",
    "Scope",
    "SecretSettings",
    "SecretsSettings",
    "SendMail",
    "SendTo",
    "SesIdentity",
    "Settings",
    "SignPlayback",
    "Silence",
    "SmokeSettings",
    "StateSettings",
    "StorageSettings",
    "Subscriber",
    "TakeFromQuota",
    "Tenancy",
    "ToAddress",
    "ToFunction",
    "ToMail",
    "ToQueue",
    "TopicOfOthers",
    "TopicSettings",
    "TrustStore",
    "UploadMedia",
    "UsageSettings",
    "UsersExport",
    "VaultCopy",
    "VaultSettings",
    "Watch",
    "WebClient",
    "Webhook",
    "WithdrawInvitations",
    "WriteBucket",
    "problems_of",
]
