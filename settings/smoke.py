"""What is tried after each deploy, as the users of two test tenants."""

from dataclasses import dataclass

from settings.base import Settings
from settings.secrets import RenewedByPeople, SecretSettings
from settings.types import TenantId

SECRET = "smoke-users"  # noqa: S105 - a name; with the environment's prefix, of the secret with the users' passwords
USERS = SecretSettings(
    name=SECRET,
    description="Passwords and second factors of the test tenants' users",
    renewal=RenewedByPeople(
        because=(
            "an administrator makes the users anew, with `ffp smoke --prepare`: CI must not, because who may do that"
            " can become a user of any tenant"
        ),
        every_months=12,
    ),
)


@dataclass(frozen=True, kw_only=True)
class SmokeSettings(Settings):
    """The test tenants, whose users sign in and call the platform after each deploy. Their rows are no patients'."""

    first_tenant: TenantId = "7d0f2c54-6a1e-4d0b-9a55-1f3d6c2b8e01"
    """The tenant whose users try what is allowed. No real tenant may have this id."""

    second_tenant: TenantId = "c3a9e6b2-0d47-4f8e-8b61-52e7a4d9f302"
    """The tenant whose users must see nothing of the first one's."""

    @property
    def tenants(self) -> tuple[str, str]:
        """Both."""
        return self.first_tenant, self.second_tenant
