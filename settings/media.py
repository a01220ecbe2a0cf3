"""What the media bucket accepts: each kind's type and size, and how long a signed address opens it."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Annotated

from settings.base import Problem, Settings, between, matching
from settings.types import Name

_LARGEST_FORM_BYTES = 5 * 1024**3  # the most that S3 accepts in one form


@dataclass(frozen=True, kw_only=True)
class Lifetime(Settings):
    """How long a signed address opens. Whoever has it needs no token, so it lasts four hours at most."""

    at_most_minutes: Annotated[int, between(1, 240, "minutes")]
    """Minutes for which a signed address opens at most."""

    beyond_length_minutes: Annotated[int, between(1, 240, "minutes")] | None = None
    """For media that plays: the address opens for its length and this many minutes more, because CloudFront judges
    every request for a part of it. None, the default, always takes `at_most_minutes`."""

    def rules(self) -> Iterator[Problem]:
        beyond = self.beyond_length_minutes
        if beyond is not None and beyond >= self.at_most_minutes:
            yield Problem(
                "beyond_length_minutes",
                beyond,
                f"must be below at_most_minutes, {self.at_most_minutes}, or nothing can be played",
                "lower it or raise at_most_minutes",
            )


@dataclass(frozen=True, kw_only=True)
class MediaKind(Settings):
    """One kind of asset: each has a folder in the bucket that holds the uploaded `file`."""

    name: Name
    """The kind's name, which is also its folder below the tenant's."""

    content_type: Annotated[
        str,
        matching(
            r"(audio|image|video)/(?!svg)[a-z0-9][a-z0-9.+-]{0,63}",
            "must be a type of audio, image or video in which browsers run no scripts",
            "write it like video/mp4; an SVG would run its scripts under the platform's own address",
        ),
    ]
    """The only media type that an upload may have. SVG is refused, because a browser would run its scripts."""

    file: Annotated[
        str,
        matching(
            r"[a-z0-9][a-z0-9-]{0,63}\.[a-z0-9]{2,5}",
            "must be a file's name in lower case, with its ending",
            "write it like video.mp4, without a folder",
        ),
    ]
    """The name of the uploaded file within its asset's folder."""

    maximum_bytes: Annotated[int, between(1, _LARGEST_FORM_BYTES, "bytes")]
    """The largest upload in bytes, which the signed form enforces; S3 accepts 5 GiB in one form."""

    lifetime: Lifetime
    """How long a signed address opens it."""


def as_json(kinds: Iterable[MediaKind]) -> str:
    """The kinds by name, times in seconds."""
    return json.dumps(
        {
            kind.name: {
                "content_type": kind.content_type,
                "file": kind.file,
                "maximum_bytes": kind.maximum_bytes,
                "at_most_seconds": kind.lifetime.at_most_minutes * 60,
                "beyond_length_seconds": (kind.lifetime.beyond_length_minutes or 0) * 60 or None,
            }
            for kind in kinds
        }
    )
