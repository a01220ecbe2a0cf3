"""A bill of a vault, worked out by hand."""

from ffp.cost import estimate
from tests.cost.handmade import API, HOURS, Blocks, database, function, is_near, price, stack, usage


def test_a_vault_with_a_copy_elsewhere_and_a_monthly_test() -> None:
    bucket = "${aws_s3_bucket.b.id}"
    daily = {
        "schedule": "cron(0 5 * * ? *)",
        "lifecycle": {"delete_after": 30},
        "copy_action": [{"destination_vault_arn": "arn:a", "lifecycle": {"delete_after": 90}}],
    }
    selected = ["${aws_db_instance.db.arn}", "${aws_s3_bucket.b.arn}"]
    without: Blocks = {
        **API,
        "aws_lambda_function": {"f": function()},
        "aws_db_instance": {"db": database()},
        "aws_s3_bucket": {"b": {}},
        "aws_s3_bucket_versioning": {"v": {"bucket": bucket}},
    }
    with_it: Blocks = {
        **without,
        "aws_backup_plan": {"p": {"rule": [daily]}},
        "aws_backup_selection": {"s": {"plan_id": "${aws_backup_plan.p.id}", "resources": selected}},
        "aws_backup_restore_testing_plan": {"t": {"name": "t", "schedule_expression": "cron(0 9 ? * 2#1 *)"}},
        "aws_backup_restore_testing_selection": {
            "s": {
                "restore_testing_plan_name": "${aws_backup_restore_testing_plan.t.name}",
                "protected_resource_arns": selected[:1],
            }
        },
    }
    month = usage(users=1000, database_mb_per_user=10.24, stored_gb_per_user=0.2)
    vault = estimate([stack(with_it)], month).total.expected - estimate([stack(without)], month).total.expected
    data_gb, objects_gb, days_a_month = 10.0, 200.0, HOURS / 24
    own_backups_gb = data_gb * (1 + 7 * 0.02)  # of the 20 GB that are free
    by_hand = (
        (data_gb * (1 + 30 * 0.02) - (20 - own_backups_gb)) * price("rds.backup_gb")
        + data_gb * (1 + 90 * 0.02) * price("rds.backup_gb")  # nothing is free in the other account
        + (objects_gb * (1 + 0.01 * 30 / days_a_month)) * price("backup.s3_gb")
        + (objects_gb * (1 + 0.01 * 90 / days_a_month)) * price("backup.s3_gb")
        + 1 * price("backup.restore_test")
        + 2 * price("rds.hour.db.t4g.micro.single")
    )
    assert is_near(vault, by_hand)
