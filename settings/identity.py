"""Sign-in: the user pool, its web clients, and the machines that call the API."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Literal

from settings.base import Problem, Settings, between, matching, must, repeated
from settings.machine_clients import CLIENT_ID, client_secret
from settings.secrets import RenewedByPeople, SecretSettings
from settings.types import HOST, EmailAddress, Name, Origin, Reason, TenantId, Url

_RESERVED_IN_DOMAINS = ("aws", "amazon", "cognito")
_FIRST_CLIENT = "web"
_RENEWED_WITH_ITS_OWNER = RenewedByPeople(
    because="Cognito makes the value, and the machine's owner has to take over the new one in time", every_months=12
)

ClientId = Annotated[
    str,
    matching(CLIENT_ID, "must be an app client's id of Cognito", "restore the file that `ffp clients new` wrote"),
]
AccessTokenMinutes = Annotated[int, between(5, 60, "minutes")]
RefreshTokenHours = Annotated[int, between(1, 720, "hours")]


@dataclass(frozen=True, kw_only=True)
class SesIdentity(Settings):
    """A domain or address that SES has verified, in the pool's account and region, outside SES's sandbox."""

    arn: Annotated[
        str,
        matching(
            rf"arn:aws:ses:[a-z0-9-]+:\d{{12}}:identity/([A-Za-z0-9._%+'-]+@)?{HOST}",
            "must be the ARN of an SES identity",
            "write it like arn:aws:ses:eu-west-2:<account>:identity/example.org",
        ),
    ]
    """The ARN of the verified SES identity, in the environment's own region and account."""

    sender: EmailAddress
    """The address from which mail is sent. It must be the verified address, or belong to the verified domain."""

    @property
    def region(self) -> str:
        return self.arn.split(":")[3]

    @property
    def account_id(self) -> str:
        return self.arn.split(":")[4]

    def rules(self) -> Iterator[Problem]:
        verified = self.arn.partition("/")[2]
        address, domain = self.sender, self.sender.partition("@")[2]
        if verified not in (address, domain) and ("@" in verified or not domain.endswith(f".{verified}")):
            yield Problem(
                "sender", address, f"SES has verified only {verified}", "send from there, or name another arn"
            )


@dataclass(frozen=True, kw_only=True)
class WebClient(Settings):
    """One more application in which users of the pool sign in, by the code flow with PKCE and without a secret.

    The API accepts its tokens like those of the first. What a user may do is decided by the user's role alone.
    """

    name: Name
    """The client's name, shown in the console and, with `-client`, in Terraform's outputs. Another name is another
    client, with another id."""

    callback_urls: tuple[Url, ...]
    """The exact addresses to which Cognito may send a user who has signed in to this client, at least one."""

    logout_urls: tuple[Url, ...] = ()
    """The exact addresses to which Cognito may send a user who has signed out. By default there are none."""

    origins: tuple[Origin, ...] = ()
    """The exact origins of its pages, which may call the API and upload. By default there are none, as for an
    application that is no page."""

    scopes: tuple[str, ...] | None = None
    """The scopes that it may ask for; a token has those of them that the user's role has, too. None, the default, is
    all scopes of the application."""

    access_token_minutes: AccessTokenMinutes = 15
    """Minutes for which its access tokens are valid. A removed user or changed role takes effect after at most that
    long."""

    refresh_token_hours: RefreshTokenHours = 24
    """Hours after which its users have to sign in again."""

    def rules(self) -> Iterator[Problem]:
        if not self.callback_urls:
            yield Problem(
                "callback_urls", (), "must not be empty: the code flow needs one", "give the application's address"
            )
        if self.scopes == ():
            yield Problem(
                "scopes", (), "without a scope every route would refuse its tokens", "name one, or leave it out"
            )


@dataclass(frozen=True, kw_only=True)
class MachineClient(Settings):
    """A machine that calls the API with the OAuth grant of client credentials: an id and a secret, without a user.

    `ffp clients new` makes its app client and stores id and secret in the secret `client-<name>`, which Terraform makes
    empty. Its tokens open only routes with scopes of machines.
    """

    name: Name
    """The machine's name, which its tokens, the log lines of its requests, its secret and its app clients carry."""

    client_ids: Annotated[
        tuple[ClientId, ...],
        must(lambda ids: len(ids) <= 2, "has at most two ids: the old and the new one", "delete the client before"),
    ]
    """The ids of its app clients: write `ids_of("<environment>", "<name>")`, which reads the reviewed file that
    `ffp clients new` writes. Without one, the machine gets no token."""

    scopes: Annotated[
        tuple[str, ...],
        must(lambda scopes: len(scopes) > 0, "must not be empty", "name a scope: without one every route refuses it"),
    ]
    """The scopes of machines that its tokens carry, at least one."""

    tenant: TenantId | None
    """The tenant for which it works: its database sessions see no other's rows. None is a machine of the platform
    itself, which sees no tenant's rows."""

    because: Reason
    """Whose machine it is and what for, in a sentence that an auditor accepts."""

    access_token_minutes: AccessTokenMinutes = 15
    """Minutes for which its access tokens are valid. A removed machine or scope takes effect after at most that
    long."""

    @property
    def secret(self) -> SecretSettings:
        """The secret with the id and the secret of its app client."""
        return SecretSettings(
            name=client_secret(self.name),
            description=f"The id and the secret of the machine {self.name}",
            renewal=_RENEWED_WITH_ITS_OWNER,
        )

    def rules(self) -> Iterator[Problem]:
        yield from repeated("scopes", self.scopes)
        yield from repeated("client_ids", self.client_ids)


