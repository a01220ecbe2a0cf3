"""The secrets of the tests' application."""

from settings import DatabaseUsers, RenewedByPeople, SecretSettings

DATABASE_SECRET = "database-application-user"
PLAYBACK_SECRET = "playback-signing-key"
PARTNER_SECRET = "partner-webhook"

SECRETS = (
    SecretSettings(name=DATABASE_SECRET, description="The application's database user", renewal=DatabaseUsers(days=30)),
    SecretSettings(
        name=PLAYBACK_SECRET,
        description="Private key that signs playback addresses",
        renewal=RenewedByPeople(because="its public half is registered with CloudFront", every_months=6),
    ),
    SecretSettings(
        name=PARTNER_SECRET,
        description="What the partner signs its events with",
        renewal=RenewedByPeople(because="the partner's console has it too", every_months=12),
    ),
)
