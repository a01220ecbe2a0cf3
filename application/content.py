"""The kinds of media, and the daily quotas of each user and each tenant."""

from settings import Lifetime, MediaKind, Quota

MEDIA = (
    MediaKind(
        name="video",
        content_type="video/mp4",
        file="video.mp4",
        maximum_bytes=1024**3,
        lifetime=Lifetime(beyond_length_minutes=60, at_most_minutes=240),
    ),
    MediaKind(
        name="image",
        content_type="image/jpeg",
        file="image.jpg",
        maximum_bytes=10 * 1024**2,
        lifetime=Lifetime(at_most_minutes=5),
    ),
)

# Several times the need of a busy day, and little for the database and the bill: a tenant that uses up its quotas on
# every day of a year has written 3.7 GB of notes.
QUOTAS = (
    Quota(name="notes", per_user=100, per_tenant=5_000),
    Quota(name="note-bytes", per_user=200_000, per_tenant=10_000_000),
    Quota(name="uploads", per_user=20, per_tenant=100),
)
