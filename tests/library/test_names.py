"""Tenancy is one declaration: with other names in it, the library follows, down to the SQL."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from ffp.project import ROOT
from settings import Role
from tests.library.anew import CLAIMS, Functions, connection, event, imported_with, reads_the_new_setting_alone
from tests.library.fakes import CONTEXT, TENANT, USER
from tests.library.postgres import Server
from tests.library.sample import declaration

OLD_CLAIMS = {"token_use": "access", "sub": USER, "tenantId": TENANT, "role": "editor"}
ASSET = "0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d"


def test_the_trigger_reads_and_writes_them(functions: Functions) -> None:
    attributes = {"custom:practiceId": TENANT, "custom:duty": "member"}
    asked = {
        "version": "2",
        "triggerSource": "TokenGeneration_Authentication",
        "request": {"userAttributes": attributes},
        "response": {},
    }
    answer = functions.library__functions__token__add_claims.handler(asked, CONTEXT)["response"]
    made = answer["claimsAndScopeOverrideDetails"]
    for token in ("idTokenGeneration", "accessTokenGeneration"):
        assert made[token]["claimsToAddOrOverride"] == {
            "practiceId": TENANT,
            "duty": "member",
        }


def test_handlers_believe_the_new_claims_alone(functions: Functions) -> None:
    caller_of = functions.ffp_lambda__tenant.caller_of
    assert caller_of(event(CLAIMS)).tenant_id == TENANT
    with pytest.raises(functions.ffp_lambda__errors.RefusalError, match="names no tenant"):
        caller_of(event(OLD_CLAIMS))


@pytest.fixture
def functions_with_one_role(monkeypatch: pytest.MonkeyPatch) -> Iterator[Functions]:
    """The functions of an application whose only role is `pupil`."""
    scopes = tuple(scope.name for scope in declaration.TENANCY.scopes)
    yield from imported_with(monkeypatch, replace(declaration.TENANCY, roles=(Role(name="pupil", scopes=scopes),)))


@pytest.mark.attack
def test_only_the_declared_roles_are_admitted(functions_with_one_role: Functions) -> None:
    tenant, errors = functions_with_one_role.ffp_lambda__tenant, functions_with_one_role.ffp_lambda__errors
    assert tenant.caller_of(event(OLD_CLAIMS | {"role": "pupil"})).role == "pupil"
    for role in (*(each.name for each in declaration.TENANCY.roles), "administrator", "patient"):
        with pytest.raises(errors.RefusalError, match="names no role"):
            tenant.caller_of(event(OLD_CLAIMS | {"role": role}))


def test_log_lines_follow(functions: Functions, log_lines: Callable[[], list[dict[str, Any]]]) -> None:
    functions.ffp_lambda__log.write("anything", request_id="1", tenant_id=TENANT)
    (line,) = log_lines()
    assert (line["practice"], "tenantId" in line) == (TENANT, False)


def test_media_are_in_the_new_folder(functions: Functions) -> None:
    media = functions.ffp_lambda__media
    assert media.asset_prefix(TENANT, ASSET) == f"films/{TENANT}/{ASSET}/"
    assert media.asset_of(f"films/{TENANT}/{ASSET}/talk.mp3") == (TENANT, ASSET, "talk.mp3")
    assert media.asset_of(f"media/{TENANT}/{ASSET}/talk.mp3") is None


def test_users_have_the_new_attributes(functions: Functions) -> None:
    shown = {"custom:practiceId": TENANT, "custom:duty": "member"}
    found = {"Username": USER, "UserStatus": "CONFIRMED", "Enabled": True}
    user = functions.ffp_lambda__users._user(found, [{"Name": name, "Value": value} for name, value in shown.items()])
    assert (user.tenant_id, user.role) == (TENANT, "member")


def test_row_level_security_reads_the_new_setting(functions: Functions, server: Server) -> None:
    insert = "insert into entries (user_id, body) values ('u', 'x')"
    with connection(functions, server, ROOT / "tests/library/sample/migrations") as opened:
        assert reads_the_new_setting_alone(opened, "entries", insert)
