"""Between the two: with test data, and not disposable."""

from pathlib import Path

from settings import (
    BudgetSettings,
    DatabaseSettings,
    DistributionSettings,
    Domain,
    Environment,
    IdentitySettings,
    MonitoringSettings,
    NetworkSettings,
    RecoverySettings,
)
from settings.playback_keys import public_halves
from tests.sample.application import APPLICATION

KEYS = Path(__file__).with_name("keys")
SETTINGS = Environment(
    name="staging",
    account_id="222222222222",
    cost_centre="platform",
    holds_patient_data=False,
    domain=Domain(
        name="app.staging.ffp.example",
        certificate_arn="arn:aws:acm:us-east-1:222222222222:certificate/22222222-2222-4222-8222-222222222222",
    ),
    web_origin="https://web.staging.ffp.example",
    application=APPLICATION,
    recovery=RecoverySettings(vault=None),
    network=NetworkSettings(cidr="10.20.0.0/16"),
    database=DatabaseSettings(multi_az=False, backup_retention_days=7),
    identity=IdentitySettings(
        callback_urls=("https://web.staging.ffp.example/signed-in",),
        logout_urls=("https://web.staging.ffp.example/signed-out",),
    ),
    distribution=DistributionSettings(playback_keys=public_halves("staging", KEYS), waf=False),
    monitoring=MonitoringSettings(email="platform@ffp.example", function_alarms=False),
    budget=BudgetSettings(monthly_usd=60, email="platform@ffp.example"),
)
