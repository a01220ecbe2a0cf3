"""`ffp recover users`: users and groups of an export are in the new pool, once, silently, and as they were."""

import gzip
import json
import re
import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import boto3
import pytest

from ffp.project import BadInputError
from ffp.recover import exports, moved, users
from ffp.recover.users import Moved, Recovery
from tests.library.user_pool import CONFIRMED, INVITED, POOL, Stored, UserPool
from tests.sample.environments import PROD

TENANT = str(uuid4())
Json = dict[str, Any]


def _user(email: str, **changes: Any) -> Json:
    sub = str(uuid4())
    attributes = {"sub": sub, "email": email, "email_verified": "true", "custom:tenantId": TENANT, "custom:role": "x"}
    listed = [{"Name": name, "Value": value} for name, value in attributes.items()]
    return {"Username": sub, "Attributes": listed, "Enabled": True, "UserStatus": CONFIRMED, **changes}


def _written(folder: Path, *listed: Json, end: Json | None = None, groups: tuple[str, ...] = (TENANT,)) -> Path:
    lines: list[Json] = [{"export": {"format": 1, "pool": "old", "begun": "2027-01-31T02:40:00+00:00"}}]
    lines += [{"group": {"GroupName": name}} for name in groups]
    lines += [{"user": user} for user in listed]
    lines += [{"membership": {"group": name, "username": user["Username"]}} for name in groups for user in listed]
    counts = {"groups": len(groups), "users": len(listed), "memberships": len(groups) * len(listed)}
    lines.append({"end": counts if end is None else end})
    file = folder / "export.jsonl.gz"
    file.write_bytes(gzip.compress("".join(f"{json.dumps(line)}\n" for line in lines).encode()))
    return file


@pytest.fixture
def pool(monkeypatch: pytest.MonkeyPatch) -> UserPool:
    """A new, empty pool."""
    monkeypatch.setattr(users, "SECONDS_BETWEEN_CALLS", 0)
    pool = UserPool()
    return pool


@pytest.fixture
def recover(pool: UserPool) -> Callable[[Path], users.Outcome]:
    """Recovers an export of a file into the pool."""
    client: Any = boto3.client("cognito-idp", "eu-west-2", aws_access_key_id="x", aws_secret_access_key="x")
    pool.serve(client)

    def run(file: Path) -> users.Outcome:
        with exports.fetched(PROD, str(file), None) as export:
            return Recovery(client, POOL, "custom:tenantId", lambda _: None).run(export)

    return run


Recover = Callable[[Path], users.Outcome]


def test_users_are_made_as_they_were_without_mail_and_with_a_password_nobody_knows(
    pool: UserPool, recover: Recover, tmp_path: Path
) -> None:
    exported = [_user("a@example.org"), _user("b@example.org", Enabled=False)]
    outcome = recover(_written(tmp_path, *exported))
    assert (outcome.problems, pool.mails) == ([], [])
    first, second = (pool.by_email(email) for email in ("a@example.org", "b@example.org"))
    assert first
    assert second
    assert first.attributes == {
        "email": "a@example.org",
        "email_verified": "true",
        "custom:tenantId": TENANT,
        "custom:role": "x",
    }
    assert (first.status, first.enabled, second.enabled) == (CONFIRMED, True, False)
    (one,), (other,) = first.passwords, second.passwords
    assert one != other
    assert len(one) > 60
    assert all(re.search(kind, one) for kind in ("[a-z]", "[A-Z]", "[0-9]", "[^A-Za-z0-9]"))
    assert pool.groups == {TENANT: [first.name, second.name]}
    assert outcome.moved == [
        Moved(TENANT, each["Username"], made.name) for each, made in zip(exported, (first, second), strict=True)
    ]


def test_an_invitation_remains_one_that_can_be_sent_again(pool: UserPool, recover: Recover, tmp_path: Path) -> None:
    recover(_written(tmp_path, _user("new@example.org", UserStatus=INVITED)))
    made = pool.by_email("new@example.org")
    assert made
    assert (made.status, made.passwords) == (INVITED, [])


