"""What a call leaves in the logs: one line of ours, and nothing that says who somebody is."""

import json
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial

from ffp.emulator import data
from ffp.emulator.smoke import tokens
from ffp.emulator.smoke.kit import TENANTS, Case
from ffp.emulator.smoke.routes import Routed, carries_library, refusals, routes, with_most_scopes
from ffp.emulator.smoke.sign_in import sign_in
from ffp.emulator.smoke.walk import Walk
from settings import Application

AREA = "logs"
# Every field of a call's line, beside the one that tenancy names.
_FIELDS = {
    "timestamp",
    "level",
    "environment",
    "action",
    "userId",
    "requestId",
    "edgeRequestId",
    "status",
    "durationMs",
    "error",
}
_OF_LAMBDA = ("START ", "END ", "REPORT ")
_LONGEST_DELAY_SECONDS = 5  # from a call's end to its last line
_SHORTEST_SECRET = 12  # shorter texts are words like a role's name


def call(walk: Walk, function: str) -> int:
    """Calls a function by its first route, as a user of the first tenant who may: the status."""
    route = next(each for each in routes(walk.application) if each.function.name == function)
    token = None if route.public else walk.sign_in(_caller(walk, route)).access
    request = walk.part.requests.get(function)
    body = None if route.method == "GET" else request.body() if request else {}
    answer = walk.follow(route.key, token=token, body=body)
    if request and answer.ok:
        request.undo(walk, body)
    return answer.status_code


def _caller(walk: Walk, route: Routed) -> data.User:
    return walk.user(with_most_scopes(walk.application, route).name)


def _overreach(walk: Walk, function: str, role: str) -> int:
    """Hands a call of somebody without the role to a function, past the API and its scopes."""
    return int(walk.pass_on(function, walk.sign_in(walk.user(role)).access)["statusCode"])


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
    told = {text for user in walk.users for text in (user.name, user.password)} | walk.part.personal | {"127.0.0.1"}
    told |= {token for each in walk.signed_in.values() for token in (each.access, each.id)}
    told |= {token.rpartition(".")[2] for each in walk.signed_in.values() for token in (each.access, each.id)}
    return told | {text for text in walk.wrote if len(text) >= _SHORTEST_SECRET} - set(TENANTS)


def found(values: set[str], messages: Iterable[str]) -> set[str]:
    """Which of these values stand in the messages."""
    return {value for message in messages for value in values if value in message}


def leaves(
    walk: Walk, function: str, act: Callable[[Walk], int], user: data.User | None = None, **expected: object
) -> str:
    """What a call by this user, or by nobody, leaves in its function's log group, besides what Lambda writes there."""
    group = group_of(walk, function)
    before = _await_end(walk, group)  # of calls that others made just now
    status = act(walk)
    new = list((_await_end(walk, group, before) - before).elements())
    calls = sum(line.startswith("START ") for line in new)
    ours = [json.loads(line) for line in new if line.startswith("{")]
    strangers = [line for line in new if not line.startswith(("{", *_OF_LAMBDA))]
    if not calls or len(ours) != calls or (strangers and "error" not in expected):
        return f"{len(ours)} lines of ours and {len(strangers)} others, of {calls} calls"
    tenant = walk.tenancy.log_field
    who = {tenant: user.tenant_id if user else None, "userId": id_of(walk, user) if user else None}
    asked = {"action": function, **who, "status": status} | expected
    wrong = sorted(
        {name for entry in ours for name, value in asked.items() if entry.get(name) != value}
        | {name for entry in ours for name in entry.keys() - _FIELDS - {tenant}}
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


def _leaves_of_call(walk: Walk, route: Routed) -> str:
    function = route.function.name
    return leaves(walk, function, partial(call, function=function), None if route.public else _caller(walk, route))


def _leaves_of_refusal(walk: Walk, function: str, role: str) -> str:
    return leaves(walk, function, partial(_overreach, function=function, role=role), walk.user(role))


def _leaves_of_sign_in(walk: Walk, function: str, action: str) -> str:
    user = walk.users[0]

    def signs_in(walk: Walk) -> int:
        sign_in(walk.account, walk.web_client, user, walk.web_client.scopes)
        return 0

    return leaves(walk, function, signs_in, user, action=action, status=None)


def nothing_personal(walk: Walk) -> str:
    """What somebody sent or is, as far as any log group holds it."""
    values = personal(walk)
    told = {group: found(values, lines(walk, group)) for group in groups(walk)}
    return ", ".join(f"{len(values)} in {group}" for group, values in told.items() if values) or "nothing"


def _after_calls(walk: Walk) -> str:
    for function in _routed(walk.application):
        call(walk, function)
    return nothing_personal(walk)


def _routed(application: Application) -> dict[str, Routed]:
    """The functions that answer calls, each with its first route."""
    first: dict[str, Routed] = {}
    for route in routes(application):
        first.setdefault(route.function.name, route)
    return first


def cases(application: Application) -> Iterator[Case]:
    """The cases for functions whose lines the library writes."""
    case = partial(Case, AREA)
    for name, route in _routed(application).items():
        if carries_library(route.function):
            what = f"{name} is called by nobody in particular" if route.public else f"{name} is called"
            yield case(what, "one line", partial(_leaves_of_call, route=route))
    (token,) = next(group.functions for group in application.groups if group.name == application.token_group)
    if carries_library(token):
        action = token.handler.partition(".")[0].replace("_", "-")  # whatever the function is called here
        attempt = partial(_leaves_of_sign_in, function=token.name, action=action)
        yield case("a user signs in", "one line", attempt)
    refused = ((route.function, role) for route, role in refusals(application) if len(route.function.routes) == 1)
    for function, role in refused:
        if carries_library(function):
            attempt = partial(_leaves_of_refusal, function=function.name, role=role.name)
            yield case("a handler refuses its caller's role", "one line", attempt)
            break


NOTHING_PERSONAL = Case(AREA, "what was sent, looked for in all log groups", "nothing", _after_calls)
