"""What a caller of one tenant could send to reach another's rows: in every place that takes text, and by turns."""

import contextlib
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import requests

from application.tenancy import TENANCY
from ffp.emulator import data
from ffp.emulator.smoke.front_door_sign_in import AREA
from ffp.emulator.smoke.walk import Case, Walk

VICTIM = data.TENANTS[1]
_TABLES = ("daily_use", "exercises", "media", "notes", "profiles", "reminders")
# {victim} is the other tenant's id.
PAYLOADS = (
    "{victim}",
    "' or true --",
    f"'; select set_config('{TENANCY.database_setting}', '{{victim}}', true); --",
    "'; set role owner; alter table notes no force row level security; --",
    "' union select body from notes where tenant_id = '{victim}' --",
    "'); delete from notes where tenant_id = '{victim}'; --",
    ":tenant",
    "0001-01-01T00:00:00+14:00",  # no time in UTC
    "9999-12-31T23:59:59-14:00",
)
TURNS = 40

Send = Callable[[Walk, str, str], requests.Response]  # with the attacker's token, and what to put there


def _body(method: str, path: str, **fields: object) -> Send:
    """The payload as the one field that is `...`."""

    def send(walk: Walk, token: str, payload: str) -> requests.Response:
        body = {name: payload if value is ... else value for name, value in fields.items()}
        return walk.call(method, path, token=token, body=body)

    return send


def _query(path: str, name: str) -> Send:
    return lambda walk, token, payload: walk.call(
        "GET", f"{path}?{requests.compat.urlencode({name: payload})}", token=token
    )


def _path(path: str) -> Send:
    return lambda walk, token, payload: walk.call(
        "GET", path.format(requests.compat.quote(payload, safe="")), token=token
    )


def _header(name: str) -> Send:
    return lambda walk, token, payload: walk.call("GET", "/api/notes", token=token, headers={name: payload})


PLACES: Mapping[str, Send] = {
    "a note's text": _body("POST", "/api/notes", body=...),
    "a note's exercise": _body("POST", "/api/notes", body="mine", exerciseId=...),
    "a note's tenant": _body("POST", "/api/notes", body="mine", **{TENANCY.tenant: ...}),
    "a note's column": _body("POST", "/api/notes", body="mine", tenant_id=...),
    "a profile's name": _body("PUT", "/api/profile", displayName=..., weeklyGoal=3),
    "a profile's number": _body("PUT", "/api/profile", displayName="mine", weeklyGoal=...),
    "a profile's user": _body("PUT", "/api/profile", displayName="mine", weeklyGoal=3, userId=...),
    "an exercise's address": _path("/api/exercises/{}"),
    "an asset's address": _path("/api/media/{}/playback"),
    "the place in a list": _query("/api/exercises", "after"),
    "the time in a list": _query("/api/notes", "before"),
    "the length of a list": _query("/api/notes", "limit"),
    "a query's tenant": _query("/api/notes", TENANCY.tenant),
    "a header's tenant": _header("X-Tenant-Id"),
    "a header's setting": _header("X-App-Tenant-Id"),
}


def _rows(walk: Walk, tenant: str) -> list[dict[str, str]]:
    """All that a tenant has in the database."""
    with contextlib.closing(data.as_owner(walk.account)) as session:
        data.name_tenant(walk.account, session, tenant, for_good=True)
        sql = "select to_jsonb(t) - 'tenant_id' from {} as t order by 1"
        return [row for table in _TABLES for (row,) in session.run(sql.format(table)) or []]


def _in_every_form(walk: Walk, place: str) -> str:
    """Sends each payload; what came of the victim's rows, in the answers and in the database."""
    token = walk.sign_in(walk.user("patient")).access
    before = _rows(walk, VICTIM)
    ids = {value for row in before for name, value in row.items() if name.endswith("_id") and value}
    for payload in PAYLOADS:
        sent = payload.format(victim=VICTIM)
        answer = PLACES[place](walk, token, sent)
        if answer.status_code >= requests.codes.server_error or any(each in answer.text for each in ids):
            return f"{answer.status_code} {answer.text} after {sent}"
    return "nothing of the other tenant's" if _rows(walk, VICTIM) == before else "the other tenant's rows changed"


def _by_turns(walk: Walk) -> str:
    """Both tenants call the same functions at once, so that they share execution environments and connections."""
    tokens = [walk.sign_in(walk.user("patient", tenant)).access for tenant in (0, 1)]
    own = [{row["exercise_id"] for row in _rows(walk, each) if "title" in row} for each in data.TENANTS]

    def call(turn: int) -> bool:
        answer = walk.call("GET", "/api/exercises", token=tokens[turn % 2])
        seen = {each["exerciseId"] for each in answer.json()["exercises"]}
        return bool(seen) and seen <= own[turn % 2]

    with ThreadPoolExecutor(4) as pool:
        right = sum(pool.map(call, range(TURNS)))
    return "nothing of the other tenant's" if right == TURNS else f"{TURNS - right} of {TURNS} answers were wrong"


_case = partial(Case, AREA)

CASES: tuple[Case, ...] = (
    *(
        _case(f"attacks in {place}", "nothing of the other tenant's", partial(_in_every_form, place=place))
        for place in PLACES
    ),
    _case("both tenants at once, by turns", "nothing of the other tenant's", _by_turns),
)
