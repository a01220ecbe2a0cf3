"""Snapshots of RDS instances that hold their real content, restoring from them, and renaming an instance.

All instances share one PostgreSQL server, and functions reach the database by its name. The instance with the
identifier that CreateDBInstance gave has that name: its content is live. The content of others lies in databases of
their own until they are renamed to that identifier. Passwords belong to an instance and so to its content.
"""

import copy
import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import database
from answers import Answer
from ministack.core.responses import get_account_id, get_region, new_uuid
from ministack.services import rds, secretsmanager
from services import keep_secret

_CONTENT = "_content"  # of an instance: the database with it, and the passwords while it is not live
_ADDRESSES: dict[str, str] = {}  # by name of a database, the identifier of the instance that is reached by it


def complete() -> None:
    """Replaces MiniStack's operations with the completed ones. Fails if MiniStack no longer has one of them."""
    create, delete, modify = (rds._ACTION_MAP[f"{verb}DBInstance"] for verb in ("Create", "Delete", "Modify"))
    delete_snapshot, take = rds._ACTION_MAP["DeleteDBSnapshot"], rds._create_snapshot_internal

    def create_instance(params: dict[str, Any]) -> Answer:
        answer: Answer = create(params)
        instance = rds._instances.get(rds._p(params, "DBInstanceIdentifier")) or {}
        if answer[0] == 200 and "MasterUserSecret" in instance:
            _ADDRESSES[instance["DBName"]] = instance["DBInstanceIdentifier"]
            instance[_CONTENT] = {"database": instance["DBName"]}
        return answer

    def delete_instance(params: dict[str, Any]) -> Answer:
        instance = rds._instances.get(rds._p(params, "DBInstanceIdentifier")) or {}
        answer: Answer = delete(params)
        if answer[0] == 200 and _CONTENT in instance:
            database.drop(_port(instance), instance[_CONTENT]["database"])
        return answer

    def take_snapshot(name: str, instance: dict[str, Any]) -> dict[str, Any]:
        snapshot: dict[str, Any] = take(name, instance)
        if _CONTENT in instance:
            snapshot[_CONTENT] = _copy_of(instance) | {"taken": time.time(), "instance": copy.deepcopy(instance)}
        return snapshot

    def delete_with_content(params: dict[str, Any]) -> Answer:
        content = (rds._snapshots.get(rds._p(params, "DBSnapshotIdentifier")) or {}).get(_CONTENT)
        answer: Answer = delete_snapshot(params)
        if answer[0] == 200 and content:
            database.drop(_port(content["instance"]), content["database"])
        return answer

    def modify_instance(params: dict[str, Any]) -> Answer:
        answer: Answer = modify(params)
        instance = rds._instances.get(rds._p(params, "DBInstanceIdentifier"))
        if answer[0] != 200 or instance is None:
            return answer
        return _modify(params, instance)

    rds._create_snapshot_internal = take_snapshot
    rds._ACTION_MAP |= {
        "CreateDBInstance": create_instance,
        "DeleteDBInstance": delete_instance,
        "ModifyDBInstance": modify_instance,
        "DeleteDBSnapshot": delete_with_content,
        "RestoreDBInstanceFromDBSnapshot": _restore_from_snapshot,
    }
    if "RestoreDBInstanceToPointInTime" in rds._ACTION_MAP:
        raise NotImplementedError("MiniStack now has RestoreDBInstanceToPointInTime: remove ours")
    rds._ACTION_MAP["RestoreDBInstanceToPointInTime"] = _restore_to_time


def _restore_from_snapshot(params: dict[str, Any]) -> Answer:
    name = rds._p(params, "DBSnapshotIdentifier")
    content = (rds._snapshots.get(name.rpartition(":snapshot:")[2]) or {}).get(_CONTENT)
    if content is None:
        return _error("DBSnapshotNotFound", f"DBSnapshot {name} not found.", 404)
    return _restore("RestoreDBInstanceFromDBSnapshot", rds._p(params, "DBInstanceIdentifier"), content, params)


