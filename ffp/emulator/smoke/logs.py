"""Checks what a call writes to the logs: one line of the library, and nothing that identifies a person."""

import json
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial

from ffp.emulator.smoke.kit import TENANTS, Case
from ffp.emulator.smoke.walk import Walk
from ffp.smoke import tokens
from ffp.smoke.routes import Routed, carries_library, closed, public, refusals, with_most_scopes
from ffp.smoke.sign_in import User, sign_in
from settings import Application

AREA = "logs"
# All fields of a call's line, except the one that tenancy names.
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
_LAMBDA_LINES = ("START ", "END ", "REPORT ")
_LONGEST_DELAY_SECONDS = 5  # from the end of a call to its last line
_SHORTEST_SECRET = 12  # shorter texts are words such as a role's name


def call(walk: Walk, function: str) -> int:
    """Calls a function's first route of users as a permitted one of the first tenant. Returns the status."""
    route = _routed(walk.application)[function]
    token = None if route.public else walk.sign_in(caller(walk, route)).access
    request = walk.part.requests.get(function)
    body = None if route.method == "GET" else request.body() if request else {}
    answer = walk.follow(route.key, token=token, body=body)
    if request and answer.ok:
        request.undo(walk, body)
    return answer.status_code


def caller(walk: Walk, route: Routed) -> User:
    """The user of the first tenant who calls this route."""
    return walk.user(with_most_scopes(walk.application, route).name)


def _call_without_role(walk: Walk, function: str, role: str) -> int:
    """Invokes a function with the token of a user without the role, without the API. Returns the status."""
    return int(walk.pass_on(function, walk.sign_in(walk.user(role)).access)["statusCode"])


def id_of(walk: Walk, user: User) -> str:
    """The user's id, which log lines contain."""
    return str(tokens.claims_of(walk.sign_in(user).access)["sub"])


def lines(walk: Walk, group: str) -> Counter[str]:
    """All messages of a log group, with their numbers."""
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
    """The texts of the walk that identify a person or are credentials, which no log may contain."""
    texts = {text for user in walk.users for text in (user.name, user.password)} | walk.part.personal | {"127.0.0.1"}
    texts |= {token for each in walk.signed_in.values() for token in (each.access, each.id)}
    texts |= {token.rpartition(".")[2] for each in walk.signed_in.values() for token in (each.access, each.id)}
    return texts | {text for text in walk.sent_texts if len(text) >= _SHORTEST_SECRET} - set(TENANTS)


def contained(values: set[str], messages: Iterable[str]) -> set[str]:
    """The values that occur in the messages."""
    return {value for message in messages for value in values if value in message}


def lines_after(
    walk: Walk, function: str, act: Callable[[Walk], int], user: User | None = None, **expected: object
) -> str:
    """Checks the lines that a call by this user, or by nobody, adds to its function's log group.

    `act` makes the call and returns its status; `expected` has further fields of the line. Returns "one line" if each
    call wrote exactly one line, with the right fields, besides Lambda's own lines; otherwise the difference.
    """
    group = group_of(walk, function)
    before = _wait_for_lines(walk, group)  # other calls may have just ended
    status = act(walk)
    new_lines = list((_wait_for_lines(walk, group, before) - before).elements())
    calls = sum(line.startswith("START ") for line in new_lines)
    own_lines = [json.loads(line) for line in new_lines if line.startswith("{")]
    other_lines = [line for line in new_lines if not line.startswith(("{", *_LAMBDA_LINES))]
    if not calls or len(own_lines) != calls or (other_lines and "error" not in expected):
        return f"{len(own_lines)} own lines and {len(other_lines)} others, for {calls} calls"
    tenant = walk.tenancy.log_field
    who = {tenant: user.tenant_id if user else None, "userId": id_of(walk, user) if user else None}
    expected_fields = {"action": function, **who, "status": status} | expected
    wrong = sorted(
        {name for entry in own_lines for name, value in expected_fields.items() if entry.get(name) != value}
        | {name for entry in own_lines for name in entry.keys() - _FIELDS - {tenant}}
        | {"timestamp" for entry in own_lines if not _is_now(entry["timestamp"])}
    )
    return f"one line, but with wrong {', '.join(wrong)}" if wrong else "one line"


def _wait_for_lines(walk: Walk, group: str, before: Counter[str] | None = None) -> Counter[str]:
    """Waits until every call has its own line and its report and there are new lines, and returns all lines."""
    end = time.monotonic() + _LONGEST_DELAY_SECONDS
    while True:
        messages = lines(walk, group)
        starts, reports, own_lines = (
            sum(count for line, count in messages.items() if line.startswith(word))
            for word in ("START ", "REPORT ", "{")
        )
        if (starts == reports == own_lines and messages != before) or time.monotonic() > end:
            return messages
        time.sleep(0.1)


def _is_now(timestamp: str) -> bool:
    moment = datetime.fromisoformat(timestamp)
    return moment.tzinfo is not None and abs(datetime.now(UTC) - moment) < timedelta(minutes=1)


def _lines_of_call(walk: Walk, route: Routed) -> str:
    function = route.function.name
    return lines_after(walk, function, partial(call, function=function), None if route.public else caller(walk, route))


def _lines_of_refusal(walk: Walk, function: str, role: str) -> str:
    return lines_after(walk, function, partial(_call_without_role, function=function, role=role), walk.user(role))


def _lines_of_sign_in(walk: Walk, function: str, action: str) -> str:
    user = walk.users[0]

    def signs_in(walk: Walk) -> int:
        sign_in(walk.account, walk.web_client, user, walk.web_client.scopes)
        return 0

    return lines_after(walk, function, signs_in, user, action=action, status=None)


def nothing_personal(walk: Walk) -> str:
    """The log groups that contain personal texts, or "nothing"."""
    values = personal(walk)
    texts = {group: contained(values, lines(walk, group)) for group in groups(walk)}
    return ", ".join(f"{len(values)} in {group}" for group, values in texts.items() if values) or "nothing"


def _after_calls(walk: Walk) -> str:
    for function in _routed(walk.application):
        call(walk, function)
    return nothing_personal(walk)


def _routed(application: Application) -> dict[str, Routed]:
    """The functions with routes of users, each with its first such route."""
    first: dict[str, Routed] = {}
    for route in (*closed(application), *public(application)):
        first.setdefault(route.function.name, route)
    return first


def cases(application: Application) -> Iterator[Case]:
    """The cases for functions whose log lines the library writes."""
    case = partial(Case, AREA)
    for name, route in _routed(application).items():
        if carries_library(route.function):
            what = f"{name} is called without a token" if route.public else f"{name} is called"
            yield case(what, "one line", partial(_lines_of_call, route=route))
    (token,) = next(group.functions for group in application.groups if group.name == application.token_group)
    if carries_library(token):
        action = token.handler.partition(".")[0].replace("_", "-")  # independent of the function's name
        attempt = partial(_lines_of_sign_in, function=token.name, action=action)
        yield case("a user signs in", "one line", attempt)
    refused_calls = (
        (route.function, role)
        for route, role in refusals(application)
        if len(route.function.routes) == 1 and not route.of_machines
    )
    for function, role in refused_calls:
        if carries_library(function):
            attempt = partial(_lines_of_refusal, function=function.name, role=role.name)
            yield case("a handler refuses its caller's role", "one line", attempt)
            break


NOTHING_PERSONAL = Case(AREA, "what was sent, searched for in all log groups", "nothing", _after_calls)
