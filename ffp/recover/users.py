"""Creates the users and groups of an export in a pool, without mail and with passwords that nobody knows.

It can be repeated: who exists is compared, and neither changed nor doubled. Each user then signs in by "forgotten
password", for which Cognito requires a confirmed user with a verified address:
https://repost.aws/knowledge-center/cognito-forgot-password
"""

import contextlib
import secrets
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from botocore.config import Config
from botocore.exceptions import ClientError

from ffp.aws import as_tool_errors, error_code
from ffp.project import BadInputError
from ffp.recover.exports import Export
from settings import Environment
from settings.names import prefix

RETRYING = Config(retries={"mode": "adaptive", "total_max_attempts": 10})
# Cognito allows an account 25 changes of users a second, and 50 new users:
# https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html
SECONDS_BETWEEN_CALLS = 1 / 20

_INVITED = "FORCE_CHANGE_PASSWORD"
_WITH_PASSWORD = ("CONFIRMED", "RESET_REQUIRED")
# What Cognito sets itself, and what no administrator may write.
_NOT_WRITABLE = ("sub", "identities", "cognito:")


@dataclass(frozen=True)
class Moved:
    """A user whose `sub` is another one now, with the tenant whose rows name it."""

    tenant: str
    old: str
    new: str


@dataclass
class Outcome:
    """What a run did: counts, the users with a new `sub`, and what it could not do, by line of the export."""

    counts: Counter[str] = field(default_factory=Counter)
    moved: list[Moved] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def pool_of(settings: Environment, cognito: Any) -> str:
    """The id of the environment's pool. Raises BadInputError unless there is exactly one with its name."""
    name = f"{prefix(settings.name)}users"
    with as_tool_errors():
        pages = cognito.get_paginator("list_user_pools").paginate(PaginationConfig={"PageSize": 60})
        found = [str(each["Id"]) for page in pages for each in page["UserPools"] if each["Name"] == name]
    if len(found) != 1:
        remedy = "name one with --pool" if found else "deploy the platform first"
        raise BadInputError(f"pool: {len(found)} pools are called {name}; {remedy}")
    return found[0]


@dataclass
class Recovery:
    """The recovery of one export into one pool."""

    cognito: Any
    pool: str
    tenant_attribute: str
    report: Callable[[str], object]
    outcome: Outcome = field(default_factory=Outcome)
    _names: dict[str, str] = field(default_factory=dict)  # of users: the exported one's, and the present one's

    def run(self, export: Export) -> Outcome:
        """Creates groups, users and memberships, in this order. Raises ToolError if AWS cannot be reached.

        What AWS refuses for one line is reported, and the others go on.
        """
        with as_tool_errors():
            for kind, recover in (("group", self._group), ("user", self._user), ("membership", self._membership)):
                of = export.counts[f"{kind}s"]
                for done, (number, line) in enumerate(export.lines(kind), start=1):
                    with self._reported(number):
                        recover(number, line)
                    self.report(f"{kind}s: {done} of {of}")
        return self.outcome

    @contextlib.contextmanager
    def _reported(self, number: int) -> Iterator[None]:
        try:
            yield
        except ClientError as refusal:
            if error_code(refusal) in ("AccessDeniedException", "ExpiredTokenException", "ResourceNotFoundException"):
                raise  # every other line would be refused as well
            self._problem(number, f"AWS refuses {refusal.operation_name}: {error_code(refusal)}")

    def _problem(self, number: int, text: str) -> None:
        self.outcome.problems.append(f"line {number}: {text}")

    def _call(self, operation: str, **about: Any) -> Any:
        answer = getattr(self.cognito, operation)(UserPoolId=self.pool, **about)
        time.sleep(SECONDS_BETWEEN_CALLS)
        return answer

    def _group(self, _: int, group: dict[str, Any]) -> None:
        with contextlib.suppress(self.cognito.exceptions.GroupExistsException):
            self._call("create_group", **group)
            self.outcome.counts["groups made"] += 1

    def _user(self, number: int, user: dict[str, Any]) -> None:
        exported = {each["Name"]: each["Value"] for each in user["Attributes"]}
        if not exported.get("email") or user["UserStatus"] not in (_INVITED, *_WITH_PASSWORD):
            self._problem(number, f"a user without an address, or of the status {user['UserStatus']}, cannot be made")
            return
        written = {name: value for name, value in exported.items() if not name.startswith(_NOT_WRITABLE)}
        try:
            made = self._call(
                "admin_create_user",
                Username=exported["email"],
                UserAttributes=[{"Name": name, "Value": value} for name, value in written.items()],
                MessageAction="SUPPRESS",
            )["User"]
            self.outcome.counts["users made"] += 1
        except self.cognito.exceptions.UsernameExistsException:
            made = self._call("admin_get_user", Username=exported["email"])
            self.outcome.counts["users that existed"] += 1
        present = {each["Name"]: each["Value"] for each in made.get("Attributes") or made["UserAttributes"]}
        if others := sorted(name for name, value in written.items() if present.get(name) != value):
            self._problem(number, f"the user exists with another value of {', '.join(others)}; nothing was changed")
            return
        self._finish(user, made)
        self._names[user["Username"]] = made["Username"]
        if exported["sub"] != present["sub"]:
            self.outcome.moved.append(Moved(exported.get(self.tenant_attribute, ""), exported["sub"], present["sub"]))

    def _finish(self, user: dict[str, Any], made: dict[str, Any]) -> None:
        """Gives a user the exported state. An invitation that nobody accepted remains one: it can be sent again."""
        if user["UserStatus"] in _WITH_PASSWORD and made["UserStatus"] == _INVITED:
            # It begins with a character of each kind that a policy can demand.
            password = f"aA1-{secrets.token_urlsafe(48)}"
            self._call("admin_set_user_password", Username=made["Username"], Password=password, Permanent=True)
        if not user["Enabled"] and made["Enabled"]:
            self._call("admin_disable_user", Username=made["Username"])
            self.outcome.counts["users disabled"] += 1

    def _membership(self, number: int, membership: dict[str, str]) -> None:
        if name := self._names.get(membership["username"]):
            self._call("admin_add_user_to_group", GroupName=membership["group"], Username=name)
            self.outcome.counts["memberships"] += 1
        else:
            self._problem(number, "its user is not in the export, or could not be made")
