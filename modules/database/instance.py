"""PostgreSQL in the isolated tier: TLS 1.3, customer-managed keys, no password in Terraform (MAP-3, NET-1, NET-4)."""

import json

from modules.common import Context, Limit, Statement, waive
from modules.database.parameters import parameter_group
from modules.database.proxy import DatabaseProxy
from modules.database.records import LOG_EXPORTS, log_group, monitoring_role
from modules.encryption import Key
from modules.framework import (
    Construct,
    DbInstance,
    DbSubnetGroup,
    ITerraformDependable,
    LambdaInvocation,
    SecretsmanagerSecretRotation,
    SecretsmanagerSecretRotationRotationRules,
)
from modules.functions import Function
from modules.groups import BindingError, FunctionGroup
from modules.network import Network, SecurityGroup
from modules.secrets import Secret
from settings import Binding, ConnectToDatabase, DatabaseSettings, PrepareDatabase, RotateDatabaseUsers

PORT = 5432
DATABASE_NAME = "ffp"
MASTER = "ffp_master"
APPLICATION_USER = "app_iam"  # for IAM authentication; otherwise the secret names one of two alternating users


class Database(Construct):
    """One PostgreSQL instance. Only groups of functions with a binding can connect to it, over TLS."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        context: Context,
        network: Network,
        key: Key,
        secrets_key: Key,
        logs_key: Key,
        application_secret: Secret | None,
        settings: DatabaseSettings,
    ) -> None:
        super().__init__(scope, id_)
        self._context = context
        self._network = network
        self._secrets_key = secrets_key
        self._application_secret = application_secret
        self._connected: list[FunctionGroup] = []
        self.settings = settings
        # A change of the key replaces the database. For a while both exist, so the name depends on the key.
        self.identifier = context.name("database" if key.is_shared else "database-own-key", Limit.DATABASE)
        self._security_group = SecurityGroup(
            self,
            "firewall",
            context=context,
            vpc_id=network.vpc_id,
            label="database",
            purpose="The database: only groups with a binding come in, nothing goes out",
        )
        self._log_groups = [
            log_group(self, export, context=context, identifier=self.identifier, key=logs_key, settings=settings)
            for export in LOG_EXPORTS
        ]
        self.arn = context.arn("rds", f"db:{self.identifier}")
        self._parameter_group = parameter_group(self, context=context, settings=settings)
        self._instance = self._make_instance(key)
        self._waive_what_is_not_done()
        self._rotate_master()
        self._proxy = self._make_proxy() if settings.proxy else None

    def bind(self, binding: Binding, group: FunctionGroup) -> None:
        """Lets a group connect, prepare the database, or rotate its users' passwords."""
        match binding:
            case ConnectToDatabase():
                self._grant_connect(group)
            case PrepareDatabase():
                self._grant_prepare(group)
            case RotateDatabaseUsers() if self._application_secret:
                self._grant_rotate(group, self._application_secret)
            case _:
                raise BindingError(binding, self)

    def _grant_connect(self, group: FunctionGroup) -> None:
        """Lets a group connect as the application's user: grants network path, address and authentication."""
        self._connected.append(group)
        self._open_path(group, through=self._proxy)
        group.grant(environment={"DATABASE_AUTHENTICATION": self.settings.authentication})
        if self._application_secret is not None:
            self._application_secret.grant_read(group, "DATABASE_SECRET_ARN")
        else:
            resource = self._proxy.resource_id if self._proxy else self._instance.resource_id
            user = self._context.arn("rds-db", f"dbuser:{resource}/{APPLICATION_USER}")
            group.grant(
                Statement("ConnectToDatabase", ("rds-db:connect",), (user,)),
                environment={"DATABASE_USER": APPLICATION_USER},
            )

    def _grant_prepare(self, group: FunctionGroup) -> None:
        """Lets a group create roles and tables as the master user, and write the application user's secret."""
        self._open_path(group, through=None)
        self._grant_master(group)
        group.grant(environment={"DATABASE_AUTHENTICATION": self.settings.authentication})
        if self._application_secret is not None:
            self._application_secret.grant_fill(group, "DATABASE_SECRET_ARN")

    def prepare_with(self, function: Function) -> None:
        """Makes each deploy that publishes a new version of the function invoke it.

        A change of its code or settings publishes a version, and so does a new address of the database. For a new
        tenant a person invokes the function. Functions that connect to the database go live only after the invocation,
        so this must be called before they are created.
        """
        self._preparation = LambdaInvocation(
            self,
            "preparation",
            function_name=function.name,
            qualifier=function.alias_name,
            input=json.dumps({"version": function.version}),
        )
        for each in self._connected:
            each.go_live_after(self._preparation)

    @property
    def reference(self) -> str:
        """The ARN, as a reference to the instance."""
        return self._instance.arn

    @property
    def parameter_group(self) -> str:
        """The parameter group's name, spelt out."""
        return str(self._parameter_group.name_input)

    @property
    def security_group_id(self) -> str:
        return self._security_group.id

    @property
    def ready(self) -> ITerraformDependable:
        """The invocation on which resources depend that need a prepared database."""
        return self._preparation

    def _grant_rotate(self, group: FunctionGroup, secret: Secret) -> None:
        """Lets the rotation group set the passwords of the application's two users, as the master user."""
        self._open_path(group, through=None)
        secret.grant_rotate(group)
        self._grant_master(group)

    def _grant_master(self, group: FunctionGroup) -> None:
        group.grant(
            Statement("ReadMaster", ("secretsmanager:GetSecretValue",), (self._master_secret_arn,)),
            self._secrets_key.use_through("ReadMasterKey", "secretsmanager", "kms:Decrypt"),
            environment={"MASTER_SECRET_ARN": self._master_secret_arn},
        )

    @property
    def _master_secret_arn(self) -> str:
        return self._instance.master_user_secret.get(0).secret_arn

    def _open_path(self, group: FunctionGroup, *, through: DatabaseProxy | None) -> None:
        """Gives a group a network path and the address, of the proxy if `through` is given.

        The master user connects directly, because it uses a password and the proxy accepts only IAM authentication.
        """
        target = through.security_group if through else self._security_group
        rules = target.allow_from(group.enter(self._network), PORT)
        group.grant(
            after=[*rules, *(through.path_to_database if through else ())],
            environment={
                "DATABASE_HOST": through.host if through else self._instance.address,
                "DATABASE_PORT": str(PORT) if through else self._instance.get_string_attribute("port"),
                "DATABASE_NAME": DATABASE_NAME,
            },
        )

    def _make_instance(self, key: Key) -> DbInstance:
        settings, context = self.settings, self._context
        insights = settings.performance_insights
        monitoring_role_arn, monitored_by = monitoring_role(
            self, context=context, identifier=self.identifier, settings=settings
        )
        return DbInstance(
            self,
            "instance",
            identifier=self.identifier,
            engine="postgres",
            engine_version=settings.engine_version,
            instance_class=settings.instance_class,
            db_name=DATABASE_NAME,
            username=MASTER,
            port=PORT,
            # RDS creates the master user's password in Secrets Manager; Terraform never has the value.
            manage_master_user_password=True,
            master_user_secret_kms_key_id=self._secrets_key.arn,
            iam_database_authentication_enabled=settings.authentication == "iam",
            storage_type="gp3",
            allocated_storage=settings.storage_gb,
            max_allocated_storage=settings.storage_limit_gb,
            storage_encrypted=True,
            kms_key_id=key.arn,
            multi_az=settings.multi_az,
            db_subnet_group_name=self._make_subnet_group().name,
            vpc_security_group_ids=[self._security_group.id],
            publicly_accessible=False,
            ca_cert_identifier="rds-ca-rsa2048-g1",
            parameter_group_name=self._parameter_group.name,
            enabled_cloudwatch_logs_exports=list(LOG_EXPORTS),
            performance_insights_enabled=insights,
            performance_insights_kms_key_id=key.arn if insights else None,
            performance_insights_retention_period=7 if insights else None,
            monitoring_interval=settings.enhanced_monitoring_seconds,
            monitoring_role_arn=monitoring_role_arn,
            backup_retention_period=settings.backup_retention_days,
            backup_window=settings.backup_window_utc,
            maintenance_window=settings.maintenance_window_utc,
            auto_minor_version_upgrade=True,
            # Extended support is billed per vCPU-hour once a major version's standard support ends: upgrade in time.
            engine_lifecycle_support="open-source-rds-extended-support-disabled",
            copy_tags_to_snapshot=True,
            deletion_protection=not context.disposable,
            skip_final_snapshot=context.disposable,
            final_snapshot_identifier=None if context.disposable else f"{self.identifier}-final",
            delete_automated_backups=context.disposable,
            # An upgrade that waits for the maintenance window would still use the parameter group that this deploy
            # removes.
            allow_major_version_upgrade=settings.upgrade_major_version or None,
            apply_immediately=settings.upgrade_major_version,
            lifecycle=context.protection,
            depends_on=[*(each.group for each in self._log_groups), *monitored_by],
        )

    def _make_subnet_group(self) -> DbSubnetGroup:
        return DbSubnetGroup(
            self,
            "subnets",
            name=self.identifier,
            description="The isolated tier, which has no route out",
            subnet_ids=self._network.isolated_subnet_ids,
        )

    def _rotate_master(self) -> None:
        SecretsmanagerSecretRotation(
            self,
            "master-rotation",
            secret_id=self._master_secret_arn,
            rotate_immediately=False,
            rotation_rules=SecretsmanagerSecretRotationRotationRules(
                automatically_after_days=self.settings.master_rotation_days
            ),
        )

    def _make_proxy(self) -> DatabaseProxy:
        proxy = DatabaseProxy(
            self,
            "proxy",
            context=self._context,
            network=self._network,
            instance_id=self._instance.identifier,
            user_arn=self._context.arn("rds-db", f"dbuser:{self._instance.resource_id}/{APPLICATION_USER}"),
        )
        proxy.path_to_database += self._security_group.allow_from(proxy.security_group, PORT)
        return proxy

    def _waive_what_is_not_done(self) -> None:
        settings = self.settings
        reasons = {}
        if settings.authentication == "secret":
            reasons["CKV_AWS_161"] = (
                "IAM authentication wants 300 MiB and more of spare memory, which a micro class lacks; two users "
                "alternate under a secret that rotates instead."
                if settings.memory_gib < 2
                else "Two users alternate under a secret that rotates: no password is long-lived, and none is in code."
            )
        if not settings.multi_az:
            reasons["CKV_AWS_157"] = (
                "This environment holds no patients' data and may be down for the hours of a restore; a standby "
                "would double the database's bill."
            )
        if not settings.performance_insights:
            reasons["CKV_AWS_353"] = (
                "This environment holds no patients' data, and carries no load whose slow statements would teach us."
            )
        if not settings.enhanced_monitoring_seconds:
            reasons["CKV_AWS_118"] = (
                "This environment holds no patients' data and carries no load: the instance's own metrics are enough."
            )
        if self._context.disposable:
            reasons["CKV_AWS_293"] = reasons["FFP_MAP_3_1"] = (
                "This environment may be destroyed and made anew by design; it holds test data alone."
            )
        for check, reason in reasons.items():
            waive(self._instance, check, reason)
