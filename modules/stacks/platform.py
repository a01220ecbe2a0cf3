"""The platform of one environment: the only place where modules meet."""

import json
from typing import assert_never

from constructs import Construct

from modules.api import Api
from modules.cdn import Distribution, PlaybackKeys
from modules.common import Context
from modules.database import Database
from modules.encryption import Encryption
from modules.functions import Function, FunctionGroup
from modules.identity import Identity
from modules.messaging import Topic
from modules.monitoring import Budget, Monitoring
from modules.network import Network
from modules.secrets import Renewals, Secrets
from modules.stacks import outputs
from modules.stacks.stack import Stack
from modules.storage import Storage
from settings import (
    MEDIA_BUCKET,
    AdministerUsers,
    Binding,
    ConnectToDatabase,
    DataDomain,
    Environment,
    PrepareDatabase,
    PublishTo,
    ReadBucket,
    ReadSecret,
    RenewedByPeople,
    RotateDatabaseUsers,
    RotateKey,
    SignPlayback,
    TakeFromQuota,
    UploadMedia,
    WithdrawInvitations,
    WriteBucket,
)
from settings.bindings import secret_variable_of


class ServiceStack(Stack):
    """Everything of one environment but its state bucket and CI roles."""

    def __init__(self, scope: Construct, *, settings: Environment) -> None:
        context = Context.of(settings)
        super().__init__(scope, settings.name, context=context, release=settings.provider_release)
        self._settings = settings
        self._functions: dict[str, Function] = {}
        self._make_foundations()
        self._make_data_stores()
        self._groups = {
            group.name: FunctionGroup(self, f"group-{group.name}", context=context, settings=group)
            for group in settings.application.groups
        }
        self._make_identity()
        self._bind()
        self._prepare_database()
        for group in self._groups.values():
            self._make_functions(group)
        self._rotate_secrets()
        self._make_front_door()
        self._make_watch()
        outputs.add(
            self,
            public_address=settings.public_address,
            distribution=self._distribution,
            api=self._api,
            identity=self._identity,
        )
        self.leave_out(settings.leaves_out)

    def _make_foundations(self) -> None:
        settings, context = self._settings, self.context
        self._encryption = Encryption(self, "encryption", context=context, settings=settings.encryption)
        self._network = Network(
            self,
            "network",
            context=context,
            zones=settings.zones,
            logs_key=self._encryption.key(DataDomain.LOGS),
            release=settings.provider_release,
            settings=settings.network,
        )
        self._storage = Storage(
            self,
            "storage",
            context=context,
            encryption=self._encryption,
            upload_origins=settings.origins,
            settings=settings.storage,
        )
        self._topics = {
            name: Topic(
                self,
                f"topic-{name}",
                context=context,
                name=name,
                key=self._encryption.key(DataDomain.MESSAGES),
                purpose=name.capitalize(),
            )
            for name in settings.application.topics
        }
        self._playback = PlaybackKeys(
            self,
            "playback",
            context=context,
            public_address=settings.public_address,
            settings=settings.distribution,
        )

    def _make_data_stores(self) -> None:
        settings, context = self._settings, self.context
        self._secrets = Secrets(
            self,
            "secrets",
            context=context,
            key=self._encryption.key(DataDomain.SECRETS),
            settings=settings.secrets,
        )
        user = settings.secrets.database_user
        self._database = Database(
            self,
            "database",
            context=context,
            network=self._network,
            key=self._encryption.key(DataDomain.DATABASE),
            secrets_key=self._encryption.key(DataDomain.SECRETS),
            logs_key=self._encryption.key(DataDomain.LOGS),
            application_secret=self._secrets.by_name[user] if user else None,
            settings=settings.database,
        )

    def _make_identity(self) -> None:
        """The token trigger's function comes first: the pool names it, and it is bound to nothing."""
        settings = self._settings.identity
        group = self._groups[settings.token_group]
        group.grant(environment={"ROLE_SCOPES": json.dumps(settings.scopes_of(self.context.tenancy.roles))})
        self._make_functions(group)
        self._identity = Identity(
            self,
            "identity",
            context=self.context,
            token_trigger=self._functions[group.settings.functions[0].name],
            settings=settings,
        )

    def _bind(self) -> None:
        for group in self._groups.values():
            for binding in group.settings.bindings:
                self._apply(binding, group)
            group.open_paths(self._network)

    def _apply(self, binding: Binding, group: FunctionGroup) -> None:
        """One line of `application.py` is one call on the resource being used, which knows what that takes."""
        match binding:
            case ConnectToDatabase():
                self._database.grant_connect(group)
            case PrepareDatabase():
                self._database.grant_prepare(group)
            case RotateDatabaseUsers(secret=name):
                self._database.grant_rotate(group, self._secrets.by_name[name])
            case RotateKey(secret=name):
                self._secrets.by_name[name].grant_rotate(group)
            case ReadBucket(bucket=name, prefix=prefix):
                self._storage.buckets[name].grant_read(group, prefix)
            case WriteBucket(bucket=name, prefix=prefix):
                self._storage.buckets[name].grant_write(group, prefix)
            case UploadMedia():
                self._storage.buckets[MEDIA_BUCKET].grant_upload(group, f"{self.context.tenancy.media_prefix}/")
                group.grant(environment=self._media_kinds)
            case ReadSecret(secret=name):
                self._secrets.by_name[name].grant_read(group, secret_variable_of(name))
            case PublishTo(topic=name):
                self._topics[name].grant_publish(group)
            case TakeFromQuota(quota=name):
                (limits,) = (each.limits for each in self._settings.application.quotas if each.name == name)
                group.grant(environment=dict.fromkeys(binding.variables(self._settings.database), limits))
            case AdministerUsers():
                self._identity.grant_administer(group)
            case WithdrawInvitations():
                self._identity.grant_withdraw(group)
            case SignPlayback(secret=name):
                self._playback.grant_sign(group, self._secrets.by_name[name])
                group.grant(environment=self._media_kinds)
            case _:
                assert_never(binding)

    @property
    def _media_kinds(self) -> dict[str, str]:
        return {"MEDIA_KINDS": self._settings.application.media_kinds}

    def _make_functions(self, group: FunctionGroup) -> None:
        for settings in group.settings.functions:
            if settings.name not in self._functions:
                self._functions[settings.name] = Function(
                    self,
                    f"function-{settings.name}",
                    context=self.context,
                    group=group,
                    logs_key=self._encryption.key(DataDomain.LOGS),
                    messages_key=self._encryption.key(DataDomain.MESSAGES),
                    configuration_key=self._encryption.key(DataDomain.SECRETS),
                    encrypt_code=self._settings.encrypts_code,
                    settings=settings,
                )

    def _functions_with(self, binding: Binding) -> list[Function]:
        groups = [each for each in self._settings.application.groups if binding in each.bindings]
        return [self._functions[function.name] for group in groups for function in group.functions]

    def _prepare_database(self) -> None:
        """Comes before the other functions are made: new code that connects goes live after its migrations."""
        group = self._groups[self._settings.database.preparation_group]
        self._make_functions(group)
        self._database.prepare_with(self._functions[group.settings.functions[0].name])

    def _rotate_secrets(self) -> None:
        name = self._settings.secrets.rotation_group
        if name is None:
            return
        group = self._groups[name]
        rotate = self._functions[group.settings.functions[0].name]
        for secret in self._secrets.by_name.values():
            secret.rotate_with(rotate, after=[self._database.ready])

    def _make_front_door(self) -> None:
        settings, context = self._settings, self.context
        self._api = Api(
            self,
            "api",
            context=context,
            identity=self._identity,
            origins=settings.origins,
            hosted_zone_id=settings.domain.hosted_zone_id if settings.domain else None,
            logs_key=self._encryption.key(DataDomain.LOGS),
            settings=settings.api,
        )
        for function in self._functions.values():
            for route in function.settings.routes:
                self._api.add_route(route, function)
        self._distribution = Distribution(
            self,
            "distribution",
            context=context,
            global_provider=self.global_provider,
            release=settings.provider_release,
            domain=settings.domain,
            media=self._storage.buckets[MEDIA_BUCKET],
            api_domain_name=self._api.domain_name,
            mutual_tls=settings.api.mutual_tls,
            playback=self._playback,
            logs_key=self._encryption.key(DataDomain.LOGS),
            log_bucket=self._storage.logs,
            settings=settings.distribution,
        )

    def _make_watch(self) -> None:
        settings = self._settings
        monitoring = Monitoring(
            self,
            "monitoring",
            context=self.context,
            key=self._encryption.key(DataDomain.MESSAGES),
            functions=list(self._functions.values()),
            inviting=self._functions_with(AdministerUsers()),
            database=self._database,
            api=self._api,
            distribution=self._distribution,
            limits=settings.limits,
            settings=settings.monitoring,
        )
        by_people = {
            secret.name: secret.renewal
            for secret in settings.secrets.secrets
            if isinstance(secret.renewal, RenewedByPeople)
        }
        if by_people:
            Renewals(
                self,
                "renewals",
                context=self.context,
                key=self._encryption.key(DataDomain.MESSAGES),
                topic=monitoring.topic,
                secrets=by_people,
            )
        Budget(self, "budget", context=self.context, settings=settings.budget)
