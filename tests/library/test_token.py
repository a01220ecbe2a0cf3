"""The token trigger: tenant and role in every token, and the role's scopes alone."""

from typing import Any

import pytest
from ffp_lambda.errors import FailedCallError

from library.functions.token import add_claims
from tests.library.fakes import CONTEXT, OTHER_TENANT, TENANT, trigger_event


def test_both_tokens_carry_tenant_and_role() -> None:
    event = trigger_event(**{"custom:tenantId": TENANT, "custom:role": "editor"})
    details = add_claims.handler(event, CONTEXT)["response"]["claimsAndScopeOverrideDetails"]
    expected = {"claimsToAddOrOverride": {"tenantId": TENANT, "role": "editor"}}
    assert details["idTokenGeneration"] == expected
    assert expected.items() <= details["accessTokenGeneration"].items()


@pytest.mark.parametrize(
    ("role", "asked", "suppressed"),
    [
        (
            "member",
            ("openid", "ffp/entries.read", "ffp/lists.write", "ffp/people.read"),
            ["ffp/lists.write", "ffp/people.read"],
        ),
        ("member", ("ffp/lists.write",), ["ffp/lists.write"]),
        ("editor", ("ffp/lists.write", "ffp/people.read"), ["ffp/people.read"]),
        ("organiser", ("openid", "email", "profile", "ffp/people.read"), []),
        ("organiser", ("aws.cognito.signin.user.admin", "phone", "other/people.read"), None),
        ("member", (), []),
    ],
)
def test_an_access_token_carries_its_roles_scopes_alone_and_none_unasked(
    role: str, asked: tuple[str, ...], suppressed: list[str] | None
) -> None:
    event = trigger_event(*asked, **{"custom:tenantId": TENANT, "custom:role": role})
    details = add_claims.handler(event, CONTEXT)["response"]["claimsAndScopeOverrideDetails"]["accessTokenGeneration"]
    assert details["scopesToSuppress"] == (list(asked) if suppressed is None else suppressed)
    assert "scopesToAdd" not in details


@pytest.mark.parametrize(
    "attributes",
    [
        {},
        {"custom:tenantId": TENANT},
        {"custom:role": "member"},
        {"custom:tenantId": "everyone", "custom:role": "member"},
        {"custom:tenantId": TENANT, "custom:role": "root"},
    ],
)
def test_user_without_tenant_or_role_gets_no_token(attributes: dict[str, str]) -> None:
    with pytest.raises(FailedCallError, match="no tenant or no role"):
        add_claims.handler(trigger_event(**attributes), CONTEXT)


@pytest.mark.attack
def test_what_a_client_says_of_itself_changes_no_claim() -> None:
    event = trigger_event("ffp/entries.read", **{"custom:tenantId": TENANT, "custom:role": "member"})
    plain = add_claims.handler(event, CONTEXT)["response"]
    event = trigger_event("ffp/entries.read", **{"custom:tenantId": TENANT, "custom:role": "member"})
    event["request"]["clientMetadata"] = {"tenantId": OTHER_TENANT, "custom:tenantId": OTHER_TENANT, "role": "editor"}
    assert add_claims.handler(event, CONTEXT)["response"] == plain


def _of_machine(client: str, *scopes: str, **metadata: str) -> dict[str, Any]:
    """Cognito's event before it makes a token for an app client that has shown its secret."""
    return {
        "version": "3",
        "triggerSource": "TokenGeneration_ClientCredentials",
        "callerContext": {"awsSdkVersion": "aws-sdk-unknown-unknown", "clientId": client},
        "userName": None,
        "request": {"userAttributes": {}, "groupConfiguration": {}, "scopes": list(scopes), "clientMetadata": metadata},
        "response": {"claimsAndScopeOverrideDetails": None},
    }