@dataclass(frozen=True, kw_only=True)
class IdentitySettings(Settings):
    """A closed pool: administrators create users, who sign in by the code flow with PKCE."""

    tier: Literal["LITE", "ESSENTIALS", "PLUS"] = "ESSENTIALS"
    """Cognito's feature plan. ESSENTIALS is free up to 10,000 users a month; PLUS adds threat protection, at about 0.02
    dollars per user; LITE is refused, since it cannot customise access tokens."""

    mfa: Literal["OPTIONAL", "ON"] = "ON"
    """Whether every user needs a second factor (`ON`) or may choose (`OPTIONAL`). Patient data demands `ON`."""

    password_length: Annotated[int, between(12, 99, "characters")] = 14
    """The least characters of a password."""

    temporary_password_days: Annotated[int, between(1, 30, "days")] = 7
    """Days for which an invitation is valid. After that, it has to be sent again."""

    mail: SesIdentity | None = None
    """Who sends invitations and resets, and the mails of functions with the binding `SendMail`. None is Cognito itself,
    which sends about 50 mails a day for all tenants together, and none of functions."""

    access_token_minutes: AccessTokenMinutes = 15
    """Minutes for which an access token is valid. A removed user or changed role takes effect after at most that
    long."""

    refresh_token_hours: RefreshTokenHours = 24
    """Hours after which a user has to sign in again."""

    callback_urls: tuple[Url, ...]
    """The exact addresses to which Cognito may send a user who has signed in, at least one. The code for tokens goes
    there."""

    logout_urls: tuple[Url, ...] = ()
    """The exact addresses to which Cognito may send a user who has signed out. By default there are none."""

    more_clients: tuple[WebClient, ...] = ()
    """Further web clients, such as one for administrators. The fields above are those of the first, named `web`. By
    default there are none."""

    machines: tuple[MachineClient, ...] = ()
    """The machines that call the API by the OAuth grant of client credentials. By default there are none."""

    domain_prefix: Name = "ffp-sign-in"
    """The prefix of the sign-in pages' address, unique in the region; the environment's name is put before it."""

    @property
    def clients(self) -> tuple[WebClient, ...]:
        """All web clients, the first of which is named `web`."""
        first = WebClient(
            name=_FIRST_CLIENT,
            callback_urls=self.callback_urls,
            logout_urls=self.logout_urls,
            access_token_minutes=self.access_token_minutes,
            refresh_token_hours=self.refresh_token_hours,
        )
        return (first, *self.more_clients)

    @property
    def secrets(self) -> tuple[SecretSettings, ...]:
        """The secrets with the ids and the secrets of machines' app clients, which the platform adds."""
        return tuple(machine.secret for machine in self.machines)

    def machine_of(self, secret: str) -> MachineClient | None:
        """The machine whose app client's id and secret this secret holds; None for any other."""
        return next((machine for machine in self.machines if machine.secret.name == secret), None)

    @property
    def renewed_by_people(self) -> dict[str, RenewedByPeople]:
        """What people renew with `ffp clients new`, by the secrets' names."""
        return {machine.secret.name: _RENEWED_WITH_ITS_OWNER for machine in self.machines}

    def rules(self) -> Iterator[Problem]:
        yield from repeated("more_clients", (client.name for client in self.clients))
        yield from self._machine_rules()
        if self.tier == "LITE":
            yield Problem(
                "tier",
                "LITE",
                "access tokens are customised from the ESSENTIALS tier upwards",
                "choose ESSENTIALS: a plan passes with LITE and AWS then refuses it",
            )
        for word in _RESERVED_IN_DOMAINS:
            if word in self.domain_prefix:
                yield Problem(
                    "domain_prefix",
                    self.domain_prefix,
                    f"must not contain {word}",
                    "choose another: Cognito reserves that word",
                )
        if not self.callback_urls:
            yield Problem(
                "callback_urls", (), "must not be empty: the code flow needs one", "give the application's address"
            )

    def _machine_rules(self) -> Iterator[Problem]:
        yield from repeated("machines", (machine.name for machine in self.machines))
        yield from repeated("machines", (each for machine in self.machines for each in machine.client_ids))
        for machine in self.machines:
            if machine.name in {client.name for client in self.clients}:
                yield Problem(
                    f"machines[{machine.name}].name", machine.name, "a web client has that name", "rename one"
                )
