"""User administration: a tenant is given, never asked for, and nobody learns who is a user of another."""

import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from ffp_lambda import users

from functions.administration import invite_user, list_users, withdraw_invitation
from tests.functions.fakes import CONTEXT, OTHER_TENANT, TENANT, body_of, request_event
from tests.functions.user_pool import CONFIRMED, INVITED, POOL, UserPool

NEW = "new@example.org"
Log = Callable[[], list[dict[str, Any]]]


@pytest.fixture(autouse=True)
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long each answer was held back, which takes no time here."""
    waits: list[float] = []
    monkeypatch.setattr("ffp_lambda.http.time.sleep", waits.append)
    monkeypatch.setenv("USER_POOL_ID", POOL)
    return waits


@pytest.fixture
def pool() -> Iterator[UserPool]:
    pool = UserPool()
    pool.serve(users.COGNITO)
    yield pool
    pool.leave(users.COGNITO)


def _invite(email: str = NEW, role: str = "patient", tenant: str = TENANT, **more: str) -> dict[str, Any]:
    answer: dict[str, Any] = invite_user.handler(
        request_event({"email": email, "role": role, **more}, tenantId=tenant), CONTEXT
    )
    return answer


def _withdraw(email: str = NEW, tenant: str = TENANT) -> dict[str, Any]:
    answer: dict[str, Any] = withdraw_invitation.handler(request_event({"email": email}, tenantId=tenant), CONTEXT)
    return answer


def _list(tenant: str = TENANT, **query: str) -> dict[str, Any]:
    answer: dict[str, Any] = list_users.handler(request_event(query=query, tenantId=tenant), CONTEXT)
    return answer


def _listed(tenant: str = TENANT) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = body_of(_list(tenant))["users"]
    return found


# Listing


def test_a_page_is_one_call_and_shows_the_callers_tenant_alone_among_ten_thousand(pool: UserPool) -> None:
    for number in range(10_000):
        pool.add(f"{number}@example.org", OTHER_TENANT)
    own = {pool.add(f"{name}@example.org", TENANT).name for name in "abc"}
    assert {user["userId"] for user in _listed()} == own
    assert pool.calls == ["ListUsersInGroup"]


def test_pages_lead_through_all_of_a_large_tenant_one_call_each(pool: UserPool) -> None:
    own = {pool.add(f"{number}@example.org", TENANT).name for number in range(150)}
    seen: list[str] = []
    after: str | None = None
    for size in (60, 60, 30):
        page = body_of(_list(**({"after": after} if after else {})))
        after = page["after"]
        assert len(page["users"]) == size
        seen += [user["userId"] for user in page["users"]]
    assert (after, len(seen), set(seen), len(pool.calls)) == (None, 150, own, 3)
    assert len(body_of(_list(limit="7"))["users"]) == 7


def test_a_tenant_that_has_invited_nobody_has_no_users(pool: UserPool) -> None:
    assert body_of(_list()) == {"users": [], "after": None}


@pytest.mark.attack
def test_who_was_put_into_the_wrong_group_is_not_shown(pool: UserPool) -> None:
    stranger, nobody = pool.add("a@example.org", OTHER_TENANT), pool.add("b@example.org", None)
    pool.groups[TENANT] = [stranger.name, nobody.name]
    assert _listed() == []


@pytest.mark.parametrize("query", [{"limit": "61"}, {"limit": "0"}, {"after": "forged"}])
def test_a_bad_page_is_refused(pool: UserPool, query: dict[str, str]) -> None:
    pool.add("a@example.org", TENANT)
    assert _list(**query)["statusCode"] == 400


@pytest.mark.parametrize("handler", [list_users.handler, invite_user.handler, withdraw_invitation.handler])
@pytest.mark.parametrize("role", ["clinician", "patient"])
def test_only_administrators_administer(pool: UserPool, handler: Any, role: str) -> None:
    assert handler(request_event({"email": NEW, "role": "patient"}, role=role), CONTEXT)["statusCode"] == 403
    assert pool.calls == []


# Inviting


def test_invited_user_belongs_to_the_callers_tenant_whatever_the_body_says(pool: UserPool) -> None:
    answer = _invite("New@Example.org", tenantId=OTHER_TENANT)
    user = pool.by_email(NEW)
    assert user
    assert user.attributes == {
        "email": NEW,
        "email_verified": "true",
        "custom:tenantId": TENANT,
        "custom:role": "patient",
    }
    assert (answer["statusCode"], body_of(answer)) == (201, {"userId": user.name, "role": "patient"})
    assert (pool.groups, pool.mails) == ({TENANT: [user.name]}, [NEW])


def test_who_has_not_come_is_sent_a_new_mail_however_often(pool: UserPool) -> None:
    answers = [body_of(_invite()) for _ in range(3)]
    assert answers == [answers[0]] * 3
    assert pool.mails == [NEW] * 3
    assert len(pool.users) == 1


def test_an_invitation_that_was_cut_off_half_way_is_completed_by_the_next(pool: UserPool) -> None:
    pool.add(NEW, TENANT, status=INVITED)
    pool.groups.clear()
    assert _invite()["statusCode"] == 201
    assert [user["email"] for user in _listed()] == [NEW]


def test_a_user_of_ones_own_tenant_is_not_invited_again(pool: UserPool) -> None:
    pool.add(NEW, TENANT)
    assert (_invite()["statusCode"], pool.mails) == (409, [])


def test_another_role_needs_the_first_invitation_to_be_withdrawn(pool: UserPool) -> None:
    _invite()
    refused = _invite(role="clinician")
    assert refused["statusCode"] == 409
    assert "is invited as patient: withdraw" in body_of(refused)["message"]
    assert _withdraw()["statusCode"] == 200
    assert _invite(role="clinician")["statusCode"] == 201
    assert pool.mails == [NEW, NEW]


def test_cognitos_refusal_is_answered(pool: UserPool) -> None:
    assert _invite("a@refused.example")["statusCode"] == 400


@pytest.mark.parametrize(
    "sent",
    [
        {"email": "nobody", "role": "patient"},
        {"email": "a b@example.org", "role": "patient"},
        {"email": "a@example.org", "role": "root"},
        {"email": "a@example.org"},
        {"email": users.stand_in(OTHER_TENANT, NEW), "role": "patient"},
    ],
)
def test_bad_invitation_reaches_no_user_pool(pool: UserPool, sent: dict[str, str]) -> None:
    assert invite_user.handler(request_event(sent), CONTEXT)["statusCode"] == 400
    assert pool.calls == []


# What an administrator can find out about other tenants' users


def _all_that_is_seen(pool: UserPool) -> list[object]:
    """All answers to whoever invites, looks, invites again, with another role, withdraws, and begins anew."""
    _invite("other@example.org")  # so that the list has a size
    seen: list[object] = []
    for act in (
        _invite,
        _list,
        _invite,
        partial(_invite, role="clinician"),
        _list,
        _withdraw,
        _list,
        _withdraw,
        _invite,
    ):
        answer = act()
        body = str(body_of(answer))
        for number, user in enumerate(dict.fromkeys(pool.users)):
            body = body.replace(user, f"user {number - len(pool.users)}")
        seen.append((answer["statusCode"], answer["headers"], body))
    return seen


@pytest.mark.attack
@pytest.mark.parametrize("status", [CONFIRMED, INVITED])
def test_an_address_of_another_tenant_is_answered_and_listed_like_one_of_nobodys(
    pool: UserPool, waits: list[float], status: str
) -> None:
    of_nobody = _all_that_is_seen(pool)
    held_back, mails = list(waits), list(pool.mails)
    for members in (pool.users, pool.groups, pool.mails, waits):
        members.clear()
    taken = pool.add(NEW, OTHER_TENANT, status=status)
    assert _all_that_is_seen(pool) == of_nobody
    # Neither does the time tell: both are held back until the same moment.
    assert len(waits) == len(held_back)
    assert all(abs(mine - theirs) < 0.5 for mine, theirs in zip(waits, held_back, strict=True))
    # The stranger was left as it was, and got no mail.
    assert pool.users[taken.name] == taken
    assert NEW in mails
    assert NEW not in pool.mails


@pytest.mark.attack
def test_repeating_an_invitation_does_not_tell_when_another_tenant_lets_its_user_go(pool: UserPool) -> None:
    taken = pool.add(NEW, OTHER_TENANT)
    first = (body_of(_invite()), _listed())
    del pool.users[taken.name]
    assert (body_of(_invite()), _listed()) == first
    assert pool.mails == []
    _withdraw()
    _invite()
    assert pool.mails == [NEW]


@pytest.mark.attack
def test_what_stands_in_for_a_stranger_can_do_nothing(pool: UserPool) -> None:
    pool.add(NEW, OTHER_TENANT)
    _invite()
    (kept,) = [user for user in pool.users.values() if user.attributes["custom:tenantId"] == TENANT]
    assert kept.attributes["email"].endswith("@invitation.invalid")
    assert kept.status == INVITED
    assert pool.mails == []
    assert users.stand_in(TENANT, NEW) not in {users.stand_in(OTHER_TENANT, NEW), users.stand_in(TENANT, f"{NEW}x")}


def test_every_answer_about_an_address_takes_the_same_time(pool: UserPool, waits: list[float]) -> None:
    pool.add("taken@example.org", OTHER_TENANT)
    pool.add("own@example.org", TENANT)
    for email in (NEW, NEW, "taken@example.org", "own@example.org", "a@refused.example"):
        _invite(email)
        _withdraw(email)
    assert len(waits) == 10
    assert all(users.ANSWER_SECONDS - 0.5 < each <= users.ANSWER_SECONDS for each in waits)


def test_we_learn_who_asks_for_other_tenants_users_and_nobody_else_does(pool: UserPool, log_lines: Log) -> None:
    pool.add(NEW, OTHER_TENANT)
    _invite("somebody@example.org")
    assert [line["action"] for line in log_lines()] == ["invite-user"]
    _invite()
    refusal, answer = log_lines()[1:]
    assert (refusal["action"], refusal["tenantId"]) == ("refuse-invitation", TENANT)
    assert refusal["userId"] == answer["userId"]
    assert refusal["outcome"] == "the address is of another tenant"
    assert NEW not in str(log_lines())


# Withdrawing


@pytest.mark.attack
@pytest.mark.parametrize("status", [CONFIRMED, INVITED])
def test_users_and_invitations_of_other_tenants_cannot_be_withdrawn(pool: UserPool, status: str) -> None:
    taken = pool.add(NEW, OTHER_TENANT, status=status)
    assert _withdraw()["statusCode"] == 200
    assert pool.users == {taken.name: taken}


@pytest.mark.attack
def test_who_has_accepted_cannot_be_withdrawn(pool: UserPool) -> None:
    own = pool.add(NEW, TENANT)
    assert _withdraw()["statusCode"] == 409
    assert pool.users == {own.name: own}


@pytest.mark.attack
def test_whoever_is_invited_to_the_address_meanwhile_is_not_deleted(pool: UserPool) -> None:
    """Between the look and the deletion another administrator withdraws, and another tenant invites."""
    first = pool.add(NEW, TENANT, status=INVITED)

    def meanwhile() -> None:
        del pool.users[first.name]
        pool.add(NEW, OTHER_TENANT, status=INVITED)

    pool.before["AdminDeleteUser"] = meanwhile
    assert _withdraw()["statusCode"] == 200
    (left,) = pool.users.values()
    assert left.attributes["custom:tenantId"] == OTHER_TENANT


def test_an_invitation_that_is_withdrawn_meanwhile_is_to_be_repeated(pool: UserPool) -> None:
    first = pool.add(NEW, OTHER_TENANT, status=INVITED)

    def meanwhile() -> None:
        pool.before["AdminGetUser"] = lambda: pool.users.pop(first.name)

    pool.before["AdminCreateUser"] = meanwhile
    assert "invite again" in body_of(_invite())["message"]
    assert _invite()["statusCode"] == 201


def test_answers_are_held_back_in_earnest(pool: UserPool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    monkeypatch.setenv("USER_POOL_ID", POOL)
    start = time.monotonic()
    _invite()
    assert time.monotonic() - start >= users.ANSWER_SECONDS
