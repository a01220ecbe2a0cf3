"""Who acts on the emulator: its root user, the two roles of CI, and whoever else a test sends."""

import base64
import configparser
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import boto3
import botocore.session
from botocore.config import Config

from ffp.emulator import github
from ffp.emulator.home import Home, write_private
from ffp.emulator.servers import HOST
from settings import Environment, Tenancy
from settings.names import prefix, role_path

# Profiles: the address alone, and the root user. The names are ours, lest credentials of somebody's own join them.
EMULATOR = "ffp-local"
ADMINISTRATOR = f"{EMULATOR}-administrator"


def github_environments(environment: str) -> dict[str, str]:
    """The GitHub environment whose jobs take on each role of CI."""
    return {"deploy": environment, "plan": f"{environment}-plan"}


def base64url(content: bytes) -> str:
    """Base64 as tokens and PKCE write it: for addresses, without padding."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


@dataclass(frozen=True)
class Account:
    """The emulator's one account, and ways to act in it."""

    home: Home
    settings: Environment

    @property
    def tenancy(self) -> Tenancy:
        return self.settings.application.tenancy

    @property
    def address(self) -> str:
        return f"https://{HOST}:{self.home.ports.cloud}"

    def api_address(self, outputs: Mapping[str, str]) -> str:
        """The API's own address: AWS's, with the emulator's end. curl and browsers find it by themselves."""
        api = outputs["api-address"].removeprefix("https://").split(".")[0]
        return f"https://{api}.execute-api.{HOST}:{self.home.ports.cloud}"

    def name(self, part: str) -> str:
        """What the platform calls a part of itself."""
        return f"{prefix(self.settings.name)}{part}"

    def role(self, name: str) -> str:
        """The ARN of a role by the last part of its name, such as deploy."""
        path = "/" if name in github_environments(self.settings.name) else role_path(self.settings.name)
        return f"arn:aws:iam::{self.settings.account_id}:role{path}{self.name(name)}"

    @cached_property
    def root(self) -> boto3.Session:
        """The account's root user, as whom the emulator takes these two words."""
        return self.session("test", "test")

    def assume(self, role: str, *, environment: str, **claims: str) -> boto3.Session:
        """What GitHub's CI has after it took on a role; botocore's ClientError where the role's trust refuses."""
        answer = self.client(self.session("-", "-"), "sts").assume_role_with_web_identity(
            RoleArn=self.role(role), RoleSessionName=role, WebIdentityToken=self.token(environment, **claims)
        )
        return self._taken_on(answer)

    def as_function(self, group: str) -> boto3.Session:
        """What a function of this group runs with: the emulator lets root take on a role in a service's stead.

        The session is called as Lambda would call it, by which the emulator knows that a function has it.
        """
        groups = {each.name: each.functions for each in self.settings.application.groups}
        function = groups[group][0].name if group in groups else group
        return self.as_role(group, self.name(function))

    def as_role(self, role: str, session: str) -> boto3.Session:
        """What another service has that took on a role, or who would come by it past all services."""
        answer = self.client(self.root, "sts").assume_role(RoleArn=self.role(role), RoleSessionName=session)
        return self._taken_on(answer)

    def client(self, session: boto3.Session, service: str, **settings: Any) -> Any:
        """A client for the emulator that gives up at once."""
        options = Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}, proxies={}, **settings)
        trusted = str(self.home.certificate_authority)
        return session.client(service, endpoint_url=self.address, verify=trusted, config=options)  # type: ignore[call-overload]

    def token(self, environment: str, **claims: str) -> str:
        """A token as GitHub gives to a job of this environment, but unsigned: the emulator reads the claims alone."""
        parts = ({"alg": "RS256", "typ": "JWT"}, github.claims(self.settings.state, environment) | claims)
        return ".".join((*(base64url(json.dumps(part).encode()) for part in parts), "unsigned"))

    def write_profiles(self) -> None:
        """The AWS configuration that Terraform and the AWS CLI read: one profile a role."""
        common = {
            "region": self.settings.region,
            "endpoint_url": self.address,
            "ca_bundle": str(self.home.certificate_authority),
        }
        profiles = configparser.ConfigParser()
        profiles[f"profile {EMULATOR}"] = common
        profiles[f"profile {ADMINISTRATOR}"] = common | {
            "aws_access_key_id": "test",
            "aws_secret_access_key": "test",
        }
        for role, environment in github_environments(self.settings.name).items():
            write_private(self.home.token(role), self.token(environment))
            profiles[f"profile {EMULATOR}-{role}"] = common | {
                "role_arn": self.role(role),
                "role_session_name": role,
                "web_identity_token_file": str(self.home.token(role)),
            }
        text = io.StringIO()
        profiles.write(text)
        write_private(self.home.aws_config, text.getvalue())

    def _taken_on(self, answer: Mapping[str, Any]) -> boto3.Session:
        credentials = answer["Credentials"]
        return self.session(credentials["AccessKeyId"], credentials["SecretAccessKey"], credentials["SessionToken"])

    def session(self, key: str, secret: str, token: str | None = None) -> boto3.Session:
        """What these credentials can do."""
        # A profile of the caller's own, which the emulator has nothing to do with, is not even looked for.
        without_profile = botocore.session.Session(session_vars={"profile": (None, None, None, None)})
        return boto3.Session(key, secret, token, region_name=self.settings.region, botocore_session=without_profile)
