"""A token gives access only to its own tenant's exercises, notes and users, and only within the day's quotas."""

import secrets
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from ffp.emulator.smoke.front_door_sign_in import AREA
from ffp.emulator.smoke.kit import TENANTS, Case
from ffp.emulator.smoke.walk import Walk, status_and_reason
from ffp.smoke.tokens import claims_of

TURNS = 40


def _token(walk: Walk, role: str = "patient", tenant: int = 0) -> str:
    return walk.sign_in(walk.user(role, tenant)).access


def _exercises(walk: Walk, tenant: int) -> set[str]:
    with walk.rows_of(TENANTS[tenant]) as session:
        rows = session.run("select exercise_id from exercises where tenant_id = :tenant", tenant=TENANTS[tenant])
        return {str(exercise) for (exercise,) in rows or ()}


def _lists_exercises(walk: Walk, tenant: int) -> str:
    answer = walk.call("GET", "/api/exercises", token=_token(walk, "patient", tenant))
    seen = {each["exerciseId"] for each in answer.json()["exercises"]}
    return f"{answer.status_code}, {_counted(seen, [_exercises(walk, n) for n in range(len(TENANTS))])}"


def _reads_exercise(walk: Walk, tenant: int) -> str:
    exercise = min(_exercises(walk, tenant))
    return status_and_reason(walk.call("GET", f"/api/exercises/{exercise}", token=_token(walk, "patient")))


def _notes_on_exercise(walk: Walk) -> str:
    body = {"body": "About an exercise of others", "exerciseId": min(_exercises(walk, 1))}
    return status_and_reason(walk.call("POST", "/api/notes", token=_token(walk, "patient"), body=body))


def _reads_note(walk: Walk, role: str, tenant: int) -> str:
    """Writes a note as the first tenant's patient and lists notes as the given user."""
    made = walk.call(
        "POST", "/api/notes", token=_token(walk, "patient"), body={"body": f"My knee, {secrets.token_hex(4)}"}
    )
    read = walk.call("GET", "/api/notes", token=_token(walk, role, tenant))
    found = made.json()["noteId"] in {note["noteId"] for note in read.json()["notes"]}
    return f"{made.status_code}, then {read.status_code} {'with' if found else 'without'} it"


def _beyond_quota(walk: Walk, method: str, path: str, body: object) -> str:
    """The API's response to a user who has used up today's quotas."""
    user = walk.user("clinician")
    token = walk.sign_in(user).access
    with walk.rows_of(user.tenant_id) as session:
        session.run(
            "insert into daily_use (taken_by, quota, day, used) "
            "select :user, quota, cast(now() at time zone 'utc' as date), 1000000000000 "
            "from unnest(array['notes', 'uploads']) as quota "
            "on conflict (tenant_id, taken_by, quota) do update set day = excluded.day, used = excluded.used",
            user=claims_of(token)["sub"],
        )
        try:
            return status_and_reason(walk.call(method, path, token=token, body=body))
        finally:
            session.run("delete from daily_use where used >= 1000000000000")


def _lists_users(walk: Walk, tenant: int) -> str:
    answer = walk.call("GET", "/api/users", token=_token(walk, "administrator", tenant))
    seen = {user["email"] for user in answer.json()["users"]}
    whose = [{user.name for user in walk.users if user.tenant_id == each} for each in TENANTS]
    return f"{answer.status_code}, {_counted(seen, whose)}"


def _counted(seen: set[str], whose: Sequence[set[str]]) -> str:
    return ", ".join(f"{len(seen & theirs)} of tenant {number}'s" for number, theirs in enumerate(whose, start=1))


def _by_turns(walk: Walk) -> str:
    """Both tenants call the same functions concurrently, so that they share execution environments and connections."""
    callers = [_token(walk, tenant=tenant) for tenant in range(len(TENANTS))]
    own = [_exercises(walk, tenant) for tenant in range(len(TENANTS))]

    def call(turn: int) -> bool:
        answer = walk.call("GET", "/api/exercises", token=callers[turn % 2])
        seen = {each["exerciseId"] for each in answer.json()["exercises"]}
        return bool(seen) and seen <= own[turn % 2]

    with ThreadPoolExecutor(4) as pool:
        right = sum(pool.map(call, range(TURNS)))
    return "nothing of the other tenant's" if right == TURNS else f"{TURNS - right} of {TURNS} answers were wrong"


_case = partial(Case, AREA)


CASES: tuple[Case, ...] = (
    _case("whether the platform is up", "200", lambda walk: status_and_reason(walk.call("GET", "/api/health"))),
    _case(
        "a patient of tenant 1 lists exercises",
        "200, 1 of tenant 1's, 0 of tenant 2's",
        partial(_lists_exercises, tenant=0),
        attack=True,
    ),
    _case(
        "a patient of tenant 2 lists exercises",
        "200, 0 of tenant 1's, 1 of tenant 2's",
        partial(_lists_exercises, tenant=1),
        attack=True,
    ),
    _case("an exercise of one's own tenant", "200", partial(_reads_exercise, tenant=0)),
    _case("an exercise of the other tenant", "404 there is no such exercise", partial(_reads_exercise, tenant=1)),
    _case("a note on an exercise of the other tenant", "404 there is no such exercise", _notes_on_exercise),
    _case("a note, read by who wrote it", "201, then 200 with it", partial(_reads_note, role="patient", tenant=0)),
    *(
        _case(what, "201, then 200 without it", partial(_reads_note, role=role, tenant=tenant), attack=True)
        for what, role, tenant in (
            ("a note, read in one's own tenant", "clinician", 0),
            ("a note, read in the other tenant", "patient", 1),
        )
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
        attack=True,
    ),
    _case(
        "an administrator of tenant 2 lists users",
        "200, 0 of tenant 1's, 3 of tenant 2's",
        partial(_lists_users, tenant=1),
        attack=True,
    ),
    _case("both tenants at once, by turns", "nothing of the other tenant's", _by_turns),
)
