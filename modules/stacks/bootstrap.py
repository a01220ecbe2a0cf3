"""The bootstrap stack of an environment: its state bucket, permissions boundaries, and the roles of CI."""

from dataclasses import replace

from modules.common import BOUNDARY, Context, Statement
from modules.delivery import boundaries, catalogued, compute, data, edge, malware, network, reading, recovery
from modules.delivery.github import CiRole, ManagedPolicy, OidcProvider, oidc_provider_arn, trusted_claims
from modules.delivery.scope import Scope
from modules.encryption import OTHER_ACCOUNTS
from modules.framework import Construct
from modules.secrets import Secret
from modules.stacks.service_roles import make_roles_of_services
from modules.stacks.stack import EnvironmentStack
from modules.stacks.state_store import StateStore
from settings import Environment
from settings.smoke import USERS
from settings.state import DEPLOY, PLAN, SMOKE

MAIN = "refs/heads/main"


class BootstrapStack(EnvironmentStack):
    """The stack that a person applies, and CI cannot change.

    The first apply uses local state, which is then migrated into the bucket that this stack creates.
    """

    def __init__(self, scope: Construct, *, settings: Environment) -> None:
        context = Context.of(settings)
        super().__init__(scope, f"bootstrap-{settings.name}", context=context, release=settings.provider_release)
        self._settings = settings
        self._scope = Scope(context)
        self._store = StateStore(
            self,
            "store",
            context=context,
            deletion_window_days=settings.encryption.deletion_window_days,
            settings=settings.state,
        )
        self._make_runtime_boundary()
        make_roles_of_services(self, self._scope, self._store.bucket_arns, settings)
        self._boundary = self._make_delivery_boundary()
        owner = settings.state.oidc_provider_owner or settings.name
        self._provider = OidcProvider(self, "github") if owner == settings.name else None
        reads = self._make_read_policies()
        self._make_plan_role(reads)
        self._make_deploy_role(reads)
        if settings.smoke is not None:
            self._make_smoke_role()

    def _policy(self, name: str, description: str, statements: list[Statement]) -> ManagedPolicy:
        return ManagedPolicy(
            self, name, context=self.context, name=name, description=description, statements=statements
        )

    def _make_runtime_boundary(self) -> None:
        boundary = self._policy(
            BOUNDARY,
            "The most that any role of the platform may do",
            boundaries.runtime(
                self._scope,
                self._store.bucket_arns,
                calls=self._settings.application.other_calls,
                exports_users=self._settings.recovery.users_export is not None,
                scans=bool(self._settings.storage.malware_scans),
                mail=self._settings.identity.mail,
            ),
        )
        if on_all := [each for each in self._settings.application.other_calls if each.everywhere]:
            boundary.document.waive("FFP_IAM_2_1", boundaries.without_resources(on_all))

    def _make_delivery_boundary(self) -> ManagedPolicy:
        settings = self._settings
        scans = bool(settings.storage.malware_scans)
        taking = (*(recovery.SERVICES if settings.recovery.vault else ()), *([malware.SERVICE] if scans else []))
        boundary = self._policy(
            f"delivery-{BOUNDARY}",
            "The most that the roles of CI may do",
            boundaries.delivery(
                self._scope,
                foundation_buckets=self._store.bucket_arns,
                kept_objects=self._store.kept_objects,
                more_services=("guardduty",) if scans else (),
                state_key_arns=(self._store.key.arn, self._store.key.alias_arn),
                own_objects=(
                    *self._store.states,
                    *self._store.locks,
                    *self._store.records,
                    *self._store.plans,
                    *edge.trust_store_arns(settings.api.mutual_tls),
                ),
                deployed=settings.application.functions,
                roles=[
                    reading.roles_at_most(self._scope, oidc_provider_arn(self.context)),
                    *compute.roles(self._scope),
                    *([self._scope.passing_at_most(taking)] if taking else ()),
                ],
            ),
        )
        for check in ("FFP_IAM_2_1", "FFP_IAM_2_2"):
            boundary.document.waive(
                check,
                "A permissions boundary allows nothing by itself: the policies of the roles under it name every "
                "action and resource, and would not fit a second time into AWS's 6,144 characters. What must never "
                "happen is denied here, and roles are as narrow as in those policies.",
            )
        return boundary

    def _make_read_policies(self) -> dict[str, ManagedPolicy]:
        domain, host = self._settings.domain, self._settings.api.host
        named = reading.named(self._scope, oidc_provider_arn(self.context))
        named += reading.api_name(self._scope, host) if host else []
        named += catalogued.reading(self._scope)
        named += recovery.reading(self._scope) if self._settings.recovery.vault else []
        named += malware.reading(self._scope) if self._settings.storage.malware_scans else []
        bound = reading.bound(self._scope, domain.hosted_zone_id if domain else None)
        return {
            "read-named": self._policy("read-named", "Reads the configuration of what has names of ours", named),
            "read-bound": self._policy(
                "read-bound", "Reads the configuration of what is bound by tag or region", bound
            ),
        }

    def _make_plan_role(self, reads: dict[str, ManagedPolicy]) -> None:
        name, store = self._settings.name, self._store
        state = [*store.grant_read(name, f"bootstrap-{name}"), *store.grant_store_plan(name)]
        self._make_role(
            PLAN,
            "Plans in CI: reads configuration, never contents, and writes plans alone, which it cannot read again",
            # Every ref is trusted: a pull request's job runs on refs/pull/<number>/merge, on a branch of any name.
            trusted_claims(self._settings.state, f"{name}-plan", ref=None),
            {
                **reads,
                "plan-state": self._policy("plan-state", "Reads the states, and stores plans", state),
                "plan-nightly": self._policy(
                    "plan-nightly",
                    "Reads what the environment costs, and when what it uses ends",
                    self._nightly_statements(),
                ),
            },
            self._boundary,
        )

    def _nightly_statements(self) -> list[Statement]:
        domain, api = self._settings.domain, self._settings.api
        named = [domain.certificate_arn] if domain and domain.certificate_arn else []
        named += [api.host.certificate_arn] if api.host else []
        named += [api.mutual_tls.client_certificate_arn] if api.mutual_tls else []
        statements = reading.nightly(self._scope, named, makes_certificate=bool(domain and domain.hosted_zone_id))
        if self._settings.tests_restores:
            statements.append(recovery.reading_tests(self._scope))
        return statements

    def _make_deploy_role(self, reads: dict[str, ManagedPolicy]) -> None:
        settings, scope, store = self._settings, self._scope, self._store
        application, domain, host = settings.application, settings.domain, settings.api.host
        invoked_groups = (application.rotation_group, application.preparation_group)
        invoked = [function for group in application.groups if group in invoked_groups for function in group.functions]
        parts = {
            "network-making": ("Makes what belongs to the network", network.making(scope)),
            "network": ("Changes the network", network.changing(scope)),
            "data": (
                "Changes keys, buckets, secrets and the database, never what they hold",
                [
                    *data.keys(scope),
                    *data.buckets(scope),
                    *data.secrets(scope),
                    *data.database(scope, settings.database.engine_version),
                ],
            ),
            **(
                {
                    "recovery": (
                        "Makes the vault and its plans",
                        recovery.changing(scope, vault, tested=settings.tests_restores),
                    )
                }
                if (vault := settings.recovery.vault)
                else {}
            ),
            "compute": (
                "Changes functions, log groups and roles",
                [
                    *compute.functions(scope, application.functions, invoked),
                    *compute.logs(scope),
                    *compute.roles(scope),
                    compute.service_linked_roles(scope),
                ],
            ),
            "front-door": (
                "Changes the distribution with its firewall, logs and domain",
                edge.front_door(scope, domain.hosted_zone_id if domain else None),
            ),
            "api": (
                "Changes the API, sign-in, queues, topics, alarms, dashboards and the budget",
                [
                    *edge.api_and_sign_in(scope),
                    *(edge.api_name(scope, host) if host else ()),
                    *compute.messages(scope, application.topics_of_others),
                    *catalogued.changing(scope),
                    *edge.monitoring(scope),
                ],
            ),
            "state": (
                "Reads, writes and locks the state, takes stored plans, leaves test users alone, scans buckets",
                [
                    *store.grant_read(settings.name),
                    *store.grant_write(settings.name),
                    *store.grant_take_plan(settings.name),
                    data.foundations(scope),
                    *(malware.changing(scope) if settings.storage.malware_scans else ()),
                ],
            ),
        }
        changes = {f"deploy-{part}": self._policy(f"deploy-{part}", *rest) for part, rest in parts.items()}
        for part, reasons in compute.of_other_accounts(scope, application).items():
            changes[f"deploy-{part}"].document.waive(OTHER_ACCOUNTS, reasons)
        self._make_role(
            DEPLOY,
            "Deploys the platform in CI, and cannot change its own reach",
            trusted_claims(settings.state, settings.name, ref=MAIN),
            reads | changes,
            self._boundary,
        )

    def _make_smoke_role(self) -> None:
        """Creates a role that reads one secret: what tries a deploy has no other right than its users' passwords.

        Its policy is its boundary, too, and denies what a resource's policy could open to its session.
        """
        settings = self._settings
        secret = Secret(
            self,
            "smoke-users",
            context=replace(self.context, disposable=False),  # as everything that a person applies
            key=self._store.key,
            recovery_window_days=settings.secrets.recovery_window_days,
            settings=USERS,
        )
        secret.waive("FFP_SHAPE_2_1", "No resource uses it: `ffp smoke` reads it in CI, with the role below.")
        reads = self._policy(
            f"smoke-{BOUNDARY}",
            "Reads the passwords of the test tenants' users, and nothing else",
            [
                Statement("ReadUsers", ("secretsmanager:GetSecretValue",), (secret.arn,)),
                self._store.key.use_through("ReadUsersKey", "secretsmanager", "kms:Decrypt"),
                Statement("ReadNoOtherSecret", ("secretsmanager:*",), (), effect="Deny", not_resources=(secret.arn,)),
                Statement("UseNoOtherKey", ("kms:*",), (), effect="Deny", not_resources=(self._store.key.arn,)),
                *boundaries.closed("lambda:*", "s3:*", "sns:*", "sqs:*"),
            ],
        )
        self._make_role(
            SMOKE,
            "Tries a deploy in CI as test users, with no right but their passwords",
            trusted_claims(settings.state, f"{settings.name}-smoke", ref=MAIN),
            {"read-users": reads},
            reads,
        )

    def _make_role(
        self,
        id_: str,
        description: str,
        claims: dict[str, str],
        policies: dict[str, ManagedPolicy],
        boundary: ManagedPolicy,
    ) -> None:
        CiRole(
            self,
            id_,
            context=self.context,
            description=description,
            claims=claims,
            provider=self._provider,
            boundary=boundary,
            policies=policies,
        )
