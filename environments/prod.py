"""Production. Every default is production's, so this file holds what only production can say."""

from application.application import APPLICATION
from settings import (
    Budget,
    Distribution,
    Domain,
    Environment,
    Identity,
    Monitoring,
    Network,
)
from settings.playback_keys import public_halves

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
    network=Network(cidr="10.30.0.0/16"),
    identity=Identity(
        callback_urls=("https://web.ffp.example/signed-in",),
        logout_urls=("https://web.ffp.example/signed-out",),
    ),
    distribution=Distribution(playback_keys=public_halves("prod")),
    monitoring=Monitoring(email="platform@ffp.example"),
    budget=Budget(monthly_usd=115, email="platform@ffp.example"),
)
