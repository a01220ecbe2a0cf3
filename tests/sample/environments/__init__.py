"""The environments of the tests, in the form of those that ship."""

from tests.sample.environments.dev import SETTINGS as DEV
from tests.sample.environments.local import SETTINGS as LOCAL
from tests.sample.environments.prod import SETTINGS as PROD
from tests.sample.environments.staging import SETTINGS as STAGING

__all__ = ["ALL", "DEV", "LOCAL", "PROD", "STAGING"]
ALL = {each.name: each for each in (DEV, LOCAL, PROD, STAGING)}
