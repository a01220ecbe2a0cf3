"""The media of the tests' application."""

from settings import Lifetime, MediaKind

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
