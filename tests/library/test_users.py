"""The pool's users by tenant: what the library finds, makes and deletes of one tenant's users."""

import pytest
from ffp_lambda import users
from ffp_lambda.errors import RefusalError
from ffp_lambda.http import Body

from tests.library.fakes import OTHER_TENANT, TENANT
from tests.library.user_pool import INVITED, UserPool

EMAIL = "new@example.org"


@pytest.mark.attack
def test_a_page_holds_the_tenants_users_alone_whoever_is_in_its_group(pool: UserPool) -> None:
    own = pool.add("own@example.org", TENANT)
    stranger, nobody = pool.add("a@example.org", OTHER_TENANT), pool.add("b@example.org", None)
    pool.groups[TENANT] += [stranger.name, nobody.name]
    found, after = users.page(TENANT, 60, None)
    assert ([user.name for user in found], after) == ([own.name], None)
    assert pool.calls == ["ListUsersInGroup"]


def test_pages_follow_each_other_and_a_forged_one_is_refused(pool: UserPool) -> None:
    for number in range(3):
        pool.add(f"{number}@example.org", TENANT)
    first, after = users.page(TENANT, 2, None)
    second, end = users.page(TENANT, 2, after)
    assert ([user.email for user in first + second], end) == ([f"{number}@example.org" for number in range(3)], None)
    with pytest.raises(RefusalError, match="after must be the value that the previous page returned"):
        users.page(TENANT, 2, "forged")
    assert users.page(OTHER_TENANT, 2, None) == ([], None)


def test_an_invited_user_has_tenant_and_role_and_is_found_by_address(pool: UserPool) -> None:
    made = users.create(EMAIL, TENANT, "member")
    assert made is not None
    assert (made.tenant_id, made.role, made.is_invited, pool.mails) == (TENANT, "member", True, [EMAIL])
    assert users.find(EMAIL) == made
    assert users.find("nobody@example.org") is None
    assert users.create(EMAIL, OTHER_TENANT, "member") is None
    assert users.find(EMAIL) == made


def test_an_invitation_without_a_mail_shows_the_address_that_was_meant(pool: UserPool) -> None:
    made = users.create(users.stand_in(TENANT, EMAIL), TENANT, "member", in_place_of=EMAIL)
    assert made is not None
    assert (made.email, pool.mails) == (EMAIL, [])
    assert users.stand_in(TENANT, EMAIL) != users.stand_in(OTHER_TENANT, EMAIL)


def test_who_joins_is_in_the_tenants_group_which_the_first_one_makes(pool: UserPool) -> None:
    for email in (EMAIL, "second@example.org"):
        made = users.create(email, TENANT, "member")
        assert made is not None
        users.join(made, TENANT)
    assert len(pool.groups[TENANT]) == 2
    assert pool.calls.count("CreateGroup") == 1


@pytest.mark.attack
def test_a_deletion_is_of_the_user_that_was_found_and_of_no_later_one(pool: UserPool) -> None:
    pool.add(EMAIL, TENANT, status=INVITED)
    found = users.find(EMAIL)
    assert found is not None
    pool.users.clear()
    later = pool.add(EMAIL, OTHER_TENANT, status=INVITED)
    users.delete(found)
    assert pool.users == {later.name: later}
    users.delete(users.find(EMAIL) or found)
    assert pool.users == {}


@pytest.mark.parametrize("email", ["nobody", "a b@example.org", "a@example", "a@b.invalid", "", None, 1])
def test_what_is_no_address_is_refused(email: object) -> None:
    with pytest.raises(RefusalError) as refused:
        users.address_in(Body({"email": email}))
    assert refused.value.status == 400


def test_an_address_is_read_in_lower_case() -> None:
    assert users.address_in(Body({"email": " New@Example.org "})) == EMAIL
