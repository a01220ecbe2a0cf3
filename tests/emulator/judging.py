"""What the emulator's judgement is asked with: statements, and roles that have these and nothing else."""

import itertools
import json
from collections.abc import Callable
from typing import Any

import environments
from environments.settings.names import role_path
from ffp.emulator.account import Account
from tests.emulator.calls import Client, clients

Json = dict[str, Any]
Become = Callable[..., Client]

LOCAL = environments.load()["local"]
ANYBODY = json.dumps({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Principal": "*"}})
BEING_TAGGED = {"StringEquals": {"aws:RequestTag/environment": "local"}}
PATH = role_path("local")


def arn(kind: str, service: str = "ec2") -> str:
    return f"arn:aws:{service}:{LOCAL.region}:{LOCAL.account_id}:{kind}/*"


def allow(*actions: str, on: str | list[str] = "*", if_: Json | None = None) -> Json:
    return {"Effect": "Allow", "Action": actions, "Resource": on, "Condition": if_ or {}}


def policy(*statements: Json) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def becoming(account: Account) -> Become:
    """Makes roles in this account, each for its own statements, and gives the clients of whoever acts as one."""
    iam = account.client(account.root, "iam")
    names = (f"local-ffp-judged-{number}" for number in itertools.count())

    def become(*statements: Json) -> Client:
        name = next(names)
        iam.create_role(RoleName=name, Path=PATH, AssumeRolePolicyDocument=ANYBODY)
        iam.put_role_policy(RoleName=name, PolicyName="all", PolicyDocument=policy(*statements))
        return clients(account, account.as_function(name.removeprefix("local-ffp-")))

    return become
