"""The tenancy with other names: whatever still says the old ones has not asked the declaration."""

from dataclasses import replace

from settings import Environment
from tests.sample.tenancy import TENANCY
from tests.settings.changed import PROD, area

RENAMED = replace(
    TENANCY,
    tenant="practiceId",
    role="duty",
    log_field="practice",
    database_setting="ffp.practice",
    media_prefix="films",
)


def settings() -> Environment:
    """Production with these names."""
    return area("application", PROD, tenancy=RENAMED)
