"""What a call leaves in the logs: one line of ours, and nothing that says who somebody is."""

import json
import secrets
import time
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from application.application import APPLICATION
from application.tenancy import TENANCY
from ffp.emulator import data
from ffp.emulator.smoke import tokens
from ffp.emulator.smoke.sign_in import sign_in
from ffp.emulator.smoke.walk import Case, Walk

AREA = "logs"
NOTE = "It hurts when I kneel, says Nora Quill"
_BODIES: dict[str, Callable[[], object]] = {
    "create-note": lambda: {"body": NOTE},
    "update-profile": lambda: {"displayName": "Nora Quill", "weeklyGoal": 3},
    "withdraw-invitation": lambda: {"email": f"nora-{secrets.token_hex(4)}@tenant.example"},
    "invite-user": lambda: {"email": f"nora-{secrets.token_hex(4)}@tenant.example", "role": "patient"},
}
_ROUTES = {
    function.name: route.key
    for group in APPLICATION.groups
    for function in group.functions
    for route in function.routes
    if not route.public
}
_FIELDS = {
    "timestamp",
    "level",
    "environment",
    "action",
    TENANCY.log_field,
    "userId",
    "requestId",
    "edgeRequestId",
    "status",
    "durationMs",
    "error",
}
_OF_NOBODY: dict[str, Any] = {TENANCY.log_field: None, "userId": None}
_OF_LAMBDA = ("START ", "END ", "REPORT ")
_LONGEST_DELAY_SECONDS = 5  # from a call's end to its last line
_SHORTEST_SECRET = 12  # shorter texts are words like a role's name


def call(walk: Walk, function: str, role: str = "administrator") -> int:
    """Calls a function by its route, as a user of the first tenant: the status."""
    body = _BODIES[function]() if function in _BODIES else None
    answer = walk.follow(_ROUTES[function], token=walk.sign_in(walk.user(role)).access, body=body)
    if function == "invite-user" and answer.ok and isinstance(body, dict):
        walk.client("cognito-idp").admin_delete_user(UserPoolId=walk.outputs["user-pool"], Username=body["email"])
    return answer.status_code


def fail(walk: Walk) -> int:
    """Sends a function what the API never sends, over which its code falls: the status that its line must have."""
    walk.wrote.add(NOTE)
    walk.pass_on("create-note", walk.sign_in(walk.user("administrator")).access, body=[NOTE])
    return 500


def _overreach(walk: Walk) -> int:
    """Hands a clinician's call to an administrator's function, past the API and its scopes."""
    return int(walk.pass_on("list-users", walk.sign_in(walk.user("clinician")).access)["statusCode"])


def id_of(walk: Walk, user: data.User) -> str:
    """The user's id, by which lines know them."""
    return str(tokens.claims_of(walk.sign_in(user).access)["sub"])


def lines(walk: Walk, group: str) -> Counter[str]:
    """All messages of a log group."""
    pages = walk.client("logs").get_paginator("filter_log_events").paginate(logGroupName=group)
    return Counter(event["message"] for page in pages for event in page["events"])


def groups(walk: Walk) -> list[str]:
    """The names of all log groups."""
    pages = walk.client("logs").get_paginator("describe_log_groups").paginate()
    return [group["logGroupName"] for page in pages for group in page["logGroups"]]


def group_of(walk: Walk, function: str) -> str:
    """The log group of a function."""
    return f"/aws/lambda/{walk.account.name(function)}"


def personal(walk: Walk) -> set[str]:
    """What the walk sent that says who somebody is, and whatever would let somebody pass for them."""
    told = {text for user in walk.users for text in (user.name, user.password)} | {"Quill", "127.0.0.1"}
    told |= {token for each in walk.signed_in.values() for token in (each.access, each.id)}
    told |= {token.rpartition(".")[2] for each in walk.signed_in.values() for token in (each.access, each.id)}
    return told | {text for text in walk.wrote if len(text) >= _SHORTEST_SECRET} - set(data.TENANTS)


def found(values: set[str], messages: Iterable[str]) -> set[str]:
    """Which of these values stand in the messages."""
    return {value for message in messages for value in values if value in message}


def _leaves(
    walk: Walk, function: str, act: Callable[[Walk], int], role: str = "administrator", **expected: object
) -> str:
    """What a call leaves in its function's log group, besides what Lambda itself writes there."""
    group = group_of(walk, function)
    before = _await_end(walk, group)  # of calls that others made just now
    status = act(walk)
    new = list((_await_end(walk, group, before) - before).elements())
    calls = sum(line.startswith("START ") for line in new)
    ours = [json.loads(line) for line in new if line.startswith("{")]
    strangers = [line for line in new if not line.startswith(("{", *_OF_LAMBDA))]
    if len(ours) != calls or (strangers and "error" not in expected):
        return f"{len(ours)} lines of ours and {len(strangers)} others, of {calls} calls"
    user = walk.user(role)
    who = {TENANCY.log_field: user.tenant_id, "userId": id_of(walk, user)}
    asked = {"action": function, **who, "status": status} | expected
    wrong = sorted(
        {name for entry in ours for name, value in asked.items() if entry.get(name) != value}
        | {name for entry in ours for name in entry.keys() - _FIELDS}
        | {"timestamp" for entry in ours if not _is_now(entry["timestamp"])}
    )
    return f"one line, but for {', '.join(wrong)}" if wrong else "one line"


def _await_end(walk: Walk, group: str, before: Counter[str] | None = None) -> Counter[str]:
    """A group's lines, once every call, one that was not there before among them, has its line and its report."""
    end = time.monotonic() + _LONGEST_DELAY_SECONDS
    while True:
        found = lines(walk, group)
        starts, reports, ours = (
            sum(count for line, count in found.items() if line.startswith(word)) for word in ("START ", "REPORT ", "{")
        )
        if (starts == reports == ours and found != before) or time.monotonic() > end:
            return found
        time.sleep(0.1)


def _is_now(timestamp: str) -> bool:
    moment = datetime.fromisoformat(timestamp)
    return moment.tzinfo is not None and abs(datetime.now(UTC) - moment) < timedelta(minutes=1)


def _signs_in(walk: Walk) -> int:
    sign_in(walk.account, walk.web_client, walk.user("administrator"), walk.web_client.scopes)
    return 0


def _asks_health(walk: Walk) -> int:
    return walk.call("GET", "/api/health").status_code


def _tells(walk: Walk) -> str:
    for function in _ROUTES:
        call(walk, function)
    fail(walk)
    values = personal(walk)
    told = {group: found(values, lines(walk, group)) for group in groups(walk)}
    return ", ".join(f"{len(values)} in {group}" for group, values in told.items() if values) or "nothing"


_case = partial(Case, AREA)

CASES: tuple[Case, ...] = (
    *(
        _case(
            f"{function} is called",
            "one line",
            partial(_leaves, function=function, act=partial(call, function=function)),
        )
        for function in _ROUTES
    ),
    _case(
        "health is called by nobody in particular",
        "one line",
        partial(_leaves, function="health", act=_asks_health, **_OF_NOBODY),
    ),
    _case("a user signs in", "one line", partial(_leaves, function="add-claims", act=_signs_in, status=None)),
    _case(
        "a handler refuses its caller's role",
        "one line",
        partial(_leaves, function="list-users", role="clinician", act=_overreach),
    ),
    _case(
        "a handler's code fails",
        "one line",
        partial(_leaves, function="create-note", act=fail, level="ERROR", error="AttributeError"),
    ),
    _case("what was sent, looked for in all log groups", "nothing", _tells),
)
