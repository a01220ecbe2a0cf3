"""The export of the user pool: a function and a bucket of the platform, whatever the application is."""

from pathlib import Path

from settings import RecoverySettings, Schedule, UsersExport
from tests.modules.granted import changed, document
from tests.modules.template import Template, synthesised
from tests.settings.changed import area, only

BUCKET = "storage_user-exports_bucket"
FUNCTION = "function-export-users_function"
OBJECTS = "arn:aws:s3:::prod-ffp-user-exports-333333333333/users/*"


def test_every_environment_exports_its_users_every_night(prod: Template) -> None:
    schedule = prod.one("aws_scheduler_schedule", "function-export-users_schedule_schedule")
    assert schedule["schedule_expression"] == "cron(40 2 * * ? *)"
    function = prod.one("aws_lambda_function", FUNCTION)
    assert (function["timeout"], function["reserved_concurrent_executions"]) == (900, 1)
    assert "vpc_config" not in function
    assert {"USER_POOL_ID", "USER_EXPORTS_BUCKET"} <= function["environment"]["variables"].keys()


def test_the_function_lists_the_pool_and_writes_below_one_prefix_alone(prod: Template) -> None:
    granted = prod.grants("user-exports")
    assert set(granted["ExportUsers"]["actions"]) == {
        "cognito-idp:ListGroups",
        "cognito-idp:ListUsers",
        "cognito-idp:ListUsersInGroup",
    }
    on_objects = [each for each in granted.values() if any(action.startswith("s3:") for action in each["actions"])]
    assert [(set(each["actions"]), each["resources"]) for each in on_objects] == [
        ({"s3:AbortMultipartUpload", "s3:PutObject"}, [OBJECTS])
    ]


def test_an_export_is_gone_a_week_after_its_days(prod: Template) -> None:
    (rule,) = prod.one("aws_s3_bucket_lifecycle_configuration", "storage_user-exports_life-cycle")["rule"]
    assert rule["expiration"] == [{"days": 35}]
    assert rule["noncurrent_version_expiration"] == [{"noncurrent_days": 7}]
    assert rule["abort_incomplete_multipart_upload"] == [{"days_after_initiation": 1}]
    assert "transition" not in rule


def test_settings_say_when_and_for_how_long() -> None:
    export = UsersExport(schedule=Schedule(expression="rate(6 hours)"), keep_days=14)
    changed_one = synthesised(area("recovery", users_export=export))
    schedule = changed_one.one("aws_scheduler_schedule", "function-export-users_schedule_schedule")
    assert schedule["schedule_expression"] == "rate(6 hours)"
    (rule,) = changed_one.one("aws_s3_bucket_lifecycle_configuration", "storage_user-exports_life-cycle")["rule"]
    assert rule["expiration"] == [{"days": 14}]


def test_without_the_export_nothing_of_it_is_made(one_binding_each: Template, tmp_path: Path) -> None:
    """Neither the function and the bucket, nor what the boundary says of them."""
    assert FUNCTION not in one_binding_each.all("aws_lambda_function")
    assert BUCKET not in one_binding_each.all("aws_s3_bucket")
    without = changed(tmp_path, "prod", recovery=RecoverySettings(users_export=None))
    assert not {each["sid"] for each in document(without, "boundary_access")} & {"ExportUsers", "LeaveExportsAlone"}


def test_the_settings_of_the_application_stay_what_they_are() -> None:
    names = [group.name for group in only().application.groups]
    assert "user-exports" not in names
    assert [group.name for group in only().deployed.groups] == [*names, "user-exports"]