def test_a_repeated_run_doubles_and_changes_nothing(pool: UserPool, recover: Recover, tmp_path: Path) -> None:
    file = _written(tmp_path, _user("a@example.org"), _user("b@example.org"))
    first = recover(file)
    pool.calls.clear()
    second = recover(file)
    assert (len(pool.users), second.problems) == (2, [])
    assert second.moved == first.moved
    assert not {"AdminSetUserPassword", "AdminDisableUser"} & set(pool.calls)


def test_a_run_that_was_interrupted_is_completed(pool: UserPool, recover: Recover, tmp_path: Path) -> None:
    """The first user was made, but has neither its password nor its group."""
    exported = _user("a@example.org")
    attributes = {each["Name"]: each["Value"] for each in exported["Attributes"] if each["Name"] != "sub"}
    pool.users["half"] = Stored(attributes, INVITED, "half")
    assert recover(_written(tmp_path, exported)).problems == []
    assert (pool.users["half"].status, pool.groups) == (CONFIRMED, {TENANT: ["half"]})


@pytest.mark.attack
def test_who_exists_in_another_tenant_is_reported_by_line_and_not_touched(
    pool: UserPool, recover: Recover, tmp_path: Path
) -> None:
    stranger = pool.add("a@example.org", str(uuid4()))
    outcome = recover(_written(tmp_path, _user("a@example.org"), _user("b@example.org")))
    others = "custom:role, custom:tenantId, email_verified"
    assert outcome.problems[0] == f"line 3: the user exists with another value of {others}; nothing was changed"
    assert "a@example.org" not in "".join(outcome.problems)
    assert stranger.name not in pool.groups[TENANT]
    assert stranger.passwords == []
    assert pool.by_email("b@example.org")


def test_what_cognito_refuses_is_reported_by_line_and_the_others_go_on(
    pool: UserPool, recover: Recover, tmp_path: Path
) -> None:
    outcome = recover(_written(tmp_path, _user("x@refused.example"), _user("b@example.org")))
    assert outcome.problems == [
        "line 3: AWS refuses AdminCreateUser: InvalidParameterException",
        "line 5: its user is not in the export, or could not be made",
    ]
    assert pool.by_email("b@example.org")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda content: content[:-40], "cannot be read after line"),
        (lambda content: gzip.compress(b"\n".join(gzip.decompress(content).splitlines()[:-1])), "it is not complete"),
        (
            lambda content: gzip.compress(gzip.decompress(content).replace(b'"format": 1', b'"format": 2')),
            "in format 1",
        ),
        (lambda content: gzip.compress(gzip.decompress(content).replace(b'"user"', b'"person"')), "line 3 is none of"),
        (lambda content: b"no gzip", "cannot be read after line 0"),
    ],
)
def test_what_is_no_complete_export_creates_nothing(
    pool: UserPool, recover: Recover, tmp_path: Path, change: Callable[[bytes], bytes], message: str
) -> None:
    file = _written(tmp_path, *(_user(f"{number}@example.org") for number in range(9)))
    file.write_bytes(change(file.read_bytes()))
    with pytest.raises(BadInputError, match=message):
        recover(file)
    assert pool.calls == []


def test_the_files_are_the_callers_alone(tmp_path: Path) -> None:
    table, sql = moved.write("prod", [Moved(TENANT, "old", "new")], PROD.application.tenancy, tmp_path)
    assert [stat.S_IMODE(file.stat().st_mode) for file in (table, sql)] == [0o600, 0o600]
    assert table.read_text(encoding="utf-8").splitlines() == ["tenant,old,new", f"{TENANT},old,new"]


def test_the_sql_has_the_names_of_the_tenancy_and_quotes_values() -> None:
    tenancy = replace(PROD.application.tenancy, user_column="person", database_setting="ffp.practice")
    text = moved.sql([Moved("a'b", "old", "new"), Moved("", "lost", "lost")], tenancy)
    assert "a''b" in text
    assert "set_config('ffp.practice'" in text
    assert "c.column_name = 'person'" in text
    assert "lost" not in text
