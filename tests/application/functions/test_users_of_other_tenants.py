"""What an administrator can find out about the users of other tenants, or do to them: nothing."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from ffp_lambda import users

from tests.application.functions.administering import NEW, invite, listed, look, withdraw
from tests.library.fakes import OTHER_TENANT, TENANT, body_of
from tests.library.user_pool import CONFIRMED, INVITED, UserPool

Log = Callable[[], list[dict[str, Any]]]


def _all_that_is_seen(pool: UserPool) -> list[object]:
    """All answers to whoever invites, looks, invites again, with another role, withdraws, and begins anew."""
    invite("other@example.org")  # so that the list has a size
    seen: list[object] = []
    for act in (
        invite,
        look,
        invite,
        partial(invite, role="clinician"),
        look,
        withdraw,
        look,
        withdraw,
        invite,
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
    first = (body_of(invite()), listed())
    del pool.users[taken.name]
    assert (body_of(invite()), listed()) == first
    assert pool.mails == []
    withdraw()
    invite()
    assert pool.mails == [NEW]


@pytest.mark.attack
def test_what_stands_in_for_a_stranger_can_do_nothing(pool: UserPool) -> None:
    pool.add(NEW, OTHER_TENANT)
    invite()
    (kept,) = [user for user in pool.users.values() if user.attributes["custom:tenantId"] == TENANT]
    assert kept.attributes["email"].endswith("@invitation.invalid")
    assert kept.status == INVITED
    assert pool.mails == []
    assert users.stand_in(TENANT, NEW) not in {users.stand_in(OTHER_TENANT, NEW), users.stand_in(TENANT, f"{NEW}x")}


def test_we_learn_who_asks_for_other_tenants_users_and_nobody_else_does(pool: UserPool, log_lines: Log) -> None:
    pool.add(NEW, OTHER_TENANT)
    invite("somebody@example.org")
    assert [line["action"] for line in log_lines()] == ["invite-user"]
    invite()
    refusal, answer = log_lines()[1:]
    assert (refusal["action"], refusal["tenantId"]) == ("refuse-invitation", TENANT)
    assert refusal["userId"] == answer["userId"]
    assert refusal["outcome"] == "the address is of another tenant"
    assert NEW not in str(log_lines())


@pytest.mark.attack
@pytest.mark.parametrize("status", [CONFIRMED, INVITED])
def test_users_and_invitations_of_other_tenants_cannot_be_withdrawn(pool: UserPool, status: str) -> None:
    taken = pool.add(NEW, OTHER_TENANT, status=status)
    assert withdraw()["statusCode"] == 200
    assert pool.users == {taken.name: taken}


@pytest.mark.attack
def test_whoever_is_invited_to_the_address_meanwhile_is_not_deleted(pool: UserPool) -> None:
    """Between the look and the deletion another administrator withdraws, and another tenant invites."""
    first = pool.add(NEW, TENANT, status=INVITED)

    def meanwhile() -> None:
        del pool.users[first.name]
        pool.add(NEW, OTHER_TENANT, status=INVITED)

    pool.before["AdminDeleteUser"] = meanwhile
    assert withdraw()["statusCode"] == 200
    (left,) = pool.users.values()
    assert left.attributes["custom:tenantId"] == OTHER_TENANT