def _restore_to_time(params: dict[str, Any]) -> Answer:
    """Restores the present content, or that of the newest snapshot from before the time: there is no log to replay."""
    source = rds._p(params, "SourceDBInstanceIdentifier")
    instance = rds._instances.get(source)
    if instance is None or _CONTENT not in instance:
        return _error("DBInstanceNotFound", f"DBInstance {source} not found.", 404)
    if rds._p(params, "UseLatestRestorableTime") == "true":
        content = _copy_of(instance) | {"instance": instance}
    else:
        until = datetime.fromisoformat(rds._p(params, "RestoreTime").replace("Z", "+00:00")).timestamp()
        taken = [
            each[_CONTENT]
            for each in rds._snapshots.values()
            if each["DBInstanceIdentifier"] == source and _CONTENT in each and each[_CONTENT]["taken"] <= until
        ]
        if not taken:
            message = "The emulator restores to a time only from a snapshot that was taken before it."
            return _error("InvalidRestoreFault", message, 400)
        content = max(taken, key=lambda each: each["taken"])
    return _restore("RestoreDBInstanceToPointInTime", rds._p(params, "TargetDBInstanceIdentifier"), content, params)


def _restore(operation: str, identifier: str, content: Mapping[str, Any], params: dict[str, Any]) -> Answer:
    if identifier in rds._instances:
        return _error("DBInstanceAlreadyExists", f"DBInstance {identifier} already exists.", 400)
    group = rds._p(params, "DBSubnetGroupName")
    if group and group not in rds._subnet_groups:
        return _error("DBSubnetGroupNotFoundFault", f"DBSubnetGroup {group} not found.", 404)
    instance = _restored(identifier, content["instance"], params)
    own = f"instance {instance['DbiResourceId']}"
    database.copy(_port(instance), content["database"], own)
    instance[_CONTENT] = {"database": own, "passwords": dict(content["passwords"])}
    rds._instances[identifier] = instance
    rds._tags[instance["DBInstanceArn"]] = instance["TagList"]
    _go_live(instance)
    answer: Answer = rds._single_instance_response(f"{operation}Response", f"{operation}Result", instance)
    return answer


def _restored(identifier: str, source: Mapping[str, Any], params: dict[str, Any]) -> dict[str, Any]:
    """The record of a restored instance: of the source's settings, RDS keeps those that belong to the data."""
    given = {key: rds._p(params, key) for key in params}
    instance = copy.deepcopy({key: value for key, value in source.items() if not key.startswith("_")})
    for key in ("MasterUserSecret", "MonitoringRoleArn", "MaxAllocatedStorage", "PerformanceInsightsKMSKeyId"):
        instance.pop(key, None)
    major = instance["EngineVersion"].split(".")[0]
    groups = rds._parse_member_list(params, "VpcSecurityGroupIds")
    return instance | {
        "DBInstanceIdentifier": identifier,
        "DBInstanceArn": f"arn:aws:rds:{get_region()}:{get_account_id()}:db:{identifier}",
        "DbiResourceId": f"db-{new_uuid().replace('-', '')[:20].upper()}",
        "InstanceCreateTime": rds._format_time(time.time()),
        "DBInstanceStatus": "available",
        "DBInstanceClass": given.get("DBInstanceClass") or source["DBInstanceClass"],
        "VpcSecurityGroups": [{"VpcSecurityGroupId": each, "Status": "active"} for each in groups],
        "DBParameterGroups": [
            {
                "DBParameterGroupName": given.get("DBParameterGroupName") or f"default.postgres{major}",
                "ParameterApplyStatus": "in-sync",
            }
        ],
        "DBSubnetGroup": rds._subnet_groups.get(given.get("DBSubnetGroupName"), {"DBSubnetGroupName": "default"}),
        "EnabledCloudwatchLogsExports": rds._parse_member_list(params, "EnableCloudwatchLogsExports"),
        "EngineLifecycleSupport": given.get("EngineLifecycleSupport") or "open-source-rds-extended-support",
        "CACertificateIdentifier": given.get("CACertificateIdentifier") or "rds-ca-rsa2048-g1",
        "MonitoringInterval": 0,
        "PerformanceInsightsEnabled": False,
        "IAMDatabaseAuthenticationEnabled": given.get("EnableIAMDatabaseAuthentication") == "true",
        "PendingModifiedValues": {},
        "TagList": rds._parse_tags(params),
        **{
            key: given.get(key, default) == "true"
            for key, default in (
                ("MultiAZ", "false"),
                ("PubliclyAccessible", "false"),
                ("DeletionProtection", "false"),
                ("CopyTagsToSnapshot", "false"),
                ("AutoMinorVersionUpgrade", "true"),
            )
        },
        **({"MaxAllocatedStorage": int(given["MaxAllocatedStorage"])} if "MaxAllocatedStorage" in given else {}),
    }