@pytest.fixture
def _machines(monkeypatch: pytest.MonkeyPatch) -> None:
    machines = {
        "a" * 26: {"name": "records", "tenant": TENANT, "scopes": ["ffp/records.read"]},
        "b" * 26: {"name": "meters", "tenant": None, "scopes": ["ffp/meters.read", "ffp/meters.write"]},
    }
    monkeypatch.setattr(add_claims, "MACHINES", machines)


@pytest.mark.usefixtures("_machines")
def test_a_machines_token_carries_its_name_and_the_tenant_of_the_settings(caplog: pytest.LogCaptureFixture) -> None:
    details = add_claims.handler(_of_machine("a" * 26, "ffp/records.read"), CONTEXT)["response"]
    assert details["claimsAndScopeOverrideDetails"] == {
        "accessTokenGeneration": {
            "claimsToAddOrOverride": {"machine": "records", "tenantId": TENANT},
            "scopesToSuppress": [],
        }
    }
    details = add_claims.handler(_of_machine("b" * 26, "ffp/meters.read"), CONTEXT)["response"]
    access = details["claimsAndScopeOverrideDetails"]["accessTokenGeneration"]
    assert access["claimsToAddOrOverride"] == {"machine": "meters"}
    assert [vars(record).get("client") for record in caplog.records] == ["records", "meters"]


@pytest.mark.attack
@pytest.mark.usefixtures("_machines")
def test_a_machine_keeps_no_scope_that_its_settings_do_not_list() -> None:
    asked = ("ffp/records.read", "ffp/meters.read", "ffp/entries.read", "openid", "aws.cognito.signin.user.admin")
    details = add_claims.handler(_of_machine("a" * 26, *asked), CONTEXT)["response"]["claimsAndScopeOverrideDetails"]
    assert details["accessTokenGeneration"]["scopesToSuppress"] == list(asked[1:])
    assert "scopesToAdd" not in details["accessTokenGeneration"]


@pytest.mark.attack
@pytest.mark.usefixtures("_machines")
def test_what_a_machine_says_of_itself_changes_no_claim() -> None:
    plain = add_claims.handler(_of_machine("a" * 26, "ffp/records.read"), CONTEXT)["response"]
    event = _of_machine(
        "a" * 26, "ffp/records.read", tenantId=OTHER_TENANT, machine="meters", clientId="b" * 26, role="editor"
    )
    assert add_claims.handler(event, CONTEXT)["response"] == plain


@pytest.mark.attack
@pytest.mark.usefixtures("_machines")
@pytest.mark.parametrize("client", ["", "records", "A" * 26, "c" * 26])
def test_a_client_that_is_no_machine_of_the_settings_gets_no_token(client: str) -> None:
    event = _of_machine(client, "ffp/records.read", clientId="a" * 26, machine="records")
    event["request"]["userAttributes"] = {"custom:tenantId": TENANT, "custom:role": "editor", "clientId": "a" * 26}
    with pytest.raises(FailedCallError, match="no machine of the settings"):
        add_claims.handler(event, CONTEXT)


@pytest.mark.attack
def test_where_there_are_no_machines_none_gets_a_token() -> None:
    assert add_claims.MACHINES == {}
    with pytest.raises(FailedCallError, match="no machine of the settings"):
        add_claims.handler(_of_machine("a" * 26, "ffp/records.read"), CONTEXT)


def test_users_tokens_are_the_same_with_the_version_that_machines_need() -> None:
    attributes = {"custom:tenantId": TENANT, "custom:role": "editor"}
    two, three = (
        add_claims.handler(trigger_event("openid", "ffp/people.read", **attributes) | {"version": each}, CONTEXT)
        for each in ("2", "3")
    )
    assert two["response"] == three["response"]


def test_trigger_of_version_1_is_refused_since_it_cannot_change_access_tokens() -> None:
    event = trigger_event(**{"custom:tenantId": TENANT, "custom:role": "member"}) | {"version": "1"}
    with pytest.raises(FailedCallError, match="V2_0"):
        add_claims.handler(event, CONTEXT)
