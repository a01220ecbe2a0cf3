"""The drill: what is lost is recovered by the commands of docs/deployment.md, and then the platform is as it was.

State, objects, users and database are deleted one after the other. Terraform, the AWS CLI and jq run the document's own
blocks; only what a person chooses there, such as a version, is filled in from what the commands before printed.
"""

import contextlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from ffp.emulator import data
from ffp.emulator.home import write_private
from ffp.emulator.platform import Platform, state_location
from ffp.emulator.smoke import cases
from ffp.emulator.smoke.kit import TENANTS
from ffp.emulator.smoke.walk import Walk
from ffp.project import ROOT
from ffp.smoke import routes
from ffp.terraform import TerraformError
from tests.emulator.chosen import APPLICATION
from tests.emulator.drill import AWS, Shell, blocks, changes, printed_list, shell, until
from tests.support import require

STATE, OBJECTS, USERS = "### A version of the state", "### A media object", "### The user pool"
DATABASE = "### The database, to a point in time"


@pytest.fixture(scope="module")
def sh(platform: Platform, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    require(AWS if AWS.exists() else None, "the AWS CLI in the emulator's environment")
    assert changes(platform) == {}
    with shell(platform, tmp_path_factory.mktemp("drill") / "root") as opened:
        yield opened


def _client(platform: Platform, service: str) -> Any:
    return platform.account.client(platform.account.root, service)


def _answers(platform: Platform) -> dict[tuple[str, str], int]:
    """What each route that reads a collection answers to each user who may call it, after signing in anew."""
    walk = Walk.on(platform)
    roles = {role.name: role for role in APPLICATION.tenancy.roles}
    found = {
        (user.name, route.key): walk.call("GET", route.path, token=walk.sign_in(user).access).status_code
        for user in walk.users
        for route in routes.closed(APPLICATION)
        if route.reads_a_collection and route.admits(roles[user.role])
    }
    assert 200 in found.values()
    return found


# The state


def _good_version(platform: Platform) -> str:
    return str(_client(platform, "s3").head_object(**state_location(platform.folder))["VersionId"])


def _state(platform: Platform) -> dict[str, Any]:
    content = _client(platform, "s3").get_object(**state_location(platform.folder))["Body"].read()
    return dict(json.loads(content))


def test_a_bad_state_is_replaced_by_the_version_before(platform: Platform, sh: Shell) -> None:
    good, now = _good_version(platform), _state(platform)
    kept = [each for each in now["resources"] if each["type"] != "aws_s3_bucket"]
    bad = json.dumps(now | {"serial": now["serial"] + 1, "resources": kept})
    _client(platform, "s3").put_object(**state_location(platform.folder), Body=bad.encode())
    assert "create" in changes(platform).values()
    read, push, _ = blocks(STATE)
    listing, fetching = until(read, "version")
    (_, *_), (version, *_), *_ = json.loads(sh.run(listing))
    assert version == good
    compared = sh.run(fetching, version=version)
    old, present = (json.loads(line) for line in compared.splitlines() if line.startswith('{"serial"'))
    assert old["lineage"] == present["lineage"]
    assert old["resources"] > present["resources"]
    sh.run(push)
    assert changes(platform) == {}


@pytest.mark.parametrize("loss", ["overwritten", "deleted"])
def test_a_state_that_nobody_can_read_is_copied_from_the_version_before(
    platform: Platform, sh: Shell, loss: str
) -> None:
    good = _good_version(platform)
    if loss == "overwritten":
        _client(platform, "s3").put_object(**state_location(platform.folder), Body=b"no state")
    else:  # nobody may on AWS; the emulator's root user is beyond the bucket's policy
        _client(platform, "s3").delete_object(**state_location(platform.folder))
    read, _, copying = blocks(STATE)
    listing, _ = until(read, "version")
    versions = [version for version, *_ in json.loads(sh.run(listing))]
    assert good in versions[:2]
    sh.run(copying, version=good)
    assert changes(platform) == {}


# Objects


def _put(platform: Platform, bucket: str, key: str, content: bytes) -> None:
    _client(platform, "s3").put_object(Bucket=bucket, Key=key, Body=content)


def _contents(platform: Platform, bucket: str) -> dict[str, bytes]:
    s3 = _client(platform, "s3")
    listed = s3.list_objects_v2(Bucket=bucket).get("Contents", [])
    return {each["Key"]: s3.get_object(Bucket=bucket, Key=each["Key"])["Body"].read() for each in listed}


def test_a_buckets_objects_come_back(platform: Platform, sh: Shell) -> None:
    """All are deleted: one is recovered by its name, another is overwritten first, and the rest by their prefix."""
    s3, tenant = _client(platform, "s3"), TENANTS[0]
    bucket = f"{platform.account.name('media')}-{platform.account.settings.account_id}"
    for name in ("first", "second", "third"):
        _put(platform, bucket, f"media/{tenant}/{name}/video.mp4", name.encode())
    before = _contents(platform, bucket)
    _put(platform, bucket, f"media/{tenant}/second/video.mp4", b"something else")
    for key in before:
        if "/second/" not in key:
            s3.delete_object(Bucket=bucket, Key=key)
    one, below = blocks(OBJECTS)
    for name in ("first", "second"):
        sh.run(f"B=$ENV-ffp-media-<account>; K=media/<tenant>/{name}/video.mp4", tenant=tenant)
        listing, removing = until(one, "marker")
        listed = json.loads(sh.run(listing))
        removing, copying = until(removing, "version")
        copying, invalidating = until(copying, "id")
        if name == "first":
            ((marker, _),) = listed["markers"]
            sh.run(removing, marker=marker)
        else:
            (version,) = [version for version, _, is_latest in listed["versions"] if not is_latest]
            sh.run(copying, version=version)
        (distribution,) = _client(platform, "cloudfront").list_distributions()["DistributionList"]["Items"]
        sh.run(invalidating, id=distribution["Id"])
    for tenant_ in TENANTS:
        sh.run(below, tenant=tenant_)
    assert _contents(platform, bucket) == before


# Users


@pytest.fixture
def pool(platform: Platform) -> str:
    return platform.outputs()["user-pool"]


def _users(platform: Platform, pool: str) -> dict[str, dict[str, Any]]:
    """What a user is, by address, with its groups; the `sub` is left out."""
    cognito = _client(platform, "cognito-idp")
    found = {}
    for user in cognito.list_users(UserPoolId=pool)["Users"]:
        attributes = {each["Name"]: each["Value"] for each in user["Attributes"]}
        attributes.pop("sub")
        groups = cognito.admin_list_groups_for_user(UserPoolId=pool, Username=user["Username"])["Groups"]
        found[attributes["email"]] = {
            **attributes,
            "enabled": user["Enabled"],
            "status": user["UserStatus"],
            "groups": sorted(each["GroupName"] for each in groups),
        }
    return found


def test_a_lost_pool_is_recovered_from_its_export_and_the_rows_follow(platform: Platform, sh: Shell, pool: str) -> None:
    cognito, account = _client(platform, "cognito-idp"), platform.account
    people, answers = data.read_users(account), _answers(platform)
    cognito.admin_disable_user(UserPoolId=pool, Username=people[-1].name)
    before, rows = _users(platform, pool), _rows_of_users(platform)
    assert rows
    exporting, deploying, recovering, listing = blocks(USERS)
    assert "jsonl.gz" in sh.run(exporting)

    for client in cognito.list_user_pool_clients(UserPoolId=pool, MaxResults=10)["UserPoolClients"]:
        cognito.delete_user_pool_client(UserPoolId=pool, ClientId=client["ClientId"])
    if domain := cognito.describe_user_pool(UserPoolId=pool)["UserPool"].get("Domain"):
        cognito.delete_user_pool_domain(UserPoolId=pool, Domain=domain)
    cognito.delete_user_pool(UserPoolId=pool)
    replaced = printed_list(sh.run(deploying))
    assert {address.split(".")[0] for address in replaced} == {"aws_lambda_permission"}
    new = platform.outputs()["user-pool"]
    assert new != pool

    assert f"users made: {len(before)}" in sh.run(recovering)
    assert _users(platform, new) == before
    assert f"users that existed: {len(before)}" in sh.run(recovering)  # it can be repeated
    assert "moved-users.sql" in sh.run(listing)
    sql = (ROOT / ".build/recovery" / account.settings.name / "moved-users.sql").read_text(encoding="utf-8")
    with contextlib.closing(data.as_owner(account)) as session:
        session.run("reset role")
        session.run(sql)
    moved = {old: new_one for _, old, new_one in _moved(platform)}
    assert _rows_of_users(platform) == sorted((table, tenant, moved.get(user, user)) for table, tenant, user in rows)

    # Each user chooses a password by mail, which the emulator does not send: an administrator sets the former one.
    cognito.admin_enable_user(UserPoolId=new, Username=people[-1].name)
    for user in people:
        cognito.admin_set_user_password(UserPoolId=new, Username=user.name, Password=user.password, Permanent=True)
    record = json.loads(account.home.users.read_text(encoding="utf-8"))
    write_private(account.home.users, json.dumps(record | {"pool": new}))
    assert changes(platform) == {}
    assert _answers(platform) == answers


def _moved(platform: Platform) -> list[list[str]]:
    file = ROOT / ".build/recovery" / platform.account.settings.name / "moved-users.csv"
    return [line.split(",") for line in file.read_text(encoding="utf-8").splitlines()[1:]]


def _rows_of_users(platform: Platform) -> list[tuple[str, str, str]]:
    """Each row that names a user, in both tenants: table, tenant and user."""
    column, found = APPLICATION.tenancy.user_column, []
    with contextlib.closing(data.as_owner(platform.account)) as session:
        naming = (
            "select table_name from information_schema.columns where column_name = :name and table_schema = 'public'"
        )
        tables = [name for (name,) in session.run(naming, name=column) or ()]
        for tenant in TENANTS:
            data.set_tenant(platform.account, session, tenant, for_good=True)
            for table in tables:
                found += [(table, tenant, str(user)) for (user,) in session.run(f"select {column} from {table}") or ()]
    return sorted(found)


# The database


def _is_there(platform: Platform, name: str) -> bool:
    listed = _client(platform, "rds").describe_db_instances()["DBInstances"]
    return any(each["DBInstanceIdentifier"] == name for each in listed)


@pytest.mark.parametrize("loss", ["rows are wrong", "the instance is gone"])
def test_the_database_comes_back_under_its_name(platform: Platform, sh: Shell, loss: str) -> None:
    rds, account = _client(platform, "rds"), platform.account
    name = account.name("database")
    rows, answers = _rows_of_users(platform), _answers(platform)
    prepare, to_time, from_snapshot, secret, first, then, state, deploying = blocks(DATABASE)
    if loss == "rows are wrong":
        sh.run(prepare)
        rds.create_db_snapshot(DBInstanceIdentifier=name, DBSnapshotIdentifier=f"{name}-automatic")
        moment = datetime.now(UTC).isoformat()
        _spoil(platform)
        assert _rows_of_users(platform) != rows
        reading, restoring = until(to_time, "time")
        sh.run(reading)
        sh.run(restoring, time=moment)
    else:
        rds.create_db_snapshot(DBInstanceIdentifier=name, DBSnapshotIdentifier=f"{name}-by-hand")
        rds.delete_db_instance(DBInstanceIdentifier=name, SkipFinalSnapshot=True)
        with pytest.raises(TerraformError, match="secretsmanager:DescribeSecret"):
            changes(platform)
        sh.run(prepare)
        listing, restoring = until(from_snapshot, "snapshot")
        snapshots = [snapshot for snapshot, *_ in json.loads(sh.run(listing))]
        sh.run(restoring, snapshot=next(each for each in snapshots if each.endswith("-by-hand")))
    sh.run(secret)
    if loss == "rows are wrong":
        sh.run(first)
        assert _is_there(platform, f"{name}-old")
    sh.run(then)
    assert not _is_there(platform, f"{name}-restored")
    sh.run(state)
    assert printed_list(sh.run(deploying)) == ["aws_lambda_invocation.database_preparation"]
    assert _rows_of_users(platform) == rows
    assert changes(platform) == {}
    assert _answers(platform) == answers
    if loss == "rows are wrong":
        rds.delete_db_instance(DBInstanceIdentifier=f"{name}-old", SkipFinalSnapshot=True)


def _spoil(platform: Platform) -> None:
    """Deletes all rows that name a user, in both tenants."""
    with contextlib.closing(data.as_owner(platform.account)) as session:
        for tenant in TENANTS:
            data.set_tenant(platform.account, session, tenant, for_good=True)
            for table in {table for table, _, _ in _rows_of_users(platform)}:
                session.run(f"delete from {table}")


def test_afterwards_the_walk_finds_everything_as_it_was(platform: Platform) -> None:
    tried = cases.run(Walk.on(platform), cases.cases_of(APPLICATION))
    assert {case.what: (case.expected, seen) for case, seen in tried if case.expected != seen} == {}
