"""Until when the makers of what the platform runs on support it: one table for what settings may choose, and for
`ffp deliver expiring`.

These dates move. Compare them with their sources when a row is added, and at the yearly review of the waivers.
"""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

# Lambda's runtimes that a function may have. From this day AWS patches a runtime no longer, and soon refuses changes.
# Source: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html (November 2026)
RUNTIMES: Mapping[str, date] = MappingProxyType(
    {
        "python3.12": date(2028, 10, 31),
        "python3.13": date(2029, 6, 30),
        "nodejs22.x": date(2027, 4, 30),
    }
)

# Major versions of RDS for PostgreSQL: the end of standard support. Extended support is off, so RDS upgrades then.
# Source: https://docs.aws.amazon.com/AmazonRDS/latest/PostgreSQLReleaseNotes/postgresql-release-calendar.html. For 18
# it is the end that PostgreSQL's makers name (https://www.postgresql.org/support/versioning/), which is earlier.
# RDS answers the same question (DescribeDBMajorEngineVersions), but the release of boto3 that Checkov demands does not
# know how to ask it.
POSTGRESQL: Mapping[str, date] = MappingProxyType(
    {
        "16": date(2029, 2, 28),
        "17": date(2030, 2, 28),
        "18": date(2030, 11, 14),
    }
)

# Minor releases of Terraform, which HashiCorp supports for at most two years: 1.11.0 is of 27 February 2025.
# Sources: https://www.hashicorp.com/customer-success/self-managed-support,
# https://raw.githubusercontent.com/hashicorp/terraform/v1.11/CHANGELOG.md
TERRAFORM: Mapping[str, date] = MappingProxyType({"1.11": date(2027, 2, 27)})
