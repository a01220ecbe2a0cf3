"""What the application declares, and what the functions know of it."""

import ast
from typing import Any

import pytest
from ffp_lambda import log
from ffp_lambda.errors import FailedCallError

from application.tenancy import TENANCY
from ffp.project import ROOT
from library.functions.rotation import rotate_secret as rotation
from library.functions.token import add_claims
from tests.application.functions.shipped import FOLDER
from tests.library.fakes import CONTEXT, TENANT, trigger_event
from tests.library.test_what_sql_tells import notifying
from tests.library.written import calls, log_fields_of, own_words_of
from tests.modules import variants
from tests.modules.template import synthesised


def test_handlers_name_only_declared_roles() -> None:
    roles = [word.value for call in calls(FOLDER, "endpoint") for word in call.keywords if word.arg == "roles"]
    named = [ast.literal_eval(name) for each in roles for name in ast.walk(each) if isinstance(name, ast.Constant)]
    assert len(named) >= len(roles) > 0
    assert set(named) <= {role.name for role in TENANCY.roles}


@pytest.mark.attack
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
    ],
)
def test_a_role_gets_no_scope_of_another(role: str, asked: tuple[str, ...], suppressed: list[str]) -> None:
    event = trigger_event(*asked, **{"custom:tenantId": TENANT, "custom:role": role})
    answer: dict[str, Any] = add_claims.handler(event, CONTEXT)["response"]["claimsAndScopeOverrideDetails"]
    assert answer["accessTokenGeneration"]["scopesToSuppress"] == suppressed


def test_the_function_knows_every_kind_that_the_settings_have() -> None:
    secrets = synthesised(variants.gateway()).all("aws_secretsmanager_secret")
    kinds = {
        name: rotation._kind({"Tags": [{"Key": key, "Value": value} for key, value in each["tags"].items()]})
        for name, each in secrets.items()
        if "tags" in each
    }
    assert isinstance(kinds.pop("secrets_database-application-user_secret"), rotation.DatabaseUsers)
    assert kinds == {"secrets_webhook-key_secret": rotation.GeneratedKey(64)}


def test_module_names_are_unique_across_groups() -> None:
    handlers = [*ROOT.glob("application/functions/*/*.py"), *ROOT.glob("library/functions/*/*.py")]
    assert len({path.stem for path in handlers}) == len(handlers)
    assert handlers


def test_handlers_log_declared_fields_alone() -> None:
    assert calls(FOLDER, "log.write")
    assert log_fields_of(FOLDER) <= log._FIELDS.keys()


def test_all_that_the_handlers_own_errors_say_may_be_logged() -> None:
    texts = own_words_of(FOLDER, "FailedCallError")
    assert [log.describe_error(FailedCallError(text)) for text in texts] == texts


def test_no_handler_notifies_or_listens() -> None:
    """As docs/authentication.md says: whoever listened would hear other tenants."""
    assert notifying("application") == []
