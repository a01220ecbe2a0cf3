"""One environment as a whole, and the rules that hold between its areas."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from settings.api import ApiSettings
from settings.application import Application
from settings.base import Problem, Settings, between, each_of, matching, one_of
from settings.budget import BudgetSettings
from settings.code import LIBRARY, ROOT
from settings.database import DatabaseSettings
from settings.distribution import DistributionSettings, Domain
from settings.encryption import EncryptionSettings
from settings.identity import IdentitySettings
from settings.limits import AccountLimits
from settings.monitoring import MonitoringSettings
from settings.names import ENVIRONMENT, name_problems
from settings.network import NetworkSettings
from settings.recovery import RecoverySettings, copy_problems
from settings.releases import BINDINGS, OFFLINE, ProviderRelease
from settings.rules.addresses import api_name_problems, domain_problems, origin_problems
from settings.rules.binding_variables import binding_variable_problems
from settings.rules.callers import caller_problems
from settings.rules.clients import client_problems
from settings.rules.concurrency import concurrency_problems
from settings.rules.events import event_problems
from settings.rules.invocations import invocation_problems
from settings.rules.limits import limit_problems
from settings.rules.mail import mail_problems
from settings.rules.malware import malware_problems
from settings.rules.patient_data import patient_data_problems
from settings.rules.queues import consumer_problems, queue_problems
from settings.rules.topics import topic_problems
from settings.rules.watches import watch_problems
from settings.rules.webhooks import webhook_problems
from settings.rules.wiring import (
    binding_problems,
    database_user_problems,
    media_problems,
    path_problems,
    preparation_problems,
    rotation_problems,
    token_problems,
)
from settings.secrets import SecretsSettings
from settings.silences import AllowedDrift, Silence
from settings.smoke import SmokeSettings
from settings.state import StateSettings
from settings.storage import StorageSettings
from settings.types import Origin
from settings.usage import UsageSettings
from settings.users_export import export_problems, with_export

# Zones by region; from `aws ec2 describe-availability-zones`. Add a region here before an environment names it.
ZONES = {"eu-west-1": "abc", "eu-west-2": "abc"}

EMULATED = "local"  # the only environment that runs on an emulator on this machine

ResourceType = Annotated[
    str, matching(r"aws_[a-z0-9_]+", "must be a type of the AWS provider", "write it like aws_sqs_queue")
]


@dataclass(frozen=True, kw_only=True)
class Environment(Settings):
    """Everything that may differ between environments; every default is production's."""

    name: Annotated[
        str,
        matching(ENVIRONMENT, "must be 2 to 16 lower-case letters and digits", "write it like staging"),
    ]
    """The environment's name, which begins every resource's name. Another name is another environment, with new and
    empty resources."""

    account_id: Annotated[
        str, matching(r"\d{12}", "must be twelve digits", "see the account's page, keep leading zeros")
    ]
    """The AWS account to deploy to. Terraform refuses to run in any other."""

    region: Annotated[str, one_of(*ZONES)] = "eu-west-2"
    """The AWS region of everything but CloudFront's own parts, which are in us-east-1. Another region means new, empty
    resources."""

    cost_centre: Annotated[str, matching(r"[a-z0-9-]{2,64}", "must be lower-case words", "write it like platform")]
    """The value of the tag `cost-centre` on every resource, by which a bill can be divided."""

    provider_release: ProviderRelease = BINDINGS
    """The release of the Terraform AWS provider. A newer one brings fixes and arguments; see docs/architecture.md."""

    holds_patient_data: bool = True
    """Whether real patients' data is in it. False allows what this reference says patient data forbids; production must
    leave it True."""

    disposable: bool = False
    """True lets Terraform destroy data: no deletion protection, no `prevent_destroy`, no final snapshot. Patient data
    forbids it."""

    emulated: bool = False
    """True where an emulator on this machine stands in for AWS, without domain or account. Only `local` may be."""

    leaves_out: tuple[ResourceType, ...] = ()
    """Types of resources that the emulator cannot make and the stack therefore omits. AWS needs none."""

    quota_factor: Annotated[int, between(1, 1000)] = 1
    """Multiplies the application's quotas, for environments in which tests repeat the same calls. Above 1, users can
    write that much more each day."""

    limits: AccountLimits = field(default_factory=AccountLimits)
    """The account's quotas. What the environment needs must fit into them before anything is planned."""

    domain: Domain | None
    """Where viewers reach the platform. Every environment on AWS has one; only the emulator has None."""

    web_origin: Origin
    """The origin that serves the web application, which the distribution does not host. Its pages may call the API and
    upload."""

    application: Application
    """The function groups and all that they use, which every environment shares."""

    network: NetworkSettings
    """The VPC. Its addresses must not overlap those of another environment."""

    encryption: EncryptionSettings = field(default_factory=EncryptionSettings)
    """The KMS keys. By default one is shared and media has its own."""

    secrets: SecretsSettings = field(default_factory=SecretsSettings)
    """How secrets are deleted."""

    database: DatabaseSettings = field(default_factory=DatabaseSettings)
    """The PostgreSQL instance, which exists only when a function group is bound to it."""

    identity: IdentitySettings
    """Sign-in: the user pool, its tokens and its mails."""

    storage: StorageSettings = field(default_factory=StorageSettings)
    """How long the buckets' access logs are kept, and which buckets are scanned for malware."""

    recovery: RecoverySettings = field(default_factory=RecoverySettings)
    """The copies from which a loss is recovered, and how long they are kept."""

    api: ApiSettings = field(default_factory=ApiSettings)
    """The API's throttles, origins and logs."""

    distribution: DistributionSettings
    """CloudFront: playback keys, web ACL, caching."""

    monitoring: MonitoringSettings
    """The alarms, their thresholds and who receives them."""

    budget: BudgetSettings
    """The account's monthly budget."""

    usage: UsageSettings = field(default_factory=UsageSettings)
    """How much is used in a month. Only `ffp cost` reads it: no resource depends on it."""

    silenced: tuple[Silence, ...] = ()
    """What `ffp review` may find without failing, each with its reason and last day: no resource depends on it."""

    allowed_drift: tuple[AllowedDrift, ...] = ()
    """What `ffp deliver drift` may find without failing, each with its reason and last day."""

    smoke: SmokeSettings | None = field(default_factory=SmokeSettings)
    """The test tenants as whose users a deploy is tried before the next environment gets it; None tries nothing.
    Patient data demands two."""

    state: StateSettings = field(default_factory=StateSettings)
    """Terraform's state, and the repository that may deploy."""

    @property
    def deployed(self) -> Application:
        """The application with the function groups and buckets that the platform adds to it."""
        return with_export(self.application, self.recovery.users_export)

    @property
    def tests_restores(self) -> bool:
        """Whether AWS Backup restores a backup of the database once a month."""
        vault = self.recovery.vault
        return vault is not None and vault.restore_tests and self.application.uses_database

    @property
    def zones(self) -> dict[str, str]:
        """The zones in use, by letter."""
        return {letter: f"{self.region}{letter}" for letter in self.network.zones}

    @property
    def origins(self) -> tuple[str, ...]:
        """The exact origins whose pages may call the API and upload."""
        of_clients = (origin for client in self.identity.more_clients for origin in client.origins)
        return tuple(dict.fromkeys((self.web_origin, *self.api.more_cors_origins, *of_clients)))

    @property
    def encrypts_code(self) -> bool:
        """Whether Lambda's packages are encrypted under our key: provider release 5.100 has no argument for it."""
        return self.provider_release != OFFLINE

    @property
    def public_address(self) -> str:
        """The address of the platform for viewers; an emulator's is on this machine."""
        return f"https://{self.domain.name}" if self.domain else "https://localhost"

    def rules(self) -> Iterator[Problem]:
        return each_of(
            self._protection_rules(),
            domain_problems(self.domain, self.account_id, emulated=self.emulated),
            api_name_problems(self.api, self.domain, self.account_id, self.region, self.provider_release),
            origin_problems(self.web_origin, self.api.more_cors_origins, self.identity, self.domain),
            self._region_rules(),
            self._zone_rules(),
            concurrency_problems(self.deployed, self.database, self.limits),
            limit_problems(self.deployed, self.identity, self.limits),
            binding_problems(self.application),
            invocation_problems(self.application),
            export_problems(self.application),
            binding_variable_problems(self.application, self.database),
            path_problems(self.application, self.network, self.database),
            token_problems(self.application),
            topic_problems(self.application),
            watch_problems(self.application),
            malware_problems(self.application, self.storage, emulated=self.emulated),
            webhook_problems(self.application),
            caller_problems(self.application),
            client_problems(self.application, self.identity),
            event_problems(self.application),
            queue_problems(self.application, self.account_id, self.region),
            consumer_problems(self.application),
            mail_problems(self.application, self.identity.mail, self.account_id, self.region),
            copy_problems(self.recovery, self.account_id, self.region),
            media_problems(self.application, self.distribution),
            preparation_problems(self.application),
            rotation_problems(self.application),
            database_user_problems(self.application, self.database),
            name_problems(
                self.name, self.account_id, application=self.deployed, identity=self.identity, storage=self.storage
            ),
        )

    def _protection_rules(self) -> Iterator[Problem]:
        if self.emulated and self.name != EMULATED:
            yield Problem("emulated", True, f"only {EMULATED} runs on an emulator", "leave emulated out")
        if self.leaves_out and not self.emulated:
            yield Problem("leaves_out", self.leaves_out, "AWS can make every resource of the platform", "leave it out")
        if self.secrets.recovery_window_days == 0 and not self.disposable:
            yield Problem(
                "secrets.recovery_window_days",
                0,
                "only a disposable environment may delete secrets at once",
                "choose 7 to 30 days",
            )
        if not (self.state.approval or self.disposable):
            yield Problem(
                "state.approval",
                False,
                "only a disposable environment may be deployed without an approval",
                "leave approval out",
            )
        if self.holds_patient_data:
            yield from patient_data_problems(
                disposable=self.disposable,
                application=self.application,
                network=self.network,
                database=self.database,
                identity=self.identity,
                storage=self.storage,
                api=self.api,
                distribution=self.distribution,
                monitoring=self.monitoring,
                recovery=self.recovery,
                smoke=self.smoke,
                state=self.state,
            )

    def _region_rules(self) -> Iterator[Problem]:
        roots = Path(LIBRARY, f"rds-{self.region}.pem")
        in_use = self.region in ZONES and any(group.uses_database for group in self.application.groups)
        if in_use and not (ROOT / roots).is_file():
            yield Problem(
                "region",
                self.region,
                f"handlers could not verify a database's certificate there: {roots.as_posix()} is missing",
                "save RDS's root certificates of that region to it and let database.py read it, or choose another",
            )

    def _zone_rules(self) -> Iterator[Problem]:
        for letter in self.network.zones:
            if letter not in ZONES[self.region]:
                yield Problem(
                    "network.zones",
                    letter,
                    f"{self.region} has the zones {', '.join(ZONES[self.region])}",
                    "choose among these",
                )
