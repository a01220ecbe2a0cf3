"""On an emulator: no account and no domain."""

from dataclasses import replace
from pathlib import Path

from settings.playback_keys import public_halves
from settings.releases import OFFLINE
from tests.sample.environments.dev import SETTINGS as DEV

KEYS = Path(__file__).with_name("keys")
SETTINGS = replace(
    DEV,
    name="local",
    account_id="000000000000",
    provider_release=OFFLINE,
    emulated=True,
    leaves_out=(
        "aws_cloudwatch_query_definition",
        "aws_xray_encryption_config",
    ),
    domain=None,
    web_origin="http://localhost:5173",
    quota_factor=100,
    network=replace(DEV.network, cidr="10.40.0.0/16"),
    identity=replace(
        DEV.identity,
        callback_urls=("http://localhost:5173/signed-in",),
        logout_urls=("http://localhost:5173/signed-out",),
    ),
    api=replace(DEV.api, more_cors_origins=()),
    distribution=replace(DEV.distribution, playback_keys=public_halves("local", KEYS)),
)
