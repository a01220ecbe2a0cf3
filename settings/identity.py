"""Sign-in: the user pool and its one web client."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Literal

from settings.base import Problem, Settings, between, matching
from settings.types import HOST, EmailAddress, Name, Url

_RESERVED_IN_DOMAINS = ("aws", "amazon", "cognito")


@dataclass(frozen=True, kw_only=True)
class SesIdentity(Settings):
    """A domain or an address that SES has verified, in the pool's account and region, and out of SES's sandbox."""

    arn: Annotated[
        str,
        matching(
            rf"arn:aws:ses:[a-z0-9-]+:\d{{12}}:identity/([A-Za-z0-9._%+'-]+@)?{HOST}",
            "must be the ARN of an SES identity",
            "write it like arn:aws:ses:eu-west-2:<account>:identity/example.org",
        ),
    ]
    sender: EmailAddress

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
                "sender", address, f"SES has verified {verified} alone", "send from there, or name another arn"
            )


@dataclass(frozen=True, kw_only=True)
class IdentitySettings(Settings):
    """A closed pool: administrators create users, users sign in by code flow with PKCE."""

    tier: Literal["LITE", "ESSENTIALS", "PLUS"] = "ESSENTIALS"
    mfa: Literal["OPTIONAL", "ON"] = "ON"
    password_length: Annotated[int, between(12, 99, "characters")] = 14
    temporary_password_days: Annotated[int, between(1, 30, "days")] = 7  # then the invitation has to be repeated
    # Who sends invitations and resets; None is Cognito itself: some 50 mails a day for all tenants together.
    mail: SesIdentity | None = None
    access_token_minutes: Annotated[int, between(5, 60, "minutes")] = 15
    refresh_token_hours: Annotated[int, between(1, 720, "hours")] = 24
    callback_urls: tuple[Url, ...]
    logout_urls: tuple[Url, ...] = ()
    # The prefix of the hosted pages' address, unique in the region; the environment is put before it.
    domain_prefix: Name = "ffp-sign-in"

    def rules(self) -> Iterator[Problem]:
        if self.tier == "LITE":
            yield Problem(
                "tier",
                "LITE",
                "access tokens are customised from the ESSENTIALS tier upwards",
                "choose ESSENTIALS: a plan passes with LITE and AWS then refuses it",
            )
        for word in _RESERVED_IN_DOMAINS:
            if word in self.domain_prefix:
                yield Problem("domain_prefix", self.domain_prefix, f"must not hold {word}", "Cognito keeps that word")
        if not self.callback_urls:
            yield Problem("callback_urls", (), "the code flow needs one", "give the application's address")
