"""Resource types of AWS Backup."""

from collections.abc import Mapping

from catalogue.resource_type import InUse, NotInUse, ResourceType, part_of
from catalogue.service import Area, Service

SERVICES = (Service("Backup", Area.DATA, ("aws_backup",)),)
TYPES: Mapping[str, ResourceType] = {
    "aws_backup_plan": ResourceType(
        holds=None,
        name="name",
        tagged=True,
        billed="by gigabyte that its backups take up",
        replaced=NotInUse("backups are taken once a day"),
    ),
    # AWS allows no hyphens in the names of these two, so that they begin with prod_ffp_ instead of prod-ffp-.
    "aws_backup_restore_testing_plan": ResourceType(
        holds=None,
        name=None,
        tagged=True,
        billed="by hour of each instance that it restores",
        replaced=NotInUse("nothing else refers to it, and a test can wait"),
    ),
    "aws_backup_restore_testing_selection": part_of("its plan"),
    "aws_backup_selection": part_of("its plan"),
    "aws_backup_vault": ResourceType(
        holds="the backups that outlive everything else",
        name="name",
        tagged=True,
        billed=None,  # what lies in it is billed: see the plan
        replaced=InUse("the plan puts backups into it"),
    ),
    "aws_backup_vault_lock_configuration": part_of("its vault"),
}
