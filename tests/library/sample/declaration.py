"""What an application declares: tenancy, quotas, and kinds of media. Each limit is unlike the shipped application's."""

from settings import Lifetime, MediaKind, Quota, Role, Scope, Tenancy

TENANCY = Tenancy(
    scopes=(
        Scope(name="entries.read", description="Read entries"),
        Scope(name="entries.write", description="Write entries"),
        Scope(name="lists.write", description="Change lists"),
        Scope(name="people.read", description="List the tenant's users"),
    ),
    roles=(
        Role(name="member", scopes=("entries.read", "entries.write")),
        Role(name="editor", scopes=("entries.read", "entries.write", "lists.write")),
        Role(name="organiser", scopes=("entries.read", "entries.write", "lists.write", "people.read")),
    ),
)

QUOTAS = (
    Quota(name="entries", per_user=40, per_tenant=1_000),
    Quota(name="entry-bytes", per_user=90_000, per_tenant=2_000_000),
)

MEDIA = (
    MediaKind(
        name="talk",
        content_type="audio/mpeg",
        file="talk.mp3",
        maximum_bytes=3 * 1024**2,
        lifetime=Lifetime(beyond_length_minutes=20, at_most_minutes=90),
    ),
    MediaKind(
        name="picture",
        content_type="image/png",
        file="picture.png",
        maximum_bytes=2 * 1024**2,
        lifetime=Lifetime(at_most_minutes=7),
    ),
)
