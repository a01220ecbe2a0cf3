"""The alarms of scans for malware."""

from modules.monitoring.alarms import Alarms
from modules.storage import MalwareProtection

_NAMESPACE = "AWS/GuardDuty/MalwareProtection"


def watch_scans(alarms: Alarms, protection: MalwareProtection) -> None:
    """Watches what scans find, and scans that fail or may not read an object.

    GuardDuty shows a plan as active even if its role lacks permissions, so only skipped objects tell of that.
    """
    bucket = protection.name
    of_plan = {"Malware Protection Plan Id": protection.plan_id, "Resource Name": protection.bucket_name}
    refused = {**of_plan, "Skipped Reason": "MissingPermissions"}
    for kind, purpose, metric, dimensions in (
        ("malware", f"A scan found malware in {bucket}", "InfectedScanCount", of_plan),
        ("failed-scans", f"Objects of {bucket} could not be scanned", "FailedScanCount", of_plan),
        ("refused-scans", f"Scans may not read {bucket}", "SkippedScanCount", refused),
    ):
        alarms.on_metric(
            f"{bucket}-{kind}",
            purpose,
            kind=kind,
            namespace=_NAMESPACE,
            metric=metric,
            dimensions=dimensions,
            statistic="Sum",
            threshold=0,
            periods=1,
        )
