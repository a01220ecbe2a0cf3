"""User administration: a tenant is given, never asked for."""

import time
from typing import Any

import pytest
from ffp_lambda import users

from application.functions.administration import invite_user, list_users, withdraw_invitation
from tests.application.functions.administering import NEW, invite, listed, look, withdraw
from tests.application.functions.shipped import request_event
from tests.library.fakes import CONTEXT, OTHER_TENANT, TENANT, body_of
from tests.library.user_pool import INVITED, POOL, UserPool

# Listing


def test_a_page_is_one_call_and_shows_the_callers_tenant_alone_among_ten_thousand(pool: UserPool) -> None:
    for number in range(10_000):
        pool.add(f"{number}@example.org", OTHER_TENANT)
    own = {pool.add(f"{name}@example.org", TENANT).name for name in "abc"}
    assert {user["userId"] for user in listed()} == own
    assert pool.calls == ["ListUsersInGroup"]


def test_pages_lead_through_all_of_a_large_tenant_one_call_each(pool: UserPool) -> None:
    own = {pool.add(f"{number}@example.org", TENANT).name for number in range(150)}
    seen: list[str] = []
    after: str | None = None
    for size in (60, 60, 30):
        page = body_of(look(**({"after": after} if after else {})))
        after = page["after"]
        assert len(page["users"]) == size
        seen += [user["userId"] for user in page["users"]]
    assert (after, len(seen), set(seen), len(pool.calls)) == (None, 150, own, 3)
    assert len(body_of(look(limit="7"))["users"]) == 7


def test_a_tenant_that_has_invited_nobody_has_no_users(pool: UserPool) -> None:
    assert body_of(look()) == {"users": [], "after": None}


@pytest.mark.attack
def test_who_was_put_into_the_wrong_group_is_not_shown(pool: UserPool) -> None:
    stranger, nobody = pool.add("a@example.org", OTHER_TENANT), pool.add("b@example.org", None)
    pool.groups[TENANT] = [stranger.name, nobody.name]
    assert listed() == []


@pytest.mark.parametrize("query", [{"limit": "61"}, {"limit": "0"}, {"after": "forged"}])
def test_a_bad_page_is_refused(pool: UserPool, query: dict[str, str]) -> None:
    pool.add("a@example.org", TENANT)
    assert look(**query)["statusCode"] == 400


@pytest.mark.parametrize("handler", [list_users.handler, invite_user.handler, withdraw_invitation.handler])
@pytest.mark.parametrize("role", ["clinician", "patient"])
def test_only_administrators_administer(pool: UserPool, handler: Any, role: str) -> None:
    assert handler(request_event({"email": NEW, "role": "patient"}, role=role), CONTEXT)["statusCode"] == 403
    assert pool.calls == []


# Inviting


def test_invited_user_belongs_to_the_callers_tenant_whatever_the_body_says(pool: UserPool) -> None:
    answer = invite("New@Example.org", tenantId=OTHER_TENANT)
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
    answers = [body_of(invite()) for _ in range(3)]
    assert answers == [answers[0]] * 3
    assert pool.mails == [NEW] * 3
    assert len(pool.users) == 1


def test_an_invitation_that_was_cut_off_half_way_is_completed_by_the_next(pool: UserPool) -> None:
    pool.add(NEW, TENANT, role="patient", status=INVITED)
    pool.groups.clear()
    assert invite()["statusCode"] == 201
    assert [user["email"] for user in listed()] == [NEW]


def test_a_user_of_ones_own_tenant_is_not_invited_again(pool: UserPool) -> None:
    pool.add(NEW, TENANT)
    assert (invite()["statusCode"], pool.mails) == (409, [])


def test_another_role_needs_the_first_invitation_to_be_withdrawn(pool: UserPool) -> None:
    invite()
    refused = invite(role="clinician")
    assert refused["statusCode"] == 409
    assert "is invited as patient: withdraw" in body_of(refused)["message"]
    assert withdraw()["statusCode"] == 200
    assert invite(role="clinician")["statusCode"] == 201
    assert pool.mails == [NEW, NEW]


def test_cognitos_refusal_is_answered(pool: UserPool) -> None:
    assert invite("a@refused.example")["statusCode"] == 400


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


# Withdrawing


@pytest.mark.attack
def test_who_has_accepted_cannot_be_withdrawn(pool: UserPool) -> None:
    own = pool.add(NEW, TENANT)
    assert withdraw()["statusCode"] == 409
    assert pool.users == {own.name: own}


def test_an_invitation_that_is_withdrawn_meanwhile_is_to_be_repeated(pool: UserPool) -> None:
    first = pool.add(NEW, OTHER_TENANT, status=INVITED)

    def meanwhile() -> None:
        pool.before["AdminGetUser"] = lambda: pool.users.pop(first.name)

    pool.before["AdminCreateUser"] = meanwhile
    assert "invite again" in body_of(invite())["message"]
    assert invite()["statusCode"] == 201


# The time that an answer takes


def test_every_answer_about_an_address_takes_the_same_time(pool: UserPool, waits: list[float]) -> None:
    pool.add("taken@example.org", OTHER_TENANT)
    pool.add("own@example.org", TENANT)
    for email in (NEW, NEW, "taken@example.org", "own@example.org", "a@refused.example"):
        invite(email)
        withdraw(email)
    assert len(waits) == 10
    assert all(users.ANSWER_SECONDS - 0.5 < each <= users.ANSWER_SECONDS for each in waits)


def test_answers_are_held_back_in_earnest(pool: UserPool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    monkeypatch.setenv("USER_POOL_ID", POOL)
    start = time.monotonic()
    invite()
    assert time.monotonic() - start >= users.ANSWER_SECONDS
