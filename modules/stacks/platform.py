"""The platform stack of one environment, which creates the modules and connects them."""

import json
from collections.abc import Mapping

from modules.api import Api
from modules.cdn import Distribution, Media, PlaybackKeys
from modules.common import Context
from modules.database import Database
from modules.encryption import Encryption
from modules.framework import Construct
from modules.functions import Callee, Function, Packages
from modules.groups import Bindable, FunctionGroup, QuotaLimits, only, outside
from modules.identity import Identity, machines_for_trigger
from modules.mail import Mail
from modules.messaging import Messages
from modules.monitoring import Budget, Monitoring
from modules.network import Network
from modules.recovery import Recovery
from modules.secrets import Renewals, Secrets
from modules.stacks import outputs
from modules.stacks.stack import EnvironmentStack
from modules.storage import Storage
from settings import AdministerUsers, Binding, DataDomain, Environment, Invoke
from settings.bindings import source_of


class PlatformStack(EnvironmentStack):
    """Everything in one environment except what its bootstrap stack creates."""

    def __init__(self, scope: Construct, *, settings: Environment) -> None:
        context = Context.of(settings)
        super().__init__(scope, settings.name, context=context, release=settings.provider_release)
        self._settings = settings
        self._functions: dict[str, Function] = {}
        self._packages = Packages(self, "packages", context=context, functions=settings.deployed.functions)
        self._make_foundations()
        self._make_data_stores()
        self._make_vault()
        self._groups = {
            group.name: FunctionGroup(self, f"group-{group.name}", context=context, settings=group)
            for group in settings.deployed.groups
        }
        self._make_identity()
        self._bind()
        self._prepare_database()
        for group in self._groups.values():
            self._make_functions(group)
        self._storage.notify(self._functions.values())
        self._rotate_secrets()
        self._make_front_door()
        self._make_monitoring()
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
        self._encryption = Encryption(
            self,
            "encryption",
            context=context,
            holds_media=settings.application.media_bucket is not None,
            settings=settings.encryption,
        )
        self._network = Network(
            self,
            "network",
            context=context,
            zones=settings.zones,
            logs_key=self._encryption.key(DataDomain.LOGS),
            release=settings.provider_release,
            ports_outside=settings.application.ports_outside,
            settings=settings.network,
        )
        self._storage = Storage(
            self,
            "storage",
            context=context,
            encryption=self._encryption,
            upload_origins=settings.origins,
            application=settings.deployed,
            settings=settings.storage,
        )
        key = self._encryption.key(DataDomain.MESSAGES)
        self._messages = Messages(
            self, context=context, global_provider=self.global_provider, key=key, application=settings.application
        )
        media, keys = settings.application.media_bucket, settings.distribution.playback_keys
        self._playback = (
            PlaybackKeys(self, "playback", context=context, public_address=settings.public_address, public_keys=keys)
            if media and keys
            else None
        )

    def _make_data_stores(self) -> None:
        settings, context = self._settings, self.context
        self._secrets = Secrets(
            self,
            "secrets",
            context=context,
            key=self._encryption.key(DataDomain.SECRETS),
            secrets=settings.application.secrets,
            of_machines=settings.identity.secrets,
            settings=settings.secrets,
        )
        media, signing = settings.application.media_bucket, settings.application.playback_secret
        self._media = (
            Media(
                bucket=self._storage.buckets[media.name],
                playback=self._playback,
                private_key=self._secrets.by_name[signing] if signing else None,
                settings=settings.application,
            )
            if media and self._playback
            else None
        )
        users = settings.application.database_secret
        self._database = (
            Database(
                self,
                "database",
                context=context,
                network=self._network,
                key=self._encryption.key(DataDomain.DATABASE),
                secrets_key=self._encryption.key(DataDomain.SECRETS),
                logs_key=self._encryption.key(DataDomain.LOGS),
                application_secret=self._secrets.by_name[users.name] if users else None,
                settings=settings.database,
            )
            if settings.application.uses_database
            else None
        )

    def _make_vault(self) -> None:
        vault, buckets = self._settings.recovery.vault, self._storage.buckets
        self._recovery = (
            Recovery(
                self,
                "recovery",
                context=self.context,
                encryption=self._encryption,
                database=self._database,
                buckets=buckets,
                settings=vault,
                tests_restores=self._settings.tests_restores,
            )
            if vault and (self._database or buckets)
            else None
        )

    def _make_identity(self) -> None:
        """Creates the user pool and, before it, the token trigger's function, which needs no bindings."""
        group = self._groups[self._settings.application.token_group]
        scopes = {"ROLE_SCOPES": json.dumps(self.context.tenancy.scopes_of_roles())}
        group.grant(environment={**scopes, **machines_for_trigger(self._settings.identity)})
        self._make_functions(group)
        self._identity = Identity(
            self,
            "identity",
            context=self.context,
            token_trigger=self._functions[group.settings.functions[0].name],
            settings=self._settings.identity,
        )

    def _bind(self) -> None:
        """Applies each binding in the settings by one call to the resource being used, which grants what it takes."""
        application, factor = self._settings.application, self._settings.quota_factor
        used: dict[str, Mapping[str, Bindable]] = {
            **self._messages.bindable,
            **self._storage.bindable,
            **outside(self.context),
            "database": only(self._database),
            "function": {each.name: Callee(self.context, each.name) for each in application.functions},
            "mail": only(Mail(mail) if (mail := self._settings.identity.mail) else None),
            "media": only(self._media),
            "quota": {each.name: QuotaLimits(each.name, each.limits(factor)) for each in application.quotas},
            "secret": self._secrets.by_name,
            "users": only(self._identity),
        }
        for group in self._groups.values():
            for binding in group.settings.bindings:
                if binding.uses not in used:
                    raise ValueError(
                        f"{source_of(binding)} uses a {binding.uses}, but no room lists its {binding.uses}s in bindable"
                    )
                used[binding.uses][getattr(binding, binding.uses, "")].bind(binding, group)
            for function in group.settings.functions:
                if function.consumes:
                    group.grant_to_lambda(*self._messages.queues[function.consumes.queue].statements_to_consume())
            group.open_paths(self._network)

    def _make_functions(self, group: FunctionGroup) -> None:
        """Creates a group's functions, after those that they call."""
        groups = {function.name: each for each in self._groups.values() for function in each.settings.functions}
        for binding in group.settings.bindings:
            if isinstance(binding, Invoke):
                self._make_functions(groups[binding.function])
                self._functions[binding.function].name_to(group)
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
                    packages=self._packages,
                    messages=self._messages,
                    settings=settings,
                )

    def _functions_with(self, binding: Binding) -> list[Function]:
        groups = [each for each in self._settings.application.groups if binding in each.bindings]
        return [self._functions[function.name] for group in groups for function in group.functions]

    def _prepare_database(self) -> None:
        """Creates the function that prepares the database, before all functions that connect to it.

        Their new code goes live after the migrations that it needs.
        """
        preparing = self._settings.application.preparation_group
        if preparing is None or self._database is None:
            return
        self._make_functions(self._groups[preparing.name])
        self._database.prepare_with(self._functions[preparing.functions[0].name])

    def _rotate_secrets(self) -> None:
        if (group := self._settings.application.rotation_group) is None:
            return
        rotate = self._functions[group.functions[0].name]
        for secret in self._secrets.by_name.values():
            secret.rotate_with(rotate, after=[self._database.ready] if self._database else [])

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
            media=self._media,
            api_domain_name=self._api.domain_name,
            mutual_tls=settings.api.mutual_tls,
            logs_key=self._encryption.key(DataDomain.LOGS),
            log_bucket=self._storage.logs,
            settings=settings.distribution,
        )

    def _make_monitoring(self) -> None:
        settings = self._settings
        monitoring = Monitoring(
            self,
            "monitoring",
            context=self.context,
            key=self._encryption.key(DataDomain.MESSAGES),
            functions=list(self._functions.values()),
            messages=self._messages,
            inviting=self._functions_with(AdministerUsers()),
            database=self._database,
            api=self._api,
            distribution=self._distribution,
            recovery=self._recovery,
            malware=list(self._storage.malware_protection.values()),
            limits=settings.limits,
            settings=settings.monitoring,
        )
        if by_people := {**settings.application.renewed_by_people, **settings.identity.renewed_by_people}:
            Renewals(
                self,
                "renewals",
                context=self.context,
                key=self._encryption.key(DataDomain.MESSAGES),
                topic=monitoring.topic,
                secrets=by_people,
            )
        Budget(self, "budget", context=self.context, settings=settings.budget)
