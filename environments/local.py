"""A local platform on an emulator: no account, no domain."""

from environments.application import APPLICATION, PUBLIC_ROUTES, SCOPES, SECRETS
from environments.keys import PLAYBACK_KEYS
from environments.settings import (
    Api,
    Budget,
    Database,
    Distribution,
    Encryption,
    Environment,
    Identity,
    Monitoring,
    Network,
    Secrets,
)

SETTINGS = Environment(
    name="local",
    account_id="000000000000",
    cost_centre="platform",
    provider_release="5.100.0",
    holds_patient_data=False,
    disposable=True,
    emulated=True,
    domain=None,
    web_origin="http://localhost:5173",
    application=APPLICATION,
    network=Network(cidr="10.40.0.0/16", flow_log_retention_days=14),
    encryption=Encryption(deletion_window_days=7),
    secrets=Secrets(secrets=SECRETS, recovery_window_days=0),
    database=Database(
        multi_az=False,
        backup_retention_days=1,
        storage_limit_gb=30,
        performance_insights=False,
        enhanced_monitoring_seconds=0,
        log_retention_days=14,
    ),
    identity=Identity(
        mfa="OPTIONAL",
        scopes=SCOPES,
        callback_urls=("http://localhost:5173/signed-in",),
        logout_urls=("http://localhost:5173/signed-out",),
    ),
    api=Api(
        public_routes=PUBLIC_ROUTES,
        requests_per_second=20,
        burst=50,
        log_retention_days=14,
    ),
    distribution=Distribution(playback_keys=PLAYBACK_KEYS["local"], waf=False),
    monitoring=Monitoring(email="platform@ffp.example", function_alarms=False),
    budget=Budget(monthly_usd=40, email="platform@ffp.example"),
)
