"""Sign-in: a user pool without self-registration, whose tokens contain tenant and role, and its web clients (MAP-4).

Cognito signs tokens with RS256, the only algorithm that it offers (ENC-3). AWS allows new attributes in a pool's schema
but no other change to it; a test compares the schema with a reviewed file.
"""

import json

from modules.common import Context, Limit, Statement, waive
from modules.framework import (
    CognitoResourceServer,
    CognitoResourceServerScope,
    CognitoUserPool,
    CognitoUserPoolAccountRecoverySetting,
    CognitoUserPoolAccountRecoverySettingRecoveryMechanism,
    CognitoUserPoolAdminCreateUserConfig,
    CognitoUserPoolClient,
    CognitoUserPoolClientTokenValidityUnits,
    CognitoUserPoolDomain,
    CognitoUserPoolEmailConfiguration,
    CognitoUserPoolLambdaConfig,
    CognitoUserPoolLambdaConfigPreTokenGenerationConfig,
    CognitoUserPoolPasswordPolicy,
    CognitoUserPoolSchema,
    CognitoUserPoolSchemaStringAttributeConstraints,
    CognitoUserPoolSoftwareTokenMfaConfiguration,
    CognitoUserPoolUsernameConfiguration,
    Construct,
    ITerraformDependable,
)
from modules.functions import Function
from modules.groups import BindingError, FunctionGroup
from settings import (
    AdministerUsers,
    Binding,
    ExportUsers,
    FindUsers,
    IdentitySettings,
    MachineClient,
    SesIdentity,
    WebClient,
    WithdrawInvitations,
)
from settings.tenancy import RESOURCE_SERVER, full_name

# Version 2 of the trigger's event can customise access tokens; version 1 only ID tokens.
_TRIGGER_VERSION = "V2_0"
_WITH_MACHINES = "V3_0"  # which Cognito also calls for machines, with version 2's event
_ATTRIBUTES_USERS_MAY_CHANGE = ("email", "family_name", "given_name")


