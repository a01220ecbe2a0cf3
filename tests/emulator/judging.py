"""What the emulator's judgement is asked with: statements, and roles that have these and nothing else."""

import itertools
import json
from collections.abc import Callable
from typing import Any

from ffp.emulator.account import Account
from modules.common import Condition
from settings import environments
from settings.names import role_path
from tests.emulator.calls import Client, clients

Json = dict[str, Any]
Become = Callable[..., Client]

LOCAL = environments.load()["local"]
ALL_FOR_ANYBODY = json.dumps(
    {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Principal": "*"}}
)
BEING_TAGGED = {"StringEquals": {"aws:RequestTag/environment": "local"}}
PATH = role_path("local")


def arn(kind: str, service: str = "ec2") -> str:
    return f"arn:aws:{service}:{LOCAL.region}:{LOCAL.account_id}:{kind}/*"


def allow(*actions: str, on: str | list[str] = "*", if_: Json | None = None) -> Json:
    return {"Effect": "Allow", "Action": actions, "Resource": on, "Condition": if_ or {}}


def policy(*statements: Json) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def conditions(*these: Condition) -> Json:
    """Conditions of our modules as a policy has them."""
    found: Json = {}
    for each in these:
        found.setdefault(each.test, {})[each.key] = list(each.values)
    return found


def make_function(root: Client, name: str, role: str) -> str:
    """Makes a function that holds nothing, and returns its ARN."""
    made = root("lambda").create_function(
        FunctionName=name,
        Runtime="python3.13",
        Handler="function.handler",
        Role=role,
        Code={"ZipFile": b"PK\5\6" + bytes(18)},  # an archive of nothing
    )
    return str(made["FunctionArn"])


def becoming(account: Account) -> Become:
    """Makes roles in this account, each for its own statements, and gives the clients of whoever acts as one."""
    iam = account.client(account.root, "iam")
    names = (f"local-ffp-judged-{number}" for number in itertools.count())

    def become(*statements: Json) -> Client:
        name = next(names)
        iam.create_role(RoleName=name, Path=PATH, AssumeRolePolicyDocument=ALL_FOR_ANYBODY)
        iam.put_role_policy(RoleName=name, PolicyName="all", PolicyDocument=policy(*statements))
        return clients(account, account.as_function(name.removeprefix("local-ffp-")))

    return become
