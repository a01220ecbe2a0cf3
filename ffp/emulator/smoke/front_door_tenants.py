"""What a token opens: its own tenant, and what its role may do there."""

import contextlib
import json
import secrets
from collections.abc import Sequence
from functools import partial

from application.tenancy import TENANCY
from ffp.emulator import data
from ffp.emulator.smoke import tokens
from ffp.emulator.smoke.front_door_sign_in import AREA
from ffp.emulator.smoke.walk import Case, Walk, told

_NOT_IN_THIS_ROLE = "403 the caller's role does not allow this"  # a handler's words
_WITHOUT_SCOPE = "403 Forbidden"  # the API's


def _token(walk: Walk, role: str = "patient", tenant: int = 0) -> str:
    return walk.sign_in(walk.user(role, tenant)).access


def _exercises(walk: Walk, tenant: int) -> set[str]:
    with contextlib.closing(data.as_owner(walk.account)) as session:
        session.run("begin")
        data.name_tenant(walk.account, session, data.TENANTS[tenant])
        rows = session.run("select exercise_id from exercises where tenant_id = :tenant", tenant=data.TENANTS[tenant])
        return {str(exercise) for (exercise,) in rows or ()}


def _lists_exercises(walk: Walk, tenant: int) -> str:
    answer = walk.call("GET", "/api/exercises", token=_token(walk, "patient", tenant))
    seen = {each["exerciseId"] for each in answer.json()["exercises"]}
    return f"{answer.status_code}, {_counted(seen, [_exercises(walk, n) for n in range(len(data.TENANTS))])}"


def _reads_exercise(walk: Walk, tenant: int) -> str:
    exercise = min(_exercises(walk, tenant))
    return told(walk.call("GET", f"/api/exercises/{exercise}", token=_token(walk, "patient")))


def _notes_on_exercise(walk: Walk) -> str:
    body = {"body": "About an exercise of others", "exerciseId": min(_exercises(walk, 1))}
    return told(walk.call("POST", "/api/notes", token=_token(walk, "patient"), body=body))


def _reads_note(walk: Walk, role: str, tenant: int) -> str:
    """Writes a note as the first tenant's patient and looks for it as somebody."""
    made = walk.call(
        "POST", "/api/notes", token=_token(walk, "patient"), body={"body": f"My knee, {secrets.token_hex(4)}"}
    )
    read = walk.call("GET", "/api/notes", token=_token(walk, role, tenant))
    found = made.json()["noteId"] in {note["noteId"] for note in read.json()["notes"]}
    return f"{made.status_code}, then {read.status_code} {'with' if found else 'without'} it"


def _beyond_quota(walk: Walk, method: str, path: str, body: object) -> str:
    """What the API answers once a user has taken all of today's quotas."""
    user = walk.user("clinician")
    token = walk.sign_in(user).access
    with contextlib.closing(data.as_owner(walk.account)) as session:
        data.name_tenant(walk.account, session, user.tenant_id, for_good=True)
        session.run(
            "insert into daily_use (taken_by, quota, day, used) "
            "select :user, quota, cast(now() at time zone 'utc' as date), 1000000000000 "
            "from unnest(array['notes', 'uploads']) as quota "
            "on conflict (tenant_id, taken_by, quota) do update set day = excluded.day, used = excluded.used",
            user=tokens.claims_of(token)["sub"],
        )
        try:
            return told(walk.call(method, path, token=token, body=body))
        finally:
            session.run("delete from daily_use where used >= 1000000000000")


def _lists_users(walk: Walk, tenant: int) -> str:
    answer = walk.call("GET", "/api/users", token=_token(walk, "administrator", tenant))
    seen = {user["email"] for user in answer.json()["users"]}
    whose = [{user.name for user in walk.users if user.tenant_id == each} for each in data.TENANTS]
    return f"{answer.status_code}, {_counted(seen, whose)}"


def _counted(seen: set[str], whose: Sequence[set[str]]) -> str:
    return ", ".join(f"{len(seen & theirs)} of tenant {number}'s" for number, theirs in enumerate(whose, start=1))


def _status(walk: Walk, method: str, path: str, role: str) -> str:
    return told(walk.call(method, path, token=_token(walk, role)))


def _past_the_api(function: str, role: str, walk: Walk) -> str:
    answer = walk.pass_on(function, _token(walk, role))
    return f"{answer['statusCode']} {json.loads(answer['body'])['message']}"


def _asks_for_more(walk: Walk) -> str:
    scopes = set(tokens.claims_of(_token(walk, "patient"))["scope"].split())
    own = TENANCY.scopes_of_roles()["patient"]
    foreign = scopes - {"openid", "email", "profile", *own}
    return f"{', '.join(sorted(foreign))} too" if foreign else "the patient's scopes"


_case = partial(Case, AREA)


CASES: tuple[Case, ...] = (
    _case(
        "a patient of tenant 1 lists exercises",
        "200, 1 of tenant 1's, 0 of tenant 2's",
        partial(_lists_exercises, tenant=0),
    ),
    _case(
        "a patient of tenant 2 lists exercises",
        "200, 0 of tenant 1's, 1 of tenant 2's",
        partial(_lists_exercises, tenant=1),
    ),
    _case("an exercise of one's own tenant", "200", partial(_reads_exercise, tenant=0)),
    _case("an exercise of the other tenant", "404 there is no such exercise", partial(_reads_exercise, tenant=1)),
    _case("a note on an exercise of the other tenant", "404 there is no such exercise", _notes_on_exercise),
    _case("a note, read by who wrote it", "201, then 200 with it", partial(_reads_note, role="patient", tenant=0)),
    _case(
        "a note, read in one's own tenant", "201, then 200 without it", partial(_reads_note, role="clinician", tenant=0)
    ),
    _case(
        "a note, read in the other tenant", "201, then 200 without it", partial(_reads_note, role="patient", tenant=1)
    ),
    *(
        _case(
            f"{method} {path}, beyond the day's quota",
            f"429 today's quota of {quota} is used up; the next begins at 00:00 UTC",
            partial(_beyond_quota, method=method, path=path, body=body),
        )
        for quota, method, path, body in (
            ("notes", "POST", "/api/notes", {"body": "One too many"}),
            ("uploads", "POST", "/api/media", {"kind": "image"}),
        )
    ),
    _case(
        "an administrator of tenant 1 lists users",
        "200, 3 of tenant 1's, 0 of tenant 2's",
        partial(_lists_users, tenant=0),
    ),
    _case(
        "an administrator of tenant 2 lists users",
        "200, 0 of tenant 1's, 3 of tenant 2's",
        partial(_lists_users, tenant=1),
    ),
    _case("a clinician lists users", _WITHOUT_SCOPE, lambda walk: _status(walk, "GET", "/api/users", "clinician")),
    _case("a clinician's call, past the API", _NOT_IN_THIS_ROLE, partial(_past_the_api, "list-users", "clinician")),
    _case("a patient's call, past the API", _NOT_IN_THIS_ROLE, partial(_past_the_api, "invite-user", "patient")),
    _case("a patient asks for the administrator's scopes", "the patient's scopes", _asks_for_more),
)
