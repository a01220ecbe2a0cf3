"""The secrets, and how each is renewed. Their values are only in Secrets Manager."""

from settings import DatabaseUsers, RenewedByPeople, SecretSettings

PLAYBACK_SECRET = "playback-signing-key"  # noqa: S105 - a name, not a value

SECRETS = (
    SecretSettings(
        name="database-application-user",
        description="The application's database user; two users take turns, so that no call fails while it rotates",
        renewal=DatabaseUsers(days=30),
    ),
    SecretSettings(
        name=PLAYBACK_SECRET,
        description="Private key that signs playback addresses",
        renewal=RenewedByPeople(
            because=(
                "its public half is registered with CloudFront by a reviewed change of the settings, so a key is "
                "renewed by people, with `ffp keys new`: two keys overlap, see docs/security.md"
            ),
            every_months=6,
        ),
    ),
)
