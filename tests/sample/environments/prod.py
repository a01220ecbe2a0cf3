"""The tests' production: it says only what has no default."""

from pathlib import Path

from settings import (
    BudgetSettings,
    DistributionSettings,
    Domain,
    Environment,
    IdentitySettings,
    MonitoringSettings,
    NetworkSettings,
)
from settings.playback_keys import public_halves
from tests.sample.application import APPLICATION

KEYS = Path(__file__).with_name("keys")
SETTINGS = Environment(
    name="prod",
    account_id="333333333333",
    cost_centre="platform",
    domain=Domain(
        name="app.ffp.example",
        certificate_arn="arn:aws:acm:us-east-1:333333333333:certificate/33333333-3333-4333-8333-333333333333",
    ),
    web_origin="https://web.ffp.example",
    application=APPLICATION,
    network=NetworkSettings(cidr="10.30.0.0/16"),
    identity=IdentitySettings(
        callback_urls=("https://web.ffp.example/signed-in",),
        logout_urls=("https://web.ffp.example/signed-out",),
    ),
    distribution=DistributionSettings(playback_keys=public_halves("prod", KEYS)),
    monitoring=MonitoringSettings(email="platform@ffp.example"),
    budget=BudgetSettings(monthly_usd=115, email="platform@ffp.example"),
)