def _modify(params: dict[str, Any], instance: dict[str, Any]) -> Answer:
    """What MiniStack's operation leaves out: log exports, insights, the master's secret, and another identifier."""
    exported = instance["EnabledCloudwatchLogsExports"]
    off = rds._parse_member_list(params, "CloudwatchLogsExportConfiguration.DisableLogTypes")
    on = rds._parse_member_list(params, "CloudwatchLogsExportConfiguration.EnableLogTypes")
    instance["EnabledCloudwatchLogsExports"] = sorted({*exported, *on} - {*off})
    if insights := rds._p(params, "EnablePerformanceInsights"):
        instance["PerformanceInsightsEnabled"] = insights == "true"
    if rds._p(params, "ManageMasterUserPassword") == "true" and "MasterUserSecret" not in instance:
        password = rds._generate_master_user_password()
        keep_secret(instance, rds._p(params, "MasterUserSecretKmsKeyId"), password)
        _set_password(instance, database.verifier(password))
    if new := rds._p(params, "NewDBInstanceIdentifier"):
        if new in rds._instances:
            return _error("DBInstanceAlreadyExists", f"DBInstance {new} already exists.", 400)
        _rename(instance, new)
    answer: Answer = rds._single_instance_response("ModifyDBInstanceResponse", "ModifyDBInstanceResult", instance)
    return answer


def _rename(instance: dict[str, Any], identifier: str) -> None:
    former = instance["DBInstanceArn"]
    del rds._instances[instance["DBInstanceIdentifier"]]
    instance["DBInstanceIdentifier"] = identifier
    instance["DBInstanceArn"] = f"{former.rpartition(':')[0]}:{identifier}"
    rds._instances[identifier] = instance
    rds._tags[instance["DBInstanceArn"]] = rds._tags.pop(former, [])
    if secret := instance.get("MasterUserSecret"):
        # RDS's tag names the instance, by which policies know the secret.
        _, record = secretsmanager._resolve(secret["SecretArn"])
        record["Tags"] = [{"Key": "aws:rds:primaryDBInstanceArn", "Value": instance["DBInstanceArn"]}]
    _step_aside(instance)
    _go_live(instance)


def _is_live(instance: Mapping[str, Any]) -> bool:
    return bool(instance[_CONTENT]["database"] == instance["DBName"])


def _step_aside(instance: dict[str, Any]) -> None:
    """Takes the content of an instance that has lost the identifier away from the name."""
    if _is_live(instance) and instance["DBInstanceIdentifier"] != _ADDRESSES[instance["DBName"]]:
        own = f"instance {instance['DbiResourceId']}"
        passwords = database.passwords(_port(instance))
        database.rename(_port(instance), instance["DBName"], own)
        instance[_CONTENT] = {"database": own, "passwords": passwords}


def _go_live(instance: dict[str, Any]) -> None:
    """Gives the content of the instance with the identifier the name, and its passwords to the roles."""
    if not _is_live(instance) and instance["DBInstanceIdentifier"] == _ADDRESSES[instance["DBName"]]:
        database.rename(_port(instance), instance[_CONTENT]["database"], instance["DBName"])
        database.set_passwords(_port(instance), instance[_CONTENT]["passwords"])
        instance[_CONTENT] = {"database": instance["DBName"]}


def _set_password(instance: dict[str, Any], verifier: str) -> None:
    if _is_live(instance):
        database.set_passwords(_port(instance), {instance["MasterUsername"]: verifier})
    else:
        instance[_CONTENT]["passwords"][instance["MasterUsername"]] = verifier


def _copy_of(instance: Mapping[str, Any]) -> dict[str, Any]:
    """A copy of an instance's content, with its passwords."""
    port, content = _port(instance), instance[_CONTENT]
    name = f"copy {new_uuid()}"
    database.copy(port, content["database"], name)
    return {"database": name, "passwords": content.get("passwords") or database.passwords(port)}


def _port(instance: Mapping[str, Any]) -> int:
    return int(instance["Endpoint"]["Port"])


def _error(code: str, message: str, status: int) -> Answer:
    answer: Answer = rds._error(code, message, status)
    return answer
