"""The CloudFront distribution, through which viewers reach the platform (MAP-6)."""

from modules.cdn.distribution import Distribution
from modules.cdn.media import Media
from modules.cdn.playback import PlaybackKeys

__all__ = ["Distribution", "Media", "PlaybackKeys"]