class Identity(Construct):
    """The user pool: only administrators create users and change their roles. A user's tenant can never change."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        context: Context,
        token_trigger: Function,
        settings: IdentitySettings,
    ) -> None:
        super().__init__(scope, id_)
        self._context = context
        self._settings = settings
        self._pool = self._make_pool(token_trigger)
        permission = token_trigger.allow_invoke("user-pool", "cognito-idp.amazonaws.com", self._pool.arn)
        self._server = self._make_resource_server()
        self._clients = {each.name: self._make_client(each, after=permission) for each in settings.clients}
        self._domain = CognitoUserPoolDomain(
            self,
            "domain",
            domain=context.allowed(f"{context.environment}-{settings.domain_prefix}", Limit.DOMAIN_PREFIX),
            user_pool_id=self._pool.id,
        )

    @property
    def issuer(self) -> str:
        return f"https://{self._pool.endpoint}"

    @property
    def client_ids(self) -> dict[str, str]:
        """The ids of all web clients by their names in the settings, that of the first one first."""
        return {name: client.id for name, client in self._clients.items()}

    @property
    def audience(self) -> list[str]:
        """The ids of all app clients, those of machines last: whose tokens the API accepts."""
        return [*self.client_ids.values(), *machines_by_id(self._settings)]

    @property
    def pool_id(self) -> str:
        return self._pool.id

    @property
    def sign_in_address(self) -> str:
        """The URL of the hosted sign-in pages."""
        return f"https://{self._domain.domain}.auth.{self._context.region}.amazoncognito.com"

    def scope(self, name: str) -> str:
        """A scope's full name, as in tokens.

        It refers to the resource server, so that resources that use the scope depend on the server.
        """
        return f"{self._server.identifier}/{name}"

    def bind(self, binding: Binding, group: FunctionGroup) -> None:
        """Lets a group administer users, find one, export all, or withdraw invitations."""
        match binding:
            case AdministerUsers():
                self._grant_administer(group)
            case FindUsers():
                self._grant(group, "FindUsers", "AdminGetUser")
            case ExportUsers():
                self._grant(group, "ExportUsers", "ListGroups", "ListUsers", "ListUsersInGroup")
            case WithdrawInvitations():
                self._grant_withdraw(group)
            case _:
                raise BindingError(binding, self)

    def _grant_administer(self, group: FunctionGroup) -> None:
        """Lets a group list and invite users.

        The handlers limit both to the caller's tenant, whose users are in one group of the pool.
        """
        self._grant(
            group,
            "AdministerUsers",
            "AdminAddUserToGroup",
            "AdminCreateUser",
            "AdminGetUser",
            "CreateGroup",
            "ListUsersInGroup",
        )

    def _grant_withdraw(self, group: FunctionGroup) -> None:
        """Lets a group read and delete users.

        IAM cannot restrict this to certain users of a pool, so the handler limits it to unaccepted invitations.
        """
        self._grant(group, "WithdrawInvitations", "AdminDeleteUser", "AdminGetUser")

    def _grant(self, group: FunctionGroup, sid: str, *actions: str) -> None:
        group.grant(
            Statement(sid, tuple(f"cognito-idp:{action}" for action in actions), (self._pool.arn,)),
            environment={"USER_POOL_ID": self._pool.id},
        )

    def _make_pool(self, trigger: Function) -> CognitoUserPool:
        settings = self._settings
        pool = CognitoUserPool(
            self,
            "pool",
            name=self._context.name("users"),
            user_pool_tier=settings.tier,
            deletion_protection="INACTIVE" if self._context.disposable else "ACTIVE",
            lifecycle=self._context.protection,
            username_attributes=["email"],
            auto_verified_attributes=["email"],
            username_configuration=CognitoUserPoolUsernameConfiguration(case_sensitive=False),
            admin_create_user_config=CognitoUserPoolAdminCreateUserConfig(allow_admin_create_user_only=True),
            mfa_configuration=settings.mfa,
            software_token_mfa_configuration=CognitoUserPoolSoftwareTokenMfaConfiguration(enabled=True),
            password_policy=CognitoUserPoolPasswordPolicy(
                minimum_length=settings.password_length,
                require_lowercase=True,
                require_uppercase=True,
                require_numbers=True,
                require_symbols=True,
                temporary_password_validity_days=settings.temporary_password_days,
            ),
            email_configuration=_sender(settings.mail),
            account_recovery_setting=CognitoUserPoolAccountRecoverySetting(
                recovery_mechanism=[
                    CognitoUserPoolAccountRecoverySettingRecoveryMechanism(name="verified_email", priority=1)
                ]
            ),
            schema=[
                _attribute(self._context.tenancy.tenant, mutable=False, longest=64),
                _attribute(self._context.tenancy.role, mutable=True, longest=32),
            ],
            lambda_config=_trigger_config(trigger, machines=bool(machines_by_id(settings))),
        )
        if self._context.disposable:
            waive(
                pool,
                "FFP_MAP_4_2",
                "This environment may be destroyed and made anew by design; its users are test users alone.",
            )
        if settings.mfa != "ON":
            waive(
                pool,
                "FFP_MAP_4_11",
                "This environment holds no patients' data: its users are test users, whose password opens test data.",
            )
        return pool

    def _make_resource_server(self) -> CognitoResourceServer:
        return CognitoResourceServer(
            self,
            "api",
            identifier=RESOURCE_SERVER,
            name=self._context.name("api"),
            user_pool_id=self._pool.id,
            scope=[
                CognitoResourceServerScope(scope_name=each.name, scope_description=each.description)
                for each in self._context.tenancy.scopes
            ],
        )

    def _make_client(self, client: WebClient, after: ITerraformDependable) -> CognitoUserPoolClient:
        scopes = [
            each for each in self._context.tenancy.scopes_of_people if client.scopes is None or each in client.scopes
        ]
        custom = [f"custom:{self._context.tenancy.tenant}", f"custom:{self._context.tenancy.role}"]
        return CognitoUserPoolClient(
            self,
            f"{client.name}-client",
            name=self._context.name(client.name),
            user_pool_id=self._pool.id,
            # A browser cannot keep a secret: the code flow uses PKCE instead.
            generate_secret=False,
            allowed_oauth_flows_user_pool_client=True,
            allowed_oauth_flows=["code"],
            allowed_oauth_scopes=["email", "openid", "profile", *map(self.scope, scopes)],
            supported_identity_providers=["COGNITO"],
            callback_urls=list(client.callback_urls),
            logout_urls=list(client.logout_urls),
            explicit_auth_flows=["ALLOW_REFRESH_TOKEN_AUTH"],
            enable_token_revocation=True,
            prevent_user_existence_errors="ENABLED",
            access_token_validity=client.access_token_minutes,
            id_token_validity=client.access_token_minutes,
            refresh_token_validity=client.refresh_token_hours,
            token_validity_units=[
                CognitoUserPoolClientTokenValidityUnits(
                    access_token="minutes",  # noqa: S106 - a unit
                    id_token="minutes",  # noqa: S106 - a unit
                    refresh_token="hours",  # noqa: S106 - a unit
                )
            ],
            read_attributes=[*_ATTRIBUTES_USERS_MAY_CHANGE, "email_verified", *custom],
            # Users can change each attribute in this list, so tenant and role must not be in it.
            write_attributes=list(_ATTRIBUTES_USERS_MAY_CHANGE),
            # When the trigger is replaced, the old one keeps its permission until the pool uses the new one.
            depends_on=[after],
        )


def _attribute(name: str, *, mutable: bool, longest: int) -> CognitoUserPoolSchema:
    return CognitoUserPoolSchema(
        name=name,
        attribute_data_type="String",
        mutable=mutable,
        required=False,
        developer_only_attribute=False,
        string_attribute_constraints=CognitoUserPoolSchemaStringAttributeConstraints(
            min_length="1", max_length=str(longest)
        ),
    )


def _sender(mail: SesIdentity | None) -> CognitoUserPoolEmailConfiguration | None:
    """The SES identity that sends e-mail; None for Cognito's own sender, which needs no configuration."""
    if mail is None:
        return None
    return CognitoUserPoolEmailConfiguration(
        email_sending_account="DEVELOPER", source_arn=mail.arn, from_email_address=mail.sender
    )


def machines_by_id(settings: IdentitySettings) -> dict[str, MachineClient]:
    """The machine of each of machines' app clients, by the client's id."""
    return {each: machine for machine in settings.machines for each in machine.client_ids}


def machines_for_trigger(settings: IdentitySettings) -> dict[str, str]:
    """The variable in which the token trigger finds the machines; none where no machine has an app client."""
    machines = {
        each: {"name": machine.name, "tenant": machine.tenant, "scopes": list(map(full_name, machine.scopes))}
        for each, machine in machines_by_id(settings).items()
    }
    return {"MACHINES": json.dumps(machines)} if machines else {}


def _trigger_config(trigger: Function, *, machines: bool) -> CognitoUserPoolLambdaConfig:
    return CognitoUserPoolLambdaConfig(
        pre_token_generation=trigger.alias_arn,
        pre_token_generation_config=CognitoUserPoolLambdaConfigPreTokenGenerationConfig(
            lambda_arn=trigger.alias_arn, lambda_version=_WITH_MACHINES if machines else _TRIGGER_VERSION
        ),
    )
