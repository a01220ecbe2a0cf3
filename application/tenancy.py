"""The tenancy declaration: the names that identify a tenant's data, and the scopes of each role.

The token trigger removes from a token all scopes that the user's role does not have. Handlers check the role again.
"""

from settings import Role, Scope, Tenancy

SCOPES = (
    Scope(name="profile.read", description="Read one's own profile"),
    Scope(name="profile.write", description="Change one's own profile"),
    Scope(name="exercises.read", description="Read exercises"),
    Scope(name="media.read", description="Play videos and see images"),
    Scope(name="media.write", description="Upload videos and images"),
    Scope(name="notes.read", description="Read notes"),
    Scope(name="notes.write", description="Write notes"),
    Scope(name="users.read", description="List the tenant's users"),
    Scope(name="users.write", description="Invite users to the tenant"),
)

_OF_EVERY_ROLE = ("profile.read", "profile.write", "exercises.read", "media.read", "notes.read", "notes.write")

TENANCY = Tenancy(
    scopes=SCOPES,
    roles=(
        Role(name="patient", scopes=_OF_EVERY_ROLE),
        Role(name="clinician", scopes=(*_OF_EVERY_ROLE, "media.write")),
        Role(name="administrator", scopes=(*_OF_EVERY_ROLE, "media.write", "users.read", "users.write")),
    ),
)
