"""User administration and the token trigger: a tenant is given, never asked for."""

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.stub import Stubber
from ffp_lambda.errors import FailedCallError
from ffp_lambda.tenant import Role

from functions.administration import invite_user, list_users
from functions.token import add_claims
from tests.functions.fakes import CONTEXT, OTHER_TENANT, TENANT, USER, body_of, request_event

POOL = "eu-west-2_Example01"


@pytest.fixture(autouse=True)
def pool(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("USER_POOL_ID", POOL)


@pytest.fixture
def listing() -> Iterator[Stubber]:
    with Stubber(list_users.COGNITO) as stub:
        yield stub
        stub.assert_no_pending_responses()


@pytest.fixture
def inviting() -> Iterator[Stubber]:
    with Stubber(invite_user.COGNITO) as stub:
        yield stub
        stub.assert_no_pending_responses()


def user(sub: str, tenant: str | None) -> dict[str, Any]:
    attributes = [{"Name": "sub", "Value": sub}, {"Name": "email", "Value": f"{sub}@example.org"}]
    if tenant is not None:
        attributes.append({"Name": "custom:tenantId", "Value": tenant})
    return {"Username": sub, "Attributes": attributes, "Enabled": True, "UserStatus": "CONFIRMED"}


def test_list_shows_the_callers_tenant_alone_over_all_pages(listing: Stubber) -> None:
    first = {"Users": [user("a", TENANT), user("b", OTHER_TENANT)], "PaginationToken": "next"}
    listing.add_response("list_users", first, {"UserPoolId": POOL})
    second = {"Users": [user("c", None), user("d", TENANT)]}
    listing.add_response("list_users", second, {"UserPoolId": POOL, "PaginationToken": "next"})
    answer = list_users.handler(request_event(), CONTEXT)
    assert [entry["userId"] for entry in body_of(answer)["users"]] == ["a", "d"]


@pytest.mark.parametrize("handler", [list_users.handler, invite_user.handler])
@pytest.mark.parametrize("role", ["clinician", "patient"])
def test_only_administrators_administer(handler: Any, role: str) -> None:
    assert (
        handler(request_event({"email": "a@example.org", "role": "patient"}, role=role), CONTEXT)["statusCode"] == 403
    )


def test_invited_user_belongs_to_the_callers_tenant_whatever_the_body_says(inviting: Stubber) -> None:
    inviting.add_response(
        "admin_create_user",
        {"User": {"Username": "x", "Attributes": [{"Name": "sub", "Value": "new-user"}]}},
        {
            "UserPoolId": POOL,
            "Username": "new@example.org",
            "UserAttributes": [
                {"Name": "email", "Value": "new@example.org"},
                {"Name": "email_verified", "Value": "true"},
                {"Name": "custom:tenantId", "Value": TENANT},
                {"Name": "custom:role", "Value": "patient"},
            ],
            "DesiredDeliveryMediums": ["EMAIL"],
        },
    )
    sent = {"email": "New@Example.org", "role": "patient", "tenantId": OTHER_TENANT}
    answer = invite_user.handler(request_event(sent), CONTEXT)
    assert (answer["statusCode"], body_of(answer)) == (201, {"userId": "new-user", "role": "patient"})


@pytest.mark.parametrize(("error", "status"), [("UsernameExistsException", 409), ("InvalidParameterException", 400)])
def test_cognitos_refusal_is_answered(inviting: Stubber, error: str, status: int) -> None:
    inviting.add_client_error("admin_create_user", error)
    sent = {"email": "new@example.org", "role": "patient"}
    assert invite_user.handler(request_event(sent), CONTEXT)["statusCode"] == status


@pytest.mark.parametrize(
    "sent",
    [
        {"email": "nobody", "role": "patient"},
        {"email": "a b@example.org", "role": "patient"},
        {"email": "a@example.org", "role": "root"},
        {"email": "a@example.org"},
    ],
)
def test_bad_invitation_reaches_no_user_pool(inviting: Stubber, sent: dict[str, str]) -> None:
    assert invite_user.handler(request_event(sent), CONTEXT)["statusCode"] == 400


def trigger_event(*scopes: str, **attributes: str) -> dict[str, Any]:
    return {
        "version": "2",
        "triggerSource": "TokenGeneration_Authentication",
        "request": {"userAttributes": {"sub": USER, **attributes}, "scopes": list(scopes)},
        "response": {"claimsAndScopeOverrideDetails": None},
    }


def test_both_tokens_carry_tenant_and_role() -> None:
    event = trigger_event(**{"custom:tenantId": TENANT, "custom:role": "clinician"})
    details = add_claims.handler(event, CONTEXT)["response"]["claimsAndScopeOverrideDetails"]
    expected = {"claimsToAddOrOverride": {"tenantId": TENANT, "role": "clinician"}}
    assert details["idTokenGeneration"] == expected
    assert expected.items() <= details["accessTokenGeneration"].items()


@pytest.mark.parametrize(
    ("role", "asked", "suppressed"),
    [
        (
            "patient",
            ("openid", "ffp/notes.read", "ffp/users.read", "ffp/users.write"),
            ["ffp/users.read", "ffp/users.write"],
        ),
        ("patient", ("ffp/media.write",), ["ffp/media.write"]),
        ("clinician", ("ffp/media.write", "ffp/users.read"), ["ffp/users.read"]),
        ("administrator", ("openid", "email", "profile", "ffp/users.write"), []),
        ("administrator", ("aws.cognito.signin.user.admin", "phone", "other/users.write"), None),
        ("patient", (), []),
    ],
)
def test_an_access_token_carries_its_roles_scopes_alone_and_none_unasked(
    role: str, asked: tuple[str, ...], suppressed: list[str] | None
) -> None:
    event = trigger_event(*asked, **{"custom:tenantId": TENANT, "custom:role": role})
    details = add_claims.handler(event, CONTEXT)["response"]["claimsAndScopeOverrideDetails"]["accessTokenGeneration"]
    assert details["scopesToSuppress"] == (list(asked) if suppressed is None else suppressed)
    assert "scopesToAdd" not in details


def test_the_settings_know_the_roles_that_handlers_know() -> None:
    assert set(add_claims.ROLE_SCOPES) == set(Role)


@pytest.mark.parametrize(
    "attributes",
    [
        {},
        {"custom:tenantId": TENANT},
        {"custom:role": "patient"},
        {"custom:tenantId": "everyone", "custom:role": "patient"},
        {"custom:tenantId": TENANT, "custom:role": "root"},
    ],
)
def test_user_without_tenant_or_role_gets_no_token(attributes: dict[str, str]) -> None:
    with pytest.raises(FailedCallError, match="no tenant or no role"):
        add_claims.handler(trigger_event(**attributes), CONTEXT)


def test_trigger_of_version_1_is_refused_since_it_cannot_change_access_tokens() -> None:
    event = trigger_event(**{"custom:tenantId": TENANT, "custom:role": "patient"}) | {"version": "1"}
    with pytest.raises(FailedCallError, match="V2_0"):
        add_claims.handler(event, CONTEXT)
